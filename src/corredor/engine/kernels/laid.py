"""Arrays laid out for kernels, so that a call hands over a few numbers.

To hand twenty arrays to a compiled function takes numba longer than a step with few people takes.
They are the same arrays day after day. So they are laid out once: a list says where each lies and
what shape it has, and a kernel is called with the address of the list. Whoever calls it must hold
the lists, for the kernel does not know to whom the arrays belong.
"""

from __future__ import annotations

import ctypes
import functools
from array import array
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
        for one in written:
            if not one.flags.c_contiguous:
                raise TypeError("a kernel can only write into an array that lies in one piece")
        self._given = [array for part in parts for array in part]
        self._kinds = [kind for part in parts for kind in _types(type(part))]
        read: list[NDArray[Any]] = [
            np.ascontiguousarray(array, kind)
            for array, kind in zip(self._given, self._kinds, strict=True)
        ]
        self._arrays = [*read, *written]
        self._list = array("q", [number for laid in self._arrays for number in _listed(laid)])
        self.address = self._list.buffer_info()[0]

    def replace(self, part: tuple[Any, ...]) -> None:
        """Lay out other arrays in place of the parts, at the same address.

        Parameters
        ----------
        part : named tuple
            In place of the only part that there is. What is the very array of before stays.
        """
        given = self._given
        for i, other in enumerate(part):
            if other is not given[i]:
                given[i] = other
                laid: NDArray[Any] = np.ascontiguousarray(other, self._kinds[i])
                self._arrays[i], first = laid, i * WHAT_IS_LISTED
                self._list[first], self._list[first + 1], self._list[first + 2] = _listed(laid)


@functools.cache
def _types(part: type[tuple[Any, ...]]) -> tuple[type, ...]:
    """Return the types of the arrays of a named tuple, as it declares its fields."""
    return tuple(TYPES[kind] for kind in get_type_hints(part).values())


def _listed(laid: NDArray[Any]) -> tuple[int, int, int]:
    shape = laid.shape
    return laid.__array_interface__["data"][0], shape[-1], shape[0] if len(shape) > 1 else 1


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
