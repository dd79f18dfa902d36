"""Load compiled kernels without all that Numba needs to compile one.

Numba imports and registers everything that it can compile (a fifth of its modules, and scipy with
them) before it looks whether a kernel is in the cache on the disk. That took a third of the time of
a short command. Here it looks first; where it finds nothing it compiles as always, and registers
everything then.
"""

from __future__ import annotations

from typing import Any

from numba.core import caching
from numba.core.runtime.nrt import rtsys


def _load_overload(cache: Any, signature: Any, target_context: Any) -> Any:
    """Return a kernel of the cache, or None. Only what runs it is made ready: counts of arrays."""
    rtsys.initialize(target_context)
    with cache._guard_against_spurious_io_errors():
        return cache._load_overload(signature, target_context)


def load_before_registering() -> bool:
    """Let Numba look into its cache first, in this process; return whether this Numba can.

    Another version of Numba may be built otherwise: then nothing changes but the time.

    Examples
    --------
    >>> load_before_registering()
    True
    """
    parts = ("_guard_against_spurious_io_errors", "_load_overload", "load_overload")
    if not all(hasattr(caching.Cache, part) for part in parts):
        return False
    caching.Cache.load_overload = _load_overload  # type: ignore[method-assign]
    return True
