"""A digest of the record as it stands: what ships, and what people added."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from corredor.record.additions import additions, with_world

_FOLDER = Path(__file__).parent
_SHIPPED = ("catalogue.csv", "editions.csv", "sources.csv")


def record_digest(world: Path | None = None) -> str:
    """Return the SHA-256 of all that the record holds now: what ships and what was added.

    Parameters
    ----------
    world : Path, optional
        The folder of a world, whose own record is read too.

    Raises
    ------
    InputError
        If a folder of additions holds what cannot be read.
    """
    digest = hashlib.sha256(_of_shipped().encode())
    with with_world(world):
        for addition in additions():
            for series, table in sorted(addition.tables.items()):
                digest.update(f"\n{addition.name} {series} {table.digest}".encode())
    return digest.hexdigest()


@cache
def _of_shipped() -> str:
    digest = hashlib.sha256()
    for path in (*(_FOLDER / name for name in _SHIPPED), *sorted((_FOLDER / "series").glob("*"))):
        digest.update(f"{path.name} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()
