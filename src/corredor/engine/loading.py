"""Load compiled kernels without all that Numba needs to compile one.

Numba imports and registers everything that it can compile (a fifth of its modules, and scipy with
them) before it looks whether a kernel is in the cache on the disk. That took a third of the time of
a short command. Here it looks first; where it finds nothing it compiles as always, and registers
everything then.

Numba also takes a kernel of the cache as long as its own file stays as it was, though it contains
what it calls from other files. After a change to one of these it would run the old code, or fail.
Here a kernel whose file imports the engine is compiled anew when any file of kernels has changed.
"""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path
from typing import Any

from numba.core import caching
from numba.core.runtime.nrt import rtsys

_BESIDE_SOURCE: Any = getattr(caching, "_SourceFileBackedLocatorMixin", None)


ENGINE = Path(__file__).parent
CALLED = ("kernels", "random")  # whose functions are contained in kernels of other files


@functools.cache
def digest_of_kernels() -> str:
    """Return a digest of all files whose functions other kernels may contain."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in CALLED for path in (ENGINE / folder).glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


@functools.cache
def _may_call_them(path: str) -> bool:
    return __package__ in Path(path).read_text(encoding="utf-8")


def stamp_by_all_kernels() -> bool:
    """Let kernels that may contain others be compiled anew when these change; return if they are.

    Another version of Numba may be built otherwise: then nothing changes.
    """
    of_own_file = getattr(_BESIDE_SOURCE, "get_source_stamp", None)
    if of_own_file is None:
        return False
    if not hasattr(of_own_file, "__wrapped__"):

        @functools.wraps(of_own_file)
        def stamp(locator: Any) -> Any:
            own = of_own_file(locator)
            return (own, digest_of_kernels()) if _may_call_them(locator._py_file) else own

        _BESIDE_SOURCE.get_source_stamp = stamp
    return True


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
