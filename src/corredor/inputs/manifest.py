"""Manifests: what a folder that Corredor wrote must hold, and how it was made.

``manifest.json`` in the folder has the SHA-256 of every other file, everything that decided its
content, and a digest of itself. It is held against the folder whenever that is opened, so that a
bit that changed on a disk becomes a message and never a number.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from corredor.errors import DamagedError

NAME = "manifest.json"
FORMAT = 1
_SEAL = "sha256_of_this"


@dataclass(frozen=True)
class Manifest:
    """What a folder must hold.

    Attributes
    ----------
    kind : str
        What the folder is, such as ``result``.
    made : mapping
        How it was made: seed, draw, digests of what went in, versions.
    files : mapping of str to str
        SHA-256 by path within the folder.
    """

    kind: str
    made: Mapping[str, Any]
    files: Mapping[str, str]

    @property
    def seal(self) -> str:
        """Return the SHA-256 of everything that the manifest says."""
        return digest_of({"kind": self.kind, "made": self.made, "files": self.files})

    def write(self, folder: Path) -> None:
        """Write the manifest into its folder.

        Raises
        ------
        OSError
            If it cannot be written.
        """
        document = {
            "format": FORMAT, "kind": self.kind, "made": dict(self.made),
            "files": dict(self.files), _SEAL: self.seal,
        }  # fmt: skip
        text = json.dumps(document, indent=1, sort_keys=True)
        (folder / NAME).write_text(f"{text}\n", encoding="utf-8")


def write_manifest(folder: Path, kind: str, made: Mapping[str, Any]) -> Manifest:
    """Note what a folder holds now, and how it was made.

    Raises
    ------
    OSError
        If a file cannot be read, or the manifest cannot be written.
    """
    manifest = Manifest(kind, made, {name: file_digest(folder / name) for name in _files(folder)})
    manifest.write(folder)
    return manifest


def has_manifest(folder: Path) -> bool:
    """Return whether a folder says what it must hold."""
    return (folder / NAME).is_file()


def read_manifest(folder: Path) -> Manifest:
    """Read a manifest without looking at the files that it names.

    Raises
    ------
    DamagedError
        If it is not what Corredor wrote.
    """
    path = folder / NAME
    try:
        document = json.loads(path.read_bytes())
        manifest = Manifest(
            str(document["kind"]), dict(document["made"]), dict(document["files"])
        )  # fmt: skip
        whole = document[_SEAL] == manifest.seal and document["format"] == FORMAT
    except OSError as error:
        raise DamagedError(f"{path}: cannot be read: {error.strerror}.") from None
    except (ValueError, KeyError, TypeError, RecursionError):
        whole = False
    if not whole:
        raise DamagedError(f"{path}: is not the manifest that Corredor wrote, or is damaged.")
    return manifest


def check(folder: Path, kind: str) -> Manifest:
    """Hold a folder against its manifest; a file not touched since the last time is not read again.

    Raises
    ------
    DamagedError
        If a file was changed, is missing, or does not belong there; or the folder is not of this
        kind.
    """
    manifest = read_manifest(folder)
    if manifest.kind != kind:
        raise DamagedError(f"{folder}: expected {kind}, found {manifest.kind}.")
    check_files(folder, manifest.files)
    strangers = sorted(set(_files(folder)) - set(manifest.files))
    if strangers:
        raise DamagedError(
            f"{folder / strangers[0]}: does not belong to this {kind}: its manifest names no such "
            "file. Remove it."
        )
    return manifest


def check_files(folder: Path, files: Mapping[str, str]) -> None:
    """Hold files against their digests.

    Raises
    ------
    DamagedError
        Naming the first that is not as it was.
    """
    for name, digest in files.items():
        path = folder / name
        try:
            found = known_digest(path)
        except FileNotFoundError:
            raise DamagedError(f"{path}: is missing. {_AGAIN}") from None
        except OSError as error:
            raise DamagedError(f"{path}: cannot be read: {error.strerror}. {_AGAIN}") from None
        if found != digest:
            raise DamagedError(f"{path}: is damaged: it is not what was written. {_AGAIN}")


_AGAIN = "No number is read from it; make it again, or take it from a copy."


def file_digest(path: Path) -> str:
    """Return the SHA-256 of a file.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def known_digest(path: Path) -> str:
    """Return the SHA-256 of a file; one that was not touched is read once in a process.

    Raises
    ------
    OSError
        If it cannot be read.
    """
    stat = path.stat()
    return _digest_at(path, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size)


@lru_cache(maxsize=100_000)
def _digest_at(path: Path, changed: int, noted: int, size: int) -> str:
    """Return the digest of a file as it is at these times, of which the cache takes note."""
    return file_digest(path)


def digest_of(document: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a document of plain values, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _files(folder: Path) -> list[str]:
    """Return all files of a folder that count: not the manifest, not hidden ones of a desktop."""
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and not (path.name.startswith(".") or path == folder / NAME)
    )
