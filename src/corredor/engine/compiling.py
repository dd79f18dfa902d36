"""Say when kernels are compiled: once after an installation, for they are kept on the disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

from corredor.engine.compiled import when_imported


@contextmanager
def told_of_compiling(tell: Callable[[], None]) -> Iterator[None]:
    """Call ``tell`` when, while this lasts, a kernel has to be compiled for the first time.

    Examples
    --------
    >>> with told_of_compiling(lambda: print("one moment")):
    ...     pass
    """
    with ExitStack() as stack:
        stack.callback(when_imported(lambda: _listen(stack, tell)))
        yield


def _listen(stack: ExitStack, tell: Callable[[], None]) -> None:
    """Tell of the first kernel that is compiled, not of those that are only loaded."""
    from numba.core import event

    class Once(event.Listener):
        told = False

        def on_start(self, event: event.Event) -> None:
            if not self.told:
                self.told = True
                tell()

        def on_end(self, event: event.Event) -> None:
            """Hear that it is done."""

    stack.enter_context(event.install_listener("numba:compile", Once()))
