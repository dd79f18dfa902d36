"""A lock is held by one, names its holder, and goes with it however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from corredor.errors import OutputError
from corredor.inputs.lock import locked

HOLD = """
import sys, time
from pathlib import Path
from corredor.inputs.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_holds_it_and_another_is_told_who(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    with (
        locked(path),
        pytest.raises(OutputError, match=f"is in use by process {os.getpid()} on .*, since"),
        locked(path),
    ):
        pass
    with locked(path):
        pass


def test_a_killed_holder_leaves_it_free(tmp_path: Path) -> None:
    path = tmp_path / ".lock"
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE)
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline()
        started = time.monotonic()
        with pytest.raises(OutputError, match=f"process {holder.pid}"), locked(path, wait=0.3):
            pass
        assert time.monotonic() - started >= 0.3
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    with locked(path):
        pass


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"), locked(tmp_path / "no" / ".lock"):
        pass
