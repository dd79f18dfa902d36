import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner, Result

from corredor.cli.record import app
from corredor.errors import UsageError
from corredor.record.evidence import load_measures


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words), catch_exceptions=False)


def test_effects_as_json_has_every_measure_with_its_reasons() -> None:
    shown = json.loads(run("effects", "--json").stdout)
    assert [m["id"] for m in shown["measures"]] == [m.id for m in load_measures().measure]
    for measure in shown["measures"]:
        assert measure["source"] and measure["why_touched"]
        assert measure["headline"] in measure["compared"]
        assert {"low", "high", "placebo_dates", "false_alarms"} <= set(measure["headline"])
    assert shown["rules"]["no_effect_reason"]


def test_effects_as_text_fit_a_terminal() -> None:
    text = run("effects").stdout
    for measure in load_measures().measure:
        assert measure.id in text
    rows = [line for line in text.splitlines() if " % (" in line]
    assert len(rows) == len(load_measures().measure)
    assert max(map(len, rows)) <= 88


def test_breaks_say_what_chance_would_find() -> None:
    text = run("breaks", "border_patrol_encounters").stdout
    assert "no shift of level" in text
    shown = json.loads(run("breaks", "border_patrol_by_sector", "--place", "Yuma", "--json").stdout)
    assert {"breaks", "counts", "by_chance"} <= set(shown)


def test_breaks_of_a_series_with_gaps_are_refused() -> None:
    with pytest.raises(UsageError, match="every month"):
        run("breaks", "asylum_applications_mexico")


def test_help_needs_no_heavy_library() -> None:
    heavy = "{'statsmodels', 'ruptures', 'scipy'} & set(sys.modules)"
    code = f"import sys, corredor.cli; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
