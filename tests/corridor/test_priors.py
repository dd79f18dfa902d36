"""Priors: read with care, drawn by replicate, the same in every scenario."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers import Small, write_world
from scipy import stats

from corredor.corridor.priors import Prior, Priors, load_priors, months_between
from corredor.corridor.world import World, load_world
from corredor.engine.levers import ALWAYS
from corredor.errors import InputError

MONTHS = [dt.date(2023, m, 1) for m in range(1, 7)]
TEMPO = "interdiction.tempo"
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
        (GOOD.replace("0.2", "-0.2"), ["prior 1, spread", "found -0.2", "0 or more"]),
        (GOOD.replace("0.2", "'wide'"), ["prior 1, spread", "found 'wide'"]),
        (GOOD.replace('"unsure"', '""'), ["prior 1, reason"]),
        (GOOD + "sprad = 1\n", ["prior 1, sprad"]),
        (GOOD + 'distribution = "gamma"\n', ["prior 1, distribution", "found 'gamma'"]),
        (GOOD + GOOD.replace("0.2", "9"), ["prior 2, spread"]),
        (GOOD + GOOD, ["prior 2, lever", "one prior for a lever"]),
        (GOOD + "jumps = { 2023-01-15 = 1 }\n", ["prior 1, jumps", "first day of a month"]),
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
    for lever, unknowns in together.items():
        for i in range(6):
            assert priors.draw(3, [i], MONTHS)[lever][0, 0] == unknowns[i, 0]
        assert len(set(unknowns[:, 0])) == 6
        assert (priors.draw(4, range(6), MONTHS)[lever] != unknowns).all()


def walking(tmp_path: Path, more: str = "") -> Priors:
    text = GOOD.replace("spread = 0.2", f"spread = 0.2\nwalk = 0.1{more}")
    return load_priors(world_with(tmp_path, text))


def test_a_walk_goes_by_months_and_more_months_leave_its_beginning(tmp_path: Path) -> None:
    """Steps have mean 0 and the stated spread, within 5 standard errors."""
    priors = walking(tmp_path)
    walked = priors.draw(1, range(2000), MONTHS)[TEMPO]
    assert priors.factors({TEMPO: walked}, MONTHS)[TEMPO].days == (ALWAYS, *MONTHS[1:])
    steps = np.diff(walked, axis=1)
    assert abs(steps.mean()) < 5 * 0.1 / np.sqrt(steps.size)
    assert steps.std() == pytest.approx(0.1, rel=5 / np.sqrt(2 * steps.size))
    assert abs(np.corrcoef(steps.T)[0, 1]) < 5 / np.sqrt(2000)
    short = priors.draw(1, range(10), MONTHS[:2])[TEMPO]
    assert (short == walked[:10, :2]).all()


def test_a_jump_widens_the_step_into_its_month_alone(tmp_path: Path) -> None:
    """Standard deviations of 4000 steps, within 5 standard errors."""
    priors = walking(tmp_path, "\njumps = { 2023-03-01 = 1.0 }")
    widths = np.diff(priors.draw(1, range(4000), MONTHS)[TEMPO], axis=1).std(axis=0)
    expected = [0.1, np.hypot(0.1, 1.0), 0.1, 0.1, 0.1]
    assert widths == pytest.approx(expected, rel=5 / np.sqrt(8000))


def test_a_jump_dated_later_is_not_known(tmp_path: Path) -> None:
    priors = walking(tmp_path, "\njumps = { 2023-03-01 = 1.0 }")
    assert priors.known_by(dt.date(2023, 3, 1)) == priors
    assert priors.known_by(dt.date(2023, 2, 28)) == walking(tmp_path)


def test_a_walk_goes_on_from_where_it_is_in_any_number_of_parts(tmp_path: Path) -> None:
    priors = walking(tmp_path)
    begun = priors.draw(1, range(50), MONTHS[:2])
    at_once = priors.walk_on(begun, 1, MONTHS, 2)[TEMPO]
    half = priors.walk_on(begun, 1, MONTHS[:4], 2)
    assert (at_once[:, :2] == begun[TEMPO]).all()
    assert (priors.walk_on(half, 1, MONTHS, 4)[TEMPO] == at_once).all()
    assert (priors.walk_on(begun, 2, MONTHS, 2)[TEMPO][:, 2:] != at_once[:, 2:]).all()
    assert (priors.walk_on(begun, 1, MONTHS[:2], 2)[TEMPO] == begun[TEMPO]).all()


def test_a_walk_that_goes_on_is_expected_to_stay(tmp_path: Path) -> None:
    """The mean of 3000 factors after two years, within 5 standard errors (uncorrected: 13 % up)."""
    priors = walking(tmp_path)
    months = months_between(dt.date(2022, 1, 1), dt.date(2024, 1, 1))
    begun = {TEMPO: np.zeros((3000, 1))}
    last = np.exp(priors.walk_on(begun, 1, months, 1)[TEMPO][:, -1])
    assert abs(last.mean() - 1.0) < 5 * last.std() / np.sqrt(len(last))
    assert np.median(last) < 0.9


def test_a_new_prior_leaves_the_others_as_they_are(tmp_path: Path) -> None:
    alone = load_priors(world_with(tmp_path, GOOD)).draw(1, [0, 1], MONTHS)
    text = GOOD.replace(TEMPO, "harm.robbery") + GOOD
    among = load_priors(world_with(tmp_path, text)).draw(1, [0, 1], MONTHS)
    assert (among[TEMPO] == alone[TEMPO]).all()


def test_factors_have_median_one_and_the_spread(tmp_path: Path) -> None:
    """Median and spread of 4000 draws, within 5 standard errors."""
    priors = load_priors(world_with(tmp_path, GOOD))
    factors = priors.factors(priors.draw(1, range(4000), MONTHS), MONTHS)
    logs = np.log(factors[TEMPO].values[:, 0])
    assert abs(np.median(logs)) < 5 * 1.2533 * 0.2 / np.sqrt(4000)
    assert logs.std() == pytest.approx(0.2, rel=5 / np.sqrt(8000))


def test_uniform_factors_are_uniform_between_their_bounds() -> None:
    """Kolmogorov-Smirnov at 1 in 1000."""
    prior = Prior(lever="x", distribution="uniform", low=0.5, high=1.5, reason="r")
    drawn = [
        float(prior.factor(prior.draw(np.random.default_rng(s), MONTHS))[0]) for s in range(500)
    ]
    assert stats.kstest(drawn, stats.uniform(0.5, 1.0).cdf).pvalue > 1e-3


def test_a_normal_prior_is_added_to_its_lever(tmp_path: Path) -> None:
    text = GOOD.replace(TEMPO, "movement.destination_pull.Laredo") + 'distribution = "normal"\n'
    priors = load_priors(world_with(tmp_path, text))
    unknowns = priors.draw(1, range(3), MONTHS)
    factors = priors.factors(unknowns, MONTHS)["movement.destination_pull.Laredo"]
    assert factors.added
    assert (factors.values == unknowns["movement.destination_pull.Laredo"]).all()


def test_months_between_count_both_ends() -> None:
    assert months_between(dt.date(2022, 11, 30), dt.date(2023, 1, 1)) == (
        dt.date(2022, 11, 1), dt.date(2022, 12, 1), dt.date(2023, 1, 1),
    )  # fmt: skip


def test_the_priors_that_ship_name_levers_and_reasons() -> None:
    priors = load_priors(load_world("mexico")).priors
    assert len(priors) > 10
    assert all(prior.reason for prior in priors)
