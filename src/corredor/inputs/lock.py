"""One process at a time in a folder: a lock that the system itself releases if its holder ends."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from corredor.errors import OutputError

LOCK = ".lock"
POLL = 0.05  # seconds between two tries
MOST_BYTES = 4096  # of what a holder says of itself


@contextmanager
def locked(folder: Path, *, wait: float = 0.0, name: str = LOCK) -> Iterator[None]:
    """Hold a folder against every other process, and every other holder in this one.

    The lock is an ``flock`` on a file in the folder, so that a holder that is killed holds nothing.
    The file stays when the lock is released: a process that removed it could remove the one that
    the next has just locked. It says who holds it, and is empty while nobody does. Children that
    are forked hold it too until they end; those that are spawned do not.

    Parameters
    ----------
    folder : Path
        The folder, which must be there.
    wait : float
        Seconds to wait for another holder.
    name : str
        Name of the lock file in the folder; locks of different names do not mind each other.

    Raises
    ------
    OutputError
        If another holds it still, who is named; or if the lock file cannot be written.
    """
    path = folder / name
    handle = _opened(path)
    try:
        if not _taken(handle, path, wait):
            raise OutputError(
                f"{folder}: is in use by {_holder(handle)}. Let it end first, or choose another "
                "folder."
            )
        if not os.fstat(handle).st_nlink:  # its holder removed the folder with all its work
            raise OutputError(f"{folder}: was removed by who held it. Try again.")
        _write(handle, path)
        try:
            yield
        finally:
            os.ftruncate(handle, 0)
    finally:
        os.close(handle)  # this releases it


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}.") from None


def _taken(handle: int, path: Path, wait: float) -> bool:
    """Try to take the lock for so long; tell whether it was taken."""
    until = time.monotonic() + wait
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                return False
            time.sleep(POLL)
        except OSError as error:  # some network folders know no locks
            raise OutputError(f"{path}: cannot be locked: {error.strerror}.") from None
        else:
            return True


def _write(handle: int, path: Path) -> None:
    """Say in the lock file who holds it."""
    me = {
        "pid": os.getpid(), "host": socket.gethostname(),
        "since": datetime.now().astimezone().isoformat(sep=" ", timespec="seconds"),
    }  # fmt: skip
    try:
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps(me).encode(), 0)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written: {error.strerror}.") from None


def _holder(handle: int) -> str:
    """Return who holds the lock, as far as the file tells."""
    try:
        told: Any = json.loads(os.pread(handle, MOST_BYTES, 0))
        return f"process {int(told['pid'])} on {told['host']} since {told['since']}"
    except (OSError, ValueError, KeyError, TypeError):  # it has only just taken it
        return "another process"
