"""Persons one by one give what the counts give: closed forms, the exact draw, and the bits.

Tests have fixed seeds; each would fail by chance with probability 1e-5.
"""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from helpers import Small, fit
from scipy import stats
from small_programs import delay_line, town

from corredor.engine.diary import Diary
from corredor.engine.run import RawRun, Replication, simulate
from corredor.errors import UsageError
from corredor.runs.simulate import run

LEAST_P = 1e-5
REPLICATES = 100  # of each draw in `make check-slow`
FEWER = 25
FEW = 0.2  # of the people of the small world, where each of them is written down


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_the_time_in_a_delay_line_is_a_sum_of_geometric_times(draw: str) -> None:
    """Those through after d days are binomial with the chance that three stages take up to d."""
    people, chance, stages, days, replicates = 30, 0.4, 3, 7, 1500
    raw = simulate(
        [delay_line(people, [chance] * stages, days)],
        Replication(draw=draw, replicates=range(replicates)),
    )[0]
    for day in range(stages - 1, days):
        through = stats.nbinom(stages, chance).cdf(day + 1 - stages)
        law = stats.binom(people, through).pmf(np.arange(people + 1))
        seen = np.bincount(raw.present[:, day, stages].astype(int), minlength=people + 1)
        assert fit(seen, law) > LEAST_P
    wrong = stats.binom(people, stats.nbinom(stages, 0.42).cdf(days - stages))
    assert fit(seen, wrong.pmf(np.arange(people + 1))) < LEAST_P


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_places_are_given_in_turn_and_by_lot_in_both_draws(draw: str) -> None:
    """20 in turn: all of the first class (6 and 9), 5 of the second; 10 by lot of the rest."""
    raw = simulate(
        [town([6, 9, 12, 8], (20.0, 10.0))], Replication(draw=draw, replicates=range(2000))
    )[0]
    served = raw.flows[:, 0, :8].reshape(-1, 4, 2).sum(axis=2)
    assert (served[:, :2] == [6, 9]).all()
    assert (served.sum(axis=1) == 30).all()
    law = stats.hypergeom(20, 12, 15).pmf(np.arange(13))  # in turn and lot are one draw of 15
    assert fit(np.bincount(served[:, 2], minlength=13), law) > LEAST_P
    outcome = raw.flows[:, 0, :8].reshape(-1, 4, 2).sum(axis=1)[:, 0]
    assert fit(np.bincount(outcome, minlength=31), stats.binom(30, 0.7).pmf(range(31))) > LEAST_P


@pytest.mark.parametrize("draw", ["exact", "individual"])
def test_events_are_independent_binomials_in_both_draws(draw: str) -> None:
    """Several events to the same people are independent of each other."""
    made = town([40, 0, 0, 0], (40.0, 0.0))
    (raw,) = simulate([made], Replication(draw=draw, replicates=range(2000)))
    first, second, third = raw.flows[:, 0, 8:].T
    people = raw.present[:, 0, 4].astype(int)
    many = people == 28
    for seen, chance in ((first, 0.2), (second, 0.5)):
        law = stats.binom(28, chance).pmf(np.arange(29))
        assert fit(np.bincount(seen[many], minlength=29), law) > LEAST_P
    rest = stats.binom(12, 0.1).pmf(np.arange(13))
    assert fit(np.bincount(third[many], minlength=13), rest) > LEAST_P
    correlation = np.corrcoef(first[many], second[many])[0, 1]
    assert abs(correlation) < 4.5 / np.sqrt(many.sum())


@pytest.fixture(scope="module", params=[FEWER, pytest.param(REPLICATES, marks=pytest.mark.slow)])
def both(small: Small, request: pytest.FixtureRequest) -> tuple[RawRun, RawRun]:
    """Return the two draws with different seeds, so that they share no random number."""
    model, replicates = small.model(), range(request.param)
    exact = simulate([model], Replication(replicates=replicates, seed=1))[0]
    persons = simulate(
        [model],
        Replication(draw="individual", replicates=replicates, seed=2),
        check_every_day=True,
    )
    return exact, persons[0]


def p_values(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return the p-value of a two-sample Kolmogorov-Smirnov test for each busy column."""
    busy = np.flatnonzero((one.mean(axis=0) > 3) & (one.std(axis=0) > 0))
    return np.array([stats.ks_2samp(one[:, i], other[:, i]).pvalue for i in busy])


def test_stocks_and_flows_of_persons_have_the_distribution_of_the_exact_draw(
    both: tuple[RawRun, RawRun],
) -> None:
    """Caravans, queues and full stations among them; the smallest of n p-values, by Bonferroni."""
    exact, persons = both
    for one, other in ((exact.final, persons.final),
                       (exact.flows.sum(axis=1), persons.flows.sum(axis=1))):  # fmt: skip
        found = p_values(one, other)
        assert len(found) > 60
        assert found.min() > LEAST_P / len(found)


@pytest.mark.slow
@pytest.mark.parametrize("both", [REPLICATES], indirect=True)
def test_a_tempo_a_tenth_off_would_be_caught(small: Small, both: tuple[RawRun, RawRun]) -> None:
    """The wrong twin of the test above."""
    wrong = small.model("[interdiction.tempo]\nsouth = 0.022\ncentre = 0.011\nnorth = 0.011")
    raw = simulate([wrong], Replication(draw="individual", replicates=range(REPLICATES), seed=2))[0]
    found = p_values(both[0].flows.sum(axis=1), raw.flows.sum(axis=1))
    assert found.min() < LEAST_P / len(found)


def test_persons_give_the_same_bits_on_1_2_and_4_threads(small: Small) -> None:
    model = small.model()
    ensemble = Replication(draw="individual", replicates=[4], people_scale=10)
    runs = [simulate([model], ensemble, threads=n)[0] for n in (1, 2, 4)]
    for other in runs[1:]:
        assert (other.flows == runs[0].flows).all()
        assert (other.final == runs[0].final).all()


def test_a_person_replicate_is_the_same_in_any_company(small: Small) -> None:
    model = small.model()
    alone = simulate([model], Replication(draw="individual", replicates=[2]))[0]
    among = simulate([model], Replication(draw="individual", replicates=range(3)))[0]
    assert (alone.flows[0] == among.flows[2]).all()


def test_a_diary_accounts_for_everybody_and_every_event(small: Small, tmp_path: Path) -> None:
    model = dataclasses.replace(small.model(), keep=small.model().begin)
    with Diary(model, tmp_path, every=1) as diary:
        asked = Replication(draw="individual", people_scale=FEW)
        raw = simulate([model], asked, diaries=[diary])[0]
    persons = pd.read_parquet(tmp_path / "persons.parquet")
    ways = pd.read_parquet(tmp_path / "moves.parquet")
    totals = raw.flows[0].sum(axis=0)

    def total(*flows: str) -> int:
        return int(sum(totals[model.book.cells_of(flow)].sum() for flow in flows))

    assert len(persons) == total("entries") == persons["person"].nunique()
    assert persons["times_detained"].sum() == total("detentions") > 0
    assert persons["times_sent_south"].sum() == total("sent_south") > 0
    assert persons["times_harmed"].sum() == total(*(f for f in model.book.flows if "harm" in f))
    left = persons["left"].notna()
    assert left.sum() == raw.final[0, model.gone].sum()
    assert (persons["left"] >= persons["entered"])[left].all()
    # a person's next move starts where the last one ended, and the last ends where they are
    ends = [c for c in ways if c.startswith("to_")]
    starts = [c.replace("to_", "from_") for c in ends]
    by_person = ways.groupby("person", sort=False)
    before = by_person[ends].shift().dropna()
    now = ways.loc[before.index, starts]
    assert (before.astype(str).to_numpy() == now.astype(str).to_numpy()).all()
    last = by_person[ends].last().astype(str)
    home = persons.set_index("person").loc[last.index, [c.replace("to_", "last_") for c in ends]]
    assert (last.to_numpy() == home.astype(str).to_numpy()).all()


def test_keeping_a_diary_changes_nothing(small: Small, tmp_path: Path) -> None:
    asked: dict[str, Any] = {
        "draw": "individual", "replicates": 2, "parameters": "fixed", "people_scale": FEW,
    }  # fmt: skip
    plain = run(small.scenario(), **asked)
    kept = run(small.scenario(), **asked, persons=tmp_path / "people", ways_of_one_in=10)
    assert kept.equals(plain)
    ways = pd.read_parquet(tmp_path / "people" / "moves.parquet")
    assert set(ways["replicate"]) == {0, 1}
    assert (ways["person"] % 10 == 0).all()


def test_persons_are_kept_in_the_individual_draw_only(small: Small, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="individual draw only"):
        run(small.scenario(), persons=tmp_path / "people")
    assert not (tmp_path / "people").exists()
