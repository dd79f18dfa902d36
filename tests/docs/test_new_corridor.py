"""The commands of docs/how-to/new-corridor.md run, in order, and make a world that runs."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corredor.cli import app

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "new-corridor.md"
BLOCK = re.compile(r"^```(\w+)(?: file=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Nothing that is said of a new world speaks of another corridor.
ANOTHER = re.compile(
    r"m[eé]xic|border.?patrol|patrulla|tapachula|dari[eé]n|hondur|lajas|united states|mediterr",
    re.IGNORECASE,
)
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Follow the page in a folder of its own; return what each command prints."""
    folder = tmp_path_factory.mktemp("how-to")
    said = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        for language, name, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
            if language != "sh":
                Path(name).write_text(body, encoding="utf-8")
                continue
            for line in body.splitlines():
                done = CliRunner().invoke(app, shlex.split(line)[1:])
                assert done.exit_code == 0, f"{line}: {done.output} {done.exception}"
                said[line] = done.output
        assert (folder / "pass.png").stat().st_size > 10_000
        said |= {
            path.name: path.read_text(encoding="utf-8")
            for path in folder.rglob("*")
            if path.suffix in (".csv", ".toml", ".md", ".json", ".html")
        }
    return said


def of(printed: dict[str, str], start: str) -> str:
    (text,) = (text for line, text in printed.items() if line.startswith(start))
    return text


def test_the_check_leads_from_what_is_assumed_to_the_first_run(printed: dict[str, str]) -> None:
    told = of(printed, "corredor world check").partition("What is assumed")[2]
    steps = re.findall(r"^  (\d)\. (.*)$", told, re.MULTILINE)
    assert [number for number, _ in steps] == ["1", "2", "3", "4", "5", "6"]
    assert "entry.csv (6)" in steps[0][1]  # people who enter are a unit
    assert "links.csv (8)" in steps[1][1]  # four ways, there and back
    assert "corredor run pass/scenarios/baseline.toml" in steps[2][1]
    assert "pass/record/catalogue.csv" in steps[3][1]


def test_the_scenario_of_its_own_changes_what_comes_out(printed: dict[str, str]) -> None:
    baseline, slower = (
        of(printed, f"corredor run pass/scenarios/{name}.toml") for name in ("baseline", "slower")
    )
    assert "no official series is set beside it" in baseline
    assert baseline != slower
    assert "Middle Town" in of(printed, "corredor needs baseline")


def test_the_study_says_what_the_world_lacks_and_what_a_scenario_changes(
    printed: dict[str, str],
) -> None:
    told = printed["report.html"]
    assert "This world has no record" in told
    assert "has not been calibrated" in told
    assert "Half as many set out on a day" in told
    assert "No se conocen camas" in printed["informe.html"]
    numbers = json.loads(printed["study.json"])
    assert {row["place"] for row in numbers["people"]} >= {"Low Harbour", "High Gate"}
    assert numbers["missing"][:2] == ["record", "observations"]


def test_nothing_speaks_of_another_corridor(printed: dict[str, str]) -> None:
    for line, text in printed.items():
        if line != "corredor app --help":
            found = ANOTHER.search(text)
            assert not found, f"{line}: {found}"
