"""Structures are fitted one by one, and the comparison goes on after an interruption."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from fit.test_calibrate import OBSERVATIONS
from helpers import COUNTED, PRIORS, SCENARIO, write_world

from corredor.corridor.world import World, load_world
from corredor.errors import InputError, UsageError
from corredor.fit.calibrate import Ensemble
from corredor.fit.variants import compare, fit_variant
from corredor.runs.structures import FILE, load_compared, load_variants

MONTHS = (dt.date(2023, 3, 1), dt.date(2023, 5, 31))
SIZE = Ensemble(members=12, iterations=2)
TOLD = """
[question]
series = "border_patrol_encounters"
month_a = "2023-03"
month_b = "2023-04"
scenario = "SCENARIO"
[[question.without]]
name = "entries"
title = "entries as in March"
hold = { "entry.factor" = 2023-03-15 }
[[question.without]]
name = "nothing"
title = "nothing that changes"
hold = { "shutdown.threshold" = 2023-02-15 }

[[variant]]
name = "whole"
title = "as it is"
reason = "a test"

[[variant]]
name = "still"
title = "entries do not walk"
reason = "a test"
prior = [{ lever = "entry.factor", walk = 0.0, spread = 0.0 }]

[[check]]
name = "encounters"
title = "encounters"
kind = "total"
series = "border_patrol_encounters"
months = ["2023-03", "2023-05"]
error = 0.1
must = true

[[check]]
name = "fall"
title = "the fall"
kind = "fall"
series = "border_patrol_encounters"
months = ["2023-03", "2023-04"]
error = 0.1

[[check]]
name = "share"
title = "share of the south-east"
kind = "share"
series = "mexico_detentions"
by = "zone"
part = "south"
place = "four southern states"
months = ["2023-01", "2023-04"]
error = 0.1
"""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    folder = tmp_path_factory.mktemp("structures")
    made = write_world(folder / "small")
    (made / "priors.toml").write_text(PRIORS)
    (made / "observations.toml").write_text(COUNTED + OBSERVATIONS)
    path = folder / "small.toml"
    path.write_text(SCENARIO)
    (made / FILE).write_text(TOLD.replace("SCENARIO", str(path)))
    return load_world(made)


def test_a_structure_is_held_against_the_record_and_asked(world: World) -> None:
    structures = load_variants(world)
    found = fit_variant(world, structures, structures.variants[0], SIZE, MONTHS)
    checks = found.checks
    assert checks.loc["encounters", "record"] > 100_000  # the real border, not the small world
    assert not checks.loc["encounters", "inside"]
    assert checks.loc["share", "record"] == pytest.approx(100 * 66416 / 145014, rel=0.02)
    assert (checks["low"] <= checks["high"]).all()
    assert len(found.shares["entries"]) == SIZE.members
    assert np.allclose(found.shares["nothing"], 0.0)
    assert not np.allclose(found.shares["entries"], 0.0)


def test_a_comparison_interrupted_goes_on_to_the_same_table(world: World, tmp_path: Path) -> None:
    whole = compare(world, SIZE, (1,), MONTHS, tmp_path / "whole.parquet")
    done = []

    def stop_at_the_second(number: int, _: int) -> None:
        if number == 1 and not done:
            done.append(number)
            raise KeyboardInterrupt

    target = tmp_path / "parts.parquet"
    with pytest.raises(KeyboardInterrupt):
        compare(world, SIZE, (1,), MONTHS, target, on_fit=stop_at_the_second)
    assert not target.exists()
    with pytest.raises(UsageError, match="resume"):
        compare(world, SIZE, (1,), MONTHS, target)
    resumed = compare(world, SIZE, (1,), MONTHS, target, resume=True)
    assert resumed.table.equals(whole.table)
    (world.folder / "variants.parquet").write_bytes(target.read_bytes())
    assert load_compared(world).table.equals(whole.table)


def test_months_that_the_record_has_not_are_refused(world: World) -> None:
    structures = load_variants(world)
    check = structures.checks[0].model_copy(update={"months": ("2023-03", "2030-01")})
    wrong = type(structures)(structures.question, structures.variants, (check,))
    with pytest.raises(InputError, match="check encounters, months"):
        fit_variant(world, wrong, structures.variants[0], SIZE, MONTHS)
