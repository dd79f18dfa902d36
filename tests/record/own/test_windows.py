"""Months, days and windows: which of them a row means, and what cannot be."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from made_own import TODAY, written

from corredor.errors import InputError
from corredor.record.own import Own, read_own


def read(folder: Path, *rows: str, heading: str = "month,value", today: dt.date = TODAY) -> Own:
    return read_own(written(folder, "\n".join([heading, *rows, ""])), today=today)


def refused(folder: Path, *rows: str, heading: str = "month,value") -> str:
    with pytest.raises(InputError) as caught:
        read(folder, *rows, heading=heading)
    return str(caught.value)


def windows(own: Own) -> list[tuple[str, str]]:
    days = own.table[["start", "end"]].astype(str)
    return [(start[:10], end[:10]) for start, end in days.values.tolist()]


def test_a_month_is_all_its_days(tmp_path: Path) -> None:
    own = read(tmp_path, "2024-02,1", "2023-02,1")
    assert windows(own) == [("2023-02-01", "2023-02-28"), ("2024-02-01", "2024-02-29")]
    assert (own.layout, own.notes) == ("months", ())


@pytest.mark.parametrize("days", [("2024-01-01", "2024-02-01"), ("2024-01-31", "2024-02-29"),
                                  ("2024-01-15", "2024-02-17")])  # fmt: skip
def test_a_day_in_a_column_of_months_is_its_month_and_noted(
    tmp_path: Path, days: tuple[str, str]
) -> None:
    own = read(tmp_path, *(f"{day},1" for day in days))
    assert windows(own) == [("2024-01-01", "2024-01-31"), ("2024-02-01", "2024-02-29")]
    assert f"Days such as {days[0]} are read as their whole months." in own.notes


def test_several_days_a_month_are_no_months(tmp_path: Path) -> None:
    told = refused(tmp_path, "2024-01-01,1", "2024-01-08,1")
    assert "line 3, month: found '2024-01-08', expected one row a month; line 2" in told
    assert "name the column date" in told


def test_dates_are_days_unless_they_are_ends_of_months(tmp_path: Path) -> None:
    days = read(tmp_path, "2024-01-01,1", "2024-01-02,1", heading="date,value")
    assert days.layout == "days" and windows(days)[1] == ("2024-01-02", "2024-01-02")
    odd = read(tmp_path, "2024-01-05,1", "2024-02-09,1", heading="date,value")
    assert odd.layout == "days"
    ends = read(tmp_path, "2024-01-31,1", "2024-02-29,1", heading="fecha,valor")
    assert ends.layout == "months"
    assert read(tmp_path, "2024-01-31,1", heading="fecha,valor").layout == "days"


def test_days_and_months_in_one_column_are_months_if_they_can_be(tmp_path: Path) -> None:
    assert read(tmp_path, "2024-01,1", "2024-02-29,1", heading="date,value").layout == "months"
    told = refused(tmp_path, "2024-01,1", "2024-01-05,1", heading="date,value")
    assert "expected one row a month" in told


def test_days_a_week_apart_are_days_and_noted(tmp_path: Path) -> None:
    own = read(tmp_path, "2024-01-01,1", "2024-01-08,1", "2024-01-22,1", heading="date,value")
    assert own.layout == "days"
    assert any("for counts of weeks give start and end" in note for note in own.notes)


def test_windows_say_their_first_and_last_day(tmp_path: Path) -> None:
    heading = "value,end,place,start"
    own = read(tmp_path, "1,2024-03,A,2024-01", "2,2024-01-09,A,2024-01-03", heading=heading)
    assert windows(own) == [("2024-01-01", "2024-03-31"), ("2024-01-03", "2024-01-09")]
    assert own.layout == "windows"
    told = refused(tmp_path, "1,2024-01-01,A,2024-01-03", heading=heading)
    assert "end: found '2024-01-01', expected a day not before the start, 2024-01-03" in told


def test_the_last_days_tell_the_order_of_the_first(tmp_path: Path) -> None:
    own = read(tmp_path, "01/02/2024,29/02/2024,5", heading="inicio,fin,valor")
    assert windows(own) == [("2024-02-01", "2024-02-29")]


def test_windows_that_touch_are_noted(tmp_path: Path) -> None:
    rows = ["2024-01-01,2024-02-01,5", "2024-02-01,2024-03-01,5"]
    own = read(tmp_path, *rows, heading="start,end,value")
    assert any("such as 2024-02-01; an end is read as the last day" in note for note in own.notes)


def test_a_window_is_there_once_a_place_and_category(tmp_path: Path) -> None:
    told = refused(tmp_path, "2024-01,1", "2024-02,1", "2024-01,1")
    assert "line 4, month: found '2024-01', expected each window once for all; line 2" in told
    heading = "month,place,category,value"
    twice = ["2024-01,A,all,1", "2024-01,B,all,1", "2024-01,A,x,1"]
    assert len(read(tmp_path, *twice, heading=heading).table) == 3
    told = refused(tmp_path, *twice, "01/2024,A,x,1", heading=heading)
    assert "line 5, month: found '01/2024', expected each window once for A, x; line 4" in told


def test_a_row_without_a_figure_is_no_rival(tmp_path: Path) -> None:
    assert len(read(tmp_path, "2024-01,", "2024-01,1").table) == 1


def test_what_has_yet_to_come_is_refused_unless_it_is_blank(tmp_path: Path) -> None:
    told = refused(tmp_path, "2026-07,3", "2026-08,3")
    assert told.count("\n") == 1
    assert "line 2, month: found '2026-07', expected a window that ends by 2026-07-30" in told
    assert len(read(tmp_path, "2026-06,3", "2026-12,").table) == 1
    end_of_year = dt.date(2025, 12, 31)
    assert len(read(tmp_path, "2026-01,3", today=end_of_year).table) == 1
