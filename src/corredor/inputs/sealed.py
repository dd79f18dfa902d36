"""Parquet files that prove themselves: a digest of every value stands in the file itself.

The checksums of Parquet's pages do not cover the footer, and a digest beside a file is lost when
it is copied. So the file carries, among its metadata, the SHA-256 of its columns as they are read.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from corredor.errors import DamagedError
from corredor.inputs.whole_files import whole_or_absent

META = b"corredor"
SEAL = b"corredor_sha256"


def write_sealed(
    table: pa.Table, path: Path, about: Mapping[str, Any], *, replace: bool = False
) -> None:
    """Write a table with what is to be known about it, whole or not at all.

    Parameters
    ----------
    table : pyarrow.Table
        With columns of text, numbers, truth values or dates.
    path : Path
        The file.
    about : mapping
        Plain values, read back by :func:`read_sealed`.
    replace : bool
        Put it in the place of a file that stands there.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    told = json.dumps(dict(about), sort_keys=True).encode()
    kept = {k: v for k, v in (table.schema.metadata or {}).items() if k not in (META, SEAL)}
    whole = table.replace_schema_metadata({**kept, META: told, SEAL: _seal(table, told)})
    with whole_or_absent(path, replace=replace) as temporary:
        pq.write_table(whole, temporary, compression="zstd", write_page_checksum=True)


def read_sealed(
    path: Path, content: bytes | None = None, *, coded: Collection[str] = ()
) -> tuple[pa.Table, dict[str, Any]]:
    """Read a table and what is to be known about it.

    Parameters
    ----------
    path : Path
        The file.
    content : bytes, optional
        What is in it, where that has been read already.
    coded : collection of str
        Columns of text to leave as codes of a dictionary: where few texts stand in many rows this
        takes a fraction of the time, and of the memory.

    Raises
    ------
    DamagedError
        If the file is not what :func:`write_sealed` wrote.
    FileNotFoundError
        If there is none.
    """
    try:
        # pq.read_table would import what reads folders of files, which takes longer than reading.
        source = pa.BufferReader(path.read_bytes() if content is None else content)
        with pq.ParquetFile(
            source, page_checksum_verification=True, read_dictionary=list(coded)
        ) as file:
            table = file.read(use_threads=False)  # waiting for each other takes them longer
        metadata = table.schema.metadata or {}
        told = metadata[META]
        if metadata[SEAL] != _seal(table, told):
            raise ValueError("values")
        about: dict[str, Any] = json.loads(told)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise DamagedError(_damaged(path, error)) from None
    except (
        KeyError,
        ValueError,
        TypeError,
        IndexError,
        MemoryError,
        RecursionError,
        pa.ArrowException,
    ) as error:
        raise DamagedError(_damaged(path, error)) from None
    return table.replace_schema_metadata(None), about  # what pandas noted has no seal


def is_sealed(path: Path) -> bool:
    """Return whether a file is a table with a seal, or so damaged that nobody can tell."""
    try:
        return SEAL in (pq.read_schema(path).metadata or {})
    except (OSError, ValueError, pa.ArrowException):
        return True


def seal_of(path: Path) -> str:
    """Return the digest that a sealed file carries.

    Raises
    ------
    DamagedError
        If it carries none.
    """
    try:
        return str((pq.read_schema(path).metadata or {})[SEAL].decode())
    except (KeyError, ValueError, OSError, pa.ArrowException) as error:
        raise DamagedError(_damaged(path, error)) from None


def _damaged(path: Path, error: Exception) -> str:
    unsealed = isinstance(error, KeyError)
    why = (
        "carries no digest of its values: it was not written by Corredor, or by an old version"
        if unsealed
        else "is damaged: its values are not those that were written"
    )
    return f"{path}: {why}. No number is read from it; make it again, or take it from a copy."


def _seal(table: pa.Table, told: bytes) -> bytes:
    """Return the digest of every name, type and value of a table, and of what is told of it."""
    digest = hashlib.sha256(told)
    for name, column in zip(table.column_names, table.columns, strict=True):
        is_coded = pa.types.is_dictionary(column.type)
        kind = column.type.value_type if is_coded else column.type
        digest.update(f"\n{name} {kind} {len(column)} ".encode())
        digest.update(np.packbits(column.is_null().to_numpy()).tobytes())
        if pa.types.is_string(kind) or pa.types.is_large_string(kind):
            coded = column.unify_dictionaries() if is_coded else column.dictionary_encode()
            whole = coded.combine_chunks()  # texts in the order in which rows have them first
            digest.update(json.dumps(whole.dictionary.to_pylist()).encode())
            column = whole.indices
        elif pa.types.is_date32(column.type):
            column = column.cast(pa.int32())
        elif pa.types.is_boolean(column.type):
            column = column.cast(pa.uint8())
        filled = column.fill_null(0)
        digest.update(np.ascontiguousarray(filled.to_numpy(zero_copy_only=False)).tobytes())
    return digest.hexdigest().encode()
