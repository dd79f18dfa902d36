"""Days and months: in one order for a whole column, which it tells or the user says."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_official import as_book
from made_own import DAYS, MONTHS, TODAY, written

from corredor.errors import InputError
from corredor.record.own import Own, read_own
from corredor.record.own.written import written_of

JANUARY = dt.date(2024, 1, 1)


def read(folder: Path, *cells: str, heading: str = "date", **options: Any) -> Own:
    text = f"{heading};value\n" + "".join(f"{cell};{n}\n" for n, cell in enumerate(cells))
    return read_own(written(folder, text), today=TODAY, **options)


def starts(folder: Path, *cells: str, **options: Any) -> list[str]:
    days = read(folder, *cells, **options).table["start"]
    return [day.date().isoformat() for day in days]


def refused(folder: Path, *cells: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, *cells, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    "text",
    ["2024-01", "2024/01", "2024/1", "202401", "01/2024", "1-2024", "01.2024", "2024M01", "2024m1",
     "Jan 2024", "JAN-24", "jan. 2024", "January, 2024", "enero de 2024", "Enero del 2024",
     "ene-24", "ene/2024", "ene '24", "2024-ene", "2024 enero"],
)  # fmt: skip
def test_a_month_is_read_however_it_is_written(text: str) -> None:
    found = written_of(text)
    assert found is not None and found.month
    assert set(found.days.values()) == {JANUARY}


@pytest.mark.parametrize(
    "text",
    ["2024-01-31", "2024/1/31", "2024.01.31", "20240131", "2024-01-31 00:00:00",
     "2024-01-31T00:00:00Z", "31/01/2024", "01/31/2024", "31.1.2024", "31-01-2024", "31 01 2024",
     "31/1/24", "31 de enero de 2024", "31 enero 2024", "31-ene-24", "31st January 2024",
     "January 31, 2024", "Jan 31st 2024", "31-Jan-2024", "31/01/2024 00:00"],
)  # fmt: skip
def test_a_day_is_read_however_it_is_written(text: str) -> None:
    found = written_of(text)
    assert found is not None and not found.month
    assert dt.date(2024, 1, 31) in found.days.values()


@pytest.mark.parametrize(
    "text",
    ["", "2024", "2024-13", "2024-00", "24-01", "01/24", "24-ene", "2024-02-30", "31/02/2024",
     "2024Q1", "2024-W05", "Total", "45292", "2024.01", "2024-01-31 14:30", "2024-1", "٢٠٢٤-٠١",
     "1/1/1", "2024131", "0000-01", "x" * 500, "99999999"],
)  # fmt: skip
def test_what_is_no_day_is_none(text: str) -> None:
    assert (written_of(text) is None) == (text != "2024-1")


@given(day=st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)))
def test_a_day_can_always_mean_what_was_written(day: dt.date) -> None:
    for writes in DAYS.values():
        found = written_of(writes(day))
        assert found is not None and day in found.days.values()
    for writes in MONTHS.values():
        found = written_of(writes(day))
        assert found is not None and set(found.days.values()) == {day.replace(day=1)}


def test_one_day_above_12_tells_the_order(tmp_path: Path) -> None:
    assert starts(tmp_path, "05/04/2024", "13/04/2024") == ["2024-04-05", "2024-04-13"]
    assert starts(tmp_path, "04/05/2024", "04/13/2024") == ["2024-04-05", "2024-04-13"]


def test_firsts_of_months_in_a_row_tell_the_order(tmp_path: Path) -> None:
    across = ["01/11/2023", "01/12/2023", "01/01/2024"]
    assert starts(tmp_path, *across) == ["2023-11-01", "2023-12-01", "2024-01-01"]
    american = ["11/01/2023", "12/01/2023", "01/01/2024"]
    assert starts(tmp_path, *american) == ["2023-11-01", "2023-12-01", "2024-01-01"]


def test_within_one_year_the_heading_has_to_say_month(tmp_path: Path) -> None:
    cells = ["01/01/2024", "01/02/2024", "01/03/2024"]  # or three days of January
    told = refused(tmp_path, *cells)
    assert "--dates day-first" in told and "Or name the column month" in told
    assert starts(tmp_path, *cells, heading="mes") == ["2024-01-01", "2024-02-01", "2024-03-01"]


def test_where_nothing_tells_the_order_it_is_asked_once(tmp_path: Path) -> None:
    told = refused(tmp_path, "05/05/2024", "06/04/2024", "06/05/2024")
    assert "line 3, date: found '06/04/2024'" in told and "\n" not in told
    assert "2024-04-06 (--dates day-first) or 2024-06-04 (--dates month-first)" in told
    days = starts(tmp_path, "06/04/2024", dates="month-first")
    assert days == ["2024-06-04"]


def test_days_that_are_alike_in_both_orders_need_no_question(tmp_path: Path) -> None:
    assert starts(tmp_path, "05/05/2024") == ["2024-05-05"]


def test_two_orders_in_a_column_are_refused_with_both_lines(tmp_path: Path) -> None:
    told = refused(tmp_path, "13/04/2024", "01/02/2024", "04/14/2024")
    assert "line 4, date: found '04/14/2024', expected one order" in told
    assert "'13/04/2024' in line 2" in told


def test_an_answer_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, "13/04/2024", dates="month-first")
    assert "found '13/04/2024', expected a day that is read month-first" in told


def test_years_of_two_digits_are_noted_and_may_be_asked(tmp_path: Path) -> None:
    own = read(tmp_path, "ene-24")
    assert "Years of two digits are read as 20xx." in own.notes
    assert "write it with four digits" in refused(tmp_path, "05-04-24", "13-04-24")
    assert starts(tmp_path, "05-04-24", "13-04-24", dates="day-first")[0] == "2024-04-05"
    assert starts(tmp_path, "24-01-01", "24-02-01", "24-03-01", heading="month")[2] == "2024-03-01"
    assert "Write the year with four digits" in refused(tmp_path, "24-01")


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("2024", "give the columns start and end"),
        ("2024-W05", "give the columns start and end"),
        ("45292", "as spreadsheets count them"),
        ("=A2+1", "A formula is not worked out"),
        ("Fuente del dato", "Leave out lines below the table"),
        ("²", "a month such as 2024-01"),
        ("enero", "Name the year too"),
        ("1875-01", "a day from 1900 to 2100"),
    ],
)
def test_what_is_no_day_is_refused_with_advice(tmp_path: Path, cell: str, advice: str) -> None:
    told = refused(tmp_path, "2024-01", cell)
    assert "line 3, date: found " in told and advice in told


def test_a_year_of_its_own_goes_with_its_month(tmp_path: Path) -> None:
    for months in (["enero", "febrero"], ["1", "02"], ["Jan.", "2024-02"]):
        text = f"Año,Mes,Total\n2024,{months[0]},5\n2024,{months[1]},6\n"
        own = read_own(written(tmp_path, text), today=TODAY)
        assert own.table["start"].dt.month.tolist() == [1, 2]
        assert own.layout == "months"
    for year in ("", "24", "2023"):
        text = f"Año,Mes,Total\n{year},2024-01,5\n"
        with pytest.raises(InputError, match="line 2, Mes"):
            read_own(written(tmp_path, text), today=TODAY)


def in_book(folder: Path, *cells: object) -> Own:
    rows: list[list[object]] = [["date", "value"], *([cell, 1] for cell in cells)]
    return read_own(written(folder, as_book({"A": rows})), today=TODAY)


def test_days_of_a_workbook_need_no_order(tmp_path: Path) -> None:
    days = [dt.datetime(2024, 4, 5), dt.datetime(2024, 4, 6, 13, 30)]
    assert in_book(tmp_path, *days).table["start"].dt.day.tolist() == [5, 6]


def test_numbers_of_a_workbook_may_be_days_as_it_counts_them(tmp_path: Path) -> None:
    own = in_book(tmp_path, 45292, 45293)
    assert own.table["start"].dt.strftime("%Y-%m-%d").tolist() == ["2024-01-01", "2024-01-02"]
    assert any("as spreadsheets count days" in note for note in own.notes)
    assert in_book(tmp_path, 202401).table["end"].dt.day.tolist() == [31]
    with pytest.raises(InputError, match="give the columns start and end"):
        in_book(tmp_path, 2024)


def test_a_column_of_which_a_spreadsheet_took_only_some_for_days_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="may have day and month exchanged"):
        in_book(tmp_path, dt.datetime(2024, 4, 5), "13/04/2024")
