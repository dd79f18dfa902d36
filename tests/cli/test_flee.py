"""The command prints numbers for people or for programs, and fails in one message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_case import DAYS, fab_case, write_case
from typer.testing import CliRunner

from corredor.cli import app
from corredor.errors import InputError, OutputError, UsageError


def call(*arguments: object) -> Any:
    return CliRunner().invoke(app, ["flee", "run", *map(str, arguments)])


def test_a_run_gives_json_and_a_table(tmp_path: Path) -> None:
    folder, validation = write_case(tmp_path)
    out = tmp_path / "camps.csv"
    found = call(folder, "--validation", validation, "--json", "--replicates", 2, "--out", out)
    document = json.loads(found.stdout)
    assert document["people"] == 900
    assert 0 < document["rescaled"] <= document["average_relative_difference"]
    assert set(document["seconds"]) == {"compile", "simulate"}
    assert len(document["days"]) == len(document["camps"]["C"]["mean"]) == DAYS
    assert document["camps"]["C"]["record"][-1] == 900
    table = pd.read_csv(out)
    assert len(table) == 2 * DAYS
    mean = table.groupby("date")["people"].mean()
    assert mean.tolist() == document["camps"]["C"]["mean"]
    again = call(folder, "--validation", validation, "--out", out)
    assert isinstance(again.exception, OutputError)


def test_a_run_prints_camps_and_differences(tmp_path: Path) -> None:
    folder, validation = write_case(tmp_path)
    found = call(folder, "--validation", validation, "--draw", "expected")
    assert "Averaged relative difference 0." in found.stdout
    assert "900 people" in found.stdout


@pytest.mark.parametrize(
    ("options", "error"),
    [(("--people-scale", "0"), UsageError), (("--days", "0"), UsageError),
     (("--days", str(DAYS + 1)), InputError), (("--seed", str(2**64)), UsageError),
     (("--settings", "none.yml"), InputError)],
)  # fmt: skip
def test_a_request_that_makes_no_sense(
    tmp_path: Path, options: tuple[str, ...], error: type[Exception]
) -> None:
    folder, validation = write_case(tmp_path)
    assert isinstance(call(folder, "--validation", validation, *options).exception, error)


def test_a_conflict_of_fabflee_needs_no_options(tmp_path: Path) -> None:
    conflict = fab_case(tmp_path / "mali2012")
    page = tmp_path / "page.html"
    found = call(conflict, "--json", "--days", 7, "--page", page)
    document = json.loads(found.stdout)
    assert (document["case"], len(document["days"])) == ("mali2012", 7)
    assert "--days 7" in page.read_text(encoding="utf-8")
    assert isinstance(call(conflict / "source_data").exception, InputError)


def test_a_set_gives_a_table_and_json(tmp_path: Path) -> None:
    for name in ("one", "two"):
        fab_case(tmp_path / "set" / "SWEEP" / name)
    command = ["flee", "validate", str(tmp_path / "set"), "--days", "9", "--replicates", "2"]
    out = tmp_path / "set.csv"
    found = CliRunner().invoke(app, [*command, "--json", "--out", str(out)])
    document = json.loads(found.stdout)
    mean = document["mean"]["rescaled"]
    assert document["conflicts"]["one"]["days"] == 9
    assert pd.read_csv(out)["rescaled"].iloc[-1] == pytest.approx(mean)
    shown = CliRunner().invoke(app, command).stdout
    assert all(part in shown for part in ("one", "two", f"{mean:.4f}", f"{mean / 2:.4f}"))
    again = CliRunner().invoke(app, [*command, "--out", str(out)])
    assert isinstance(again.exception, OutputError)
    nothing = CliRunner().invoke(app, ["flee", "validate", str(tmp_path / "set" / "SWEEP" / "one")])
    assert isinstance(nothing.exception, InputError)


def test_faults_are_listed_with_what_flee_does_and_corrected_on_request(tmp_path: Path) -> None:
    conflict = fab_case(
        tmp_path / "case", {"closures.csv": "wall,A,B,1,2\n", "routes.csv": "A,b,9,\nB,C,9,\n"}
    )
    command = ["flee", "check", str(conflict)]
    found = CliRunner().invoke(app, command)
    assert found.exit_code == 2
    assert "routes.csv, line 1, name2: found 'b'" in found.stdout
    assert "Flee passes over the row in silence." in found.stdout
    assert "So does Corredor." in found.stdout
    assert "2 faults: the case cannot be run." in found.stdout
    copy = tmp_path / "copy"
    document = json.loads(
        CliRunner().invoke(app, [*command, "--json", "--corrected", str(copy)]).stdout
    )
    assert (len(document["faults"]), len(document["corrections"]), document["left"]) == (2, 2, [])
    again = CliRunner().invoke(app, ["flee", "check", str(copy)])
    assert (again.exit_code, "No fault" in again.stdout) == (0, True)
    assert call(copy, "--json").exit_code == 0
    assert isinstance(
        CliRunner().invoke(app, [*command, "--corrected", str(copy)]).exception, OutputError
    )


def test_a_fault_that_flee_passes_over_is_told_and_stops_no_run(tmp_path: Path) -> None:
    conflict = fab_case(tmp_path / "case", {"closures.csv": "wall,A,B,1,2\n"})
    found = CliRunner().invoke(app, ["flee", "check", str(conflict)])
    assert (found.exit_code, "1 fault: the case can be run." in found.stdout) == (0, True)
    document = json.loads(
        CliRunner().invoke(app, ["flee", "check", str(conflict), "--json"]).stdout
    )
    assert (document["ok"], document["faults"][0]["refused"]) == (True, False)
    ran = call(conflict, "--json")
    assert (ran.exit_code, "the row is passed over" in ran.stdout) == (0, True)


def test_what_is_left_for_a_person_is_told(tmp_path: Path) -> None:
    conflict = fab_case(
        tmp_path / "case", {"closures.csv": "wall,A,B,1,2\n", "routes.csv": "A,X,9,\nB,C,9,\n"}
    )
    found = CliRunner().invoke(
        app, ["flee", "check", str(conflict), "--corrected", str(tmp_path / "copy")]
    )
    assert found.exit_code == 2
    assert "1 corrected" in found.stdout
    assert "Left: routes.csv, line 1, name2: found 'X'" in found.stdout
