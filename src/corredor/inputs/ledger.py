"""The ledger of long work: what is done of it, so that it can go on after any interruption.

What is done stands beside the place of the result, in ``NAME.unfinished``, with a ledger of one
line a part. A line is written once its files are on the disk, and holds their digests; a part that
is not as it was noted is done again. One process works on it at a time.

Where nothing of it becomes part of the result, nobody waits for the disk: a kill costs as little,
for the system keeps what was written, but a loss of power may cost parts, which their digests tell.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corredor.errors import DamagedError, OutputError, UsageError
from corredor.inputs.lock import LOCK, locked
from corredor.inputs.manifest import check_files, digest_of, file_digest
from corredor.inputs.whole_files import (
    discard,
    entry_to_disk,
    make_folders,
    sweep,
    to_disk,
    unmake_folders,
    whole_or_absent,
)

NAME = "ledger.jsonl"
_SEAL = "sha256_of_this"
Request = Mapping[str, Any]


@dataclass
class Ledger:
    """What is done of long work.

    Attributes
    ----------
    folder : Path
        Where the files of the parts lie.
    parts : dict
        By name of a part: its files with their digests, and what was told of it.
    redone : list of str
        Parts that were found damaged, and are not done any more.
    ended : bool
        Whether the result stands.
    passing : bool
        Whether all goes when the result stands, so that nobody waits until it is on the disk.
    """

    folder: Path
    parts: dict[str, dict[str, Any]] = field(default_factory=dict)
    redone: list[str] = field(default_factory=list)
    ended: bool = False
    passing: bool = False

    def end(self) -> None:
        """Say that the result stands, so that nothing is lost when the ledger goes."""
        self.ended = True

    def __contains__(self, part: str) -> bool:
        """Return whether a part is done; what was done of it is looked at first."""
        if part not in self.parts:
            return False
        try:
            check_files(self.folder, self.parts[part]["files"])
        except DamagedError:
            del self.parts[part]
            self.redone.append(part)
            return False
        return True

    def note(
        self, part: str, files: Iterable[Path] = (), told: Mapping[str, Any] | None = None
    ) -> None:
        """Note that a part is done.

        Parameters
        ----------
        part : str
            Its name.
        files : iterable of Path
            Files in the folder that hold it.
        told : mapping, optional
            Plain values to be known of it.

        Raises
        ------
        OutputError
            If it cannot be noted.
        """
        try:
            listed = list(files)
            if not self.passing:
                self._to_disk(listed)
            entry = {
                "part": part, "told": dict(told or {}),
                "files": {p.relative_to(self.folder).as_posix(): file_digest(p) for p in listed},
            }  # fmt: skip
            _append(self.folder / NAME, entry, wait=not self.passing)
        except OSError as error:
            raise OutputError(f"{self.folder}: cannot be written: {error.strerror}.") from None
        self.parts[part] = entry

    def _to_disk(self, files: Sequence[Path]) -> None:
        """Wait until files are on the disk, and their names."""
        for path in files:
            to_disk(path)
        for folder in {f for path in files for f in path.parents if self._holds(f)}:
            entry_to_disk(folder)  # those in between too: each is a name in the one above

    def deliver(self, part: str, out: Path) -> None:
        """Put a file or folder in the place of the result, which ends the work.

        Raises
        ------
        OutputError
            If it cannot be put there.
        """
        try:
            self.path(part).replace(out)
            entry_to_disk(out.parent)
        except OSError as error:
            raise OutputError(f"{out}: cannot be written: {error.strerror}.") from None
        self.end()

    def _holds(self, folder: Path) -> bool:
        return folder == self.folder or self.folder in folder.parents

    def told(self, part: str) -> dict[str, Any]:
        """Return what was told of a part that is done."""
        return dict(self.parts[part]["told"])

    def path(self, part: str) -> Path:
        """Return the file of a part that is one file of its name."""
        return self.folder / part

    @contextmanager
    def writing(self, part: str, told: Mapping[str, Any] | None = None) -> Iterator[Path]:
        """Give a temporary path to write a part to that is one file; note it when it is whole."""
        with whole_or_absent(self.path(part), replace=True) as temporary:
            yield temporary
        self.note(part, [self.path(part)], told)


@contextmanager
def unfinished(
    out: Path, request: Request, *, resume: bool, passing: bool = False
) -> Iterator[Ledger]:
    """Work on something long; what is done of it is kept until the result stands.

    Parameters
    ----------
    out : Path
        Where the result will stand; who has put it there calls ``end`` of the ledger.
    request : mapping
        Everything that decides the result, as plain values: names, numbers, digests.
    resume : bool
        Go on with what an interruption left.
    passing : bool
        Whether nothing of it becomes part of the result.

    Raises
    ------
    OutputError
        If it cannot be written, or another process works on it.
    UsageError
        If something is there and ``resume`` is not set, or was asked for otherwise.
    """
    folder = unfinished_folder(out)
    made: list[Path] = []
    try:
        made = make_folders(folder)[1:]
        sweep(folder.parent)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror}.") from None
    with locked(folder):
        sweep(folder)
        ledger = _opened(folder, _plain(request), resume=resume)
        ledger.passing = passing
        try:
            yield ledger
        except KeyboardInterrupt as stopped:
            if ledger.parts:
                stopped.add_note(f"What was done is kept in {folder}: --resume goes on.")
            raise
        finally:
            if ledger.ended or not ledger.parts:
                discard(folder)
                unmake_folders(made)


def clear_ended(out: Path, part: str) -> None:
    """Take away what is left of work whose result stands: a kill may come just before it goes.

    Parameters
    ----------
    out : Path
        The result.
    part : str
        The part that was put in its place; the digest of its file tells whether it stands there.
    """
    sweep(out.parent)  # the kill may have come while it went
    folder = unfinished_folder(out)
    noted = next((line for line in _lines(folder / NAME) if line.get("part") == part), None)
    if noted is None or not out.exists():
        return
    try:
        with locked(folder):
            if any((folder / name).exists() for name in noted["files"]):
                return
            there = {name: _delivered(out, name) for name in noted["files"]}
            check_files(out.parent, {there[n]: digest for n, digest in noted["files"].items()})
            discard(folder)
    except (OSError, DamagedError, OutputError):  # it is not ours to clear
        return


def clear_written(files: Sequence[Path]) -> None:
    """Take away what is left of work all of whose files stand: a kill may come just before it goes.

    Such work begins only where none of its files is there, and writes each of them whole, so that
    they tell by themselves that it was done.

    Parameters
    ----------
    files : sequence of Path
        Everything that the work writes; what is done of it is kept beside the first.
    """
    if not files or not all(file.exists() for file in files):
        return
    folder = unfinished_folder(files[0])
    try:
        sweep(folder.parent)
        if folder.is_dir():
            with locked(folder):
                discard(folder)
    except (OSError, OutputError):  # it is not ours to clear
        return


def _delivered(out: Path, name: str) -> str:
    """Return where a file of the ledger's folder lies that was put in the place of a result."""
    _, *inside = Path(name).parts
    return Path(out.name, *inside).as_posix()


def unfinished_folder(out: Path) -> Path:
    """Return where what is done of long work is kept."""
    return out.with_name(f"{out.name}.unfinished")


def parts_kept(out: Path) -> int:
    """Return how many parts of interrupted work towards ``out`` are noted."""
    return len(list(_lines(unfinished_folder(out) / NAME))[1:])


def _opened(folder: Path, request: dict[str, Any], *, resume: bool) -> Ledger:
    lines = list(_lines(folder / NAME))
    if not lines:
        strangers = {path.name for path in folder.iterdir()} - {NAME, LOCK}
        if strangers:
            raise UsageError(f"{folder}: holds no interrupted work that can be read. Remove it.")
        (folder / NAME).unlink(missing_ok=True)
        try:
            _append(folder / NAME, {"request": request})
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written: {error.strerror}.") from None
        return Ledger(folder)
    begun = lines[0].get("request")
    if begun is None:
        raise UsageError(f"{folder}: holds no interrupted work that can be read. Remove it.")
    if not resume and len(lines) > 1:
        raise UsageError(
            f"{folder}: holds interrupted work. Go on with it by --resume, or remove it."
        )
    changed = [
        _change(key, begun.get(key), request.get(key))
        for key in sorted({*begun, *request})
        if begun.get(key) != request.get(key)
    ]
    if changed and len(lines) > 1:
        raise UsageError(
            f"{folder}: the interrupted work was asked for otherwise: {'; '.join(changed)}. "
            "Ask for the same, or remove it."
        )
    if changed:  # and nothing was done yet
        (folder / NAME).unlink()
        return _opened(folder, request, resume=False)
    return Ledger(folder, {line["part"]: line for line in lines[1:] if "part" in line})


def _change(key: str, before: object, now: object) -> str:
    """Say how a request differs from the one before; digests say nothing to a reader."""
    name = key.replace("_", " ")
    told = [str(value) for value in (before, now)]
    if before is None or now is None or any(len(value) > 40 for value in told):
        return f"{name} is not what it was"
    return f"{name} was {told[0]}, is now {told[1]}"


def _plain(request: Request) -> dict[str, Any]:
    """Return a request as it is read back."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(request), default=str))
    return plain


def _append(path: Path, entry: dict[str, Any], *, wait: bool = True) -> None:
    """Add a line; wait until it is on the disk unless told otherwise."""
    new = not path.exists()
    with path.open("a+b") as opened:
        if opened.tell():
            opened.seek(-1, os.SEEK_END)
            if opened.read(1) != b"\n":  # the line before was cut off; let it not spoil this one
                opened.write(b"\n")
        opened.write(json.dumps({**entry, _SEAL: digest_of(entry)}).encode() + b"\n")
        opened.flush()
        if wait:
            os.fsync(opened.fileno())
    if new:
        entry_to_disk(path.parent)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Give the lines that are as they were written; a damaged one is as if nothing was noted."""
    try:
        written = path.read_bytes().splitlines()
    except OSError:
        return
    for number, line in enumerate(written):
        try:
            entry = json.loads(line)
            seal = entry.pop(_SEAL)
            whole = seal == digest_of(entry)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            whole = False
        if whole:
            yield entry
        elif number == 0 and len(written) > 1:  # without it nobody knows what the parts are of
            yield {}


def damaged_parts(folder: Path) -> list[str] | None:
    """Return the parts of interrupted work that are not as they were noted; None if all is lost."""
    lines = list(_lines(folder / NAME))
    if not lines or "request" not in lines[0]:
        return None
    ledger = Ledger(folder, {line["part"]: line for line in lines[1:] if "part" in line})
    return [part for part in list(ledger.parts) if part not in ledger]
