"""The table in a file: its delimiter or sheet, its header, and rows that are none."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from made_official import Rows, as_book
from made_own import TODAY, written
from old_workbook import write_xls

from corredor.errors import InputError
from corredor.record.own import Own, read_own
from corredor.record.own.headings import is_total, role


def read(folder: Path, content: str | bytes) -> Own:
    return read_own(written(folder, content), today=TODAY)


def refused(folder: Path, content: str | bytes) -> str:
    with pytest.raises(InputError) as caught:
        read(folder, content)
    return str(caught.value)


@pytest.mark.parametrize(
    ("heading", "wanted"),
    [("Month", "month"), ("MES ", "month"), ("Fecha", "date"), ("fecha de inicio", "start"),
     ("Fin", "end"), ("Value (people)", "value"), ("total1", "value"), ("Categoria", "category"),
     ("categoría", "category"), ("Año", "year"), ("Shelter", "place"), ("x", ""), ("", "")],
)  # fmt: skip
def test_headings_are_known_in_two_languages(heading: str, wanted: str) -> None:
    assert role(heading) == wanted


def test_totals_are_known_in_two_languages() -> None:
    assert all(map(is_total, ("Total", "TODOS", "all", "Total general ")))
    assert not any(map(is_total, ("", "Totalán", "1")))


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_the_header_tells_the_delimiter(tmp_path: Path, mark: str) -> None:
    value = '"1,5"' if mark == "," else "1,5"
    text = f"mes{mark}valor\n2024-01{mark}{value}\n2024-02{mark}2\n"
    assert read(tmp_path, text).table["value"].tolist() == [1.5, 2]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"])
def test_encodings_are_told_by_the_content(tmp_path: Path, encoding: str) -> None:
    own = read(tmp_path, "mes,categoría,valor\n2024-01,niñas,1\n".encode(encoding))
    assert own.table["category"].tolist() == ["niñas"]
    assert any("Windows-1252" in note for note in own.notes) == (encoding == "cp1252")


def test_lines_above_the_header_and_blank_rows_do_not_count(tmp_path: Path) -> None:
    text = "sep=,\nShelter of the town\n\nFecha,2024-05-03\nmonth,value\n\n2024-01,3\n,\n"
    assert read(tmp_path, text).table["value"].tolist() == [3]


def test_the_only_other_column_is_the_figures_and_noted(tmp_path: Path) -> None:
    own = read(tmp_path, "month,beds used\n2024-01,3\n")
    assert "The column 'beds used' is read as the figures." in own.notes
    told = refused(tmp_path, "month,beds used,meals\n2024-01,3,4\n")
    assert "expected a column value with the figures. The columns here: month, beds used" in told


def test_of_two_columns_that_could_be_meant_none_is_taken(tmp_path: Path) -> None:
    told = refused(tmp_path, "month,people,total\n2024-01,3,4\n")
    assert "one column that could be the value; here are 'people', 'total'" in told
    told = refused(tmp_path, "month,date,total\n2024-01,2024-01-01,4\n")
    assert "one column of months or days; here are 'month', 'date'" in told


@pytest.mark.parametrize(
    "content",
    ["hello\n", "2024-01,3\n", "month\n2024-01\n", "a,b\n1,2\n", '{"items": [{"month": 1}]}',
     "place,Jan 2024\nA,3\n"],
)  # fmt: skip
def test_what_has_no_header_is_refused(tmp_path: Path, content: str) -> None:
    assert "expected a header line, such as month,value" in refused(tmp_path, content)


@pytest.mark.parametrize("content", [b"", b" \n", b"%PDF-1.7 \0", b"\x89PNG\0", b"PK\x03\x04x"])
def test_other_files_are_one_message(tmp_path: Path, content: bytes) -> None:
    assert "\n" not in refused(tmp_path, content)


def test_files_that_are_not_there_are_one_message(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.csv"):
        with pytest.raises(InputError, match="a f"):
            read_own(path)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2024-02,3,x,y", "3 cells as in the header; this row has 4"),
        ("2024-02", "3 cells as in the header; this row has 1"),
        ("2024-02,1,234", "found '234', expected words, not what could be the end of a number"),
        ("month,value,note", "this line repeats the header"),
        ("Total,30,", "This row seems to add up the others"),
        ("Total general:,30,", "This row seems to add up the others"),
        (",30,Total", "This row seems to add up the others"),
    ],
)
def test_rows_that_are_none_are_refused(tmp_path: Path, row: str, said: str) -> None:
    told = refused(tmp_path, f"month,value,note\n2024-01,3,\n{row}\n")
    assert "line 3" in told and said in told


def test_a_quote_that_is_left_open_is_refused(tmp_path: Path) -> None:
    told = refused(tmp_path, 'month,value\n2024-01,3\n2024-02,"3\n')
    assert "a table in CSV to the end of the file" in told


def test_a_comma_in_a_number_needs_quotes(tmp_path: Path) -> None:
    assert "needs quotes" in refused(tmp_path, "month,value,\n2024-01,1,234\n")
    assert read(tmp_path, 'month,value,note\n2024-01,"1,234.0",x\n').table["value"][0] == 1234


@pytest.mark.parametrize(
    "text",
    ["mes;valor (miles)\n2024-01;3\n", "In thousands\nmes;valor\n2024-01;3\n",
     "mes;valor;unidad\n2024-01;3;miles\n"],
)  # fmt: skip
def test_thousands_are_noted_and_not_multiplied(tmp_path: Path, text: str) -> None:
    own = read(tmp_path, text)
    assert own.table["value"].tolist() == [3]
    assert any("of thousands" in note for note in own.notes)


def test_a_file_that_may_be_cut_off_is_noted(tmp_path: Path) -> None:
    notes = read(tmp_path, "month,value,note\n2024-01,3,x").notes
    assert [note for note in notes if "cut off" in note] == [notes[0]]
    assert "cut off" in read(tmp_path, "month;value\n2024-01;3").notes[0]


ROWS: Rows = [["month", "value"], ["2024-01", 3]]


def test_workbooks_have_one_table_of_counts(tmp_path: Path) -> None:
    own = read(tmp_path, as_book({"Notes": [["Read me"]], "Counts": ROWS}))
    assert "Read from the sheet 'Counts'; the others hold no counts." in own.notes
    told = refused(tmp_path, as_book({"A": ROWS, "B": ROWS}))
    assert "one table of counts; these hold one each: 'A', 'B'" in told


def test_old_workbooks_are_read_too(tmp_path: Path) -> None:
    path = write_xls(tmp_path / "old", [list(row) for row in ROWS])
    assert read_own(path, today=TODAY).table["value"].tolist() == [3]


def test_cells_beside_the_table_of_a_workbook_are_noted(tmp_path: Path) -> None:
    own = read(tmp_path, as_book({"A": [["month", "value"], ["2024-01", 3, "", "by hand"]]}))
    assert "Cells beside the table, under no heading, are not read." in own.notes


def test_formulas_that_nobody_worked_out_are_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["month", "value", "x"], ["2024-01", 3, "=B2"], ["2024-02", "=B2+1"]):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    told = refused(tmp_path, out.getvalue())
    assert "line 3, sheet 'Sheet', value: expected a result" in told and "\n" not in told


def test_what_the_reader_of_workbooks_says_is_one_line(tmp_path: Path) -> None:
    content = as_book({"A": ROWS})
    told = refused(tmp_path, content[: len(content) // 8] + content[len(content) // 4 :])
    assert "one is cut off or damaged" in told and "\n" not in told


def test_a_damaged_formula_is_one_message(tmp_path: Path) -> None:
    packed, out = zipfile.ZipFile(io.BytesIO(as_book({"A": ROWS}))), io.BytesIO()
    with zipfile.ZipFile(out, "w") as changed:
        for name in packed.namelist():
            sheet = packed.read(name)
            if name.startswith("xl/worksheets/"):
                formula = b'<f t="shared" ref="B2" si="0">"</f><v>3</v>'
                sheet = sheet.replace(b"<v>3</v>", formula)
            changed.writestr(name, sheet)
    told = refused(tmp_path, out.getvalue())
    assert "one is cut off or damaged" in told and "\n" not in told
