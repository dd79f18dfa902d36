"""Comparison: paired, replicate by replicate, and only of results that can be paired."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from helpers import Small

from corredor.comparison import MEASURES, compare, total
from corredor.errors import UsageError

HARD = "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.1 }"


@pytest.fixture(scope="module")
def pair(small: Small) -> tuple[xr.Dataset, xr.Dataset]:
    options: dict[str, Any] = {"draw": "exact", "replicates": 12}
    return small.run(**options), small.run(HARD, **options)


def test_differences_are_those_of_the_replicates(pair: tuple[xr.Dataset, xr.Dataset]) -> None:
    table = compare(*pair).set_index("measure")
    row = table.loc["detentions"]
    a, b = (data["detentions"].sum(["month", "place", "group"]).to_numpy() for data in pair)
    assert (row["a"], row["b"]) == (a.mean(), b.mean())
    assert row["difference"] == (b - a).mean()
    assert (row["low"], row["high"]) == tuple(np.quantile(b - a, [0.05, 0.95]))
    assert row["percent"] == pytest.approx(100 * (b - a).mean() / a.mean())
    assert set(table.index) == set(MEASURES)


def test_pairing_narrows_the_difference(pair: tuple[xr.Dataset, xr.Dataset]) -> None:
    """Entries are the same in both, so the difference scatters less than two runs apart."""
    a, b = (total(data, "encounters", "2023-03") for data in pair)
    assert np.var(b - a) < np.var(a) + np.var(b)
    assert (total(pair[0], "entries") == total(pair[1], "entries")).all()


def test_months_can_be_chosen(pair: tuple[xr.Dataset, xr.Dataset]) -> None:
    before = compare(*pair, end="2023-02")
    assert (before["difference"] == 0).all()
    after = compare(*pair, start="2023-03", end="2023-03").set_index("measure")
    assert after.loc["detentions", "difference"] > 0


@pytest.mark.parametrize(
    ("start", "end", "message"),
    [
        ("2031-01", None, "no month from 2031-01"),
        (None, "2020-01", "no month to 2020-01"),
        ("2023-04", "2023-03", "no month from 2023-04 to 2023-03"),
        ("nonsense", None, "expected a month such as 2024-01"),
    ],
)
def test_months_that_are_not_there_are_explained(
    pair: tuple[xr.Dataset, xr.Dataset], start: str | None, end: str | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        compare(*pair, start, end)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"seed": 2}, "seed"),
        ({"draw": "expected"}, "draw"),
        ({"people_scale": 2.0}, "people_scale"),
        ({"replicates": 11}, "replicates"),
        ({"first_replicate": 1}, "replicates"),
    ],
)
def test_results_that_cannot_be_paired_are_refused(
    small: Small, pair: tuple[xr.Dataset, xr.Dataset], options: dict[str, Any], name: str
) -> None:
    other = small.run(**{"draw": "exact", "replicates": 12, **options})
    with pytest.raises(UsageError, match=name):
        compare(pair[0], other)


def test_a_measure_that_never_happens_has_no_percent(small: Small) -> None:
    none = small.run("[harm]\nrobbery = 0")
    row = compare(none, none).set_index("measure").loc["harm_robbery"]
    assert row["difference"] == 0
    assert np.isnan(row["percent"])
