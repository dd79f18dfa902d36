"""Structures are read with clear errors, and a comparison answers over those that pass."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd
import pytest
from helpers import PRIORS, Small, write_small

from corredor.corridor.priors import load_priors
from corredor.corridor.world import World, load_world
from corredor.errors import DamagedError, InputError, UsageError
from corredor.runs.structures import (
    COLUMNS,
    COMPARED,
    FILE,
    Compared,
    digests,
    load_compared,
    load_variants,
    priors_of,
)


@pytest.fixture
def small(tmp_path: Path) -> Small:
    return write_small(tmp_path)


GOOD = """
[question]
series = "border_patrol_encounters"
month_a = "2023-02"
month_b = "2023-03"
scenario = "small"
[[question.without]]
name = "stops"
title = "stops as in February"
hold = { "interdiction.tempo" = 2023-02-15 }

[[variant]]
name = "whole"
title = "as it is"
reason = "a test"

[[variant]]
name = "still"
title = "entries do not walk"
reason = "a test"
prior = [{ lever = "entry.factor", walk = 0.0 }]

[[check]]
name = "few"
title = "few encounters"
kind = "total"
series = "border_patrol_encounters"
months = ["2023-02", "2023-02"]
error = 0.1
must = true
"""


def world_with(small: Small, text: str) -> World:
    folder = small.folder / "small"
    (folder / "priors.toml").write_text(PRIORS)
    (folder / FILE).write_text(text)
    return load_world(folder)


def compared(world: World, inside: dict[str, bool]) -> Compared:
    rows = []
    for number, (variant, held) in enumerate(inside.items()):
        for seed in (1, 2):
            about = {"variant": variant, "seed": seed, "misfit": 1.0}
            rows.append({**about, "kind": "check", "name": "few", "record": 5.0, "mean": 5.0,
                         "low": 4.0, "high": 6.0, "inside": held, "must": True})  # fmt: skip
            rows.append({**about, "kind": "share", "name": "stops", "record": float("nan"),
                         "mean": 10.0 * number + seed, "low": 1.0, "high": 30.0,
                         "inside": True, "must": False})  # fmt: skip
    return Compared(pd.DataFrame(rows)[list(COLUMNS)], digests(world))


def test_a_structure_changes_only_the_priors_that_it_names(small: Small) -> None:
    world = world_with(small, GOOD)
    before = load_priors(world)
    _, still = load_variants(world).variants
    after = priors_of(still, before)
    changed = [a.lever for a, b in zip(before, after, strict=True) if a != b]
    assert changed == ["entry.factor"]
    assert next(p for p in after if p.lever == "entry.factor").walk == 0.0


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('lever = "entry.factor"', 'lever = "entry.factr"', "entry.factor"),
        ("walk = 0.0", "walk = -1", "still, entry.factor, walk"),
        ('kind = "total"', 'kind = "sum"', "check 1.kind"),
        ("[question]", "[questions]", "questions"),
        ('month_a = "2023-02"', 'month_a = "February"', "question.month_a"),
        ('hold = { "interdiction.tempo" = 2023-02-15 }', "hold = {}", "question.without.0.hold"),
        ("interdiction.tempo", "interdiction.temp", "a lever to hold"),
        (
            'series = "border_patrol_encounters"\nmonth_a',
            'series = "x"\nmonth_a',
            "question.series",
        ),
        (
            'kind = "total"\nseries = "border',
            'kind = "total"\nseries = "bordr',
            "check few, series",
        ),
    ],
)
def test_a_mistake_is_named(small: Small, old: str, new: str, told: str) -> None:
    assert old in GOOD
    with pytest.raises(InputError) as caught:
        load_variants(world_with(small, GOOD.replace(old, new, 1)))
    assert FILE in str(caught.value)
    assert told in str(caught.value)


def test_a_cause_is_held_whatever_the_scenario_sets_later(small: Small) -> None:
    world = world_with(small, GOOD)
    later = small.scenario("[interdiction.tempo]\nsouth = { 2023-03-01 = 0.5 }")
    cause = load_variants(world).question.without[0]
    tempo = cause.taken_from(later).levers().value("interdiction.tempo", dt.date(2023, 4, 1))
    assert tempo.max() == later.levers().value("interdiction.tempo", dt.date(2023, 2, 1)).max()


def test_where_nothing_must_be_made_again_every_fit_answers(small: Small) -> None:
    found = compared(world_with(small, GOOD), {"whole": False})
    free = Compared(found.table.assign(must=False), found.provenance)
    assert free.passing() == {("whole", 1): True, ("whole", 2): True}
    assert len(free.answers("stops")) == 2


def test_only_fits_that_pass_answer(small: Small) -> None:
    found = compared(world_with(small, GOOD), {"whole": True, "still": False})
    assert found.passing() == {
        ("whole", 1): True, ("whole", 2): True, ("still", 1): False, ("still", 2): False,
    }  # fmt: skip
    assert set(found.answers("stops")["variant"]) == {"whole"}
    assert set(found.answers("stops", passing=False)["variant"]) == {"whole", "still"}


def test_a_comparison_is_read_back_and_damage_is_noticed(small: Small) -> None:
    world = world_with(small, GOOD)
    found = compared(world, {"whole": True})
    path = world.folder / COMPARED
    with pytest.raises(UsageError, match="no structures compared"):
        load_compared(world)
    found.save(path)
    pd.testing.assert_frame_equal(load_compared(world).table, found.table)
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(DamagedError):
        load_compared(world)


def test_a_comparison_of_other_priors_is_refused(small: Small) -> None:
    world = world_with(small, GOOD)
    compared(world, {"whole": True}).save(world.folder / COMPARED)
    (Path(world.folder) / "priors.toml").write_text(PRIORS + "\n# changed\n")
    with pytest.raises(UsageError, match="priors_digest"):
        load_compared(world)
