import json
from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numba import typeof

from corredor.engine.native import Native, _read, _seal, described, described_types, kinds

KINDS = [np.int32, np.int64, np.float64, np.bool_]


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    shape = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    order = draw(st.sampled_from("CF"))
    array = np.zeros(shape, draw(st.sampled_from(KINDS)), order)
    array = array[::2] if draw(st.booleans()) else array
    array.flags.writeable = draw(st.booleans())
    return array


NUMBERS = st.one_of(
    st.integers(-(2**60), 2**60), st.booleans(), st.floats(), st.integers(0, 9).map(np.int64)
)
ARGUMENTS = st.recursive(
    st.one_of(arrays(), NUMBERS), lambda inner: st.lists(inner, min_size=1, max_size=4).map(tuple),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(ARGUMENTS, min_size=1, max_size=4).map(tuple))
def test_arguments_are_described_as_numba_types_them(arguments: tuple[object, ...]) -> None:
    assert described(arguments) == described_types(tuple(map(typeof, arguments)))


@given(*[st.lists(ARGUMENTS, min_size=1, max_size=3).map(tuple)] * 2)
def test_arguments_of_one_kind_are_described_alike(
    first: tuple[object, ...], second: tuple[object, ...]
) -> None:
    if kinds(first) == kinds(second):
        assert described(first) == described(second)


def test_what_is_only_for_numba_is_not_described() -> None:
    assert described((1, "text")) is None
    assert described((np.zeros(2, np.complex128),)) is None
    assert described((np.zeros(2, ">f8"),)) is None


def test_a_bit_that_changed_in_a_kept_kernel_is_seen(tmp_path: Path) -> None:
    path, kernel = tmp_path / "one.native", Native(b"code", {"c": "f"}, ["float64"])
    told = {"sha256": _seal(kernel), "symbols": kernel.symbols, "kinds": kernel.kinds}
    whole = json.dumps(told).encode() + b"\n" + kernel.code
    path.write_bytes(whole)
    assert _read(path) == kernel
    for bit in range(8 * len(whole)):
        changed = bytearray(whole)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        assert _read(path) is None
