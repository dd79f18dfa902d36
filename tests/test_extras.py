"""A plain installation runs what it should, and says what it lacks for the rest."""

from __future__ import annotations

import datetime as dt
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import Small
from made_case import write_case
from without_extras import NotInstalled

from corredor import record
from corredor.app.access.entry import Entry
from corredor.app.serve import serve
from corredor.corridor.scenario import Scenario
from corredor.extras import EXTRAS, MissingExtraError, require
from corredor.fit.backtest import backtest
from corredor.fit.baselines import baseline_quantiles
from corredor.fit.scores import score
from corredor.fit.sensitivity import sensitivity
from corredor.record.evidence import adjust, find_breaks

ROOT = Path(__file__).parents[1]
CASE = {
    "locations.csv": "Z,,Here,0,0,conflict,0,9000\nC,,Here,0,0,camp,,6000\n",
    "routes.csv": "Z,C,290\n", "conflicts.csv": "#Day,Z\n" + "0,1\n" * 70,
    "data_layout.csv": "total,all.csv\nC,c.csv\n",
    "all.csv": "2020-01-01,20\n2020-03-10,2000\n", "c.csv": "2020-01-01,20\n2020-03-10,1500\n",
    "sim_period.csv": "StartDate,2020-01-01\nLength,70\n",
}  # fmt: skip


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    folder, validation = write_case(tmp_path_factory.mktemp("case"), CASE)
    return str(folder), str(validation)


def corredor(*words: str, at: Path) -> subprocess.CompletedProcess[str]:
    """Run a command without the extras, in a folder of its own."""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT / "tests")])
    command = [sys.executable, str(ROOT / "tests" / "without_extras.py"), *words]
    return subprocess.run(
        command, cwd=at, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True
    )


CORE = [
    "run SMALL --replicates 2",
    "--help",
]
SLOW = [
    "claims list",
    "world check mexico",
    "record list",
    "flee run FOLDER --validation VALIDATION --replicates 2 --page f.html",
    "compare SMALL SMALL --replicates 2 --chart c.svg --page p.html",
    "needs SMALL --replicates 2 --out n.xlsx",
    "harm SMALL --replicates 2",
    "explain",
    "explain interdiction.tempo",
    "world show mexico --map m.png",
    "record show border_patrol_encounters",
    "record plot border_patrol_encounters --out r.svg",
    "record editions",
    "flee convert FOLDER --validation VALIDATION --out world",
    "claims check amlo-crackdown-2024 --replicates 2 --html c.html",
    "record effects",
    "study --replicates 2 --out study",
    "calibrate mexico --from 2024-10 --to 2024-12 --members 10 --iterations 1 --out p.parquet",
    "forecast --members 10 --iterations 1 --months 1 --chart f.svg --hub hub",
]


@pytest.mark.parametrize(
    "command", [*CORE, *(pytest.param(command, marks=pytest.mark.slow) for command in SLOW)]
)
def test_a_command_of_the_core_needs_no_extra(
    command: str, small: Small, case: tuple[str, str], tmp_path: Path
) -> None:
    stands_for = {"SMALL": str(small.path), "FOLDER": case[0], "VALIDATION": case[1]}
    done = corredor(*(stands_for.get(word, word) for word in command.split()), at=tmp_path)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("command", "extra"),
    [
        pytest.param("backtest --out b.parquet", "fit", marks=pytest.mark.slow),
        pytest.param(*("forecast score", "fit"), marks=pytest.mark.slow),
        pytest.param(*("record breaks border_patrol_encounters", "fit"), marks=pytest.mark.slow),
        pytest.param(
            *("flee calibrate FOLDER --validation VALIDATION", "fit"), marks=pytest.mark.slow
        ),
        ("app --no-browser", "app"),
        ("ensemble DESIGN --out e --workers 2", "cluster"),
    ],
)
def test_a_command_without_its_extra_says_how_to_get_it(
    command: str, extra: str, case: tuple[str, str], tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:  # fmt: skip
    design = tmp_path_factory.mktemp("design") / "design.toml"
    design.write_text('scenarios = ["baseline"]')
    stands_for = {"FOLDER": case[0], "VALIDATION": case[1], "DESIGN": str(design)}
    done = corredor(*(stands_for.get(word, word) for word in command.split()), at=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert re.fullmatch(
        r"Error: This needs [\w ]+, which (is|are) not installed\. "
        rf'Install (it|them) with: pip install "corredor\[{extra}\]"', line,
    )  # fmt: skip
    assert not list(tmp_path.iterdir())


def test_library_functions_say_so_too(
    baseline: Scenario, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for libraries in EXTRAS.values():
        for library in libraries:
            monkeypatch.delitem(sys.modules, library, raising=False)
    monkeypatch.setattr(sys, "meta_path", [NotInstalled, *sys.meta_path])
    history = pd.Series(np.ones(48), pd.period_range("2020-01", periods=48, freq="M"))
    monthly = record.monthly("border_patrol_encounters")
    for call in (
        lambda: score(np.ones((1, 1)), np.ones(1), [0.5]),
        lambda: baseline_quantiles(history, 1),
        lambda: sensitivity(baseline, first=dt.date(2023, 7, 1)),
        lambda: backtest(baseline, tmp_path / "b.parquet"),
        lambda: adjust(monthly),
        lambda: find_breaks(monthly),
        lambda: serve(tmp_path, Entry(8765), browser=False),
    ):
        with pytest.raises(MissingExtraError, match=r'pip install "corredor\[(fit|app)\]"'):
            call()
    assert not list(tmp_path.iterdir())


def test_what_is_installed_is_not_refused() -> None:
    require("SALib", "scoringrules")


def test_extras_are_those_of_the_package_and_no_part_of_the_core() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    def names(requirements: list[str]) -> set[str]:
        return {re.split(r"[^\w.-]", line)[0].casefold() for line in requirements}

    declared = {name: names(lines) for name, lines in project["optional-dependencies"].items()}
    imported = {"scikit-learn": "sklearn"}  # packages of another name than their library
    found = {n: {imported.get(one, one) for one in each} for n, each in declared.items()}
    assert found == {name: {one.casefold() for one in libraries}
                        for name, libraries in EXTRAS.items()}  # fmt: skip
    assert not names(project["dependencies"]) & set.union(*declared.values())
