import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from corredor.cli.record import app
from corredor.errors import OutputError, UsageError


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


def test_list_as_json_is_one_document() -> None:
    listed = json.loads(run("list", "--json").stdout)
    assert "mexico_detentions" in [row["series"] for row in listed]
    assert "border_patrol_encounters" in run("list").stdout


def test_show_prints_figures_and_what_they_count() -> None:
    words = ("show", "mexico_detentions", "--category", "all", "--place", "Mexico")
    text = run(*words, "--from", "2024-01", "--to", "2024-01", "--edition", "all").stdout
    assert "113,839" in text and "120,005" in text
    assert "one person may be counted several times" in text


def test_show_as_json_cites_its_sources() -> None:
    words = ("show", "border_patrol_encounters", "--from", "2024-01", "--to", "2024-01", "--json")
    shown = json.loads(run(*words).stdout)
    assert [row["value"] for row in shown["rows"]] == [124220]
    assert shown["rows"][0]["start"] == "2024-01-01"
    assert "Homeland Security" in shown["sources"]["ohss"]["citation"]
    assert shown["series"]["rounding"].startswith("to 10 by the publisher")


def test_show_says_when_nothing_was_published() -> None:
    words = ("show", "mexico_detentions", "--from", "2022-06-02", "--to", "2022-06-03")
    assert "nothing is filled in" in run(*words).stdout


def test_missing_values_are_null_in_json() -> None:
    shown = json.loads(run("show", "policy_events", "--json").stdout)
    assert {row["value"] for row in shown["rows"]} == {None}


def test_unknown_series_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="Did you mean 'caravans'"):
        run("show", "caravan")


@pytest.mark.parametrize(
    "words",
    [
        ("border_patrol_encounters",),
        ("mexico_detentions", "--from", "2021"),
        ("darien_crossings", "--category", "Venezuela", "--to", "2023-06"),
        ("border_patrol_by_sector", "--place", "Tucson"),
    ],
)
def test_plot_writes_a_picture(tmp_path: Path, words: tuple[str, ...]) -> None:
    out = tmp_path / "chart.png"
    assert str(out) in run("plot", *words, "--out", str(out)).stdout.replace("\n", "")
    assert out.read_bytes().startswith(b"\x89PNG")


def test_plot_never_overwrites_unasked(tmp_path: Path) -> None:
    out = tmp_path / "chart.svg"
    out.write_text("mine")
    with pytest.raises(OutputError, match="exists"):
        run("plot", "border_patrol_encounters", "--out", str(out))
    assert out.read_text() == "mine"
    written = run("plot", "border_patrol_encounters", "--out", str(out), "--force", "--json")
    assert json.loads(written.stdout)["file"] == str(out)
    assert "<svg" in out.read_text()


def test_plot_refuses_what_it_cannot_draw(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        run("plot", "border_patrol_encounters", "--out", str(tmp_path / "chart.doc"))
    with pytest.raises(UsageError, match="unknown category"):
        run("plot", "policy_events", "--out", str(tmp_path / "chart.png"))
