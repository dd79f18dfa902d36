"""``corredor needs`` answers in a table, JSON, a file or a page, or with one message."""

from __future__ import annotations

import codecs
import json
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import Small

from corredor import __version__
from corredor.needs import save
from corredor.runs.result import load_result, save_result

FEW = ("--replicates", "2", "--parameters", "fixed")


@pytest.fixture
def call(call: Any) -> Any:
    """Call ``corredor needs``."""
    return partial(call, "needs")


@pytest.fixture(scope="module")
def result(small: Small, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("needs") / "result"
    save_result(small.run(draw="exact", replicates=2), folder)
    return folder


def test_a_scenario_and_its_result_give_the_same(call: Any, small: Small, result: Path) -> None:
    documents = []
    for subject in (small.path, result):
        code, out, error = call(subject, *FEW, "--place", "sur", "--json")
        assert code == 0, error
        documents.append(json.loads(out))
    assert documents[0]["places"] == documents[1]["places"]
    (place,) = documents[0]["places"]
    assert place["published_beds"] is None
    water = next(row for row in place["needs"] if row["need"] == "water")
    people = next(row for row in place["needs"] if row["need"] == "people")
    assert water["middle"] == 15 * people["middle"] > 0
    assert documents[0]["share_sheltered"] == 1


def test_the_table_is_printed_in_both_languages(call: Any, result: Path) -> None:
    assert "People present" in call(result, "--place", "sur")[1]
    assert "Personas" in call(result, "--place", "sur", "--lang", "es")[1]
    assert "Places with most people" in call(result)[1]


@pytest.mark.parametrize("ending", ["csv", "parquet", "xlsx"])
def test_files_hold_the_same_table(call: Any, result: Path, tmp_path: Path, ending: str) -> None:
    target = tmp_path / f"needs.{ending}"
    assert call(result, "--place", "sur", "--from", "2023-03", "--out", target)[0] == 0
    read: Any = {"csv": pd.read_csv, "parquet": pd.read_parquet, "xlsx": pd.read_excel}[ending]
    table = read(target)
    columns = ["place", "name", "day", "need", "unit", "low", "middle", "high"]
    about = ["scenario", "runs of the model", "draw", "seed", "Corredor"]
    assert list(table.columns) == columns + (about if ending == "csv" else [])
    assert table["place"].unique().tolist() == ["sur"]
    assert ("water" if ending == "parquet" else "Water") in set(table["need"])
    assert str(pd.Timestamp(table["day"].iloc[0]).date()) == "2023-03-01"
    if ending == "xlsx":
        sheets = pd.read_excel(target, sheet_name=None)
        assert list(sheets) == [
            "needs by day", "needs by month", "days over capacity", "standards", "about",
        ]  # fmt: skip


def test_files_speak_the_language_asked_for(call: Any, result: Path, tmp_path: Path) -> None:
    asked = (result, "--place", "sur", "--from", "2023-03", "--lang", "es", "--out")
    for ending in ("csv", "xlsx", "parquet"):
        assert call(*asked, tmp_path / f"n.{ending}")[0] == 0
    assert (tmp_path / "n.csv").read_bytes().startswith(codecs.BOM_UTF8)
    table = pd.read_csv(tmp_path / "n.csv")
    head = ["lugar", "nombre", "día", "necesidad", "unidad", "bajo", "medio", "alto"]
    assert list(table.columns[:8]) == head
    assert {"Agua", "Personas presentes"} <= set(table["necesidad"])
    assert table["semilla"].unique().tolist() == [result_seed(result)]
    book = pd.read_excel(tmp_path / "n.xlsx", sheet_name=None)
    assert list(book) == [
        "necesidades por día", "necesidades por mes", "días por encima de las camas", "normas",
        "acerca de",
    ]  # fmt: skip
    english = {"need", "unit", "low", "high", "name", "first", "last", "source", "what", "value"}
    for title, sheet in book.items():
        assert not english & set(sheet.columns), title
    facts = book["acerca de"].set_index("qué")["valor"]
    assert facts["semilla"] == result_seed(result)
    assert facts["Corredor"] == __version__
    assert "need" in pd.read_parquet(tmp_path / "n.parquet")  # for programs: the same in both


def result_seed(folder: Path) -> int:
    return int(load_result(folder).attrs["seed"])


def test_the_page_is_written_whole_and_never_over_another(
    call: Any, result: Path, tmp_path: Path
) -> None:
    target = tmp_path / "wall.html"
    assert call(result, "--place", "sur", "--html", target)[0] == 0
    before = target.read_text()
    code, out, error = call(result, "--place", "sur", "--html", target)
    assert (code, out) == (2, "")
    assert "exists already" in error
    assert target.read_text() == before


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--place", "srr"), "Did you mean 'sur'?"),
        (("--from", "2031-01"), "no day from 2031-01"),
        (("--out", "needs.doc"), ".csv, .parquet, .xlsx"),
        (("--standards", "nowhere.csv"), "a file that can be read"),
    ],
)
def test_wrong_requests_are_one_message(
    call: Any, result: Path, arguments: tuple[str, ...], told: str
) -> None:
    code, out, error = call(result, *arguments)
    assert (code, out) == (2, "")
    assert error.startswith("Error: ")
    assert told in error


def test_more_rows_than_a_sheet_holds_are_refused(
    call: Any, result: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(save, "MOST_ROWS", 100)
    code, _, error = call(result, "--out", tmp_path / "needs.xlsx")
    assert code == 2
    assert "more than the 100 of a sheet of Excel" in error
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("share", ["-0.1", "1.1", "some"])
def test_a_share_outside_nothing_and_all_is_refused(call: Any, result: Path, share: str) -> None:
    assert call(result, "--share-sheltered", share)[0] == 2
