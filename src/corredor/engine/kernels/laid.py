"""Arrays laid out for kernels, so that a call hands over a few numbers.

To hand twenty arrays to a compiled function takes numba longer than a step with few people takes.
They are the same arrays day after day. So they are laid out once: a list says where each lies and
what shape it has, and a kernel is called with the address of the list. Whoever calls it must hold
the lists, for the kernel does not know to whom the arrays belong.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any, get_type_hints

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Index, Integers
from corredor.engine.compiled import IN_PYTHON, compiled, late

MOST_ARRAYS = 32
TYPES: dict[Any, type] = {Index: np.int32, Integers: np.int64, Floats: np.float64}
REAL = np.dtype(np.float64).itemsize  # bytes
WHAT_IS_LISTED = 3  # of an array: its address, the length of its rows, their number


class Laid:
    """Arrays, and the address of a list of them that kernels read.

    Parameters
    ----------
    parts : named tuples
        Of arrays whose fields are declared as ``Index``, ``Integers`` or ``Floats``; what is of
        another type, or not in one piece, is copied.
    written : numpy.ndarray
        Further arrays, which are taken as they are, for kernels write into them.

    Raises
    ------
    TypeError
        If an array that is written into is not in one piece.
    """

    def __init__(self, *parts: tuple[Any, ...], written: tuple[NDArray[Any], ...] = ()) -> None:
        for array in written:
            if not array.flags.c_contiguous:
                raise TypeError("a kernel can only write into an array that lies in one piece")
        read: list[NDArray[Any]] = [
            np.ascontiguousarray(array, kind)
            for part in parts
            for array, kind in zip(part, _types(type(part)), strict=True)
        ]
        self._arrays = (*read, *written)
        self._list = np.array([_listed(array) for array in self._arrays], np.int64)
        self.address = _address(self._list)


@functools.cache
def _types(part: type[tuple[Any, ...]]) -> tuple[type, ...]:
    """Return the types of the arrays of a named tuple, as it declares its fields."""
    return tuple(TYPES[kind] for kind in get_type_hints(part).values())


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])


def _listed(array: NDArray[Any]) -> tuple[int, int, int]:
    rows = array.shape[0] if array.ndim > 1 else 1
    return _address(array), array.shape[-1], rows


def _as_pointer() -> Any:
    """Return what gives an address as a pointer."""
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic

    def pointer(_: Any, __: Any) -> Any:
        def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
            return builder.inttoptr(arguments[0], ir.IntType(8).as_pointer())

        return types.voidptr(types.int64), generate

    return intrinsic(pointer)


def _carray() -> Any:
    """Return what makes an array of a pointer."""
    from numba.np.numpy_support import carray

    return carray


def _pointer_in_python(address: Any) -> ctypes.c_void_p:
    """Return an address as a pointer, where numba is told to compile nothing."""
    return ctypes.c_void_p(int(address))


_pointer: Any = _pointer_in_python if IN_PYTHON else late(_as_pointer)
carray: Any = late(_carray)


@compiled(inline="always")
def listed(address):  # type: ignore[no-untyped-def]
    """Return the list of arrays at an address."""
    return carray(_pointer(address), (MOST_ARRAYS, WHAT_IS_LISTED), np.int64)


@compiled(inline="always")
def indices(laid, i):  # type: ignore[no-untyped-def]
    """Return the i-th array of a list, which is of the type ``Index``, [n]."""
    return carray(_pointer(laid[i, 0]), (laid[i, 1],), np.int32)


@compiled(inline="always")
def integers(laid, i):  # type: ignore[no-untyped-def]
    """Return the i-th array of a list, which is of the type ``Integers``, [n]."""
    return carray(_pointer(laid[i, 0]), (laid[i, 1],), np.int64)


@compiled(inline="always")
def reals(laid, i):  # type: ignore[no-untyped-def]
    """Return the i-th array of a list, which is of the type ``Floats``, [n]."""
    return carray(_pointer(laid[i, 0]), (laid[i, 1],), np.float64)


@compiled(inline="always")
def rows(laid, i):  # type: ignore[no-untyped-def]
    """Return the i-th array of a list, which is of the type ``Floats``, [rows, n]."""
    return carray(_pointer(laid[i, 0]), (laid[i, 2], laid[i, 1]), np.float64)


@compiled(inline="always")
def rows_of_integers(laid, i):  # type: ignore[no-untyped-def]
    """Return the i-th array of a list, which is of the type ``Integers``, [rows, n]."""
    return carray(_pointer(laid[i, 0]), (laid[i, 2], laid[i, 1]), np.int64)
