"""Try the web app's HTTP interface with requests that schemathesis makes up.

``make fuzz`` starts the app in a new folder and fails if any answer is not as the interface's own
description (OpenAPI) says, or is a fault of the server.
"""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

BIN = Path(sys.executable).parent
EXAMPLES = 30  # for each operation
SECONDS = 60  # for the app to start
# The stream of events never ends, so that it cannot be tried with the others.
ENDLESS = "/api/events"


def main() -> int:
    """Start the app, try it, stop it; return what schemathesis returned."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp())
    address = f"http://127.0.0.1:{port}"
    app = subprocess.Popen(
        [
            BIN / "corredor",
            "app",
            "--no-browser",
            "--no-token",
            "--port",
            str(port),
            "--folder",
            folder,
        ]
    )
    try:
        _wait(f"{address}/api/openapi.json")
        return subprocess.run(
            [
                BIN / "schemathesis", "run", f"{address}/api/openapi.json", "--url", address,
                "--exclude-path", ENDLESS, "--max-examples", str(EXAMPLES), "--workers", "1",
            ],
            check=False,
        ).returncode  # fmt: skip
    finally:
        app.terminate()
        app.wait()
        shutil.rmtree(folder)


def _wait(address: str) -> None:
    until = time.monotonic() + SECONDS
    while True:
        try:
            with urllib.request.urlopen(address):
                return
        except urllib.error.URLError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    sys.exit(main())
