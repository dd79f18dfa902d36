"""A design is read whole or refused with every problem, and a reduction keeps what was asked."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from helpers import Small

from corredor.errors import InputError
from corredor.runs.design import Reduction, load_design, refuse_unknown
from corredor.runs.observe import countable, observe


def written(folder: Path, text: str) -> Path:
    path = folder / "design.toml"
    path.write_text(text)
    return path


def test_a_design_is_read(small: Small, tmp_path: Path) -> None:
    other = small.write("", "other")
    path = written(
        tmp_path,
        f'title = "T"\nscenarios = ["{small.path}", "{other}"]\nmembers = 7\nseeds = [1, 5]\n'
        'draw = "expected"\nkeep = ["present"]\n',
    )
    design = load_design(path)
    assert [s.name for s in design.scenarios] == ["small", "other"]
    assert (design.members, design.seeds, design.draw) == (7, (1, 5), "expected")
    assert design.keep == ("present",)


def test_a_scenario_beside_the_design_is_found(small: Small) -> None:
    design = load_design(written(small.folder, 'scenarios = ["small.toml"]'))
    assert design.scenarios[0].hash == small.scenario().hash
    assert (design.seeds, design.keep) == ((1,), ())


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("members = 3", "scenarios: expected a value"),
        ("scenarios = []", "at least one"),
        ('scenarios = ["baseline"]\nmembers = 0', "members: found 0, expected 1 or more"),
        ('scenarios = ["baseline"]\nmembers = 2.5', "members: found 2.5, expected a whole number"),
        ('scenarios = ["baseline"]\nseeds = [1, 1]', "seeds: found 1, expected each once"),
        ('scenarios = ["baseline"]\nseeds = [-1]', "seeds: found -1"),
        ('scenarios = ["baseline", "baseline"]', "expected each once"),
        ('scenarios = ["basline"]', "Did you mean 'baseline'"),
        ('scenarios = ["baseline"]\nmember = 3', "Did you mean 'members'"),
        ('scenarios = ["baseline"]\ndraw = "fast"', "draw: found 'fast'"),
        ('scenarios = ["baseline"]\nkeep = 3', "keep"),
        ("scenarios = [", "valid TOML"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        load_design(written(tmp_path, text))


def test_scenarios_of_two_worlds_are_refused(small: Small, tmp_path: Path) -> None:
    path = written(tmp_path, f'scenarios = ["{small.path}", "baseline"]')
    with pytest.raises(InputError, match="scenarios of one world"):
        load_design(path)


def test_scenarios_over_other_days_are_refused(small: Small, tmp_path: Path) -> None:
    other = small.write("end = 2023-04-30", "shorter")
    with pytest.raises(InputError, match="over the same days"):
        load_design(written(tmp_path, f'scenarios = ["{small.path}", "{other}"]'))


def test_a_reduction_keeps_monthly_totals(small: Small) -> None:
    data = small.run(draw="exact", replicates=3, people_scale=2.0)
    series = countable(data)[0]
    kept = Reduction((series, "detentions", "present"))(data)
    np.testing.assert_array_equal(kept[series], observe(data, series).transpose(*kept[series].dims))
    total = data["detentions"].sum(["place", "group"]) / 2.0
    np.testing.assert_array_equal(kept["detentions"], total)
    assert kept["present"].dims == ("replicate", "day")
    assert set(Reduction(())(data).data_vars) == set(countable(data))


def test_what_nobody_counts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"keep: found 'presnt', .* Did you mean 'present'"):
        refuse_unknown(("present", "presnt"), ["present", "detentions"], tmp_path / "d.toml")


def test_the_design_of_the_page_is_one(tmp_path: Path) -> None:
    page = Path(__file__).parents[2] / "docs" / "ensembles.md"
    (text,) = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    path = tmp_path / "design.toml"
    path.write_text(text, encoding="utf-8")
    design = load_design(path)
    assert design.members * len(design.seeds) * len(design.scenarios) == 1800
