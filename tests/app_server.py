"""The app as a process of its own, as `corredor app` starts it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app_client import TOKEN

SECONDS = 60


@dataclass(frozen=True)
class Served:
    port: int
    process: subprocess.Popen[str]
    link: str  # what it prints first

    def get(self, path: str, token: str = TOKEN, **headers: str) -> tuple[int, bytes]:
        """Ask for a path; return the status and what came."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers=headers)
        if token:
            request.add_header("Authorization", f"Bearer {token}")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                return int(answer.status), answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()


def command(folder: Path, port: int, *options: str) -> list[str]:
    return [
        sys.executable, "-m", "corredor", "app", "--no-browser", "--port", str(port),
        "--folder", str(folder), *options,
    ]  # fmt: skip


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextmanager
def served(folder: Path, *options: str, **environment: str) -> Iterator[Served]:
    """Serve the app, with the token of the tests unless told otherwise."""
    port = free_port()
    settings: dict[str, Any] = {**os.environ, "CORREDOR_TOKEN": TOKEN, **environment}
    process = subprocess.Popen(
        command(folder, port, *options), stdout=subprocess.PIPE, text=True,
        env={name: value for name, value in settings.items() if value},
    )  # fmt: skip
    assert process.stdout is not None
    try:
        link = process.stdout.readline().strip()
        assert link, "the app did not start"
        process.stdout.readline()
        yield Served(port, process, link)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=SECONDS)
        process.stdout.close()
