"""Priors: read with care, drawn by replicate, the same in every scenario."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers import Small, write_world

from corredor.errors import InputError
from corredor.levers import ALWAYS
from corredor.priors import Prior, Priors, load_priors
from corredor.world import World, load_world

MONTHS = [dt.date(2023, m, 1) for m in range(1, 7)]
GOOD = '[[prior]]\nlever = "interdiction.tempo"\nspread = 0.2\nreason = "unsure"\n'


def world_with(folder: Path, text: str) -> World:
    target = folder / "world"
    shutil.rmtree(target, ignore_errors=True)
    write_world(target)
    (target / "priors.toml").write_text(text)
    return load_world(target)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (GOOD.replace("tempo", "temppo"), ["prior 1, lever", "Did you mean 'interdiction.tempo'?"]),
        (GOOD.replace("tempo", "tempo.suoth"), ["found 'interdiction.tempo.suoth'"]),
        (GOOD.replace("0.2", "-0.2"), ["prior 1, spread", "found -0.2", "greater than"]),
        (GOOD.replace("0.2", "'wide'"), ["prior 1, spread", "found 'wide'"]),
        (GOOD.replace('"unsure"', '""'), ["prior 1, reason"]),
        (GOOD + "sprad = 1\n", ["prior 1, sprad"]),
        (GOOD + 'distribution = "normal"\n', ["prior 1, distribution", "found 'normal'"]),
        (GOOD + GOOD.replace("0.2", "9"), ["prior 2, spread"]),
        ("[[prior]\n", ["valid TOML"]),
    ],
)
def test_a_mistake_is_said_with_file_number_and_key(
    tmp_path: Path, text: str, parts: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        load_priors(world_with(tmp_path, text))
    assert "priors.toml" in str(caught.value)
    for part in parts:
        assert part in str(caught.value)


def test_a_world_without_priors_has_none(small: Small) -> None:
    assert load_priors(small.scenario().world) == Priors(())


def test_a_replicate_draws_the_same_in_any_company(tmp_path: Path) -> None:
    priors = load_priors(world_with(tmp_path, GOOD + GOOD.replace("tempo", "tempo.south")))
    together = priors.draw(3, range(6), MONTHS)
    for lever, factors in together.items():
        values = factors.values[:, 0]
        for i in range(6):
            assert priors.draw(3, [i], MONTHS)[lever].values[0, 0] == values[i]
        assert len(set(values)) == 6
        assert (priors.draw(4, range(6), MONTHS)[lever].values[:, 0] != values).all()


def test_a_walk_goes_by_months_and_more_months_leave_its_beginning(tmp_path: Path) -> None:
    """Steps have mean 0 and the stated spread, within 5 standard errors."""
    world = world_with(tmp_path, GOOD.replace("spread = 0.2", "spread = 0.2\nwalk = 0.1"))
    priors = load_priors(world)
    walked = priors.draw(1, range(2000), MONTHS)["interdiction.tempo"]
    assert walked.days == (ALWAYS, *MONTHS[1:])
    steps = np.diff(np.log(walked.values), axis=1)
    assert abs(steps.mean()) < 5 * 0.1 / np.sqrt(steps.size)
    assert steps.std() == pytest.approx(0.1, rel=5 / np.sqrt(2 * steps.size))
    assert abs(np.corrcoef(steps.T)[0, 1]) < 5 / np.sqrt(2000)
    short = priors.draw(1, range(10), MONTHS[:2])["interdiction.tempo"]
    assert (short.values == walked.values[:10, :2]).all()


def test_a_new_prior_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    alone = load_priors(world_with(tmp_path, GOOD)).draw(1, [0, 1], MONTHS)
    text = GOOD.replace("interdiction.tempo", "harm.robbery") + GOOD
    among = load_priors(world_with(tmp_path, text)).draw(1, [0, 1], MONTHS)
    assert (among["interdiction.tempo"].values == alone["interdiction.tempo"].values).all()


def test_factors_have_median_one_and_the_spread(tmp_path: Path) -> None:
    """Median and spread of 4000 draws, within 5 standard errors."""
    factors = load_priors(world_with(tmp_path, GOOD)).draw(1, range(4000), MONTHS)
    logs = np.log(factors["interdiction.tempo"].values[:, 0])
    assert abs(np.median(logs)) < 5 * 1.2533 * 0.2 / np.sqrt(4000)
    assert logs.std() == pytest.approx(0.2, rel=5 / np.sqrt(8000))


def test_uniform_factors_stay_within_their_bounds() -> None:
    prior = Prior(lever="x", distribution="uniform", low=0.5, high=1.5, reason="r")
    drawn = [float(prior.draw(np.random.default_rng(seed))[0]) for seed in range(500)]
    assert 0.5 <= min(drawn) < 0.55
    assert 1.45 < max(drawn) <= 1.5


def test_the_priors_that_ship_name_levers_and_reasons() -> None:
    priors = load_priors(load_world("mexico")).priors
    assert len(priors) > 10
    assert all(prior.reason for prior in priors)
