"""Shutdown: the rule over the encounters of a week, and what it does to the people met."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from helpers import Small, total
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.corridor.compile import CompiledModel
from corredor.engine.levers import Factors
from corredor.engine.run import RawRun, Replication, simulate
from corredor.engine.steps import Remember, Today
from corredor.runs.simulate import run_all

ALWAYS = "[shutdown]\nthreshold = 1\nlift_below = 0\nreturned_share = {}\nremoved_share = {}\n"
ALIKE = "[crossing]\nfamily_return_factor = 1\n"
# About 140 encounters a day: some replicates reach the threshold, and some open again.
NOW_AND_THEN = "[shutdown]\nthreshold = 146\nlift_below = 140\nlift_after = 4\n"


def days_shut(
    model: CompiledModel, encounters: Sequence[int], scale: float = 1.0, **times: int
) -> list[bool]:
    """Feed so many encounters a day to the step and return on which days asylum was shut.

    ``times`` multiplies levers of the shutdown by their short names.
    """
    factors = {f"shutdown.{k}": Factors.constant(np.array([float(n)])) for k, n in times.items()}
    levers = replace(model.levers, as_set={}).scaled(factors)  # what is set stands otherwise
    (step,) = [step for _, step in model.steps if isinstance(step, Remember)]
    known, found = step.initial[None], []
    for number, count in enumerate(encounters):
        day = dt.date(2023, 2, 1) + dt.timedelta(days=number)
        today = Today(day, levers, np.zeros((1, 1)), scale, lambda p: p)
        known, shut = step.update(today, known, np.array([[count * scale, 0.0]]))
        found.append(bool(shut[0, 0]))
    return found


def by_the_text(encounters: Sequence[int], reach: float, under: float, wait: int) -> list[bool]:
    """Say the same from the text of the rule, day by day, with lists and dates."""
    found: list[bool] = []
    shut, counting_since = False, None
    for day in range(len(encounters)):
        found.append(shut)
        mean = sum(encounters[max(0, day - 6) : day + 1]) / 7
        if mean >= reach:
            shut, counting_since = True, None
        elif shut and counting_since is None and mean < under:
            counting_since = day
        if shut and counting_since is not None and day - counting_since >= wait:
            shut, counting_since = False, None
    return found


@settings(deadline=None)  # the machine may be busy with other things
@given(
    st.lists(st.integers(0, 60), min_size=1, max_size=80),
    st.integers(5, 50), st.integers(0, 40), st.integers(0, 14),
)  # fmt: skip
def test_the_rule_is_that_of_the_text(
    small: Small, encounters: list[int], reach: int, under: int, wait: int
) -> None:
    model = ones(small)
    found = days_shut(model, encounters, threshold=reach, lift_below=under, lift_after=wait)
    assert found == by_the_text(encounters, reach, under, wait)


@cache
def ones(small: Small) -> CompiledModel:
    return small.model("[shutdown]\nthreshold = 1\nlift_below = 1\nlift_after = 1")


def test_it_shuts_the_day_after_and_opens_fourteen_days_after_the_mean_is_under(
    small: Small,
) -> None:
    """A week at 30, then nothing: the mean is 30, 25.7, … and under 15 on the fourth empty day."""
    model = small.model("[shutdown]\nthreshold = 25\nlift_below = 15\nlift_after = 14")
    found = days_shut(model, [30] * 7 + [0] * 30)
    assert found.index(True) == 6  # the mean of the sixth evening is 30 * 6 / 7 = 25.7
    assert found.index(False, 6) == 7 + 3 + 14 + 1
    assert days_shut(model, [30] * 7 + [0] * 30, scale=10.0) == found
    assert not any(days_shut(small.model(), [10_000] * 30))


def test_nobody_is_let_in_while_asylum_is_shut_to_all(small: Small) -> None:
    data = small.run(ALIKE + ALWAYS.format(0.25, 0.75), draw="exact")
    march = data.sel(month="2023-03-01")
    assert float(march["days_asylum_shut"].sum()) == 31
    assert float(march["encounters_released"].sum()) == 0
    assert float(march["encounters"].sum()) > 500
    assert total(small.run(draw="exact"), "days_asylum_shut") == 0


def test_shares_are_of_those_who_would_be_let_in(small: Small) -> None:
    base = ALIKE + "returned_share = 0.2\nremoved_share = 0.1\n"
    march = small.run(base + ALWAYS.format(0.3, 0.5)).sel(month="2023-03-01")
    ends = ("encounters_returned", "encounters_removed", "encounters_released")
    counts = [float(march[name].sum()) for name in ends]
    shares = [count / sum(counts) for count in counts]
    assert shares == pytest.approx([0.2 + 0.7 * 0.3, 0.1 + 0.7 * 0.5, 0.7 * 0.2])


def test_families_are_turned_back_less_by_their_factor(small: Small) -> None:
    text = "[crossing]\nfamily_return_factor = 0.5\nreturned_share = 0\nremoved_share = 0\n"
    march = small.run(text + ALWAYS.format(0.4, 0)).sel(month="2023-03-01")
    for household, share in (("adults", 0.4), ("families", 0.2)):
        chosen = march.sel(group=f"honduras-{household}")
        back = chosen["encounters_returned"].sum() / chosen["encounters"].sum()
        assert float(back) == pytest.approx(share)


def test_its_other_levers_change_no_bit_while_it_never_shuts(small: Small) -> None:
    (plain,) = simulate([small.model()], Replication(replicates=[0]))
    text = "[shutdown]\nlift_below = 9\nlift_after = 1\nreturned_share = 0.5\nremoved_share = 0.5"
    assert bits(simulate([small.model(text)], Replication(replicates=[0]))[0]) == bits(plain)


def bits(raw: RawRun, replicate: int | None = None) -> tuple[bytes, ...]:
    chosen = slice(None) if replicate is None else slice(replicate, replicate + 1)
    return tuple(array[chosen].tobytes() for array in (raw.flows, raw.present, raw.final))


def shut_by_replicate(small: Small, **options: Any) -> np.ndarray:
    data = small.run(NOW_AND_THEN, **{"draw": "exact", "replicates": 40, **options})
    return np.asarray(data["days_asylum_shut"].sum("month"))


def test_each_replicate_keeps_a_memory_of_its_own(small: Small) -> None:
    """Shut on other days in each, and the same bits alone, in company and on two threads."""
    model = small.model(NOW_AND_THEN)
    factors = {"entry.factor": Factors.constant(np.array([0.5, 1.0, 1.05, 2.0]))}
    together = simulate([model], Replication(replicates=range(4), factors=factors), threads=1)[0]
    cell = int(model.book.cells_of("days_asylum_shut"))
    shut = together.flows[:, :, cell].sum(axis=1)
    assert shut[0] == 0
    assert shut[3] > 60
    assert len(set(shut)) > 2
    assert bits(together) == bits(
        simulate([model], Replication(replicates=range(4), factors=factors), threads=2)[0]
    )
    for i in range(4):
        own = {name: factor.of(slice(i, i + 1)) for name, factor in factors.items()}
        assert bits(together, i) == bits(
            simulate([model], Replication(replicates=[i], factors=own))[0]
        )


def test_a_scenario_that_branches_off_remembers_the_week_before(small: Small) -> None:
    later = "[shutdown]\nthreshold = { 2023-03-05 = 140 }\nlift_below = 0"
    first, second = small.scenario(), small.scenario(later)
    options = {"replicates": 3, "parameters": "fixed"}
    a, b = run_all([first, second], **options)
    assert a.equals(run_all([first], **options)[0])
    assert b.equals(run_all([second], **options)[0])
    assert float(b["days_asylum_shut"].sel(month="2023-03-01").max()) > 20
    third = small.scenario(later + "\nreturned_share = { 2023-04-01 = 0.5 }")
    alone = run_all([third], **options)[0]
    assert run_all([second, third], **options)[1].equals(alone)


@pytest.mark.slow
def test_persons_and_counts_shut_on_as_many_days(small: Small) -> None:
    """Days shut have one distribution in both draws: 40 runs each, with other random numbers."""
    from scipy import stats

    counts, persons = shut_by_replicate(small), shut_by_replicate(small, draw="individual", seed=9)
    assert 0 < counts.mean() < 70
    assert counts.std() > 5
    assert stats.ks_2samp(counts, persons).pvalue > 1e-5


def test_the_mean_field_shuts_and_opens_as_many_people_do(small: Small) -> None:
    """With 300 times the people chance is small, and both draws follow one path."""
    text = "[shutdown]\nthreshold = 130\nlift_below = 120\nlift_after = 4\n"
    text += "[crossing]\nattempt = { 2023-01-01 = 0.15, 2023-03-20 = 0 }"
    exact = small.run(text, draw="exact", people_scale=300)["days_asylum_shut"]
    mean = small.run(text, people_scale=300)["days_asylum_shut"]
    assert np.abs(exact - mean).max() <= 1
    assert 10 < float(mean.sum()) < 40


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_nobody_is_lost(small: Small, draw: str) -> None:
    simulate(
        [small.model(NOW_AND_THEN)],
        Replication(draw=draw, replicates=range(2)),
        check_every_day=True,
    )
