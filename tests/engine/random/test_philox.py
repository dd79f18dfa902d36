"""The generator gives the published numbers, and each address numbers of its own.

Statistical tests have fixed seeds; each would fail by chance with probability 1e-6.
"""

from __future__ import annotations

import numba as nb
import numpy as np
import pytest
from scipy import stats

from corredor.engine.random.philox import new_stream, open_stream, philox, uniform

LEAST_P = 1e-6

# Random123, examples/kat_vectors: philox4x32, 10 rounds.
KNOWN_ANSWERS = [
    ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    (
        (0xFFFFFFFF,) * 4,
        (0xFFFFFFFF,) * 2,
        (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD),
    ),
    (
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        (0xA4093822, 0x299F31D0),
        (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
    ),
]


@nb.njit
def draw_uniform(draws, seed, slot):
    stream = new_stream(np.uint64(seed), 3, 5)
    open_stream(stream, slot)
    out = np.empty(draws)
    for i in range(draws):
        out[i] = uniform(stream)
    return out


@pytest.mark.parametrize(("counter", "key", "block"), KNOWN_ANSWERS)
def test_philox_gives_the_published_blocks(
    counter: tuple[int, ...], key: tuple[int, ...], block: tuple[int, ...]
) -> None:
    words = [np.uint64(word) for word in (*counter, *key)]
    assert tuple(int(word) for word in philox(*words)) == block


def test_uniform_numbers_are_the_words_of_the_addressed_block() -> None:
    seed, slot = 0x0123456789ABCDEF, 77
    words = (0, slot, 5, 3, seed & 0xFFFFFFFF, seed >> 32)
    a, b, c, d = (int(word) for word in philox(*(np.uint64(w) for w in words)))
    expected = [((((x << 32) | y) >> 12) + 0.5) * 2.0**-52 for x, y in ((a, b), (c, d))]
    assert draw_uniform(2, seed, slot).tolist() == expected


def test_uniform_numbers_lie_inside_0_and_1_and_spread_evenly() -> None:
    drawn = draw_uniform(1_000_000, 11, 1)
    assert drawn.min() > 0.0 and drawn.max() < 1.0
    assert stats.kstest(drawn, "uniform").pvalue > LEAST_P
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 5e-3


def test_neighbouring_addresses_share_nothing() -> None:
    numbers = np.array([draw_uniform(200, seed, slot) for seed in range(5) for slot in range(20)])
    assert len(np.unique(numbers)) == numbers.size
    correlation = np.corrcoef(numbers)[~np.eye(100, dtype=bool)]
    assert np.abs(correlation).max() < 6 / np.sqrt(200)
