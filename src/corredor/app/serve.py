"""Serve the page until Ctrl-C: to this computer, or to those who know a token."""

from __future__ import annotations

import errno
import socket
import threading
import webbrowser
from collections.abc import Callable
from pathlib import Path

from corredor.app.access.entry import Entry, is_any
from corredor.app.access.users import Users
from corredor.corridor.scenarios_of import scenarios_folder
from corredor.errors import OutputError, UsageError
from corredor.extras import require
from corredor.inputs.lock import locked

CLAIMS = "claims"  # folder of a world
BACKLOG = 512  # connections that the system holds for the app while it is busy


def serve(
    folder: Path,
    entry: Entry,
    *,
    browser: bool,
    world: Path | None = None,
    told: Callable[[], object] = lambda: None,
) -> None:
    """Serve the page; see ``create_app``.

    Parameters
    ----------
    folder, entry
        As ``create_app`` has them.
    browser : bool
        Open the page in a browser.
    world : Path, optional
        The folder of the world that is opened; that of the baseline unless given.
    told : callable
        Called once folder and port are the app's own.

    Raises
    ------
    UsageError
        If a library is missing, something else answers at the port, or this computer has no such
        address.
    OutputError
        If the folder cannot be written, or another app has it open.
    InputError
        If its list of users cannot be read.
    """
    require("fastapi", "uvicorn")
    own = () if world is None else (scenarios_folder(world), world / CLAIMS, world)
    import uvicorn

    from corredor.app.connections import PatientProtocol
    from corredor.app.routes.server import create_app

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise OutputError(f"{folder}: cannot be written: {error.strerror}.") from None
    with locked(folder), _listening(entry) as listening:
        settings = uvicorn.Config(
            create_app(folder, entry, *own), log_level="warning", timeout_graceful_shutdown=1,
            http=PatientProtocol, ws="none", server_header=False, backlog=BACKLOG,
        )  # fmt: skip
        Users(folder).known()  # a list that nobody can read would shut them all out unseen
        told()
        if browser:
            threading.Timer(1.0, webbrowser.open, [entry.link]).start()
        uvicorn.Server(settings).run(sockets=[listening])


def _listening(entry: Entry) -> socket.socket:
    """Return a socket that listens where the app is to be served."""
    try:
        family, kind, proto, _, where = socket.getaddrinfo(
            entry.host, entry.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except (OSError, UnicodeError):
        raise UsageError(f"host: {entry.host} is no address or name of this computer.") from None
    listening = socket.socket(family, kind, proto)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6 and is_any(entry.host):
        listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    try:
        listening.bind(where)
        listening.listen(BACKLOG)
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRNOTAVAIL:
            raise UsageError(f"host: {entry.host} is no address of this computer.") from None
        raise UsageError(
            f"port: {entry.port} is taken, perhaps by another Corredor, whose terminal shows its "
            "address. Choose another with --port."
        ) from None
    return listening
