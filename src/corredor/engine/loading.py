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
from pathlib import Path
from typing import Any

from numba.core import caching
from numba.core.runtime.nrt import rtsys

from corredor.engine.native import digest_of_kernels, keep_compiled

_BESIDE_SOURCE: Any = getattr(caching, "_SourceFileBackedLocatorMixin", None)


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
        found = cache._cache_file.load(cache._index_key(signature, target_context.codegen()))
        if found is None:
            return None
        keep_compiled(cache._py_func, found)
        return cache._impl.rebuild(target_context, found)


def load_before_registering() -> bool:
    """Let Numba look into its cache first, in this process; return whether this Numba can.

    Another version of Numba may be built otherwise: then nothing changes but the time.

    Examples
    --------
    >>> load_before_registering()
    True
    """
    parts = ("_guard_against_spurious_io_errors", "_index_key", "load_overload")
    if not all(hasattr(caching.Cache, part) for part in parts):
        return False
    caching.Cache.load_overload = _load_overload  # type: ignore[method-assign]
    return True


def keep_for_python() -> bool:
    """Keep what is compiled for Python to call also so that it is found without Numba.

    Another version of Numba may be built otherwise: then nothing changes but the time.
    """
    save = getattr(caching.Cache, "_save_overload", None)
    if save is None:
        return False
    if not hasattr(save, "__wrapped__"):

        @functools.wraps(save)
        def saved(cache: Any, signature: Any, result: Any) -> None:
            save(cache, signature, result)
            if cache._impl.check_cachable(result):
                keep_compiled(cache._py_func, cache._impl.reduce(result))

        caching.Cache._save_overload = saved  # type: ignore[method-assign]
    return True
