"""Structures are fitted one by one, and the comparison goes on after an interruption."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from small_structures import write_structures

from corredor.corridor.world import World
from corredor.errors import InputError, UsageError
from corredor.fit.calibrate import Ensemble
from corredor.fit.variants import compare, fit_variant
from corredor.runs.structures import load_compared, load_variants

MONTHS = (dt.date(2023, 3, 1), dt.date(2023, 5, 31))
SIZE = Ensemble(members=12, iterations=2)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return write_structures(tmp_path_factory.mktemp("structures"))


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


@pytest.mark.slow
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
