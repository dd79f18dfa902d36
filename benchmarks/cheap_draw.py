"""The hybrid draw beside the exact one, in every number that study, report and app print.

``python -m benchmarks.cheap_draw [PAIRS]`` runs all scenarios of the study three times for the same
members of the posterior: exact, exact with another seed, and hybrid. It prints a table by kind of
number and size, and names the numbers whose band is not as wide as that of the exact draw.

An end of a band is a quantile of the runs. Its error is how far it lies from that of half of the
exact runs: for hybrid and for the other seed with the same members, and for exact runs of the other
half of the members, which is how far off a study is for the members that it happens to have.
"""

from __future__ import annotations

import itertools
import sys
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from benchmarks.__main__ import table
from benchmarks.printed import printed, scenarios
from corredor.arrays import BAND, Floats
from corredor.engine.draws.names import CountedDrawName
from corredor.runs.simulate import RunOptions, prepare

PAIRS, AT_ONCE = 100, 10
SIZES = (0.0, 1.0, 10.0, 100.0, 1_000.0, 10_000.0, np.inf)
NARROW, WIDE = 0.8, 1.25  # against the width of the exact draw
SMALLEST = 10.0  # smaller ones are named together: whole numbers move their ends by much


class Runs(NamedTuple):
    """Numbers by kind and name, [replicate, …], and processor seconds."""

    numbers: dict[str, dict[str, Floats]]
    seconds: float


class Ends(NamedTuple):
    """Of one kind of number, [numbers].

    Attributes
    ----------
    name : list of str
        Of what.
    size, chance : numpy.ndarray
        Mean of the exact runs, without sign; the share of chance in their variance.
    hybrid, seed, members : numpy.ndarray
        Errors of the ends in standard deviations, [ends, numbers].
    relative : numpy.ndarray
        Error of hybrid against the size, [ends, numbers].
    width, other : numpy.ndarray
        Of the band in hybrid, and in the exact draw with another seed, against that of both exact.
    """

    name: list[str]
    size: Floats
    chance: Floats
    hybrid: Floats
    seed: Floats
    members: Floats
    relative: Floats
    width: Floats
    other: Floats


def measured(draw: CountedDrawName, seed: int, pairs: int) -> Runs:
    """Run the scenarios of the study, some members at a time."""
    asked = RunOptions(replicates=pairs, draw=draw, seed=seed, parameters="posterior")
    prepared = prepare(scenarios(), asked, at_once=AT_ONCE)
    parts, taken = [], 0.0
    for first in range(0, pairs, AT_ONCE):
        started = time.process_time()
        results = prepared.run(range(first, min(first + AT_ONCE, pairs)), threads=1)
        taken += time.process_time() - started
        parts.append(printed(results))
    joined = {
        kind: {name: np.concatenate([part[kind][name] for part in parts]) for name in names}
        for kind, names in parts[0].items()
    }
    return Runs(joined, taken)


def ends_of(exact: Runs, again: Runs, hybrid: Runs, kind: str) -> Ends:
    """Compare the bands of one kind of number; what is the same in all exact runs is left out."""
    one, other, cheap = (_flat(runs.numbers[kind]) for runs in (exact, again, hybrid))
    both = np.concatenate([one, other])
    spread, size = both.std(axis=0), np.abs(both.mean(axis=0))
    kept = np.isfinite(spread) & (spread > 0)
    names = [
        name for name, values in exact.numbers[kind].items() for _ in range(values[0].size)
    ]  # fmt: skip
    one, other, cheap, both = (values[:, kept] for values in (one, other, cheap, both))
    spread, size, half = spread[kept], size[kept], len(one) // 2
    first = _quantiles(one[:half])
    missed = _quantiles(cheap[:half]) - first
    width = np.diff(_quantiles(both), axis=0)[0]
    width = np.where(width > 0, width, np.nan)
    return Ends(
        [name for name, k in zip(names, kept, strict=True) if k],
        size,
        ((one - other) ** 2).mean(axis=0) / 2 / spread**2,
        missed / spread,
        (_quantiles(other[:half]) - first) / spread,
        (_quantiles(one[half:]) - first) / spread,
        missed / np.maximum(size, 1.0),
        np.diff(_quantiles(cheap), axis=0)[0] / width,
        np.diff(_quantiles(other), axis=0)[0] / width,
    )


def _flat(numbers: dict[str, Floats]) -> Floats:
    return np.concatenate([v.reshape(len(v), -1) for v in numbers.values()], axis=1).astype(float)


def _quantiles(values: Floats) -> Floats:
    return np.asarray(np.quantile(values, BAND, axis=0))


def rows(kind: str, ends: Ends) -> Iterator[list[str]]:
    """Give the rows of the table: one for each size of number."""
    for low, high in itertools.pairwise(SIZES):
        k = (ends.size >= low) & (ends.size < high)
        if not k.any():
            continue
        errors = [np.sqrt((e[:, k] ** 2).mean()) for e in (ends.hybrid, ends.seed, ends.members)]
        narrow = [(w[k] < NARROW).mean() for w in (ends.width, ends.other)]
        yield [
            kind, f"{low:,.0f} to {high:,.0f}" if np.isfinite(high) else f"{low:,.0f} and more",
            f"{k.sum():,}", f"{np.median(ends.chance[k]):.1%}", *(f"{e:.2f}" for e in errors),
            f"{np.median(np.abs(ends.relative[:, k])):.1%}",
            f"{np.nanmedian(ends.width[k]):.2f}", *(f"{n:.0%}" for n in narrow),
        ]  # fmt: skip


def named(kind: str, ends: Ends) -> Iterator[list[str]]:
    """Give the names whose bands are, in the median, too narrow or too wide, small counts apart."""
    large = ends.size >= SMALLEST
    for name in dict.fromkeys(ends.name):
        k = large & (np.array(ends.name) == name)
        width = np.nanmedian(ends.width[k]) if k.any() else 1.0
        if not NARROW <= width <= WIDE:
            relative = np.median(np.abs(ends.relative[:, k]))
            yield [kind, name, f"{k.sum()}", f"{width:.2f}", f"{relative:.2%}"]


def report(pairs: int = PAIRS) -> str:
    """Return the tables in Markdown."""
    exact, again = (measured("exact", seed, pairs) for seed in (1, 2))
    hybrid = measured("hybrid", 1, pairs)
    by_kind = {kind: ends_of(exact, again, hybrid, kind) for kind in exact.numbers}
    said = f"{pairs} pairs; processor seconds of hybrid against exact: "
    said += f"{hybrid.seconds / exact.seconds:.2f}."
    head = ("kind of number", "size", "numbers", "chance's share", "hybrid", "another seed",
            "other members", "hybrid, of the number", "width", "hybrid narrower than 0.8",
            "another seed narrower")  # fmt: skip
    listed = [row for kind, ends in by_kind.items() for row in rows(kind, ends)]
    apart = [row for kind, ends in by_kind.items() for row in named(kind, ends)]
    names = ("kind of number", "name", "numbers", "width", "error of the ends, of the number")
    return "\n\n".join([said, table(head, listed), table(names, apart)])


if __name__ == "__main__":
    print(report(*map(int, sys.argv[1:])))
