"""Files and folders that are written whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corredor.errors import OutputError


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
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        holder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}.") from None
    try:
        yield holder / target.name
        (holder / target.name).replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def refuse_existing(*targets: Path | None) -> None:
    """Refuse what cannot be written as new, best before any time is spent.

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
