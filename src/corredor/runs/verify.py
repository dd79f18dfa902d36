"""Look at everything below a folder that Corredor wrote, and say what is whole and what is not."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from corredor.errors import CorredorError, DamagedError, InputError, UsageError
from corredor.inputs import ledger, manifest
from corredor.inputs.sealed import is_sealed, read_sealed
from corredor.record import additions


@dataclass(frozen=True)
class Verified:
    """One thing that was looked at.

    Attributes
    ----------
    path : Path
        The file or folder.
    kind : str
        What it is, such as ``result``.
    fault : str
        What is wrong with it; empty where it is whole.
    """

    path: Path
    kind: str
    fault: str = ""


def verify(path: Path) -> list[Verified]:
    """Hold everything at or below a path against its digests.

    Results, interrupted work, posteriors, backtests, files added to the record; what Corredor did
    not write is passed over.

    Raises
    ------
    UsageError
        If there is nothing there that Corredor wrote.
    """
    if not path.exists():
        raise UsageError(f"{path}: there is no such file or folder.")
    found = list(_below(path) if path.is_dir() else _file(path))
    if not found:
        raise UsageError(f"{path}: holds nothing that Corredor can check.")
    return found


def _below(folder: Path) -> Iterator[Verified]:
    if manifest.has_manifest(folder):
        yield _manifest(folder)
        return
    if (folder / "zarr.json").exists():
        yield Verified(folder, "result", f"{folder / manifest.NAME}: is missing.")
        return
    if (folder / ledger.NAME).exists():
        yield _ledger(folder)
        return
    if (folder / additions.MANIFEST).exists():
        yield _addition(folder)
        return
    with os.scandir(folder) as inside:
        names = sorted((entry.name, entry.is_dir(follow_symlinks=False)) for entry in inside)
    for name, is_folder in names:
        yield from _below(folder / name) if is_folder else _file(folder / name)


def _file(path: Path) -> Iterator[Verified]:
    if path.suffix != ".parquet" or not is_sealed(path):
        return
    try:
        _, about = read_sealed(path)
        kind = str(about.get("kind", "posterior" if "priors_hash" in about else "table"))
        yield Verified(path, kind)
    except DamagedError as error:
        yield Verified(path, "table", str(error))


def _manifest(folder: Path) -> Verified:
    try:
        kind = manifest.read_manifest(folder).kind
    except DamagedError as error:
        return Verified(folder, "folder", str(error))
    try:
        manifest.check(folder, kind)
    except DamagedError as error:
        return Verified(folder, kind, str(error))
    return Verified(folder, kind)


def _ledger(folder: Path) -> Verified:
    """Look at interrupted work; a part that is damaged would be done again."""
    damaged = ledger.damaged_parts(folder)
    if damaged is None:
        return Verified(folder, "interrupted work", f"{folder / ledger.NAME}: is damaged.")
    fault = (
        f"{folder}: of what was done, {', '.join(damaged)} would be done again." if damaged else ""
    )
    return Verified(folder, "interrupted work", fault)


def _addition(folder: Path) -> Verified:
    kind = "addition to the record"
    try:
        (one,) = (a for a in additions.additions_in(folder.parent) if a.folder == folder)
        for series in one.tables:
            one.table(series)
    except (InputError, CorredorError) as error:
        return Verified(folder, kind, str(error))
    return Verified(folder, kind)
