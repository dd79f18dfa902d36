"""Laws: small functions of numbers, written beside the process that they belong to and compiled.

A step that follows a law from day to day need not be asked by Python, which takes longer than the
work. Kernels call the law at its address, so that they are compiled once, whatever the law says.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, ClassVar, Generic, TypeVar

from corredor.engine import native
from corredor.engine.compiled import IN_PYTHON, import_numba, late

Numbers = Sequence[float]
FactorFunction = Callable[[float, Numbers], float]
MemoryFunction = Callable[[Any, float, Numbers], float]
Function = TypeVar("Function", bound=Callable[..., float])


_NUMBER, _NUMBERS = ctypes.c_double, ctypes.POINTER(ctypes.c_double)


class _Law(Generic[Function]):
    """A function, compiled when it is first needed."""

    signature: ClassVar[str]
    of_c: ClassVar[Any]

    def __init__(self, function: Function) -> None:
        self.function = function

    @cached_property
    def _compiled(self) -> Any:
        if IN_PYTHON:
            return self.of_c(self.function)
        address = native.load_for_c(self.function, self.signature)
        return self._by_numba() if address is None else self.of_c(address)

    def _by_numba(self) -> Any:
        import_numba()
        import numba

        native.CALLED[self.function] = self.signature
        return numba.cfunc(self.signature, cache=True, error_model="numpy")(self.function).ctypes

    @property
    def address(self) -> int:
        """Return where the compiled function is."""
        return int(ctypes.cast(self._compiled, ctypes.c_void_p).value or 0)


class FactorLaw(_Law[FactorFunction]):
    """How the factor of a cohort follows from a number of people and from numbers given.

    Examples
    --------
    >>> @FactorLaw
    ... def half_at(people, given):
    ...     return people / (people + given[0])
    >>> half_at.function(30.0, [10.0])
    0.75
    """

    signature = "float64(float64, CPointer(float64))"
    of_c = ctypes.CFUNCTYPE(_NUMBER, _NUMBER, _NUMBERS)


class MemoryLaw(_Law[MemoryFunction]):
    """How what is remembered follows from it, from a number of events and from numbers given.

    The function writes what is remembered from now on over what was, and returns a number to
    record.

    Examples
    --------
    >>> @MemoryLaw
    ... def all_so_far(known, events, given):
    ...     known[0] += events
    ...     return known[0]
    """

    signature = "float64(CPointer(float64), float64, CPointer(float64))"
    of_c = ctypes.CFUNCTYPE(_NUMBER, _NUMBERS, _NUMBER, _NUMBERS)


@FactorLaw
def as_given(_: float, given: Numbers) -> float:
    """Return the number given, whoever is there."""
    return given[0]


def _of_a_factor() -> Any:
    """Return what calls the law of a factor at an address, with people and the address of more."""
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic

    real, pointer = ir.DoubleType(), ir.DoubleType().as_pointer()

    def by_law(_: Any, __: Any, ___: Any, ____: Any) -> Any:
        def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
            law, people, given = arguments
            kind = ir.FunctionType(real, [real, pointer]).as_pointer()
            return builder.call(
                builder.inttoptr(law, kind), [people, builder.inttoptr(given, pointer)]
            )

        return types.float64(types.int64, types.float64, types.int64), generate

    return intrinsic(by_law)


def _of_memory() -> Any:
    """Return what calls the law of memory: with addresses of what is kept and given, and events."""
    from llvmlite import ir
    from numba.core import types
    from numba.extending import intrinsic

    real, pointer = ir.DoubleType(), ir.DoubleType().as_pointer()

    def by_law(_: Any, __: Any, ___: Any, ____: Any, _____: Any) -> Any:
        def generate(_: Any, builder: Any, __: Any, arguments: Any) -> Any:
            law, kept, events, given = arguments
            kind = ir.FunctionType(real, [pointer, real, pointer]).as_pointer()
            kept, given = (builder.inttoptr(address, pointer) for address in (kept, given))
            return builder.call(builder.inttoptr(law, kind), [kept, events, given])

        return types.float64(types.int64, types.int64, types.float64, types.int64), generate

    return intrinsic(by_law)


def _factor_in_python(law: Any, people: float, given: Any) -> float:
    """Call the law of a factor where numba is told to compile nothing."""
    return float(FactorLaw.of_c(int(law))(people, _numbers_at(given)))


def _memory_in_python(law: Any, kept: Any, events: float, given: Any) -> float:
    """Call the law of memory where numba is told to compile nothing."""
    return float(MemoryLaw.of_c(int(law))(_numbers_at(kept), events, _numbers_at(given)))


def _numbers_at(address: Any) -> Any:
    return ctypes.cast(int(address), _NUMBERS)


factor_by: Any = _factor_in_python if IN_PYTHON else late(_of_a_factor)
remembered_by: Any = _memory_in_python if IN_PYTHON else late(_of_memory)
