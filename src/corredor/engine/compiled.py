"""Kernels: functions that Numba compiles, without Numba where they have been compiled before.

To import Numba, and to have it look for a kernel that it keeps, takes longer than a short command.
What it compiles for Python to call is kept a second time, by names that tell of everything on which
it depends (``corredor.engine.native``). A kernel is looked for there when it is first called; Numba
is imported only where it is not found, and from then on all is as if it had been from the start.
"""

from __future__ import annotations

import functools
import importlib
import os
import sys
import threading
from collections.abc import Callable
from typing import Any

from corredor.engine import native

IN_PYTHON = os.environ.get("NUMBA_DISABLE_JIT", "0") not in ("", "0")  # compile nothing
_LOCK = threading.RLock()
_COMPILED_ELSEWHERE = "numba" in sys.modules  # who imports it meets it, and no kernel is loaded


class Kernel:
    """A function to be compiled, until something of it is needed that Numba alone can give.

    Parameters
    ----------
    function : callable
        To compile.
    options : dict
        Of ``numba.njit``. One that releases the lock of Python (``nogil``) is called by Python, and
        kept to be loaded without Numba.
    """

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        functools.update_wrapper(self, function)
        self._function = function
        self._options = options
        self._loaded: dict[Any, Callable[..., Any] | None] = {}
        self._dispatcher: Any = None

    def __call__(self, *arguments: Any) -> Any:
        """Call the compiled function."""
        return self.prepared(arguments)(*arguments)

    def __getattr__(self, name: str) -> Any:
        """Return what Numba's dispatcher has; Numba asks where it compiles it into another one."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.dispatcher, name)

    def __reduce__(self) -> tuple[Any, ...]:
        """Be found again by name, in another process."""
        return _named, (self._function.__module__, self._function.__qualname__)

    @property
    def py_func(self) -> Callable[..., Any]:
        """Return the function itself."""
        return self._function

    @property
    def dispatcher(self) -> Any:
        """Return what Numba calls; imports it."""
        if self._dispatcher is None:
            import_numba()
        return self._dispatcher

    def prepared(self, arguments: tuple[Any, ...]) -> Callable[..., Any]:
        """Return what to call with such arguments."""
        if self._dispatcher is not None:
            return self._dispatcher  # type: ignore[no-any-return]
        kinds = native.kinds(arguments)
        try:
            found = self._loaded[kinds]
        except KeyError:
            found = self._load(kinds, arguments)
        return found or self.dispatcher

    def _load(self, kinds: Any, arguments: tuple[Any, ...]) -> Callable[..., Any] | None:
        with _LOCK:
            if kinds not in self._loaded:
                called = called_by_python(self._options)
                self._loaded[kinds] = (
                    native.load(self._function, native.described(arguments)) if called else None
                )
        return self._loaded[kinds]


def _named(module: str, name: str) -> Any:
    return getattr(importlib.import_module(module), name)


class Late:
    """Something that only Numba can make, and that only what it compiles needs."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._make = make

    @functools.cached_property
    def made(self) -> Any:
        """Make it."""
        return self._make()


def called_by_python(options: dict[str, Any]) -> bool:
    """Return whether Python calls a kernel with such options, not only other kernels."""
    return bool(options.get("nogil")) and "inline" not in options


def compiled(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function by Numba, when it is first called.

    Parameters
    ----------
    **options
        Of ``numba.njit``; it is always kept on the disk.

    Examples
    --------
    >>> from corredor.engine.random.samplers import binomial
    >>> from corredor.engine.random.philox import new_stream
    >>> 0 <= binomial(new_stream(1, 0, 0), 10, 0.5) <= 10
    True
    """

    def decorate(function: Callable[..., Any]) -> Any:
        if IN_PYTHON:
            return function
        kernel = Kernel(function, options)
        _KERNELS.append(kernel)
        return kernel if not _awake() else _compile(kernel)

    return decorate


def late(make: Callable[[], Any]) -> Any:
    """Make something by Numba only when a function is compiled that needs it.

    Parameters
    ----------
    make : callable
        Imports what it needs of Numba, and returns it.
    """
    return make() if _awake() or IN_PYTHON else Late(make)


def prepared(kernel: Callable[..., Any], *arguments: Any) -> Callable[..., Any]:
    """Return what a kernel comes to for arguments of such types, to call it often."""
    return kernel.prepared(arguments) if isinstance(kernel, Kernel) else kernel


_KERNELS: list[Kernel] = []
_WHEN_IMPORTED: list[Callable[[], None]] = []
_IMPORTED = threading.Event()


def _awake() -> bool:
    if _COMPILED_ELSEWHERE and not _IMPORTED.is_set():
        import_numba()
    return _IMPORTED.is_set()


def import_numba() -> None:
    """Import Numba, and let it have what stands for its own until now."""
    with _LOCK:
        if _IMPORTED.is_set():
            return
        from corredor.engine import loading

        loading.stamp_by_all_kernels()
        loading.load_before_registering()
        loading.keep_for_python()
        for kernel in _KERNELS:
            _compile(kernel)
        for module in list(sys.modules.values()):
            names = getattr(module, "__dict__", None) or {}
            for name, value in list(names.items()):
                if type(value) is Kernel:
                    names[name] = value._dispatcher
                elif type(value) is Late:
                    names[name] = value.made
        _IMPORTED.set()
        for tell in _WHEN_IMPORTED:
            tell()


def _compile(kernel: Kernel) -> Any:
    import numba

    if kernel._dispatcher is None:
        if called_by_python(kernel._options):
            native.CALLED[kernel._function] = None
        kernel._dispatcher = numba.njit(cache=True, **kernel._options)(kernel._function)
    return kernel._dispatcher


def when_imported(tell: Callable[[], None]) -> Callable[[], None]:
    """Call ``tell`` when Numba is imported, at once if it has been; return what calls it off."""
    if _awake():
        tell()
        return lambda: None
    _WHEN_IMPORTED.append(tell)
    return functools.partial(_WHEN_IMPORTED.remove, tell)
