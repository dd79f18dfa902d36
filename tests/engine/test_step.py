"""A kind of step that the engine has never heard of runs in every draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from small_programs import BEGIN, program, split

from corredor.engine.program import Program
from corredor.engine.random.philox import Address
from corredor.engine.register import Register
from corredor.engine.run import Replication, simulate
from corredor.engine.steps import Remember, Step, Today
from corredor.runs.lockstep import Side, lockstep

DRAWS = ("expected", "exact", "individual")


@dataclass(frozen=True, eq=False)
class Swap(Step):
    """The people of two states change places, from a day on."""

    name: str
    states: tuple[int, int]
    begin: int = 0

    def ask(self, today: Today) -> bool | None:
        return True if (today.date - BEGIN).days >= self.begin else None

    def answers(self, today: Today, events: Sequence[float]) -> Iterator[Any]:
        yield self.ask(today)

    def means(self, price: bool, stocks: np.ndarray, cells: np.ndarray) -> None:
        one, other = self.states
        stocks[:, [one, other]] = stocks[:, [other, one]]

    def counts(self, price: bool, stocks: np.ndarray, cells: np.ndarray, address: Address) -> None:
        self.means(price, stocks, cells)

    def persons(
        self, price: bool, stocks: np.ndarray, cells: np.ndarray, address: Address,
        register: Register,
    ) -> None:  # fmt: skip
        self.means(price, stocks, cells)
        state, (one, other) = register.people().state, self.states
        first, second = state == one, state == other
        state[first], state[second] = other, one


def swapping(days: int, begin: int = 0) -> Program:
    """Return people in 0 and 1 who swap, and then half of those in 1 go on to 2."""
    return program([Swap("swap", (0, 1), begin), split([(1, 2, 0)], [0.5])], [0, 4000, 0], 1, days)


@pytest.mark.parametrize("draw", DRAWS)
def test_a_kind_of_step_declared_elsewhere_runs_in_every_draw(draw: str) -> None:
    """Everybody is in 0 on the first day, so that nobody goes on; on the second half of them do."""
    for days, gone in ((1, 0), (2, 2000), (3, 2000)):
        (raw,) = simulate([swapping(days)], Replication(draw=draw), check_every_day=True)  # type: ignore[arg-type]
        assert raw.final[0].sum() == 4000
        assert raw.final[0, 2] == pytest.approx(gone, abs=5 * np.sqrt(1000))
        assert raw.flows[0, 0, 0] == raw.final[0, 2]
        assert (raw.final[0, 1] == 0) == (days % 2 == 1)


def test_it_is_asked_every_day_and_nothing_happens_on_a_day_without_a_price() -> None:
    (raw,) = simulate([swapping(3, begin=3)], Replication(draw="expected"))
    assert raw.final[0].tolist() == [0, 500, 3500]


def test_two_such_runs_can_be_compared_step_by_step() -> None:
    assert lockstep(Side(swapping(4)), Side(swapping(4))) is None
    persons, counts = (Side(swapping(4), draw, replicates=20) for draw in ("individual", "exact"))
    assert lockstep(persons, counts) is None
    parting = lockstep(Side(swapping(4)), Side(swapping(4, begin=2)))
    assert parting is not None and parting.step == "swap"


def test_a_kind_without_one_of_the_draws_cannot_be_made() -> None:
    class Half(Swap):
        persons = Step.persons

    with pytest.raises(TypeError, match="persons"):
        Half("half", (0, 1))  # type: ignore[abstract]


@pytest.mark.parametrize("draw", DRAWS)
def test_what_is_remembered_is_told_once_and_read_by_later_steps(draw: str) -> None:
    """A step is told the events since it last asked, also over the end of a month."""
    told: list[float] = []

    def update(today: Today, kept: np.ndarray, events: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        told.append(float(events[0, 0]))
        assert today.memory["count"] is kept
        return kept + events, events

    cell = np.array([0], np.int32)
    remember = Remember("count", cell, cell + 1, np.zeros((1, 1)), update)
    made = program([split([(0, 1, 0)], [1.0]), split([(1, 0, 0)], [1.0]), remember], [7, 0], 2, 40)
    (raw,) = simulate([made], Replication(draw=draw))  # type: ignore[arg-type]
    assert told == [14.0] * 40
    assert raw.flows[0, :, 1].tolist() == [14 * 31, 14 * 9]
