"""Whose record is read: that of the world in use, in its folder ``record/``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from corredor.errors import UsageError
from corredor.inputs import shipped

FOLDER = "record"  # of a world, and of a user's home
_IN_USE: ContextVar[Path | None] = ContextVar("the world whose record is read", default=None)


@contextmanager
def with_world(world: str | Path | None) -> Iterator[None]:
    """Read the record of a world inside this block.

    Parameters
    ----------
    world : str, Path or None
        The name of a world that ships, or a folder; the world of the scenario that is run where
        none is named, if None. A world without a ``record/`` has no series but the user's own.
    """
    token = _IN_USE.set(_folder(world))
    try:
        yield
    finally:
        _IN_USE.reset(token)


def record_folder() -> Path:
    """Return the folder of the record of the world in use, which need not exist."""
    return (_IN_USE.get() or shipped.default_world()) / FOLDER


def _folder(world: str | Path | None) -> Path | None:
    if world is None or isinstance(world, Path):
        return world
    try:
        return shipped.find("worlds", world)
    except UsageError:  # a result outlives the folder of its world
        return Path(world)
