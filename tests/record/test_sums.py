"""Totals are a figure of their own, else the sum of months of one edition, else told as mixed."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor import record
from corredor.record.sums import ceiling, missing_months, of_one_edition, totals, whole_months

FIRST = pd.Period("2020-01", "M")
Figure = tuple[int, int, float, str, int]  # first and last month from FIRST, value, edition, rank


def rows(*figures: Figure, unit: str = "") -> pd.DataFrame:
    """Return figures over whole months as ``whole_months`` does."""
    columns = ["start", "end", "value", "edition", "rank"]
    table = pd.DataFrame(figures, columns=columns).assign(category="all", source="s", unit=unit)
    for column in ("start", "end"):
        table[column] = [FIRST + int(n) for n in table[column]]
    return table.sort_values("rank", kind="stable", ignore_index=True)


def total(table: pd.DataFrame, first: int, last: int):
    return totals(table, FIRST + first, FIRST + last, add=True)


def test_the_exact_counts_add_up_to_the_fiscal_year() -> None:
    table = whole_months(record.load_series("border_patrol_encounters_exact", edition="all"))
    both = totals(table, pd.Period("2022-10", "M"), pd.Period("2023-09", "M"), add=True)
    assert [found.editions for found in both] == [("May 2025",), ("August 2025",)]
    for found in both:
        assert found.value == found.low == found.high == 2045838
        assert (found.months, found.own, found.mixed) == (12, False, False)


def test_a_figure_of_its_own_comes_before_its_months() -> None:
    table = rows((0, 0, 1, "a", 1), (1, 1, 2, "a", 1), (0, 1, 30, "a", 1), (0, 1, 40, "b", 2))
    assert [(t.value, t.own) for t in total(table, 0, 1)] == [(30, True), (40, True)]


def test_one_edition_comes_before_the_preferred_of_several() -> None:
    table = rows((0, 0, 10, "new", 1), (0, 0, 12, "old", 2), (1, 1, 5, "old", 1))
    one, mixed = total(table, 0, 1)
    assert (one.value, one.editions, one.mixed) == (17, ("old",), False)
    assert (mixed.value, mixed.editions, mixed.mixed) == (15, ("new", "old"), True)
    assert (mixed.low, mixed.high) == (15, 17)


def test_editions_without_a_day_may_be_of_several() -> None:
    table = rows((0, 0, 10, "only edition seen", 1), (1, 1, 5, "only edition seen", 1))
    (found,) = total(table, 0, 1)
    assert found.mixed


def test_a_missing_month_leaves_no_total() -> None:
    table = rows((0, 0, 1, "a", 1), (2, 2, 2, "a", 1))
    assert total(table, 0, 2) == []
    assert missing_months(table, FIRST, FIRST + 2) == [FIRST + 1]


def test_stocks_and_several_units_are_not_added() -> None:
    table = rows((0, 0, 1, "a", 1), (1, 1, 2, "a", 1))
    assert totals(table, FIRST, FIRST + 1, add=False) == []
    assert total(table.assign(unit=["people", "events"]), 0, 1) == []


def test_a_pair_of_one_edition_is_preferred() -> None:
    table = rows((0, 0, 10, "new", 1), (0, 0, 12, "old", 2), (1, 1, 5, "old", 1))
    before, after, alike = of_one_edition(total(table, 0, 0), total(table, 1, 1))
    assert (before.value, after.value, alike) == (12, 5, True)
    table = table[table["rank"] == 1]
    before, after, alike = of_one_edition(total(table, 0, 0), total(table, 1, 1))
    assert (before.value, after.value, alike) == (10, 5, False)


def test_a_ceiling_comes_from_what_holds_the_month() -> None:
    table = rows((0, 11, 100, "a", 1), (0, 2, 40, "a", 1), (0, 2, 50, "b", 2), (5, 5, 7, "a", 1))
    assert ceiling(table, FIRST, FIRST) == 50
    assert ceiling(table, FIRST + 4, FIRST + 4) == 100
    assert ceiling(table, FIRST + 4, FIRST + 5) == 100
    assert ceiling(table, FIRST + 12, FIRST + 12) == float("inf")


months = st.lists(st.integers(0, 10**6), min_size=1, max_size=18)


@settings(deadline=None)  # pandas takes long on a busy machine
@given(months, st.data())
def test_a_sum_is_that_of_its_parts(values: list[int], data: st.DataObject) -> None:
    table = rows(*((n, n, float(v), "a", 1) for n, v in enumerate(values)))
    last = len(values) - 1
    cut = data.draw(st.integers(0, last))
    (whole,) = total(table, 0, last)
    assert whole.value == sum(values)
    if cut:
        (before,), (after,) = total(table, 0, cut - 1), total(table, cut, last)
        assert before.value + after.value == whole.value


@settings(deadline=None)  # pandas takes long on a busy machine
@given(months, st.data())
def test_a_sum_with_a_hole_is_never_given(values: list[int], data: st.DataObject) -> None:
    hole = data.draw(st.integers(0, len(values) - 1))
    figures = [(n, n, float(v), "a", 1) for n, v in enumerate(values) if n != hole]
    assert total(rows(*figures), 0, len(values) - 1) == []


two = st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=2, max_size=8)


@settings(deadline=None)  # pandas takes long on a busy machine
@given(two, st.data())
def test_every_total_lies_between_the_least_and_the_most_of_its_editions(
    values: list[tuple[int, int]], data: st.DataObject
) -> None:
    """Each month has edition a, b or both; whatever is summed, its ends hold what was chosen."""
    kept = data.draw(st.lists(st.sampled_from(["a", "b", "ab"]), min_size=len(values),
                              max_size=len(values)))  # fmt: skip
    figures = [
        (n, n, float(v), edition, rank)
        for n, (pair, has) in enumerate(zip(values, kept, strict=True))
        for rank, (edition, v) in enumerate(zip("ab", pair, strict=True), start=1)
        if edition in has
    ]
    table = rows(*figures)
    by_month = table.groupby("start")["value"]
    found = total(table, 0, len(values) - 1)
    assert found
    for one in found:
        assert by_month.min().sum() <= one.low <= one.value <= one.high <= by_month.max().sum()
        assert one.mixed == (len(one.editions) > 1)
    alone = {e for e in "ab" if all(e in has for has in kept)}
    assert {t.editions[0] for t in found if not t.mixed} == alone


@settings(deadline=None)  # pandas takes long on a busy machine
@given(months, st.data())
def test_no_window_exceeds_its_ceiling(values: list[int], data: st.DataObject) -> None:
    """Months are published only within longer totals, which hold them."""
    last = len(values) - 1
    ends = st.tuples(st.integers(0, last), st.integers(0, last)).map(sorted)
    published = data.draw(st.lists(ends, min_size=1, max_size=6))
    figures = [(a, b, float(sum(values[a : b + 1])), "a", 1) for a, b in published]
    first, final = data.draw(ends)
    most = ceiling(rows(*figures), FIRST + first, FIRST + final)
    assert sum(values[first : final + 1]) <= most


def test_rows_of_part_months_are_left_out() -> None:
    table = whole_months(record.load_series("darien_crossings", edition="all"))
    assert not ((table["start"] == "2023-01") & (table["end"] == "2023-11")).any()  # to 5 November


@pytest.mark.parametrize("series", ["caravan_track_2024", "mexico_inm_counts"])
def test_units_of_rows_are_kept(series: str) -> None:
    table = whole_months(record.load_series(series, edition="all"))
    assert (table["unit"] != "").all()
