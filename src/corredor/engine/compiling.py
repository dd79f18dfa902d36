"""Say when kernels are compiled: once after an installation, for they are kept on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from numba.core import event


class _Once(event.Listener):
    """Tells of the first kernel that is compiled, not of those that are only loaded."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell: Callable[[], None] | None = tell

    def on_start(self, event: event.Event) -> None:
        """Hear that the compiler starts on a kernel."""
        tell, self._tell = self._tell, None
        if tell:
            tell()

    def on_end(self, event: event.Event) -> None:
        """Hear that it is done."""


@contextmanager
def told_of_compiling(tell: Callable[[], None]) -> Iterator[None]:
    """Call ``tell`` when, while this lasts, a kernel has to be compiled for the first time.

    Examples
    --------
    >>> with told_of_compiling(lambda: print("one moment")):
    ...     pass
    """
    with event.install_listener("numba:compile", _Once(tell)):
        yield
