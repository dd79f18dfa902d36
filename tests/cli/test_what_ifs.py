"""``corredor forecast --what-if`` tells the forecast and what a scenario changes in it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from corredor import cli
from corredor.corridor.scenario import Scenario
from corredor.fit import what_if

SMALL = ("--origin", "2023-02", "--months", "4", "--members", "10", "--iterations", "1")
FREE = """
title = "Nobody is stopped in the south from April 2023"
base = "baseline"
assumptions = ["Nobody is stopped there: 0. Range 0 to 0."]
[interdiction.tempo]
south = { 2023-04-01 = 0 }
"""


@pytest.fixture
def call(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    def called(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["corredor", *map(str, arguments)])
        code = 0
        try:
            cli.main()
        except SystemExit as end:
            code = int(end.code or 0)
        return (code, *capsys.readouterr())

    return called


@pytest.fixture(scope="module")
def free(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("what-ifs") / "free.toml"
    path.write_text(FREE, encoding="utf-8")
    return path


@pytest.fixture(scope="module", autouse=True)
def made_once() -> Iterator[None]:
    """Make a forecast once that several commands ask for."""
    made: dict[object, object] = {}
    really = what_if.forecast_what_if

    def asked(scenario: Scenario, names: Sequence[str | Path], *rest: object, **how: object) -> Any:
        key = (scenario.hash, tuple(map(str, names)), *rest, how["draw"])
        if key not in made:
            made[key] = really(scenario, names, *rest, **how)  # type: ignore[arg-type]
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(what_if, "forecast_what_if", asked)
        yield


def test_json_holds_the_forecast_and_what_changes(
    call: Callable[..., tuple[int, str, str]], free: Path
) -> None:
    code, out, _ = call("forecast", *SMALL, "--what-if", free, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["origin"] == "2023-02"
    (told,) = document["what_ifs"]
    assert told["scenario"] == "free"
    assert told["audit"][0]["kind"] == "what_if"
    rows = {(row["measure"], row["month"]): row for row in told["differences"]}
    assert rows["mexico_detentions", "2023-03"]["difference"] == 0
    assert rows["mexico_detentions", "2023-05"]["difference_high"] < 0
    assert rows["people_in_mexico", "2023-06"]["forecast"] > 0


def test_the_terminal_shows_every_third_month_and_the_assumptions(
    call: Callable[..., tuple[int, str, str]], free: Path
) -> None:
    code, out, _ = call("forecast", *SMALL, "--what-if", free)
    assert code == 0
    _, _, after = out.partition("What if: Nobody is stopped")
    assert "2023-05" in after
    assert "2023-06" in after
    assert "2023-04" not in after
    assert "Assumed: Nobody is stopped there" in after


def test_what_cannot_be_is_refused_before_anything_is_calibrated(
    call: Callable[..., tuple[int, str, str]],
) -> None:
    code, _, error = call("forecast", *SMALL, "--what-if", "no-busing-sout")
    assert code == 2
    assert "Did you mean 'no-busing-south'?" in error
    code, _, error = call(
        "forecast", "--origin", "2023-08", "--months", "2", "--what-if", "no-busing-south"
    )
    assert code == 2
    assert "must begin on 2023-09-01 or later" in error
