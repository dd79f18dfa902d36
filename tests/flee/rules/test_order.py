"""Who is asked first: agents one after another, as in Flee, against counts and persons here."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
from made_case import DAYS, made_case

from corredor.engine.run import Replication, simulate
from corredor.flee.case.folder import Case
from corredor.flee.rules.program import build_program
from corredor.flee.rules.spawning import newcomers

LEAVE, KM, SPEED, SOFTENING = 0.5, (390.0, 290.0, 250.0), 200.0, 10.0
CAPACITY, BUFFER = (60, 60), 0.9
A_DAY = 40
ERRORS = 4.5  # standard errors; with 20 numbers each, a right test fails once in 7,000


def two_camps(folder: Path, leave: float = LEAVE, capacity: tuple[int, int] = CAPACITY) -> Case:
    """Return a case in which a few flee a day to two camps that fill up, and that many leave."""
    where = "Z,,Here,0,0,conflict,0,9000\n" + "".join(
        f"{name},,Here,0,0,camp,,{places}\n" for name, places in zip("BC", capacity, strict=True)
    )
    routes = "".join(f"{ends},{km}\n" for ends, km in zip(("Z,B", "Z,C", "B,C"), KM, strict=True))
    count = f"2020-01-01,20\n2020-01-10,{20 + 9 * A_DAY // 2}\n"
    return made_case(
        folder, locations=where, routes=routes, all=count, b=count, c=count,
        data_layout="total,all.csv\nB,b.csv\nC,c.csv\n", conflicts="#Day,Z\n" + "0,1\n" * DAYS,
        simsetting=f"move_rules:\n  max_move_speed: {SPEED}\n  camp_movechance: {leave}\n"
        f"  conflict_movechance: 1\n  conflict_weight: 0\n  capacity_buffer: {BUFFER}\n",
    )  # fmt: skip


class Agents:
    """Flee's agents on the map of the case, as its rules say: Z is 0, the camps are 1 and 2.

    If ``frozen``, all who leave see the camps as they were before anybody left.
    """

    def __init__(self, seed: int, *, frozen: bool) -> None:
        self.random, self.frozen = random.Random(seed), frozen
        self.inside = [0, 20, 20]
        self.seen = self.inside
        self.place, self.days, self.to = [1] * 20 + [2] * 20, [0] * 40, [-1] * 40

    def room(self, place: int) -> float:
        full = CAPACITY[place - 1] - 20  # day 0 is taken off
        return min(1.0, max(0.0, (full - self.seen[place]) / (full * (1 - BUFFER))))

    def decide(self, who: int, chance: float) -> None:
        """Let somebody leave, or not; nobody comes to the end of a link on its first day."""
        at = self.place[who]
        if self.random.random() >= chance:
            return
        first, second = (end for end in (0, 1, 2) if end != at)
        weight = [
            self.room(end) / (SOFTENING + KM[at + end - 1]) if end else 0.0
            for end in (first, second)
        ]
        share = weight[0] / sum(weight) if sum(weight) > 0 else 0.5
        end = first if self.random.random() < share else second
        if end and self.room(end) < 0.5:
            return
        self.inside[at] -= 1
        self.place[who], self.to[who], self.days[who] = at, end, 0

    def day(self, more: int) -> list[int]:
        self.place, self.days = self.place + [0] * more, self.days + [0] * more
        self.to = self.to + [-1] * more
        self.inside[0] += more
        self.seen = list(self.inside) if self.frozen else self.inside
        for who in range(len(self.place)):
            if self.to[who] < 0:
                self.decide(who, LEAVE if self.place[who] else 1.0)
        self.seen = self.inside
        for who in range(len(self.place)):
            if self.to[who] >= 0:
                self.travel(who)
        return list(self.inside)

    def travel(self, who: int) -> None:
        self.days[who] += 1
        if self.days[who] * SPEED > KM[self.place[who] + self.to[who] - 1]:
            self.place[who], self.to[who] = self.to[who], -1
            self.inside[self.place[who]] += 1
            self.decide(who, LEAVE if self.place[who] else 1.0)
            self.days[who] = 1  # of the next link, if there is one


def agents(runs: int, fled: np.ndarray, *, frozen: bool = False) -> np.ndarray:
    """Return people by run, day and place."""
    found = np.empty((runs, DAYS, 3))
    for run in range(runs):
        all_of_them = Agents(run, frozen=frozen)
        found[run] = [all_of_them.day(int(more)) for more in fled]
    return found


def apart(a: np.ndarray, b: np.ndarray) -> float:
    """Return how many standard errors the means in camps are apart, where they are most."""
    error = np.hypot(*(each.std(axis=0, ddof=1) / np.sqrt(len(each)) for each in (a, b)))
    return float((np.abs(a.mean(axis=0) - b.mean(axis=0)) / np.maximum(error, 1e-9))[2:, 1:].max())


def test_counts_and_persons_come_and_go_as_agents_in_their_order(tmp_path: Path) -> None:
    case = two_camps(tmp_path)
    program = build_program(case)
    fled = newcomers(case, program.record)
    assert fled[1:].tolist() == pytest.approx([A_DAY] * 9, abs=1)
    assert program.states > program.space.size  # people are counted by cohort
    reference = agents(300, fled)
    runs = {
        draw: simulate([program], Replication(draw=draw, replicates=range(300)))[0].present  # type: ignore[arg-type]
        for draw in ("exact", "individual")
    }
    assert apart(reference, runs["exact"]) < ERRORS
    assert apart(reference, runs["individual"]) < ERRORS
    frozen = agents(300, fled, frozen=True)
    assert apart(frozen, runs["exact"]) > 2 * ERRORS  # the wrong twin


def test_the_order_matters_only_where_many_leave_what_may_be_full(tmp_path: Path) -> None:
    def counts_cohorts(**changed: float) -> bool:
        program = build_program(two_camps(tmp_path, **changed))  # type: ignore[arg-type]
        return program.states > program.space.size

    assert counts_cohorts(leave=0.003)
    assert not counts_cohorts(leave=0.001)  # of a tenth of a camp's places, one in a hundred
    assert not counts_cohorts(leave=0.0)
    assert not counts_cohorts(capacity=(0, 0))  # without limit
    assert not counts_cohorts(capacity=(2000, 2000))  # for more than there will ever be
