"""Figures: one decimal mark a column, thousands in four ways, and no guess."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_official import as_book
from made_own import TODAY, written

from corredor.errors import InputError
from corredor.record.own import Own, read_own
from corredor.record.own.numbers import Decimal, readings_of


def column(*cells: str) -> str:
    return "month;value\n" + "".join(f"2024-{n:02d};{cell}\n" for n, cell in enumerate(cells, 1))


def figures(folder: Path, *cells: str, decimal: Decimal | None = None) -> list[float]:
    own = read_own(written(folder, column(*cells)), today=TODAY, decimal=decimal)
    return own.table["value"].tolist()


def refused(folder: Path, *cells: str, decimal: Decimal | None = None) -> str:
    with pytest.raises(InputError) as caught:
        figures(folder, *cells, decimal=decimal)
    return str(caught.value)


@pytest.mark.parametrize(
    ("text", "point", "comma"),
    [
        ("1234", 1234, 1234),
        ("1,234", 1234, 1.234),
        ("1.234", 1.234, 1234),
        ("1,234.5", 1234.5, None),
        ("1.234,5", None, 1234.5),
        ("12,5", None, 12.5),
        ("1,234,567", 1_234_567, None),
        ("1 234", 1234, 1234),
        ("1'234,5", None, 1234.5),
        ("1’234", 1234, 1234),
        ("0,250", None, 0.25),  # no thousands begin with 0
        ("120005.0", 120_005, None),
        ("1 234.567", 1234.567, None),
        ("1,23,456", None, None),
        ("1,234 567", None, None),
        ("-3", None, None),
        ("+3", None, None),
        ("1e5", None, None),
        ("٣", None, None),
        ("9" * 30, None, None),
        ("", None, None),
    ],
)
def test_what_a_number_can_mean(text: str, point: float | None, comma: float | None) -> None:
    wanted = {"point": point, "comma": comma}
    assert readings_of(text) == {mark: v for mark, v in wanted.items() if v is not None}


@given(value=st.integers(0, 10**12), thousands=st.sampled_from(["", ",", " ", "'"]),
       part=st.integers(0, 999))  # fmt: skip
def test_a_number_can_always_mean_what_was_written(value: int, thousands: str, part: int) -> None:
    text = f"{value:,}".replace(",", thousands)
    assert readings_of(text)["point"] == value
    assert readings_of(f"{text}.{part:03d}")["point"] == float(f"{value}.{part:03d}")


def test_one_figure_tells_the_mark_of_all(tmp_path: Path) -> None:
    assert figures(tmp_path, "1.234", "12,5") == [1234, 12.5]
    assert figures(tmp_path, "1,234", "1,234,567") == [1234, 1_234_567]
    assert figures(tmp_path, "1.234", "2,345.5") == [1.234, 2345.5]


def test_where_nothing_tells_the_mark_it_is_asked_once(tmp_path: Path) -> None:
    told = refused(tmp_path, "12", "1,234", "2,345")
    assert "line 3, value: found '1,234'" in told and "\n" not in told
    assert "1,234 (--decimal point) or 1.234 (--decimal comma)" in told
    assert figures(tmp_path, "1,234", decimal="point") == [1234]
    assert figures(tmp_path, "1,234", decimal="comma") == [1.234]


def test_both_readings_alike_need_no_question(tmp_path: Path) -> None:
    assert figures(tmp_path, "12", "1 234", "0") == [12, 1234, 0]


def test_two_marks_in_a_column_are_refused_with_both_lines(tmp_path: Path) -> None:
    told = refused(tmp_path, "1.5", "7", "1,5")
    assert "line 4, value: found '1,5', expected one decimal mark" in told
    assert "'1.5' in line 2" in told


def test_an_answer_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, "1.5", decimal="comma")
    assert "found '1.5', expected a number with a decimal comma, as --decimal comma says" in told


@pytest.mark.parametrize(
    ("cell", "advice"),
    [
        ("-3", "cannot be negative"),
        ("(3)", "cannot be negative"),
        ("NaN", "Leave the cell empty"),
        ("=B2+B3", "A formula is not worked out"),
        ("1.2E+05", "write it in full"),
        ("many", "expected a number of 0 or more, or nothing."),
        ("12 people", "expected a number"),
    ],
)
def test_what_is_no_figure_is_refused_with_advice(tmp_path: Path, cell: str, advice: str) -> None:
    told = refused(tmp_path, "1", cell)
    assert "line 3, value: found " in told and advice in told


def in_book(folder: Path, *cells: object) -> Own:
    rows: list[list[object]] = [
        ["month", "value"],
        *([f"2024-{n:02d}", cell] for n, cell in enumerate(cells, 1)),
    ]
    return read_own(written(folder, as_book({"A": rows})), today=TODAY)


def test_numbers_of_a_workbook_are_what_they_are(tmp_path: Path) -> None:
    assert in_book(tmp_path, 1234, 1.234, "7").table["value"].tolist() == [1234, 1.234, 7]


@pytest.mark.parametrize("cell", [True, dt.datetime(2024, 5, 1), dt.time(3, 4), -1, "#N/A"])
def test_other_kinds_of_cells_are_no_figures(tmp_path: Path, cell: object) -> None:
    with pytest.raises(InputError, match="line 3, sheet 'A', value"):
        in_book(tmp_path, 1, cell)
