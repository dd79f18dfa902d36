"""Comparison: paired, replicate by replicate, and only of results that can be paired."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from helpers import PLACES, Small

from corredor.errors import UsageError
from corredor.runs.compare import compare, compare_all
from corredor.runs.measures import days_in_jurisdictions, measures, total

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
    assert set(table.index) == {measure.name for measure in measures(pair[0])}


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


def row_of(table: pd.DataFrame, number: int, measure: str) -> pd.Series:
    return table[(table["number"] == number) & (table["measure"] == measure)].iloc[0]


def test_several_scenarios_are_each_set_against_the_first(
    small: Small, pair: tuple[xr.Dataset, xr.Dataset]
) -> None:
    third = small.run("[crossing]\nevasion = 0.9", draw="exact", replicates=12)
    table = compare_all([*pair, third], "2023-03")
    assert len(table) == 2 * len(measures(third))
    alone = compare(*pair, "2023-03").set_index("measure")
    for measure in ("encounters", "detentions", "settled"):
        assert row_of(table, 1, measure)["difference"] == alone.loc[measure, "difference"]
        assert row_of(table, 1, measure)["low"] == alone.loc[measure, "low"]
    against_third = compare(pair[0], third, "2023-03").set_index("measure")
    found = row_of(table, 2, "encounters")["difference"]
    assert found == against_third.loc["encounters", "difference"]


def test_one_result_alone_cannot_be_compared(pair: tuple[xr.Dataset, xr.Dataset]) -> None:
    with pytest.raises(UsageError, match="two scenarios or results"):
        compare_all(pair[:1])


def test_all_are_checked_before_any_is_compared(
    small: Small, pair: tuple[xr.Dataset, xr.Dataset]
) -> None:
    with pytest.raises(UsageError, match="seed"):
        compare_all([*pair, small.run(draw="exact", replicates=12, seed=2)])


def test_days_in_jurisdictions_are_evenings_there_over_people_who_entered(small: Small) -> None:
    data = small.run()
    in_march = data.sel(month="2023-03-01", day=slice("2023-03-01", "2023-03-31"))
    inside = [place for place, (country, *_) in PLACES.items() if country == "MEX"]
    evenings = float(in_march["present"].sel(place=inside).sum())
    entered = float(in_march["entries"].sum())
    assert days_in_jurisdictions(data, "2023-03", "2023-03")[0] == pytest.approx(evenings / entered)
    assert float(in_march["present"].sum()) > evenings > 0  # some are not in Mexico yet


def test_days_in_jurisdictions_are_those_of_a_stay_of_known_length(small: Small) -> None:
    """Mexicans alone, who enter at valle and stay there: n a day make 1 + 2 + … evenings."""
    still = "[entry.factor]\nhonduras = 0\n[movement]\nleave = 0\n[settlement]\ngive_up = 0\n"
    data = small.run(still + "settle = 0\nrefuge_rate = 0")
    people = np.cumsum([900 / days for days in (31, 28) for _ in range(days)])
    assert days_in_jurisdictions(data, "2023-02", "2023-02")[0] == pytest.approx(
        people[31:].sum() / 900
    )


def test_nobody_who_entered_means_no_days_a_person(small: Small) -> None:
    data = small.run("[entry]\nfactor = 0")
    assert np.isnan(days_in_jurisdictions(data)).all()


def test_times_returned_and_harm_are_sums_over_people(small: Small) -> None:
    data = small.run(draw="exact", replicates=4)
    of = {measure.name: measure.of(data, None, None) for measure in measures(data)}
    back = total(data, "sent_south") + total(data, "encounters_returned")
    assert of["times_returned"] == pytest.approx(back / total(data, "entries"))
    kinds = [n for n in data if str(n).startswith("harm_") and n != "harm_events"]
    assert of["harm_events"] == pytest.approx(sum(total(data, str(name)) for name in kinds))
    assert len(kinds) == 5
