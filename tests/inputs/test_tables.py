"""Tables are read against their schema: right cells read equal, wrong ones are explained."""

from __future__ import annotations

import csv
import io
import math
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corredor.errors import InputError
from corredor.inputs import schema
from corredor.inputs.rows import read_rows
from corredor.inputs.tables import empty_table, read_table

LINKS = """origin,destination,mode,km,km_basis,detour_factor,days,fare_usd,checkpoints,source
alpha,beta,bus,120,published,,1,12,2,a paper
beta,gamma,foot,40.5,great_circle,1.23,1.6,0,0,great circle
"""
PLACE = (
    "place,name,country,state,latitude,longitude,elevation_m,zone,entry,source_position\n"
    "alpha,Alpha,MEX,Chiapas,15,-92,100,south,{entry},map\n"
)


def write(folder: Path, text: str | bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems_of(folder: Path, text: str | bytes, table: str = "links") -> list[str]:
    with pytest.raises(InputError) as caught:
        read_table(write(folder, text), table)
    return [str(p) for p in caught.value.problems]


def test_a_right_table_is_read_with_types_and_lines(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, LINKS), "links")
    assert table.index.tolist() == [2, 3]
    assert table["km"].tolist() == [120.0, 40.5]
    assert math.isnan(table["detour_factor"][2])
    assert table["checkpoints"].dtype == "int64"
    assert list(table.columns) == [a.name for a in schema.load("links")]


def test_missing_optional_columns_take_their_defaults(tmp_path: Path) -> None:
    table = read_table(write(tmp_path, PLACE.format(entry="")), "places")
    row = table.loc[2]
    assert (row["entry"], row["waiting_hub"], row["port"]) == (False, False, "")
    assert math.isnan(row["shelter_beds"])
    assert table["entry"].dtype == bool


def test_a_byte_order_mark_and_blank_lines_are_fine(tmp_path: Path) -> None:
    text = "\ufeff" + LINKS.replace("\nbeta", "\n\nbeta")
    assert read_table(write(tmp_path, text), "links").index.tolist() == [2, 4]


def test_every_problem_is_reported_at_once(tmp_path: Path) -> None:
    text = LINKS.replace("published", "publishd").replace("40.5", "far").replace(",0,0,", ",0,-1,")
    found = problems_of(tmp_path, text)
    assert len(found) == 3
    assert "line 2, km_basis: found 'publishd'" in found[0]
    assert "Did you mean 'published'?" in found[0]
    assert "line 3, km: found 'far', expected a number from 0.1 to 5000 (km)" in found[1]
    assert "line 3, checkpoints: found '-1'" in found[2]


def test_lines_are_counted_through_quoted_line_ends(tmp_path: Path) -> None:
    text = LINKS.replace("a paper", '"a\npaper"').replace("40.5", "far")
    assert "line 4, km" in problems_of(tmp_path, text)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "the file is empty"),
        (LINKS.replace(",a paper", ""), "10 cells as in the header"),
        (LINKS.replace("a paper", '"a paper'), "a table in CSV"),
        (LINKS.replace("km_basis", "km_bassis"), "Did you mean 'km_basis'?"),
        (LINKS.encode("utf-16"), "This file is in UTF-16; save it as UTF-8."),
        (LINKS.replace("alpha", "al\0pha"), "line 2: expected text in UTF-8; there is a byte 0"),
        (LINKS.replace("a paper", "un artículo").encode("latin-1"), "line 2: expected text in UTF"),
        (LINKS.replace("a paper", "a" * 200_000), "a table in CSV (field larger"),
        (LINKS.replace("a paper", "a paper,,,"), "found '13 cells', expected 10 cells as in the"),
        (LINKS.replace("origin", "origin,origin", 1), "each column once"),
        (LINKS.replace("120", ""), "line 2, km: expected a number"),
        (LINKS.replace("120", "inf"), "line 2, km: found 'inf'"),
        (LINKS.replace("alpha", "Alpha Town"), "lower-case letters"),
    ],
)
def test_a_broken_file_is_explained(tmp_path: Path, text: str | bytes, expected: str) -> None:
    assert any(expected in problem for problem in problems_of(tmp_path, text))


@pytest.mark.parametrize("mark", [";", "\t", "|"])
@pytest.mark.parametrize("before", ["", "\ufeff"])
def test_another_separator_is_one_problem_that_names_it(
    tmp_path: Path, mark: str, before: str
) -> None:
    name = {";": "semicolons", "\t": "tabs", "|": "bars"}[mark]
    text = before + LINKS.replace(",", mark).replace("40.5", "40,5")  # as spreadsheets write it
    (problem,) = problems_of(tmp_path, text)
    assert problem.endswith(
        f"line 1: expected cells separated by commas. This file is separated by {name}; save it "
        "with commas."
    )


def test_a_comment_with_semicolons_is_no_other_separator(tmp_path: Path) -> None:
    rows = read_rows(write(tmp_path, "# made by hand; see the map\na,b\n1,2\n"))
    assert rows[1:] == [(2, ["a", "b"]), (3, ["1", "2"])]


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_other_line_ends_read_the_same(tmp_path: Path, end: str) -> None:
    text = LINKS.replace("a paper", '"a\npaper"')
    read = read_table(write(tmp_path, text.replace("\n", end)), "links")
    assert read["km"].tolist() == [120.0, 40.5]
    assert read["source"].tolist() == [f"a{end}paper", "great circle"]


def test_a_column_twice_is_one_problem(tmp_path: Path) -> None:
    assert len(problems_of(tmp_path, LINKS.replace("origin", "origin,origin", 1))) == 1


def test_a_header_alone_is_a_table_without_rows(tmp_path: Path) -> None:
    assert read_table(write(tmp_path, LINKS.splitlines()[0]), "links").empty


def test_many_wrong_rows_are_told_up_to_20(tmp_path: Path) -> None:
    text = LINKS + "beta,gamma,foot,far,great_circle,1.23,1.6,0,0,great circle\n" * 500
    with pytest.raises(InputError) as caught:
        read_table(write(tmp_path, text), "links")
    assert len(caught.value.problems) == 500
    assert str(caught.value).splitlines()[20:] == ["And 480 more."]


def test_a_missing_file_or_a_folder_is_explained(tmp_path: Path) -> None:
    for path in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(InputError, match="a file that can be read"):
            read_table(path, "links")


@pytest.mark.parametrize("month", ["2024-13", "2024-1", "24-01", "2024-01-01", "soon"])
def test_months_are_checked(tmp_path: Path, month: str) -> None:
    text = f"nationality,place,month,people,basis,source\ncuba,alpha,{month},5,record,x\n"
    assert "a month as YYYY-MM" in problems_of(tmp_path, text, "entry")[0]


@pytest.mark.parametrize("day", ["2023-02-29", "20240101", "2024-01", "2024-W01-1"])
def test_days_are_checked(tmp_path: Path, day: str) -> None:
    text = (
        "date,event_id,actor,event,event_es,status,source\n"
        f"{day},an-event,US,Something,Algo,confirmed,x\n"
    )
    assert "a day as YYYY-MM-DD" in problems_of(tmp_path, text, "calendar")[0]


def test_an_empty_table_has_the_columns_of_its_schema() -> None:
    assert list(empty_table("entry").columns) == [a.name for a in schema.load("entry")]


@pytest.mark.parametrize("name", ["places", "links", "people", "entry", "calendar", "standards"])
def test_schemas_say_what_every_column_means(name: str) -> None:
    assert name in schema.names()
    for attribute in schema.load(name):
        assert attribute.meaning
        assert attribute.expected


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(line=st.integers(1, 2), column=st.integers(0, 9), value=st.text(max_size=12))
def test_a_changed_cell_reads_equal_or_is_explained(
    tmp_path: Path, line: int, column: int, value: str
) -> None:
    rows = list(csv.reader(io.StringIO(LINKS)))
    rows[line][column] = value
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    try:
        path = write(tmp_path, text.getvalue().encode("utf-8", "surrogatepass"))
        read = read_table(path, "links").iloc[line - 1][rows[0][column]]
    except InputError as error:
        assert error.problems
        return
    if isinstance(read, str):
        assert read.strip() == value.strip()
    elif value.strip():
        assert float(read) == float(value)
    else:
        assert math.isnan(read)


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=80))
def test_no_file_makes_the_reader_fail_otherwise(tmp_path: Path, content: bytes) -> None:
    header = LINKS.split("\n", 1)[0].encode() + b"\n"
    for text in (content, header + content):
        try:
            read_table(write(tmp_path, text), "links")
        except InputError as error:
            assert str(error)
