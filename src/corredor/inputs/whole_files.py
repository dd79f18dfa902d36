"""Files and folders that are written whole or not at all, and stand there for good.

What is written goes to a hidden folder beside its place, is handed to the disk, and is then renamed
to its place. The hidden folder is held by a lock as long as its writer lives; what a killed writer
left is swept away by the next one that writes beside it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from corredor.errors import OutputError

UNDER_WAY = ".corredor-"  # how the names of hidden folders begin


@contextmanager
def whole_or_absent(target: Path, *, replace: bool = False) -> Iterator[Path]:
    """Give a temporary path to write to, and put it in the place of ``target`` at the end.

    Nothing is left behind if the writing fails or is interrupted.

    Parameters
    ----------
    target : Path
        File or folder to be written.
    replace : bool
        Put it in the place of a file that stands there; until then that one stays as it is.

    Raises
    ------
    OutputError
        If ``target`` exists and is not to be replaced, or cannot be written.
    """
    if replace:
        refuse_unwritable(target)
    else:
        refuse_existing(target)
    made: list[Path] = []
    try:
        made = make_folders(target.parent)
        holder, lock = _hidden_folder(target.parent)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}.") from None
    try:
        yield holder / target.name
        to_disk(holder / target.name)
        (holder / target.name).replace(target)
        entry_to_disk(target.parent)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(holder, ignore_errors=True)
        os.close(lock)
        unmake_folders(made)


@contextmanager
def hidden_folder(parent: Path) -> Iterator[Path]:
    """Give a hidden folder that goes at the end, and what killed writers left with it.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    holder, lock = _hidden_folder(parent)
    try:
        yield holder
    finally:
        shutil.rmtree(holder, ignore_errors=True)
        os.close(lock)


def discard(path: Path) -> None:
    """Take a file or folder away: at once and whole, however long removing its files takes.

    Raises
    ------
    OSError
        If it cannot be taken away.
    """
    try:
        with hidden_folder(path.parent) as holder:
            path.rename(holder / path.name)
    except OSError:  # a full disk has no room for a hidden folder
        if not path.is_dir():
            path.unlink()
        else:
            shutil.rmtree(path)
    with suppress(OSError):  # what comes back after a loss of power is whole, and goes the same way
        entry_to_disk(path.parent)


def make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it, so that they stand after a loss of power.

    Returns
    -------
    list of Path
        Those that were made, the innermost first.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for each in missing:
        entry_to_disk(each.parent)
    return missing


def unmake_folders(folders: Iterable[Path]) -> None:
    """Remove folders that were made for nothing, as far as they are empty."""
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()


@contextmanager
def working_folder(parent: Path) -> Iterator[Path]:
    """Give a hidden folder for what is needed only while something is worked out.

    It goes at the end; that of a killed process goes with the next.

    Raises
    ------
    OutputError
        If it cannot be made.
    """
    try:
        make_folders(parent)
        sweep(parent)
        holder, lock = _hidden_folder(parent)
    except OSError as error:
        raise OutputError(f"{parent}: cannot be written: {error.strerror}.") from None
    try:
        yield holder
    finally:
        shutil.rmtree(holder, ignore_errors=True)
        os.close(lock)


def _hidden_folder(parent: Path) -> tuple[Path, int]:
    """Make a hidden folder and lock it, for as long as this process lives and keeps the lock."""
    sweep(parent)
    while True:
        holder = Path(tempfile.mkdtemp(prefix=UNDER_WAY, dir=parent))
        lock = os.open(holder, os.O_RDONLY)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if holder.exists():  # nobody took it for litter before it was locked
            return holder, lock
        os.close(lock)


def sweep(parent: Path) -> int:
    """Remove the hidden folders beside which nobody writes any more; return how many."""
    swept = 0
    for holder in parent.glob(f"{UNDER_WAY}*"):
        try:
            lock = os.open(holder, os.O_RDONLY)
        except OSError:  # its writer has ended in this moment
            continue
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            shutil.rmtree(holder, ignore_errors=True)
            swept += 1
        except OSError:  # its writer lives
            continue
        finally:
            os.close(lock)
    return swept


def to_disk(path: Path) -> None:
    """Wait until a file, or a folder with all that is in it, is on the disk.

    Raises
    ------
    OSError
        If it cannot be written there.
    """
    if path.is_dir():
        for folder, _, files in os.walk(path):
            for name in files:
                _sync(Path(folder, name))
            _sync(Path(folder))
    else:
        _sync(path)


def entry_to_disk(folder: Path) -> None:
    """Wait until what was made in a folder, or given another name, is noted on the disk."""
    _sync(folder)


def _sync(path: Path) -> None:
    opened = os.open(path, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def refuse_existing(*targets: Path | None) -> None:
    """Refuse what cannot be written as new, best before any time is spent.

    What a killed writer left beside it is swept away, for a refusal may be all that comes.

    Parameters
    ----------
    targets : Path or None
        Files or folders to be written; None is none.

    Raises
    ------
    OutputError
        If something stands at one of them already, its folder cannot be written to, or two are
        the same.
    """
    named = [target for target in targets if target is not None]
    for number, target in enumerate(named):
        sweep(target.parent)
        if target.exists():
            raise OutputError(f"{target}: exists already; choose another place or remove it first.")
        if target in named[:number]:
            raise OutputError(f"{target}: named for two things; give each a place of its own.")
        refuse_unwritable(target)


def refuse_unwritable(target: Path) -> None:
    """Raise OutputError if nothing can be written at ``target``, though it may stand there."""
    if target.is_dir():
        raise OutputError(f"{target}: cannot be written: it is a folder.")
    there = next(folder for folder in target.absolute().parents if folder.exists())
    if not there.is_dir():
        raise OutputError(f"{target}: cannot be written: {there} is no folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(f"{target}: cannot be written: no permission to write in {there}.")
