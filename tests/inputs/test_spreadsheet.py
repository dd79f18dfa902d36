"""Tables for spreadsheets hold no formula, whatever a name is, and keep their numbers."""

from __future__ import annotations

import codecs
import csv
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.inputs.spreadsheet import harmless, save_book, save_csv

FORMULAS = ["=2+5", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =2+5", "\n@x", "-", '=HYPERLINK("x")']
TEXTS = ["Tapachula", "a=b", "5 - 3", "", "−5", "Café, “más”", "'quoted", "a\nb", "#N/A", "日本"]
NUMBERS = [-1.5, 0.0, 2.0, float("nan")]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_could_be_a_formula_gets_an_apostrophe(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", TEXTS)
def test_other_text_stays_as_it_is(text: str) -> None:
    assert harmless(text) == text


def table() -> pd.DataFrame:
    texts = [*FORMULAS, *TEXTS]
    mixed = pd.Series([-3, *texts[1:]], dtype=object)
    numbers = [NUMBERS[i % len(NUMBERS)] for i in range(len(texts))]
    return pd.DataFrame({"=name": texts, "number": numbers, "mixed": mixed})


def test_csv_holds_no_formula_and_the_same_numbers(tmp_path: Path) -> None:
    save_csv(table(), tmp_path / "t.csv")
    raw = (tmp_path / "t.csv").read_bytes()
    assert raw.startswith(codecs.BOM_UTF8)
    with (tmp_path / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = list(csv.reader(file))
    assert head == ["'=name", "number", "mixed"]
    assert [row[0] for row in rows] == [harmless(text) for text in [*FORMULAS, *TEXTS]]
    assert [row[1] for row in rows[:4]] == ["-1.5", "0.0", "2.0", ""]
    assert rows[0][2] == "-3"


def test_excel_holds_texts_as_text_and_numbers_as_numbers(tmp_path: Path) -> None:
    save_book({"one": table()}, tmp_path / "t.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "t.xlsx")["one"]
    cells = list(sheet.iter_rows())
    assert {cell.data_type for row in cells for cell in row} == {"s", "n"}
    name, number, mixed = cells[1]
    assert (name.value, name.data_type, name.quotePrefix) == ("=2+5", "s", True)
    assert (number.value, number.data_type) == (-1.5, "n")
    assert (mixed.value, mixed.data_type) == (-3, "n")
    assert cells[0][0].data_type == "s"


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=20))
def test_every_text_can_be_written_and_is_no_formula(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("any")
    one = pd.DataFrame({"text": [text, "x"]})
    save_csv(one, folder / "t.csv")
    save_book({"one": one}, folder / "t.xlsx")
    with (folder / "t.csv").open(encoding="utf-8-sig", newline="") as file:
        cell = list(csv.reader(file))[1][0]
    assert not cell.lstrip().startswith(("=", "+", "-", "@"))
    read = openpyxl.load_workbook(folder / "t.xlsx")["one"]["A2"]
    assert read.data_type in ("s", "n")
