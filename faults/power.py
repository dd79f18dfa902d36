"""Losses of power, by the record of what was written in which order.

A layer notes every write, ``fsync`` and change of a name. Then power is lost at each point of that
record, on the disk that keeps least: what no ``fsync`` of a file has asked for is not in it, and
what no ``fsync`` of a folder has asked for has its old name. A second disk keeps names at once and
content late, as many do. What either leaves must be absent or whole.
"""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from corredor.corridor.scenario_files import load_scenario
from corredor.errors import CorredorError
from corredor.inputs.ledger import damaged_parts, unfinished
from corredor.inputs.whole_files import whole_or_absent
from corredor.record.adding import plan
from corredor.runs.blocks import run_in_blocks
from corredor.runs.result import save_result
from corredor.runs.simulate import run
from faults.found import Fault, Tally
from faults.samples import (
    BLOCKS,
    TWO,
    made_posterior,
    read_all_additions,
    read_all_posterior,
    read_all_result,
)
from faults.stage import OFFICIAL, READ_ON, write_stage

LOST = "power lost"
Entries = dict[int, dict[str, int]]  # by number of a folder: the numbers that its names stand for
Point = tuple[Entries, Entries, dict[int, bytes]]


@dataclass
class Disk:
    """What would stand after a loss of power, as far as the file system was told.

    Attributes
    ----------
    root : Path
        Only what lies below is noted.
    contents : dict
        By number of a file, what of its content is on the disk.
    entries : dict
        The names that are on the disk, by number of their folder.
    folders : set
        The numbers of folders.
    points : list
        At every event: the names on the disk, the names as the program sees them, the contents.
    held : dict
        By number, everything that was seen, opened: so no number is given to another file.
    """

    root: Path
    contents: dict[int, bytes] = field(default_factory=dict)
    entries: Entries = field(default_factory=dict)
    folders: set[int] = field(default_factory=set)
    points: list[Point] = field(default_factory=list)
    held: dict[int, int] = field(default_factory=dict)

    def note(self) -> None:
        """Note a point at which power may be lost."""
        self.points.append((dict(self.entries), self._here(), dict(self.contents)))

    def synced(self, opened: int) -> None:
        """Take a file's content, or a folder's names, to the disk."""
        path = Path(f"/proc/self/fd/{opened}").readlink()
        if self.root not in (path, *path.parents):
            return
        number = path.stat().st_ino
        self._hold(number, path)
        if path.is_dir():
            self.entries[number] = self._names_in(path)
        else:
            self.contents[number] = path.read_bytes()
        self.note()

    def _hold(self, number: int, path: Path) -> None:
        """Keep a number from a file that comes later; a folder's would make a folder of it."""
        if number not in self.held:
            self.held[number] = os.open(path, os.O_PATH)

    def _names_in(self, folder: Path) -> dict[str, int]:
        with os.scandir(folder) as inside:
            found = {entry.name: (entry.inode(), entry.is_dir()) for entry in inside}
        for name, (number, _) in found.items():
            self._hold(number, folder / name)
        self.folders |= {number for number, is_folder in found.values() if is_folder}
        return {name: number for name, (number, _) in found.items()}

    def _here(self) -> Entries:
        folders = [Path(where) for where, _, _ in os.walk(self.root)]
        return {folder.stat().st_ino: self._names_in(folder) for folder in folders}


@contextmanager
def recorded(root: Path) -> Iterator[Disk]:
    """Record what is done below a folder."""
    disk = Disk(root)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    sync, replace, rename = os.fsync, os.replace, os.rename

    def synced(opened: int) -> None:
        sync(opened)
        disk.synced(opened)

    def replaced(source: str | Path, target: str | Path) -> None:
        disk.note()
        replace(source, target)
        disk.note()

    def renamed(source: str | Path, target: str | Path) -> None:
        disk.note()
        rename(source, target)
        disk.note()

    os.fsync, os.replace, os.rename = synced, replaced, renamed  # type: ignore[assignment]
    try:
        yield disk
        disk.note()
    finally:
        os.fsync, os.replace, os.rename = sync, replace, rename
        for opened in disk.held.values():
            os.close(opened)


def after_loss(disk: Disk, at: int, target: Path, *, names_at_once: bool) -> None:
    """Lay out what a loss of power leaves, in another folder."""
    on_disk, here, contents = disk.points[at]
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    _lay_out(disk, here if names_at_once else on_disk, contents, disk.root.stat().st_ino, target)


def _lay_out(
    disk: Disk, entries: Entries, contents: dict[int, bytes], number: int, target: Path
) -> None:  # fmt: skip
    for name, each in entries.get(number, {}).items():
        if each in disk.folders:
            (target / name).mkdir()
            _lay_out(disk, entries, contents, each, target / name)
        else:
            (target / name).write_bytes(contents.get(each, b""))


@dataclass(frozen=True)
class Writer:
    """Something that writes, and what holds of it after a loss of power.

    Attributes
    ----------
    name : str
        As a table shows it.
    write : callable
        Writes below a folder.
    place : str
        What must be absent or whole there.
    whole : callable
        Reads it; raises CorredorError or OSError where it is not whole.
    """

    name: str
    write: Callable[[Path], object]
    place: str
    whole: Callable[[Path], object]


def _whole_file(folder: Path) -> None:
    with whole_or_absent(folder / "new" / "file") as temporary:
        temporary.write_text("whole")


def _replaced(folder: Path) -> None:
    for text in ("first", "whole"):
        with whole_or_absent(folder / "file", replace=True) as temporary:
            temporary.write_text(text)


def _is_whole(path: Path) -> None:
    if path.read_text() not in ("whole", "first"):
        raise OSError(f"{path} holds {path.read_text()!r}")


def _ledger(folder: Path) -> None:
    """Note two parts, and stop before the result."""
    with suppress(KeyboardInterrupt), unfinished(folder / "out", {"seed": 1}, resume=False) as one:
        for part in ("a", "b"):
            with one.writing(part) as temporary:
                temporary.write_text(part)
        raise KeyboardInterrupt


def _no_part_lost(path: Path) -> None:
    """Refuse a ledger that notes a part which is not there."""
    if damaged := damaged_parts(path):
        raise OSError(f"{path}: {damaged}")


def writers(stage: Path) -> tuple[Writer, ...]:
    """Return everything that must stand after a loss of power once it says that it is done."""
    scenario = load_scenario(stage / "short.toml")
    data = run(scenario, **TWO)

    def blocks(folder: Path) -> None:
        run_in_blocks(scenario, folder / "result", **BLOCKS)  # type: ignore[arg-type]

    return (
        Writer("whole_or_absent", _whole_file, "new/file", _is_whole),
        Writer("whole_or_absent, replacing", _replaced, "file", _is_whole),
        Writer("Ledger.note", _ledger, "out.unfinished", _no_part_lost),
        Writer("Posterior.save", lambda f: made_posterior(f / "p.parquet"), "p.parquet",
               read_all_posterior),
        Writer("save_result", lambda f: save_result(data, f / "result"), "result",
               read_all_result),
        Writer("run_in_blocks", blocks, "result", read_all_result),
        Writer("record add", lambda f: _added(stage, f), "record", _additions_or_none),
    )  # fmt: skip


def _added(stage: Path, folder: Path) -> None:
    plan(stage / OFFICIAL, folder / "record", read_on=READ_ON).write()


def _additions_or_none(path: Path) -> None:
    if any(not p.name.startswith(".") for p in path.iterdir()):
        read_all_additions(path)


def try_all(place: Path, *, most: int = 40) -> Tally:
    """Lose power at up to so many points of everything that writes, on both disks."""
    tally = Tally()
    write_stage(place / "stage")
    for number, writer in enumerate(writers(place / "stage")):
        folder, left = place / f"w{number}", place / "left"
        folder.mkdir()
        with recorded(folder) as disk:
            writer.write(folder)
        last = len(disk.points) - 1
        step = max(1, last // most)
        for at in sorted({*range(0, last, step), last}):
            for at_once in (False, True):
                after_loss(disk, at, left, names_at_once=at_once)
                ended = at == last
                tally.add(LOST, writer.name, _left(writer, left, at, ended=ended))
        shutil.rmtree(folder)
    return tally


def _left(writer: Writer, folder: Path, at: int, *, ended: bool) -> Iterator[Fault]:
    path = folder / writer.place
    if not path.exists():
        if ended:
            yield Fault(writer.name, LOST, "after its end", "lost", "nothing is there")
        return
    try:
        writer.whole(path)
    except (CorredorError, OSError) as error:
        yield Fault(writer.name, LOST, f"at point {at}", "wrong", f"half is there: {error}")
