"""What Numba has compiled, kept so that it can be loaded and called without Numba.

Numba's own files name a kernel by types of its own, so that it must be imported to read them. Here
the same machine code stands in a file whose name is a digest of all on which it depends: the source
of the kernel and of all that it may contain, the types it was compiled for, the versions of Python,
Numba and LLVM, and the processor. It is called as Numba would call it, and so gives the same bits.

Kernels are loaded by LLVM's linker, which llvmlite has. Tried on Linux; elsewhere, and wherever
anything is missing, Numba does it all.
"""

from __future__ import annotations

import ctypes
import functools
import hashlib
import importlib.machinery
import importlib.util
import json
import os
import pickle
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import numpy as np

from corredor.kept import compiled_folders, writable

ENGINE = Path(__file__).parent
CONTAINED = ("kernels", "random")  # whose functions are contained in kernels of other files
SUFFIX = ".native"
AN_HOUR = 3600.0  # in seconds; to write a file takes a moment
CALLED: dict[Callable[..., Any], str | None] = {}  # compiled for Python; for C, with the types
_HERE = sys.platform == "linux"
_ARRAY = 0x1 | 0x2 | 0x100 | 0x400  # flags of an array: rows or columns in one piece, aligned, open


class Native(NamedTuple):
    """A kernel in machine code.

    Attributes
    ----------
    code : bytes
        An object file.
    symbols : dict of str
        What the function is called in it: for ``python`` or for ``c``, whichever may call it; and
        where the one for Python expects its ``environment``.
    kinds : list of str
        Of the numbers in the arrays that it returns, which stand in that environment.
    """

    code: bytes
    symbols: dict[str, str]
    kinds: list[str]


@functools.cache
def digest_of_kernels() -> str:
    """Return a digest of all files whose functions other kernels may contain."""
    digest = hashlib.sha256()
    for path in sorted(path for folder in CONTAINED for path in (ENGINE / folder).glob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def kinds(arguments: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what tells arguments apart for which a kernel is compiled differently; quickly."""
    return tuple(map(_kind, arguments))


def _kind(value: Any) -> Any:
    kind = type(value)
    if kind is np.ndarray:
        return value.dtype, value.ndim, value.flags.num & _ARRAY
    return (kind, *map(_kind, value)) if isinstance(value, tuple) else kind


def described(arguments: tuple[Any, ...]) -> str | None:
    """Describe the types of arguments; None if there is one that is only for Numba.

    Examples
    --------
    >>> described((1, 0.5, (np.zeros((2, 3), np.int32),)))
    'int64 float64 (int32[2C])'
    """
    found = [_described(value) for value in arguments]
    return None if None in found else " ".join(map(str, found))


def _described(value: Any) -> str | None:
    if isinstance(value, tuple):
        inner, kind = described(tuple(value)), type(value)
        name = "" if kind is tuple else f"{kind.__module__}.{kind.__qualname__}"
        return None if inner is None else f"{name}({inner})"
    if type(value) is np.ndarray:
        flags = value.flags
        layout = "C" if flags.c_contiguous else "F" if flags.f_contiguous else "A"
        return _array(value.dtype, value.ndim, layout, flags.aligned, flags.writeable)
    plain = {int: "int64", np.int64: "int64", float: "float64", np.float64: "float64", bool: "bool"}
    return plain.get(type(value))


def _array(kind: Any, axes: int, layout: str, aligned: bool, writeable: bool) -> str | None:
    if kind.kind not in "bif" or not kind.isnative or not aligned:
        return None
    return f"{kind}[{axes}{layout}{'' if writeable else ' read only'}]"


def described_types(types: tuple[Any, ...]) -> str | None:
    """Describe Numba's types as ``described`` does the arguments that they belong to."""
    found = [_described_type(kind) for kind in types]
    return None if None in found else " ".join(map(str, found))


def _described_type(kind: Any) -> str | None:
    from numba.core import types
    from numba.np.numpy_support import as_dtype

    if isinstance(kind, types.BaseTuple):
        inner, of = described_types(tuple(cast(Any, kind))), getattr(kind, "instance_class", None)
        name = f"{of.__module__}.{of.__qualname__}" if of else ""
        return None if inner is None else f"{name}({inner})"
    if type(kind) is types.Array:
        return _array(as_dtype(kind.dtype), kind.ndim, kind.layout, kind.aligned, kind.mutable)
    plain = {types.int64: "int64", types.float64: "float64", types.boolean: "bool"}
    return plain.get(kind)


class _Name(NamedTuple):
    """How the file of a kernel is called: the function, on what machine, its source, for what."""

    function: str
    machine: str
    source: str
    types: str

    def __str__(self) -> str:
        return "-".join(self) + SUFFIX


def _name(function: Callable[..., Any], types: str) -> _Name:
    """Name the file of a kernel.

    Raises
    ------
    OSError
        If the source is in no file.
    """
    code = function.__code__
    name = f"{function.__module__}.{function.__qualname__}".replace("<", "").replace(">", "")
    source = hashlib.sha256(digest_of_kernels().encode())
    for path in sorted(_files(function)):
        source.update(Path(path).read_bytes())
    source.update(repr((code.co_firstlineno, code.co_code, code.co_consts)).encode())
    return _Name(name, _digest(_machine()), source.hexdigest()[:32], _digest(types))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _files(function: Callable[..., Any]) -> set[str]:
    """Return the files of a function and of the compiled ones that it may contain."""
    found: set[str] = set()
    left = [function]
    while left:
        one = left.pop()
        if one.__code__.co_filename not in found:
            found.add(one.__code__.co_filename)
            called = (getattr(value, "py_func", None) for value in one.__globals__.values())
            left.extend(other for other in called if other is not None)
    return found


@functools.cache
def _machine() -> str:
    """Return what else a kernel depends on: versions, and the processor.

    And the installation: those that share a folder leave each other's kernels alone.
    """
    import llvmlite.binding as llvm

    numba = importlib.util.find_spec("numba")
    root = Path(str(numba and numba.origin)).parent
    told = (
        str(ENGINE), sys.implementation.cache_tag,
        (root / "_version.py").read_text(encoding="utf-8"),
        str(llvm.llvm_version_info), llvm.get_process_triple(), llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(), np.lib.NumpyVersion(np.__version__).vstring,
        *(f"{name}={value}" for name, value in sorted(os.environ.items())
          if name.startswith("NUMBA_") and name != "NUMBA_CACHE_DIR"),
    )  # fmt: skip
    return "\0".join(told)


def keep_compiled(function: Callable[..., Any], result: tuple[Any, ...]) -> None:
    """Keep what Numba has compiled, if it is for Python or C to call.

    Parameters
    ----------
    function : callable
        What was compiled.
    result : tuple
        What came of it, as Numba keeps it.
    """
    if function not in CALLED or function.__closure__:
        return
    (_, kind, parts), names, environment, signature = result[:4]
    for_c, constants = CALLED[function], environment.consts
    types = for_c or described_types(signature.args)
    plain = all(isinstance(constant, np.dtype) for constant in constants)
    if types is None or kind != "object" or not plain:
        return
    symbols = {"environment": names.env_name, "python": names.llvm_cpython_wrapper_name}
    if for_c:
        symbols = {"c": names.llvm_cfunc_wrapper_name}
    keep(function, types, Native(parts[0], symbols, list(map(str, constants))))


def keep(function: Callable[..., Any], types: str, kernel: Native) -> None:
    """Keep a kernel, in place of those made of older code.

    Parameters
    ----------
    function : callable
        What was compiled.
    types : str
        Of its arguments.
    kernel : Native
        What came of it.
    """
    if not _HERE:
        return
    folder = next(filter(writable, compiled_folders()), None)
    if folder is None:
        return
    try:
        name = _name(function, types)
    except OSError:
        return
    told = {"sha256": _seal(kernel), "symbols": kernel.symbols, "kinds": kernel.kinds}
    head = json.dumps(told)
    if _read(folder / str(name)):
        return
    unfinished = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.write_bytes(head.encode() + b"\n" + kernel.code)
        for old in folder.glob(f"{name.function}-{name.machine}-*{SUFFIX}"):
            if name.source not in old.name:
                old.unlink(missing_ok=True)
        for old in folder.glob(f".{name.function}-*"):  # of a process that was killed here
            if time.time() - old.stat().st_mtime > AN_HOUR:
                old.unlink(missing_ok=True)
        unfinished.replace(folder / str(name))
    except OSError:
        unfinished.unlink(missing_ok=True)


def _kept(function: Callable[..., Any], types: str | None) -> Native | None:
    if types is None or not _HERE:
        return None
    try:
        name = str(_name(function, types))
    except OSError:
        return None
    for folder in compiled_folders():
        if kernel := _read(folder / name):
            return kernel
    return None


def _read(path: Path) -> Native | None:
    """Read a kernel; None if it is not there, or not as it was written."""
    try:
        head, code = path.read_bytes().split(b"\n", 1)
        told = json.loads(head)
        kernel = Native(code, told["symbols"], told["kinds"])
        whole = told["sha256"] == _seal(kernel)
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return kernel if whole else None


def _seal(kernel: Native) -> str:
    """Return the digest of a kernel: of its code, and of how it is called."""
    called = json.dumps([kernel.symbols, kernel.kinds], sort_keys=True)
    return hashlib.sha256(called.encode() + kernel.code).hexdigest()


def load(function: Callable[..., Any], types: str | None) -> Callable[..., Any] | None:
    """Return a kernel as Python can call it; None if it is not kept, or cannot be loaded.

    Parameters
    ----------
    function : callable
        What was compiled.
    types : str or None
        Of its arguments, see ``described``.
    """
    kernel = _kept(function, types)
    at = kernel and _addresses(kernel)
    if kernel is None or at is None:
        return None
    environment = _libraries()["_dynfunc"].Environment({})
    environment.consts.extend(map(np.dtype, kernel.kinds))
    ctypes.c_void_p.from_address(at["environment"]).value = id(environment)
    definition = _Definition(function.__name__.encode(), at["python"], _METHOD, None)
    _HELD.extend((environment, definition))
    return _new_function(ctypes.byref(definition), None, None)  # type: ignore[no-any-return]


def load_for_c(function: Callable[..., Any], types: str) -> int | None:
    """Return the address of a function that C can call; None if it is not kept."""
    kernel = _kept(function, types)
    at = kernel and _addresses(kernel)
    return at["c"] if at else None


def _addresses(kernel: Native) -> dict[str, int] | None:
    """Load a kernel; return where its parts are."""
    try:
        with _ONE_AT_A_TIME:
            at = _link(kernel)
    except (RuntimeError, ImportError, AttributeError, StopIteration):
        return None  # a part that this Numba does not have, or has elsewhere
    return {part: at[name] for part, name in kernel.symbols.items()}


def _link(kernel: Native) -> Any:
    import llvmlite.binding as llvm

    parts = llvm.JITLibraryBuilder().add_object_img(kernel.code).add_current_process()
    for name in kernel.symbols.values():
        parts.export_symbol(name)
    for name, address in _helpers().items():
        parts.import_symbol(name, address)
    tracker = parts.link(_linker(), f"corredor {len(_HELD)}")
    _HELD.append(tracker)
    return tracker


@functools.cache
def _linker() -> Any:
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    target = llvm.Target.from_default_triple()
    return llvm.create_lljit_compiler(target.create_target_machine(jit=True))


@functools.cache
def _libraries() -> dict[str, Any]:
    """Return Numba's libraries in C, by themselves."""
    numba = importlib.util.find_spec("numba")
    root = Path(str(numba and numba.origin)).parent
    found = {}
    for name in ("_helperlib", "_dynfunc", "core.runtime._nrt_python"):
        base = root.joinpath(*name.split("."))
        ends = importlib.machinery.EXTENSION_SUFFIXES
        path = next(p for p in (base.parent / (base.name + end) for end in ends) if p.exists())
        spec = importlib.util.spec_from_file_location(f"numba.{name}", path)
        if spec is None or spec.loader is None:
            raise RuntimeError(name)
        found[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(found[name])
    return found


@functools.cache
def _helpers() -> dict[str, int]:
    """Return the functions that kernels call, by their names."""
    libraries = _libraries()
    found = {}
    for name in ("_helperlib", "_dynfunc"):
        found.update({f"numba_{key}": at for key, at in libraries[name].c_helpers.items()})
    for key, at in libraries["core.runtime._nrt_python"].c_helpers.items():
        found[key if key.startswith("_") else f"NRT_{key}"] = at
    found["numba_unpickle"] = ctypes.cast(_unpickle, ctypes.c_void_p).value or 0
    return found


def _unpickled(address: int, length: int, _: int) -> Any:
    """Return an object that stands pickled in a kernel; Numba's own would import it."""
    return pickle.loads(ctypes.string_at(address, length))


_unpickle: Any = ctypes.PYFUNCTYPE(
    ctypes.py_object, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p
)(_unpickled)


class _Definition(ctypes.Structure):
    """A function of C for Python (PyMethodDef)."""

    _fields_ = (
        ("name", ctypes.c_char_p), ("function", ctypes.c_void_p), ("flags", ctypes.c_int),
        ("doc", ctypes.c_char_p),
    )  # fmt: skip


_METHOD = 0x1 | 0x2  # METH_VARARGS | METH_KEYWORDS
_ONE_AT_A_TIME = threading.Lock()
_HELD: list[Any] = []  # for as long as the process lasts: functions do not own what they call
_new_function: Any = ctypes.pythonapi.PyCFunction_NewEx
_new_function.restype = ctypes.py_object
_new_function.argtypes = [ctypes.c_void_p, ctypes.py_object, ctypes.c_void_p]
