"""Places are given out fairly, and never more than there are.

Chi-square tests have fixed seeds; each would fail by chance with probability 1e-5.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import carry_out, fit
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from small_programs import moves, program

from corredor.engine.diary import Diary
from corredor.engine.kernels.ration import Places, Queue, ration_counts, ration_means
from corredor.engine.program import Program
from corredor.engine.random.philox import Address
from corredor.engine.run import Replication, simulate
from corredor.engine.steps import Ration
from corredor.engine.transitions import Transitions

LEAST_P = 1e-5
NONE = np.empty(0, np.int32), np.empty(0, np.int32)  # nobody records who asked


def one_place(sources: int) -> Transitions:
    """Return a transition from each source to the same state."""
    return Transitions(
        np.arange(sources, dtype=np.int32), np.arange(sources + 1, dtype=np.int64),
        np.full(sources, sources, np.int32), np.zeros(sources, np.int32),
    )  # fmt: skip


def ration(
    stocks: list[int], classes: list[int], places: tuple[float, float], replicates: int,
    asks: list[float] | None = None,
) -> np.ndarray:  # fmt: skip
    """Serve sources that stand in order of class; return how many each gave, [R, sources]."""
    count = len(stocks)
    held = np.tile(np.array([*stocks, 0], np.int64), (replicates, 1))
    cells = np.zeros((replicates, 1), np.int64)
    price = Places(
        np.ones((1, count)), np.array([asks or [1.0] * count]), np.array([places], float)
    )  # fmt: skip
    address = Address(5, np.arange(replicates), 3)
    queue = Queue(np.array(classes), *NONE)
    carry_out(ration_counts, held, cells, (one_place(count), queue), price, address)
    assert (held.sum(axis=1) == sum(stocks)).all() and held.min() >= 0
    assert (cells[:, 0] == held[:, -1]).all()
    return np.array(stocks) - held[:, :count]


@settings(deadline=None, max_examples=60)
@given(
    stocks=st.lists(st.integers(0, 500), min_size=4, max_size=4),
    in_turn=st.integers(0, 900),
    by_lot=st.integers(0, 900),
)
def test_never_more_are_served_than_there_are_places(
    stocks: list[int], in_turn: int, by_lot: int
) -> None:
    served = ration(stocks, [0, 2, 4], (in_turn, by_lot), 4)
    assert (served.sum(axis=1) == min(sum(stocks), in_turn + by_lot)).all()
    first = served[:, :2].sum(axis=1)
    assert (first >= min(in_turn, sum(stocks[:2]))).all()


def test_those_in_front_are_served_first() -> None:
    served = ration([30, 20, 40, 5], [0, 2, 4], (60, 0), 50)
    assert (served[:, :2] == [30, 20]).all()
    assert (served[:, 2:].sum(axis=1) == 10).all()


def test_the_lot_makes_everybody_equally_likely() -> None:
    """The number served of each source is hypergeometric, as when people are drawn blindly."""
    stocks, replicates = [40, 20, 15, 5], 20_000
    served = ration(stocks, [0, 4], (0, 25), replicates)
    for i, people in enumerate(stocks):
        law = stats.hypergeom(sum(stocks), people, 25).pmf(np.arange(people + 1))
        assert fit(np.bincount(served[:, i], minlength=people + 1), law) > LEAST_P


def test_those_who_may_not_ask_are_not_served() -> None:
    served = ration([30, 20], [0, 2], (25, 25), 10, asks=[0.0, 1.0])
    assert (served == [0, 20]).all()


def test_expected_rationing_serves_in_turn_and_then_in_proportion() -> None:
    stocks = np.array([[30.0, 20.0, 50.0, 0.0]])
    price = Places(np.ones((1, 3)), np.ones((1, 3)), np.array([[40.0, 12.0]]))
    queue = Queue(np.array([0, 1, 3]), *NONE)
    carry_out(ration_means, stocks, np.zeros((1, 1)), (one_place(3), queue), price)
    # 30 and 10 in turn; then 12 of the 60 who are left by lot
    assert stocks[0] == pytest.approx([0, 20 * 60 / 70 * 0.8, 50 * 60 / 70 * 0.8, 52])


DRAWS = ("expected", "exact", "individual")
SERVED, ASKED, TURNED_AWAY = slice(0, 4), slice(4, 8), slice(8, 12)  # cells, by source


def office(
    people: list[int], places: tuple[int, int], asks: list[bool], *, recorded: bool = True
) -> Program:
    """Return four sources in two classes, with cells for served, asked and turned away."""
    cells = np.arange(12, dtype=np.int32)
    step = Ration(
        "places", moves([(i, 4, i) for i in range(4)]), np.array([0, 2, 4]),
        chances=lambda _: np.ones((1, 4)),
        asks=lambda _: np.array([asks], float),
        places=lambda _: np.array([places], float),
        **({"asked": cells[ASKED], "turned_away": cells[TURNED_AWAY]} if recorded else {}),
    )  # fmt: skip
    return program([step], [*people, 0], 12, 1)


@settings(deadline=None, max_examples=40)
@given(
    people=st.lists(st.integers(0, 60), min_size=4, max_size=4),
    places=st.tuples(st.integers(0, 90), st.integers(0, 90)),
    asks=st.lists(st.booleans(), min_size=4, max_size=4),
)
def test_whoever_asks_is_served_or_turned_away(
    people: list[int], places: tuple[int, int], asks: list[bool]
) -> None:
    for draw in DRAWS:
        made = office(people, places, asks)
        (raw,) = simulate([made], Replication(draw=draw, replicates=range(2)))  # type: ignore[arg-type]
        flows = raw.flows[:, 0]
        assert flows[:, ASKED] == pytest.approx(np.tile(np.array(people) * asks, (2, 1)))
        assert flows[:, SERVED] + flows[:, TURNED_AWAY] == pytest.approx(flows[:, ASKED])
        assert (flows[:, TURNED_AWAY] >= 0).all()
        asking = sum(np.array(people) * asks)
        assert flows[:, SERVED].sum(axis=1) == pytest.approx(min(asking, sum(places)))


@pytest.mark.parametrize("draw", DRAWS)
def test_recording_who_asked_changes_no_bit(draw: str) -> None:
    made = [office([30, 20, 40, 5], (20, 30), [True] * 4, recorded=r) for r in (True, False)]
    one, other = (simulate([m], Replication(draw=draw, replicates=range(5)))[0] for m in made)  # type: ignore[arg-type]
    assert one.final.tobytes() == other.final.tobytes()
    assert (one.flows[:, :, SERVED] == other.flows[:, :, SERVED]).all()
    assert not other.flows[:, :, 4:].any()
    assert one.flows[:, :, TURNED_AWAY].sum() == pytest.approx(5 * 45)


@pytest.mark.parametrize("draw", DRAWS)
def test_one_of_the_two_may_be_recorded_and_of_some_sources_only(draw: str) -> None:
    made = office([30, 20, 40, 5], (60, 0), [True] * 4, recorded=False)
    step = made.steps[0][1]
    object.__setattr__(step, "turned_away", np.array([-1, -1, 8, -1], np.int32))
    (raw,) = simulate([made], Replication(draw=draw))  # type: ignore[arg-type]
    flows = raw.flows[0, 0]
    assert not flows[4:8].any()
    assert not flows[9:].any()
    assert flows[8] == pytest.approx(40 - flows[2])


def test_persons_keep_that_they_asked(tmp_path: Path) -> None:
    class Asking(Program):
        @property
        def traits(self) -> dict[str, np.ndarray]:
            asked = np.zeros(12, np.int32)
            asked[ASKED] = 1
            away = np.zeros(12, np.int32)
            away[TURNED_AWAY] = 1
            return {"asked": asked, "turned_away": away}

    made = office([30, 20, 40, 5], (20, 30), [True, True, True, False])
    made = Asking(**{name: getattr(made, name) for name in made.__dataclass_fields__})
    with Diary(made, tmp_path) as diary:
        (raw,) = simulate([made], Replication(draw="individual"), diaries=[diary])
    persons = pd.read_parquet(tmp_path / "persons.parquet")
    assert persons["asked"].sum() == raw.flows[0, 0, ASKED].sum() == 90
    assert persons["turned_away"].sum() == raw.flows[0, 0, TURNED_AWAY].sum() == 40
    served = persons["last_state"] == "4"
    assert (persons.loc[served, "asked"] == 1).all()
    assert not persons.loc[served, "turned_away"].any()
