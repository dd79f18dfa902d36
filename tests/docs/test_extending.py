"""The recipes of docs/extending.md work, applied to a copy of the code.

Compiled kernels would have to be compiled anew for each copy, so the commands run without
compilation, in a small world.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from helpers import SCENARIO, write_world
from made_case import write_case

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text(encoding="utf-8")
BLOCK = re.compile(
    r"^```(\w+)(?: (file|append|after)=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL
)
RECIPES = {
    heading: list(BLOCK.finditer(text))
    for heading, _, text in (part.partition("\n") for part in PAGE.split("\n## ")[1:])
}
SHORT = SCENARIO.replace("2023-04-15", "2023-03-31")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    skip = shutil.ignore_patterns("*.nb?", "static")  # bytecode holds for a copy, kernels do not
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=skip)
    for folder in ("worlds", "scenarios", "claims"):
        (tmp_path / folder).symlink_to(ROOT / folder)
    write_world(tmp_path / "small")
    (tmp_path / "small.toml").write_text(SHORT, encoding="utf-8")
    routes = "#name1,name2,distance,forced_redirection\nA,B,100,\nB,C,500,0\nA,C,600,\n"
    write_case(tmp_path, {"routes.csv": routes})
    return tmp_path


def applied(recipe: str, folder: Path) -> list[str]:
    """Apply the blocks of a recipe to a copy of the code; return what its commands print."""
    printed = []
    for language, what, name, body in (match.groups() for match in RECIPES[recipe]):
        if language == "sh":
            printed += [run(command, folder) for command in body.splitlines()]
            continue
        path = folder / name
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if what == "file":
            assert not path.exists(), f"{name} is there already"
            text = body
        elif what == "append":
            text = f"{text.rstrip()}\n{body}".lstrip()
        else:
            anchor = body.partition("\n")[0] + "\n"
            assert text.count(anchor) == 1, f"{anchor!r} is {text.count(anchor)} times in {name}"
            text = text.replace(anchor, body)
        path.write_text(text, encoding="utf-8")
    return printed


def run(command: str, folder: Path) -> str:
    program, *arguments = shlex.split(command)
    module = ["-m", "corredor"] if program == "corredor" else []
    done = subprocess.run(
        [sys.executable, *module, *arguments], cwd=folder, capture_output=True, text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "NUMBA_DISABLE_JIT": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_process(copy: Path) -> None:
    scenario = copy / "small.toml"
    scenario.write_text(SHORT + "\n[ransom]\ntaken = 0.02\n", encoding="utf-8")
    result, explained = applied("A process", copy)
    found = {row["measure"]: row for row in json.loads(result)["measures"]}
    assert found["taken_for_ransom"]["mean"] > 0
    assert "ransom.days_held" in explained


@pytest.mark.slow
def test_a_nationality(copy: Path) -> None:
    shutil.copytree(ROOT / "worlds" / "mexico", copy / "mine")
    with pytest.raises(AssertionError) as found:
        applied("A nationality", copy)
    told = str(found.value)
    assert "found 'Chile', expected a citizenship of one nationality" in told
    for file in ("people.csv", "observations.toml", "priors.toml", "posterior.parquet"):
        assert f"mine/{file}" in told


def test_a_series(copy: Path) -> None:
    shown, result = applied("A series of the record, and what it counts in the model", copy)
    assert "530" in shown
    beside = json.loads(result)["beside_the_record"]["shelter_arrivals"]
    assert [row["record"] for row in beside] == [410, 530]
    assert all(row["mean"] > 0 for row in beside)


@pytest.mark.slow
def test_a_flee_rule(copy: Path) -> None:
    (before,) = [run(command, copy) for command in commands("A Flee rule")]
    (alike,) = applied("A Flee rule", copy)
    settings = copy / "input" / "simsetting.yml"
    settings.write_text(settings.read_text() + "  town_weight: 50\n")
    (after,) = [run(command, copy) for command in commands("A Flee rule")]
    assert people(alike) == people(before)
    assert people(after) != people(before)


def commands(recipe: str) -> list[str]:
    return [line for m in RECIPES[recipe] if m[1] == "sh" for line in m[4].splitlines()]


def people(printed: str) -> object:
    return json.loads(printed)["camps"]


@pytest.mark.slow
def test_a_chart(copy: Path) -> None:
    applied("A chart", copy)
    assert (copy / "statuses.svg").stat().st_size > 10_000


def test_every_recipe_is_tried() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{heading}"' in source for heading in RECIPES)
