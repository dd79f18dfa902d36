"""A worker of the app that has nothing to do; it is started in a moment, for it imports nothing."""

from __future__ import annotations

from multiprocessing.connection import Connection
from multiprocessing.synchronize import Event


def idle_work(connection: Connection, _: Event) -> None:
    """Stand in for the worker where no run is asked for; it ends with the app."""
    try:
        asked = connection.recv()
    except (EOFError, OSError):
        return
    raise AssertionError(f"no run was to be asked for, and here is {asked}")
