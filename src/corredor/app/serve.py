"""Serve the page to this computer only, until Ctrl-C."""

from __future__ import annotations

import socket
import sys
import threading
import webbrowser
from pathlib import Path

from corredor.errors import UsageError
from corredor.extras import require

ADDRESS = "127.0.0.1"
MOST_CONNECTIONS = 64


def serve(folder: Path, port: int, *, browser: bool) -> None:
    """Serve the page; see ``create_app``.

    Raises
    ------
    UsageError
        If a library is missing, or something else answers at the port.
    OutputError
        If the folder cannot be written.
    """
    require("fastapi", "uvicorn")
    import uvicorn

    from corredor.app.routes.server import create_app

    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    with listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((ADDRESS, port))
            listening.listen(MOST_CONNECTIONS)
        except OSError:
            raise UsageError(
                f"port: {port} is taken, perhaps by Corredor itself. Open http://{ADDRESS}:{port} "
                "in a browser, or choose another with --port."
            ) from None
        app = create_app(folder, port)
        for path in app.state.runner.store.damaged:
            print(f"{path}: is damaged; its run is not shown.", file=sys.stderr)  # noqa: T201
        settings = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=1,
            limit_concurrency=MOST_CONNECTIONS, server_header=False,
        )  # fmt: skip
        if browser:
            threading.Timer(1.0, webbrowser.open, [f"http://{ADDRESS}:{port}"]).start()
        uvicorn.Server(settings).run(sockets=[listening])
