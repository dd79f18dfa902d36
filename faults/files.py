"""Count what a process does with files, and end it, or let the disk be full, at one such event.

The events are those that Python tells its audit hooks of (opening to write, making, renaming and
removing), and every ``fsync``. Libraries that write in C tell nobody: for them a file may be let
grow to some bytes only, so that a write ends in its midst, and a process is killed after a time.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Kind = Literal["kill", "no space", "input/output error"]
ERRORS: dict[str, int] = {"no space": errno.ENOSPC, "input/output error": errno.EIO}
# What each audit event is told of, as the place of the path among its arguments.
TOLD = {"open": 0, "os.mkdir": 0, "os.rename": 0, "os.remove": 0, "os.rmdir": 0, "os.truncate": 0}
FREE = ("os.remove", "os.rmdir")  # take no room, so that a full disk lets them be done
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


@dataclass
class Injector:
    """Counts the events below a folder; something happens at one of them.

    Attributes
    ----------
    below : Path
        Only events of paths in this folder count.
    at : int
        The number of the event, from 1; 0 only counts.
    kind : str
        What happens: the process is killed, or the disk is full from then on, or fails once.
    count : int
        Events so far.
    """

    below: Path
    at: int = 0
    kind: Kind = "kill"
    count: int = 0
    _busy: threading.local = field(default_factory=threading.local)

    def install(self) -> None:
        """Listen to this process until it ends."""
        root = f"{self.below}{os.sep}"
        sync = os.fsync

        def told(event: str, args: tuple[object, ...]) -> None:
            place = TOLD.get(event)
            if place is None or (event == "open" and not _writes(args)):
                return
            path = args[place]
            if isinstance(path, bytes):
                path = os.fsdecode(path)
            if isinstance(path, str) and os.path.abspath(path).startswith(root):  # noqa: PTH100
                self._happened(free=event in FREE)

        def synced(opened: int) -> None:
            self._happened(free=False)
            sync(opened)

        sys.addaudithook(told)
        os.fsync = synced  # type: ignore[assignment]

    def _happened(self, *, free: bool) -> None:
        self.count += 1
        if not self.at:
            return
        if self.kind == "kill":
            if self.count == self.at:
                os.kill(os.getpid(), signal.SIGKILL)
        elif self.count == self.at or (
            self.count > self.at and self.kind == "no space" and not free
        ):
            if free:
                return
            code = ERRORS[self.kind]
            raise OSError(code, os.strerror(code))


def _writes(args: tuple[object, ...]) -> bool:
    mode, flags = args[1], args[2]
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & WRITING)


def let_no_file_grow_past(size: int) -> None:
    """Make every write past so many bytes of a file fail in this process, in C as well."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
