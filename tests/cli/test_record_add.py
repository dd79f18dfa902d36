"""From a downloaded file to the record, as a user does it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from made_official import aor, as_csv
from typer.testing import CliRunner, Result

from corredor.cli import app
from corredor.errors import CorredorError, UsageError
from corredor.record import additions

OWN = [
    "--as", "shelter_nights", "--title", "Nights", "--counts", "people who sleep there", "--unit",
    "people", "--publisher", "A shelter", "--lag", "20", "--place", "Saltillo",
]  # fmt: skip


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CORREDOR_HOME", str(tmp_path / "home"))
    return additions.user_folder()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    who = ("U.S. Border Patrol", "El Paso Sector", "Single Adults", "MEXICO")
    path = tmp_path / "a download.csv"
    path.write_bytes(as_csv(aor((2025, "DEC", *who, 40_000), (2025, "JAN", *who, 29_101))))
    return path


def run(*words: object) -> Result:
    found = CliRunner().invoke(app, ["record", *map(str, words)])
    if isinstance(found.exception, CorredorError):
        raise found.exception
    return found


def asked(*words: object) -> Any:
    found = run(*words, "--json")
    assert found.exit_code == 0, found.output
    return json.loads(found.output)


def test_a_file_is_added_shown_and_removed(file: Path, own_home: Path) -> None:
    (told,) = asked("add", file, "--published", "2025-08-01")["files"]
    assert told["format"] == "cbp-encounters"
    series = {each["series"]: each for each in told["series"]}
    assert series["border_patrol_encounters"]["new_months"] == "2025-01"
    assert series["border_patrol_encounters"]["revised"] == 1
    assert series["border_patrol_encounters"]["revisions"][0]["value"] == 40_000
    rows = asked("show", "border_patrol_encounters", "--from", "2025-01")["rows"]
    assert [row["value"] for row in rows] == [29_101]
    (held,) = asked("editions")
    assert held["name"] == told["name"]
    assert asked("editions", "border_patrol_encounters")[0]["edition"] == told["edition"]
    changed = asked("diff", "border_patrol_encounters")["changed"]
    assert [row["after"] for row in changed] == [40_000]
    assert asked("remove", told["name"]) == {"removed": told["name"]}
    assert list(own_home.iterdir()) == []


def test_what_is_printed_says_what_is_new_and_revised(file: Path) -> None:
    printed = run("add", file, "--published", "2025-08-01").output
    assert "border_patrol_encounters" in printed
    assert "revised" in printed
    assert "40,000" in printed
    assert "all agree" in printed
    assert "Added as cbp-encounters-january-2025" in printed
    assert "held already" in run("add", file).output


def test_a_dry_run_writes_nothing(file: Path, own_home: Path) -> None:
    assert "Nothing was written" in run("add", file, "--dry-run").output
    assert not own_home.exists()


def test_a_chart_is_drawn_of_what_is_new(file: Path, tmp_path: Path) -> None:
    chart = tmp_path / "new.svg"
    run("add", file, "--dry-run", "--chart", chart)
    assert "border patrol encounters" in chart.read_text()


def test_of_several_files_all_are_added_or_none(file: Path, tmp_path: Path, own_home: Path) -> None:
    broken = tmp_path / "broken.csv"
    broken.write_text("no,official\n1,2\n")
    with pytest.raises(CorredorError, match=r"broken\.csv: expected an official file"):
        run("add", file, broken)
    assert not own_home.exists()
    twice = tmp_path / "twice.csv"
    twice.write_bytes(file.read_bytes())
    with pytest.raises(CorredorError, match="it is the same as"):
        run("add", file, twice)


def test_a_series_of_ones_own_is_added_and_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "counts.csv"
    path.write_text("mes;valor\n2024-01;1.250\n2024-02;1.310,0\n")
    (told,) = asked("add", path, *OWN)["files"]
    assert told["series"][0]["new"] == 2
    path.write_text("mes;valor\n2024-02;1.320,0\n2024-03;900\n")
    (told,) = asked("add", path, "--as", "shelter_nights")["files"]  # its card is known
    assert told["series"][0]["revised"] == 1
    shown = asked("show", "shelter_nights")
    assert [row["value"] for row in shown["rows"]] == [1250, 1320, 900]
    assert shown["series"]["publisher"] == "A shelter"
    listed = {row["series"]: row for row in asked("list")}
    assert listed["shelter_nights"]["last"] == "2024-03-31"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--as", "mexico_detentions", *OWN[2:]], "an official series has it"),
        (["--as", "mine"], "--title"),
        (["--title", "Nights"], "only for a series of your own; add --as"),
        (["--published", "soon"], "is no day"),
        (["--world", "."], "is no folder of a world"),
        (["--chart", "new.txt"], "a chart is written as"),
    ],
)
def test_what_makes_no_sense_is_refused(file: Path, words: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run("add", file, *words)


def test_an_edition_that_is_not_held_is_refused(file: Path) -> None:
    with pytest.raises(UsageError, match="unknown edition"):
        run("diff", "mexico_detentions", "--from", "yesterday's")
    with pytest.raises(UsageError, match="unknown addition"):
        run("remove", "../home")


def test_what_was_added_to_a_world_is_shown_where_the_world_is_named(
    file: Path, tmp_path: Path
) -> None:
    world = tmp_path / "world"
    world.mkdir()
    (world / "places.csv").write_text("place\n")
    asked("add", file, "--world", world)
    span = ("border_patrol_encounters", "--from", "2025-01")
    with pytest.raises(UsageError, match="outside the record"):
        run("show", *span)
    assert [row["value"] for row in asked("show", *span, "--world", world)["rows"]] == [29_101]
    last = {row["series"]: row["last"] for row in asked("list", "--world", world)}
    assert last["border_patrol_encounters"][:7] == "2025-01"
    out = tmp_path / "a.svg"
    assert run("plot", *span, "--world", world, "--out", out).exit_code == 0
    assert out.exists()
    with pytest.raises(UsageError, match="no world of that name"):
        run("show", *span, "--world", "nowhere")
