"""The same question has the same answer, bit for bit: any threads, any company, any past."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

import numpy as np
import pytest
from helpers import Small

from corredor.corridor.compile import CompiledModel
from corredor.engine.levers import Factors
from corredor.engine.run import RawRun, Replication, simulate
from corredor.runs.simulate import run_all

FIRST_OF_MARCH = dt.date(2023, 3, 1)


def bits(raw: RawRun, replicate: int | None = None) -> tuple[bytes, ...]:
    chosen = slice(None) if replicate is None else slice(replicate, replicate + 1)
    return tuple(array[chosen].tobytes() for array in (raw.flows, raw.present, raw.final))


def runs(
    small: Small,
    text: str = "",
    replicates: Iterable[int] = range(4),
    seed: int = 1,
    threads: int | None = None,
) -> RawRun:
    ensemble = Replication(replicates=list(replicates), seed=seed)
    return simulate([small.model(text)], ensemble, threads=threads)[0]


def test_one_thread_and_two_give_the_same_bits(small: Small) -> None:
    assert bits(runs(small, threads=1)) == bits(runs(small, threads=2))


def test_eight_replicates_together_give_the_bits_of_each_alone(small: Small) -> None:
    together = runs(small, replicates=range(8))
    for replicate in range(8):
        assert bits(together, replicate) == bits(runs(small, replicates=[replicate]))


def test_replicates_with_their_own_parameters_give_the_same_bits_alone(small: Small) -> None:
    model = small.model()
    factors = Factors.constant(np.array([0.5, 1.0, 2.0]))
    together = simulate(
        [model], Replication(replicates=range(3), factors={"interdiction.tempo": factors})
    )[0]
    for i in range(3):
        one = {"interdiction.tempo": factors.of(slice(i, i + 1))}
        alone = simulate([model], Replication(replicates=[i], factors=one))
        assert bits(together, i) == bits(alone[0])


def test_the_same_seed_repeats_and_another_does_not(small: Small) -> None:
    assert bits(runs(small, seed=7)) == bits(runs(small, seed=7))
    assert bits(runs(small, seed=7)) != bits(runs(small, seed=8))
    together = runs(small, seed=7)
    assert bits(together, 0) != bits(together, 1)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("[caravans]\nformation = 0", "[caravans]\nformation = 0\npace_km = 40\ndrop_out = 0.9"),
        ("[appointments]\nopen = 0", "[appointments]\nopen = 0\ndaily_cap = 999\nlead_days = 3"),
        ("", "[interdiction.tempo]\ndarien = 0.9\ncentral_america = 0.9"),  # only Mexico stops
        ("", "[settlement.refuge_rate]\nselva = 1"),
        ("", "[custody.try_again_share]\nmexico = 1"),  # Mexicans are not detained
    ],
)  # fmt: skip
def test_a_lever_that_touches_nobody_changes_no_bit(small: Small, before: str, after: str) -> None:
    assert bits(runs(small, before)) == bits(runs(small, after))


def test_what_happens_elsewhere_is_untouched_by_a_local_change(small: Small) -> None:
    """Common random numbers: a rule at the border leaves every draw far away as it was."""
    a = small.run(draw="exact", replicates=3)
    b = small.run("[crossing]\nevasion = 0.9", draw="exact", replicates=3)
    assert (a["evasions"] != b["evasions"]).any()
    jungle, link = {"place": "selva"}, {"link": "selva>hogar bus"}
    assert (a["present"].sel(jungle) == b["present"].sel(jungle)).all()
    assert (a["travelled"].sel(link) == b["travelled"].sel(link)).all()


def test_a_counterfactual_equals_the_baseline_until_the_day_they_part(small: Small) -> None:
    """The day before the change is the same in every bit; the day itself is not."""
    change = "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.3 }"
    a, b = runs(small), runs(small, change)
    part = a.days.index(FIRST_OF_MARCH)
    assert a.present[:, :part].tobytes() == b.present[:, :part].tobytes()
    assert a.flows[:, 0].tobytes() == b.flows[:, 0].tobytes()
    assert (a.present[:, part] != b.present[:, part]).any()


@pytest.mark.parametrize(
    "change",
    [
        "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.3 }",
        "[custody.destination_share]\nsur = 0.5\ncosta = { 2023-02-20 = 0.5 }",
        "[movement]\ncost_per_100_usd = { 2023-03-10 = 3 }",
        "[appointments]\nopen = { 2022-01-01 = 1, 2023-02-14 = 0 }",
        "[caravans]\nformation = { 2023-01-15 = 1, 2023-01-16 = 0 }",
        "[entry.factor]\nhonduras = { 2023-04-01 = 2 }",
        "[harm.robbery]\nsouth = { 2023-04-10 = 0.5 }",
    ],
)
def test_a_scenario_that_branches_off_has_the_bits_of_a_run_of_its_own(
    small: Small, change: str
) -> None:
    first, second = small.scenario(), small.scenario(change)
    options = {"replicates": 3, "parameters": "fixed"}
    a, b = run_all([first, second], **options)
    alone = run_all([second], **options)[0]
    assert a.equals(run_all([first], **options)[0])
    assert b.equals(alone)
    assert not b.equals(a)


def test_branches_share_no_memory(small: Small) -> None:
    """Three scenarios that part on different days, in either order, give the same results."""
    texts = ["", "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.3 }",
             "[interdiction.tempo]\nsouth = { 2023-02-01 = 0.001 }"]  # fmt: skip
    scenarios = [small.scenario(text) for text in texts]
    a, b, c = run_all(scenarios, replicates=3, parameters="fixed")
    assert a.equals(run_all(scenarios[:1], replicates=3, parameters="fixed")[0])
    again = run_all([scenarios[i] for i in (2, 0, 1)], replicates=3, parameters="fixed")
    for mine, other in ((c, again[0]), (a, again[1]), (b, again[2])):
        assert mine.equals(other)


def test_the_real_baseline_repeats_bit_for_bit_over_threads(baseline_model: CompiledModel) -> None:
    short = dataclasses.replace(baseline_model, end=dt.date(2022, 10, 20))
    one = simulate([short], Replication(replicates=[0, 1]), threads=1)[0]
    assert bits(one) == bits(simulate([short], Replication(replicates=[0, 1]), threads=2)[0])
