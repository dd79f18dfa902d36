"""``corredor claims`` prints verdicts, as a table, a document or a page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from helpers import Small
from typer.testing import CliRunner

from corredor.cli import app
from corredor.errors import InputError, OutputError

FILE = """
title = "Mine"
title_es = "Lo mío"
[[claim]]
id = "height"
statement = "Mexico City lies at 7,400 feet."
statement_es = "La Ciudad de México está a 7,400 pies."
said_by = "me"
kind = "geography"
[[claim.checks]]
name = "elevation"
place = "mexico-city"
feet = 7400
[[claim]]
id = "stricter"
statement = "Stricter checks stop more people."
said_by = "me"
kind = "model"
[[claim.checks]]
name = "scenario_difference"
compared_with = "small.toml"
measure = "detentions"
expect = "more"
start = "2023-03"
end = "2023-04"
[claim.checks.scenario]
title = "Stricter"
base = "small"
interdiction = { tempo = { south = 0.1, centre = 0.1, north = 0.1 } }
"""


@pytest.fixture
def file(small: Small) -> Path:
    path = small.folder / "mine.toml"
    path.write_text(FILE, encoding="utf-8")
    return path


def invoke(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["claims", *map(str, arguments)])
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert done.exit_code == 0, done.output
    return done.stdout


def test_shipped_files_are_listed() -> None:
    listed = {row["file"]: row["claims"] for row in json.loads(invoke("list", "--json"))}
    assert listed["amlo-crackdown-2024"] == 21
    assert "appointments-and-caravans-2024" in invoke("list")
    assert listed["june-2024"] == 2
    assert "(--world mediterranean)" in invoke("list")


def test_a_file_of_a_world_is_found_by_its_name() -> None:
    asked = ("check", "june-2024", "--world", "mediterranean", "--record-only", "--json")
    verdicts = {c["id"]: c["verdict"] for c in json.loads(invoke(*asked))["claims"]}
    assert verdicts["arrivals-fell-by-60-percent"] == "supported"


def test_the_record_alone_leaves_the_model_open(file: Path) -> None:
    printed = json.loads(invoke("check", file, "--record-only", "--json"))
    assert printed["model"] is None
    verdicts = {claim["id"]: claim["verdict"] for claim in printed["claims"]}
    assert verdicts == {"height": "supported", "stricter": "needs the model"}


def test_the_model_is_run_and_a_page_written(file: Path, tmp_path: Path) -> None:
    page = tmp_path / "out" / "page.html"
    printed = json.loads(
        invoke("check", file, "--replicates", 3, "--seed", 2, "--json", "--html", page)
    )
    assert printed["model"] == {"replicates": 3, "seed": 2}
    stricter = printed["claims"][1]
    assert stricter["verdict"] == "supported"
    low, high = stricter["interval"]
    assert 0 < low <= stricter["value"] <= high
    assert "Stricter checks stop more people." in page.read_text(encoding="utf-8")
    with pytest.raises(OutputError, match="exists already"):
        invoke("check", file, "--record-only", "--html", page)


def test_the_table_and_the_reasons_are_printed(file: Path) -> None:
    printed = invoke("check", file, "--record-only")
    assert "height" in printed and "7,349" in printed and "supported" in printed
    spanish = invoke("check", file, "--record-only", "--lang", "es")
    assert "respaldada" in spanish and "Lo mío" in spanish


@pytest.mark.parametrize(("old", "new"), [("feet", "foot"), ("-city", "-cty")])
def test_a_faulty_file_is_refused(file: Path, tmp_path: Path, old: str, new: str) -> None:
    file.write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=rf"mine\.toml, claim height\..*{new}"):
        invoke("check", file, "--record-only", "--html", tmp_path / "page.html")
    assert not (tmp_path / "page.html").exists()
