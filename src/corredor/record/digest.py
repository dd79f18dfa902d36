"""A digest of the record of a world as it stands: its plain tables, and what people added."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from corredor.record.additions import additions
from corredor.record.of_world import record_folder, with_world
from corredor.record.plain import changed, plain


def record_digest(world: Path | None = None) -> str:
    """Return the SHA-256 of all that the record of a world holds now, and of what was added.

    Parameters
    ----------
    world : Path, optional
        The folder of a world; that of the scenario that is run where none is named, if left out.

    Raises
    ------
    InputError
        If a folder of additions holds what cannot be read.
    """
    with with_world(world):
        files = tuple((path, changed(path)) for path in plain(record_folder()).files())
        digest = hashlib.sha256(_of_files(files).encode())
        for addition in additions():
            for series, table in sorted(addition.tables.items()):
                digest.update(f"\n{addition.name} {series} {table.digest}".encode())
    return digest.hexdigest()


@lru_cache(8)
def _of_files(files: tuple[tuple[Path, int], ...]) -> str:
    digest = hashlib.sha256()
    for path, _ in files:
        digest.update(f"{path.name} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
