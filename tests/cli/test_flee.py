"""The command prints numbers for people or for programs, and fails in one message."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_case import DAYS, write_case
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
    [(("--people-scale", "0"), UsageError), (("--seed", str(2**64)), UsageError),
     (("--settings", "none.yml"), InputError)],
)  # fmt: skip
def test_a_request_that_makes_no_sense(
    tmp_path: Path, options: tuple[str, ...], error: type[Exception]
) -> None:
    folder, validation = write_case(tmp_path)
    assert isinstance(call(folder, "--validation", validation, *options).exception, error)
