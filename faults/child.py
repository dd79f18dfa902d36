"""Run one thing in a process of its own, which may be killed, and say how it ended.

The process is forked from this one, which has loaded everything and begun nothing: so a trial
costs the work itself and not the seconds that loading takes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from faults.files import Injector, let_no_file_grow_past

LONGEST = 600.0  # seconds; on a busy machine what takes one takes many


@dataclass(frozen=True)
class Ended:
    """How a trial ended.

    Attributes
    ----------
    code : int
        The exit code; less than 0 for a signal.
    said : str
        What it wrote to standard error.
    events : int
        File events that were counted; 0 where it was killed.
    seconds : float
        How long it took.
    """

    code: int
    said: str
    events: int
    seconds: float

    @property
    def killed(self) -> bool:
        """Return whether SIGKILL ended it."""
        return self.code == -signal.SIGKILL


def trial(
    work: Callable[[], None], folder: Path, logs: Path, *, injector: Injector | None = None,
    kill_after: float | None = None, grow: int | None = None,
    environment: Mapping[str, str] | None = None,
) -> Ended:  # fmt: skip
    """Do some work in a process of its own.

    Parameters
    ----------
    work : callable
        The work; what it raises ends the process as the command line would.
    folder : Path
        Where it works.
    logs : Path
        A folder for what it says.
    injector : Injector, optional
        Counts its file events, and does what it does.
    kill_after : float, optional
        Seconds after which it is killed.
    grow : int, optional
        Bytes that a file may have.
    environment : mapping, optional
        Set in the process.
    """
    said, counted = logs / "stderr", logs / "events"
    counted.unlink(missing_ok=True)
    started = time.perf_counter()
    process = os.fork()
    if process == 0:
        _child(work, folder, said, counted, injector, grow, environment or {})
    timer = threading.Timer(kill_after or LONGEST, _kill, [process])
    timer.start()
    _, status = os.waitpid(process, 0)
    timer.cancel()
    events = json.loads(counted.read_text()) if counted.exists() else 0
    return Ended(
        os.waitstatus_to_exitcode(status), said.read_text(errors="replace"), events,
        time.perf_counter() - started,
    )  # fmt: skip


def _kill(process: int) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)


def _child(
    work: Callable[[], None], folder: Path, said: Path, counted: Path,
    injector: Injector | None, grow: int | None, environment: Mapping[str, str],
) -> None:  # fmt: skip
    """Do the work and end; never return."""
    code = 1
    try:
        os.environ.update(environment)
        os.chdir(folder)
        _redirect(said)
        if injector:
            injector.install()
        if grow is not None:
            let_no_file_grow_past(grow)
        try:
            work()
            code = 0
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        except BaseException:
            traceback.print_exc()
        sys.stdout.flush()
        sys.stderr.flush()
        if injector and grow is None:
            counted.write_text(str(injector.count))
    finally:
        os._exit(code)


def _redirect(said: Path) -> None:
    """Let standard error go to a file and standard output nowhere."""
    opened = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(opened, 2)
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
