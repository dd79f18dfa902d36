"""``corredor forecast --what-if`` tells the forecast and what a scenario changes in it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from small_forecast import ENSEMBLE, MONTHS, ORIGIN, free, kept_with_measure

from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.fit import what_if

SMALL = ("--origin", ORIGIN, "--months", MONTHS, "--members", 10, "--iterations", 1)


@pytest.fixture
def measure(tmp_path: Path) -> Path:
    return free(tmp_path)


@pytest.fixture
def made_before(shared: Path, measure: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the commands the forecast that was made once, if it is the one they ask for."""

    def asked(scenario: Scenario, names: Sequence[str | Path], *rest: object, **how: object) -> Any:
        assert (scenario.hash, *names) == (load_scenario("baseline").hash, str(measure))
        assert (*rest, how["draw"]) == (ORIGIN, MONTHS, ENSEMBLE, "exact")
        return kept_with_measure(shared)

    monkeypatch.setattr(what_if, "forecast_what_if", asked)


@pytest.mark.usefixtures("made_before")
def test_json_holds_the_forecast_and_what_changes(
    call: Callable[..., tuple[int, str, str]], measure: Path
) -> None:
    code, out, _ = call("forecast", *SMALL, "--what-if", measure, "--json")
    document = json.loads(out)
    assert code == 0
    assert document["origin"] == ORIGIN
    (told,) = document["what_ifs"]
    assert told["scenario"] == "free"
    assert told["audit"][0]["kind"] == "what_if"
    rows = {(row["measure"], row["month"]): row for row in told["differences"]}
    assert rows["mexico_detentions", "2022-04"]["difference"] == 0
    assert rows["mexico_detentions", "2022-06"]["difference_high"] < 0
    assert rows["people_in_jurisdictions", "2022-07"]["forecast"] > 0


@pytest.mark.usefixtures("made_before")
def test_the_terminal_shows_every_third_month_and_the_assumptions(
    call: Callable[..., tuple[int, str, str]], measure: Path
) -> None:
    code, out, _ = call("forecast", *SMALL, "--what-if", measure)
    assert code == 0
    _, _, after = out.partition("What if: Nobody is stopped")
    assert "2022-06" in after
    assert "2022-07" in after
    assert "2022-05" not in after
    assert "Assumed: Nobody is stopped there" in after


@pytest.mark.usefixtures("made_before")
def test_towns_are_told_with_what_bears_them_out(
    call: Callable[..., tuple[int, str, str]], measure: Path
) -> None:
    code, out, _ = call("forecast", *SMALL, "--what-if", measure, "--towns", "--json")
    document = json.loads(out)
    assert code == 0
    towns = {(row["place"], row["month"]): row for row in document["towns"]}
    assert towns["tapachula", "2022-04"]["q0.5"] > 0
    assert "corredor counts" in document["towns_checked"]
    _, out, _ = call("forecast", *SMALL, "--what-if", measure, "--towns")
    assert "People in places in the evening" in out
    assert "not published" in out


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
