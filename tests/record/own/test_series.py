"""A table is read as it was meant, or asked back; never otherwise, and never with a traceback."""

from __future__ import annotations

import calendar
import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_official import as_book
from made_own import DAYS, MONTHS, TODAY, Dialect, Figure, as_table, written

from corredor.errors import InputError
from corredor.record.own import Own, read_own

PLACES = ("Tapachula", "Ciudad Juárez", "Casa “Uno”; patio", 'La "72", Tenosique', "a|b")
CATEGORIES = ("all", "Haití", "niñas, niños")
fast = settings(max_examples=100, deadline=None,
                suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip


def last(day: dt.date) -> dt.date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


@st.composite
def values(draw: st.DrawFn) -> tuple[float, int]:
    decimals = draw(st.sampled_from([0, 0, 1, 2, 3]))
    whole = draw(st.integers(0, 9_999_999) | st.integers(0, 99))
    return float(f"{whole / 10**decimals:.{decimals}f}"), decimals


@st.composite
def windows(draw: st.DrawFn, layout: str) -> list[tuple[dt.date, dt.date]]:
    """Draw the windows of one place and category."""
    day = draw(st.dates(dt.date(2015, 1, 1), dt.date(2025, 5, 31)))  # 14 months end by TODAY
    number = draw(st.integers(2, 14))
    if layout == "windows":
        starts = draw(st.lists(st.integers(0, 300), min_size=1, max_size=6, unique=True))
        lengths = [draw(st.integers(0, 60)) for _ in starts]
        return [(day + dt.timedelta(days=s), day + dt.timedelta(days=s + n))
                for s, n in zip(starts, lengths, strict=True)]  # fmt: skip
    if layout == "days":
        return [(each, each) for each in (day + dt.timedelta(days=n) for n in range(number))]
    firsts = [dt.date(day.year + (day.month - 1 + n) // 12, (day.month - 1 + n) % 12 + 1, 1)
              for n in range(number)]  # fmt: skip
    return [(first, last(first)) for first in firsts]


@st.composite
def tables(draw: st.DrawFn) -> tuple[Dialect, list[Figure], str]:
    """Draw a table and a way of writing it."""
    layout = draw(st.sampled_from(["months", "days", "windows"]))
    keys = draw(
        st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(CATEGORIES)), min_size=1,
                 max_size=3, unique=True)
    )  # fmt: skip
    figures = [Figure(*window, *key, *draw(values()))
               for key in keys for window in draw(windows(layout))]  # fmt: skip
    container = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252", "xlsx"]))
    native = container == "xlsx" and draw(st.booleans())
    point = draw(st.sampled_from(".,"))
    heading = ["month", "date"] if layout == "months" else ["date"]
    named = ["start", "end"] if layout == "windows" else [draw(st.sampled_from(heading))]
    known = [*DAYS, *(MONTHS if layout == "months" else ())]
    days = "native" if native else draw(st.sampled_from(known))
    dialect = Dialect(
        tuple(draw(st.permutations([*named, "place", "category", "value"]))), days, point,
        draw(st.sampled_from(["", "." if point == "," else ",", " ", "'", "\u202f"]))
        if container not in ("cp1252",) else "",
        draw(st.sampled_from(",;\t|")), container, draw(st.sampled_from(["en", "es"])), native,
    )  # fmt: skip
    return dialect, draw(st.permutations(figures)), layout


@fast
@given(drawn=tables())
def test_any_table_in_any_dialect_is_read_back_equal_or_asked_back(
    drawn: tuple[Dialect, list[Figure], str], tmp_path: Path
) -> None:
    dialect, figures, layout = drawn
    path = written(tmp_path, dialect.content(figures))
    try:
        own = read_own(path, today=TODAY)
    except InputError as question:
        lines = str(question).splitlines()
        assert all("--dates" in line or "--decimal" in line for line in lines), lines
        if dialect.days == "24-12-31":
            return  # asks for years of four digits
        options: dict[str, Any] = dialect.options
        own = read_own(path, today=TODAY, **options)
    assert own.layout == layout
    pd.testing.assert_frame_equal(own.table.drop(columns="note"), as_table(figures))


@fast
@given(drawn=tables(), data=st.data())
def test_a_damaged_file_is_read_or_gives_one_message(
    drawn: tuple[Dialect, list[Figure], str], data: st.DataObject, tmp_path: Path
) -> None:
    dialect, figures, _ = drawn
    content = dialect.content(figures)
    share = st.floats(0, 1)  # no index, for a workbook is not as long every time
    at = round(data.draw(share) * len(content))
    kept = at + round(data.draw(share | st.just(1)) * (len(content) - at))
    other = data.draw(st.binary(max_size=20))
    path = written(tmp_path, content[:at] + other + content[kept:])
    try:
        own = read_own(path, today=TODAY)
    except InputError as error:
        assert all(line.startswith((str(path), "And ")) for line in str(error).split("\n"))
    else:
        key = own.table[["start", "end", "place", "category"]]
        assert len(own.table) and not key.duplicated().any()
        assert (own.table["value"] >= 0).all()


CELLS = st.sampled_from([
    "", "-", "month", "date", "value", "Total", "1", "2024", "2024-01", "01/02/2024", "31/12/2024",
    "1,5", "1.234", "=A1", "NaN", "-3", "start", "end", "lugar", "x", "24-01-02", "45292", "year",
])  # fmt: skip


@fast
@given(rows=st.lists(st.lists(CELLS, max_size=5), max_size=6), mark=st.sampled_from(",;\t|"))
def test_cells_in_any_order_are_read_or_give_one_message(
    rows: list[list[str]], mark: str, tmp_path: Path
) -> None:
    text = "\n".join(mark.join(row) for row in [["month", "value"], *rows])
    for path in (written(tmp_path, text), written(tmp_path, as_book({"A": rows or [[""]]}))):
        try:
            assert len(read_own(path, today=TODAY).table)
        except InputError as error:
            assert str(path) in str(error)


@given(content=st.binary(max_size=200))
@fast
def test_bytes_of_any_kind_are_no_traceback(content: bytes, tmp_path: Path) -> None:
    path = written(tmp_path, content)
    with pytest.raises(InputError):
        read_own(path)


def read(folder: Path, text: str, **options: Any) -> Own:
    return read_own(written(folder, text), today=TODAY, **options)


def refused(folder: Path, text: str, **options: Any) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, text, **options)
    return str(caught.value).replace(f"{folder}/", "")


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    told = refused(tmp_path, "month,value\n2024-01,-3\n2024-13,4\n2024-02,many\n")
    assert [line.split(":")[0] for line in told.split("\n")] == [
        "counts, line 2, value", "counts, line 3, month", "counts, line 4, value",
    ]  # fmt: skip
    assert "found '-3', expected a number of 0 or more, or nothing." in told


def test_a_window_that_is_there_twice_is_told_beside_a_wrong_figure(tmp_path: Path) -> None:
    told = refused(tmp_path, "month,value\n2024-01,-3\n2024-01,4\n")
    assert [line.split(":")[0] for line in told.split("\n")] == [
        "counts, line 2, value", "counts, line 3, month",
    ]  # fmt: skip


def test_one_question_is_asked_of_days_and_one_of_figures(tmp_path: Path) -> None:
    text = 'date,value\n05/04/2024,"1,234"\n06/04/2024,"2,345"\n'
    told = refused(tmp_path, text).split("\n")
    assert len(told) == 2
    assert "2024-04-05 (--dates day-first) or 2024-05-04 (--dates month-first)" in "".join(told)
    assert "1,234 (--decimal point) or 1.234 (--decimal comma)" in "".join(told)
    own = read(tmp_path, text, dates="month-first", decimal="point")
    assert own.table["start"].dt.month.tolist() == [5, 6]
    assert own.table["value"].tolist() == [1234, 2345]


def test_what_a_file_does_not_name_is_filled_in(tmp_path: Path) -> None:
    own = read(tmp_path, "month,value\n2024-01,3\n", place="Tapachula", category="children")
    assert own.table[["place", "category"]].values.tolist() == [["Tapachula", "children"]]
    plain = read(tmp_path, "month,value\n2024-01,3\n").table
    assert plain[["place", "category", "note"]].values.tolist() == [["", "all", ""]]


def test_places_are_named_for_all_rows_or_for_none(tmp_path: Path) -> None:
    text = "month,place,value\n2024-01,Juchitán,3\n2024-01,,4\n"
    assert "line 3, place: found '', expected a place" in refused(tmp_path, text)
    own = read(tmp_path, text, place="Tapachula")
    assert own.table["place"].tolist() == ["Juchitán", "Tapachula"]
    assert any("(1) are read as Tapachula" in note for note in own.notes)


def test_words_for_the_total_are_all_of_a_category_and_noted(tmp_path: Path) -> None:
    own = read(tmp_path, "mes,categoría,valor\n2024-01,Todos,3\n2024-01,niñas,1\n")
    assert own.table["category"].tolist() == ["all", "niñas"]
    assert "The category 'Todos' is read as all: the total." in own.notes


def test_names_that_look_alike_are_kept_apart_and_noted(tmp_path: Path) -> None:
    own = read(tmp_path, "month,place,value\n2024-01,Juchitán,3\n2024-02,Juchitan,1\n")
    assert "Names that look alike are kept apart: Juchitan and Juchitán." in own.notes


def test_the_unit_is_one_and_people_are_whole(tmp_path: Path) -> None:
    assert read(tmp_path, "month,value,unit\n2024-01,3,people\n").unit == "people"
    mixed = "month,value,unit\n2024-01,3,people\n2024-02,3,events\n"
    assert "line 3, unit: found 'events', expected one unit" in refused(tmp_path, mixed)
    halves = "month,value\n2024-01,3.5\n"
    assert "a whole number" in refused(tmp_path, halves, unit="people")
    own = read(tmp_path, halves, unit="percent")
    assert "Not whole, as counts of people or events would be: 1 of the figures." in own.notes


def test_what_is_not_given_has_no_row(tmp_path: Path) -> None:
    own = read(tmp_path, "month;value\n2024-01;\n2024-02;n/d\n2024-03;s/d\n2024-04;-\n2024-05;0\n")
    assert own.table["value"].tolist() == [0]
    assert "Rows left out because they give no figure: 4." in own.notes
    assert "at least one figure" in refused(tmp_path, "month,value\n2024-01,NA\n")


def test_notes_of_rows_stay_with_them(tmp_path: Path) -> None:
    own = read(tmp_path, "nota,mes,valor,fuente\nmade up,2024-02,3,x\n,2024-01,1,x\n")
    assert own.table["note"].tolist() == ["", "made up"]
    assert "Columns not read: 'fuente'." in own.notes
