"""A folder is held by one at a time, who is named; a killed holder holds nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from corredor.errors import OutputError
from corredor.inputs.lock import LOCK, locked

HOLD = """
import sys, time
from pathlib import Path
from corredor.inputs.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def held_by_another(folder: Path) -> subprocess.Popen[str]:
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def test_another_process_is_refused_and_told_who_holds_the_folder(tmp_path: Path) -> None:
    with held_by_another(tmp_path) as other:
        told = json.loads((tmp_path / LOCK).read_text())
        with pytest.raises(OutputError) as refused, locked(tmp_path):
            pass
        for part in (str(tmp_path), str(other.pid), socket.gethostname(), told["since"]):
            assert part in str(refused.value)
        other.send_signal(signal.SIGKILL)
        other.wait()
        with locked(tmp_path):  # the file of the killed one is there still
            assert json.loads((tmp_path / LOCK).read_text())["pid"] == os.getpid()


def test_a_folder_is_free_again_after_its_holder(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), locked(tmp_path):
        raise RuntimeError
    assert (tmp_path / LOCK).read_text() == ""
    with locked(tmp_path):
        pass


def test_a_second_holder_in_the_same_process_is_refused(tmp_path: Path) -> None:
    with locked(tmp_path):
        with pytest.raises(OutputError, match=f"process {os.getpid()} "), locked(tmp_path):
            pass
        with locked(tmp_path, name=".other"):
            pass


def test_who_waits_gets_the_folder_once_it_is_free(tmp_path: Path) -> None:
    began, freed = threading.Event(), 0.0

    def hold() -> None:
        nonlocal freed
        with locked(tmp_path):
            began.set()
            time.sleep(0.3)
            freed = time.monotonic()

    holder = threading.Thread(target=hold)
    holder.start()
    began.wait()
    with pytest.raises(OutputError), locked(tmp_path, wait=0.1):
        pass
    with locked(tmp_path, wait=10):
        assert time.monotonic() >= freed > 0
    holder.join()


def test_a_lock_file_without_words_still_refuses(tmp_path: Path) -> None:
    with locked(tmp_path):
        for text in ("", "{", "[]", '{"pid": "x"}', "\xff" * 9000):
            (tmp_path / LOCK).write_text(text)
            with pytest.raises(OutputError, match="another process"), locked(tmp_path):
                pass


@pytest.mark.parametrize("kind", ["folder", "link", "missing"])
def test_what_cannot_be_a_lock_file_is_refused_in_words(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "runs"
    if kind != "missing":
        folder.mkdir()
    if kind == "folder":
        (folder / LOCK).mkdir()
    if kind == "link":
        (folder / LOCK).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="cannot be written"), locked(folder):
        pass
    assert not (tmp_path / "elsewhere").exists()
