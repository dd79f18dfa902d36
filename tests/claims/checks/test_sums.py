"""Sums, changes, shares and orders over windows of months give the verdicts that docs promise."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Literal

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter
from record_as_of import know_until

from corredor import record
from corredor.claims.finding import Bars, Finding, Published
from corredor.claims.held import NotCheckableError
from corredor.claims.totals import Claimed
from corredor.claims.verdicts import AnyCheck
from corredor.record.sums import Total
from corredor.text.language import speaking

CHECKS: TypeAdapter[Any] = TypeAdapter(AnyCheck)
EXACT, ROUNDED = "border_patrol_encounters_exact", "border_patrol_encounters"
DETENTIONS = "mexico_detentions"
BEFORE_THE_BULLETIN = "2024-10"  # single months of detentions were mostly not known then
FISCAL_2023 = 2045838


def ask(name: str, **keys: Any) -> Finding:
    return CHECKS.validate_python({"name": name, **keys}).run(SimpleNamespace())


def refused(name: str, **keys: Any) -> str:
    """Return why a check cannot tell."""
    with pytest.raises(NotCheckableError) as told:
        ask(name, **keys)
    assert told.value.finding.verdict == "not checkable"
    return told.value.why.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("published_value", {"start": "2022-10", "end": "2023-09"}),
        ("sum_over", {"start": "2022-10", "end": "2023-09"}),
        ("fiscal_year", {"year": 2023}),
        ("fiscal_year", {"year": 2022, "named_by": "start"}),
    ],
)
def test_the_fiscal_year_of_the_border_patrol(name: str, keys: dict[str, Any]) -> None:
    same = {"series": EXACT, "tolerance_percent": 0.0, **keys}
    found = ask(name, number=FISCAL_2023, **same)
    assert (found.verdict, found.value, found.unit) == ("supported", FISCAL_2023, "events")
    assert "12 months add up to 2,045,838 (edition: May 2025)" in found.why
    assert ask(name, number=FISCAL_2023 + 1, **same).verdict == "contradicted"
    (chart,) = found.charts
    assert isinstance(chart, Bars) and chart.claimed == FISCAL_2023
    with speaking("es"):
        assert "12 meses suman 2,045,838" in ask(name, number=FISCAL_2023, **same).why


def test_a_month_of_the_window_neither_supports_nor_refutes_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    know_until(monkeypatch, BEFORE_THE_BULLETIN)
    found = ask("published_value", series=EXACT, start="2022-10", end="2023-09", number=205134)
    assert (found.verdict, found.value) == ("contradicted", FISCAL_2023)  # by the sum
    hole = {"series": DETENTIONS, "start": "2023-01", "end": "2023-03"}
    assert "February 2023, March 2023" in refused("published_value", number=36147, **hole)


@pytest.mark.parametrize(
    ("first_month", "named_by", "window"),
    [
        (10, "end", ("2022-10", "2023-09")),
        (10, "start", ("2023-10", "2024-09")),
        (4, "start", ("2023-04", "2024-03")),
        (7, "end", ("2022-07", "2023-06")),
        (1, "end", ("2023-01", "2023-12")),
        (1, "start", ("2023-01", "2023-12")),
    ],
)
def test_fiscal_years_of_any_country(
    first_month: int, named_by: str, window: tuple[str, str]
) -> None:
    check = CHECKS.validate_python(
        {"name": "fiscal_year", "series": EXACT, "year": 2023, "number": 1,
         "first_month": first_month, "named_by": named_by}
    )  # fmt: skip
    assert check.window() == window


def test_a_year_with_two_editions() -> None:
    year = {"series": DETENTIONS, "year": 2023, "tolerance_percent": 0.1}
    assert ask("calendar_year", number=778907, **year).verdict == "supported"
    assert ask("calendar_year", number=782176, **year).verdict == "partly"
    assert ask("calendar_year", number=790000, **year).verdict == "contradicted"


def test_a_total_by_the_bulletin_comes_before_one_first_published() -> None:
    two = {"series": DETENTIONS, "start": "2024-01", "end": "2024-02", "tolerance_percent": 0}
    assert ask("sum_over", number=231681, **two).verdict == "supported"
    assert ask("sum_over", number=239948, **two).verdict == "partly"  # first published


def test_months_of_several_editions_are_partly_at_best(monkeypatch: pytest.MonkeyPatch) -> None:
    know_until(monkeypatch, BEFORE_THE_BULLETIN)
    two = {"series": DETENTIONS, "start": "2024-01", "end": "2024-02", "tolerance_percent": 0}
    assert ask("sum_over", number=239948, **two).verdict == "supported"  # first published
    assert ask("sum_over", number=233782, **two).verdict == "partly"  # January as revised
    undated = {"series": "darien_crossings", "start": "2023-03", "end": "2023-08"}
    found = ask("sum_over", number=200000, expect="more", **undated)
    assert found.verdict == "partly" and "different editions" in found.why
    assert ask("sum_over", number=200000, expect="fewer", **undated).verdict == "contradicted"


def test_a_stock_is_never_added_up() -> None:
    keys = {
        "series": "detention_and_shelter_capacity", "category": "people held",
        "place": "Tapachula (Siglo XXI)", "start": "2019-04", "end": "2023-08", "number": 1,
    }  # fmt: skip
    assert "Tapachula (Siglo XXI)" in refused("sum_over", **keys)


def test_a_reading_within_the_time_gives_partly_and_never_refutes() -> None:
    keys = {
        "series": "caravan_track_2024", "category": "people walking",
        "place": "Arriaga, Chiapas", "start": "2024-04", "end": "2024-04",
    }  # fmt: skip
    assert ask("published_value", number=2500, **keys).verdict == "partly"
    assert ask("published_value", number=9000, **keys).verdict == "not checkable"


def test_without_a_window_no_month_refutes() -> None:
    assert ask("published_value", series=EXACT, number=205134).verdict == "partly"
    found = ask("published_value", series=EXACT, number=5)
    assert found.verdict == "not checkable"
    (chart,) = found.charts
    assert isinstance(chart, Bars) and len(chart.rows) == 6


def total(value: float, low: float, high: float, *, mixed: bool = True) -> Total:
    month = pd.Period("2024-01", "M")
    return Total(month, month + 1, value, low, high, ("a",), ("s",), own=False, mixed=mixed)


@given(
    st.lists(st.floats(0, 1e7), min_size=3, max_size=3).map(sorted),
    st.floats(0, 1e7),
    st.sampled_from(["about", "more", "fewer"]),
    st.floats(0, 50),
)
def test_mixed_editions_never_support_and_refute_only_what_none_allows(
    ends: list[float], number: float, expect: Literal["about", "more", "fewer"], tolerance: float
) -> None:
    low, value, high = ends
    claimed = Claimed(expect, number, tolerance)
    grade = claimed.grade([total(value, low, high)])
    possible = any(claimed.holds(v) for v in (low, value, high)) or (
        expect == "about" and low <= number <= high
    )
    assert grade == ("partly" if possible else "contradicted")


def test_a_change_of_windows_of_one_length() -> None:
    keys = {"series": DETENTIONS, "before": ["2022-01", "2022-12"], "after": ["2023-01", "2023-12"]}
    assert ask("change_between", direction="rose", number=337498, **keys).verdict == "supported"
    assert ask("change_between", direction="rose", percent=76.5, **keys).verdict == "supported"
    assert ask("change_between", direction="rose", percent=78, **keys).verdict == "contradicted"
    assert ask("change_between", direction="fell", percent=76.5, **keys).verdict == "contradicted"
    more = {"direction": "rose", "expect": "more"}
    assert ask("change_between", percent=50, **more, **keys).verdict == "supported"


def test_the_tolerance_of_a_change_is_in_percentage_points() -> None:
    keys = {"series": ROUNDED, "before": "2023-12", "after": "2024-01", "direction": "fell"}
    assert ask("change_between", percent=50, **keys).verdict == "supported"  # it fell by 50.3 %
    found = ask("change_between", percent=50, tolerance_points=0.2, **keys)
    assert found.verdict == "contradicted" and found.unit == "percent"


def test_windows_of_different_length_are_compared_a_month() -> None:
    keys = {"series": ROUNDED, "before": ["2022-10", "2023-09"], "after": ["2023-10", "2024-06"]}
    found = ask("change_between", direction="fell", number=19122, **keys)
    assert (found.verdict, found.unit) == ("supported", "events a month")
    assert "means a month are compared" in found.why
    (chart,) = found.charts
    assert isinstance(chart, Bars)
    assert [round(value) for _, value in chart.rows] == [170485, 151363]


def test_a_change_between_editions_is_told_and_partly_at_best(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = {"series": ROUNDED, "before": "2024-11", "after": "2024-12"}
    found = ask("change_between", direction="rose", percent=1.5, **keys)
    assert found.verdict == "partly"
    assert "“November 2024” and “May 2025”" in found.why
    know_until(monkeypatch, BEFORE_THE_BULLETIN)
    month = {"series": DETENTIONS, "month_a": "2021-09", "month_b": "2022-05"}
    assert ask("falls_by", percent=5, **month).verdict == "partly"
    assert ask("falls_by", percent=30, **month).verdict == "contradicted"


def test_two_months_are_taken_from_the_edition_that_has_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    know_until(monkeypatch, BEFORE_THE_BULLETIN)
    keys = {"series": DETENTIONS, "month_a": "2024-01", "month_b": "2024-02", "percent": 0}
    found = ask("falls_by", **keys)  # by preferred figures, of two editions, it would have risen
    assert found.verdict == "supported" and "“first published 2024”, which has both" in found.why


def test_nothing_is_a_percentage_of_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = {"series": ROUNDED, "before": "2023-12", "after": "2024-01", "direction": "rose"}
    figures = record.load_series(ROUNDED, edition="all")
    figures.loc[figures["start"] == pd.Timestamp("2023-12-01"), "value"] = 0.0
    monkeypatch.setattr(record, "load_series", lambda *_, **__: figures)
    assert "zero" in refused("change_between", percent=5, **keys)
    assert ask("change_between", number=124220, **keys).verdict == "supported"
    assert "zero" in refused("share_of", series=ROUNDED, whole=EXACT, percent=5, start="2023-12",
                             end="2023-12")  # fmt: skip


def test_shares_of_a_place_and_of_a_category() -> None:
    year = {"start": "2022-10", "end": "2023-09"}
    sector = {"series": "border_patrol_by_sector", "place": "Tucson", "whole": ROUNDED, **year}
    found = ask("share_of", percent=18.3, tolerance_points=0.05, **sector)
    assert (found.verdict, found.unit) == ("supported", "percent")
    assert "373,630" in found.why and "2,045,820" in found.why
    assert ask("share_of", percent=20, **sector).verdict == "contradicted"
    ports = {"series": "ports_of_entry_encounters", "category": "Mexico", **year}
    assert ask("share_of", percent=30, expect="more", **ports).verdict == "supported"
    assert ask("share_of", percent=30, expect="less", **ports).verdict == "contradicted"


def test_a_share_across_editions_is_partly_at_best() -> None:
    keys = {"series": "border_patrol_by_sector", "place": "Tucson", "whole": EXACT,
            "start": "2022-10", "end": "2023-09"}  # fmt: skip
    found = ask("share_of", percent=18.3, **keys)
    assert found.verdict == "partly" and "different editions" in found.why


def test_what_exceeds_the_whole_is_no_part_of_it() -> None:
    keys = {"start": "2022-10", "end": "2023-09", "percent": 50}
    whole = {"whole": "border_patrol_by_sector", "whole_place": "Tucson"}
    assert "no part of it" in refused("share_of", series=ROUNDED, **whole, **keys)


def test_all_sectors_share_out_the_whole() -> None:
    keys = {"series": "border_patrol_by_sector", "whole": ROUNDED, "start": "2022-10",
            "end": "2023-09", "percent": 0}  # fmt: skip
    places = record.load_series("border_patrol_by_sector")["place"].unique()
    shares = [ask("share_of", place=place, **keys).value or 0.0 for place in places]
    assert sum(shares) == pytest.approx(100, abs=0.1)  # cells are rounded to 10


def test_the_highest_and_the_lowest_month() -> None:
    found = ask("most_since", series=ROUNDED, window="2023-12")
    assert (found.verdict, found.value) == ("supported", 249740)
    (chart,) = found.charts
    assert isinstance(chart, Published) and chart.marked == ("2023-12",)
    winter = {"series": ROUNDED, "window": "2022-12", "since": "2022-06"}  # May was higher
    assert ask("most_since", **winter).verdict == "supported"
    until = ask("most_since", until="2024-06", **winter)
    assert until.verdict == "contradicted"
    assert "249,740 in December 2023" in until.why.replace("\u00a0", " ")
    low = {"series": ROUNDED, "window": "2020-04"}
    assert ask("least_since", since="2017-07", **low).verdict == "supported"
    assert ask("least_since", since="2017-06", **low).verdict == "contradicted"


def test_a_year_is_held_against_the_years_before_it() -> None:
    found = ask("most_since", series=DETENTIONS, window=["2023-01", "2023-12"])
    assert found.verdict == "supported" and "9 windows" in found.why
    fiscal = ask("most_since", series=ROUNDED, window=["2021-10", "2022-09"])
    assert fiscal.verdict == "supported" and "22 windows" in fiscal.why


def test_months_that_were_not_published_may_be_higher(monkeypatch: pytest.MonkeyPatch) -> None:
    know_until(monkeypatch, BEFORE_THE_BULLETIN)
    found = ask("most_since", series=DETENTIONS, window="2024-05", since="2024-03")
    assert found.verdict == "not checkable"  # neither month before it since March is held
    found = ask("most_since", series=DETENTIONS, window="2024-05", since="2024-02")
    assert found.verdict == "partly"
    assert "March 2024, April 2024" in found.why.replace("\u00a0", " ")
    before = ask("most_since", series=ROUNDED, window="2023-12", since="1999-09")
    assert before.verdict == "partly"  # the record begins in October 1999


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch):
    """Return a way to put figures in the place of a series: first and last month, value."""

    def put(*figures: tuple[str, str, float]) -> None:
        template = record.load_series(ROUNDED).iloc[:1]
        table = pd.concat([template] * len(figures), ignore_index=True)
        table["start"] = [pd.Timestamp(f"{a}-01") for a, _, _ in figures]
        table["end"] = [pd.Period(b, "M").end_time.normalize() for _, b, _ in figures]
        table["value"] = [float(v) for *_, v in figures]
        monkeypatch.setattr(record, "load_series", lambda *_, **__: table)

    return put


def test_a_tie_is_partly(made_up) -> None:
    made_up(("2020-01", "2020-01", 5), ("2020-02", "2020-02", 3), ("2020-03", "2020-03", 5))
    for name in ("most_since", "least_since"):
        found = ask(name, series=ROUNDED, window="2020-03", since="2020-02")
        assert found.verdict == {"most_since": "supported", "least_since": "contradicted"}[name]
    assert ask("most_since", series=ROUNDED, window="2020-03").verdict == "partly"


def test_a_published_total_bounds_the_months_within_it(made_up) -> None:
    months = ("2020-01", "2020-01", 5), ("2020-04", "2020-04", 9)
    made_up(*months, ("2020-02", "2020-03", 8))
    assert ask("most_since", series=ROUNDED, window="2020-04").verdict == "supported"
    assert ask("least_since", series=ROUNDED, window="2020-01", until="2020-04").verdict == "partly"
    made_up(*months, ("2020-02", "2020-03", 9))  # all of it may be in one of the two
    assert ask("most_since", series=ROUNDED, window="2020-04").verdict == "partly"


def test_the_first_month_has_nothing_before_it() -> None:
    assert "nothing in the record" in refused("most_since", series=ROUNDED, window="1999-10")


def test_a_steepest_fall_with_gaps_is_partly(made_up, monkeypatch: pytest.MonkeyPatch) -> None:
    figures = [(f"2020-0{n}", f"2020-0{n}", v) for n, v in ((1, 9), (2, 8), (3, 9), (5, 9), (6, 1))]
    made_up(*figures)
    values = pd.Series({pd.Period(a, "M"): float(v) for a, _, v in figures}, name=ROUNDED)
    gapped = values.reindex(pd.period_range("2020-01", "2020-06", freq="M"))
    monkeypatch.setattr(record, "monthly", lambda *_, **__: gapped)
    monkeypatch.setattr(record, "monthly_falls", lambda _: _falls(gapped))
    found = ask("steepest_fall", series=ROUNDED, month="2020-06")
    assert found.verdict == "partly" and "April\u00a02020" in found.why


def _falls(values: pd.Series) -> pd.DataFrame:
    from corredor.record.analysis import monthly_falls

    return monthly_falls(values)
