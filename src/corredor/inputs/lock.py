"""One process at a time: a lock that its holder's end releases, however it ends."""

from __future__ import annotations

import datetime as dt
import fcntl
import os
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from corredor.errors import OutputError

_EVERY = 0.1  # seconds between two tries


@contextmanager
def locked(path: Path, *, wait: float = 0.0) -> Iterator[None]:
    """Hold a lock file.

    Parameters
    ----------
    path : Path
        The lock file; made if it is not there, and left there.
    wait : float
        Seconds to wait while another process holds it.

    Raises
    ------
    OutputError
        If another process holds it, which the message names; or it cannot be written.
    """
    opened = _take(path, time.monotonic() + wait)
    try:
        os.ftruncate(opened, 0)
        now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        holder = f"process {os.getpid()} on {socket.gethostname()}, since {now}"
        os.pwrite(opened, holder.encode(), 0)
        yield
    finally:
        os.close(opened)


def _take(path: Path, until: float) -> int:
    """Return the lock file, opened and held."""
    while True:
        try:
            opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise OutputError(f"{path}: cannot be written: {error.strerror}.") from None
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(opened, 200, 0).decode(errors="replace") or "another process"
            os.close(opened)
            if time.monotonic() >= until:
                raise OutputError(
                    f"{path.parent}: is in use by {holder}. Wait until it has ended, or stop it."
                ) from None
            time.sleep(_EVERY)
            continue
        if os.fstat(opened).st_nlink:
            return opened
        os.close(opened)  # its holder removed the folder in between
