"""Model discrepancy: found where it is known, and carried on as wide as it should be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pytest
from made_case import write_case

from corredor.flee.case.folder import Case, read_case
from corredor.flee.case.record import Counts
from corredor.flee.tune.discrepancy import (
    APART,
    CLOCKS,
    OF_ALL,
    OF_CAMP,
    WIDTHS,
    Counted,
    Discrepancy,
    carried_on,
    counted,
    drawn,
    likeliest,
)
from corredor.flee.tune.tune import run_expected, tune
from corredor.flee.tune.unknowns import tunables, with_values

DAYS, HALF = 120, 60
CAMPS = "CDEF"
LOCATIONS = """#name,region,country,x,y,location_type,conflict_date,pop/cap
A,north,Here,1,2,conflict_zone,0,1000
B,north,Here,1.5,2,town,,
C,south,There,2,2,camp,,0
D,north,Here,3,2,camp,,0
E,north,Here,3,3,camp,,0
F,north,Here,3,4,camp,,0
"""
ROUTES = "#name1,name2,distance\nA,B,100\nB,C,500\nB,D,200\nA,E,900\nC,F,100\n"


def series(people: np.ndarray, every: int = 1) -> str:
    first = dt.date(2020, 1, 1)
    return "".join(
        f"{first + dt.timedelta(i)},{people[i]:.0f}\n" for i in range(0, len(people), every)
    )


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    """Return a case with four camps, each counted every five days; who flees is in its total."""
    files = {
        "locations.csv": LOCATIONS, "routes.csv": ROUTES,
        "simsetting.yml": "spawn_rules:\n  sum_from_camps: false\n",
        "sim_period.csv": f"StartDate,2020-01-01\nLength,{DAYS}\n",
        "conflicts.csv": "#Day,A\n" + "".join(f"{day},1\n" for day in range(DAYS)),
        "data_layout.csv": "total,all.csv\n" + "".join(f"{c},{c}.csv\n" for c in CAMPS),
        "all.csv": series(np.linspace(0, 90_000, DAYS)),
        **{f"{c}.csv": series(np.linspace(0, 9000, DAYS), 5) for c in CAMPS},
    }  # fmt: skip
    return read_case(*write_case(tmp_path_factory.mktemp("discrepancy"), files))


def made_up(case: Case, width: float, forgets: float, random: np.random.Generator) -> Case:
    """Return the case with a record that rules make with a discrepancy, and counts of it."""
    truth = run_expected(with_values(case, random.standard_normal(len(tunables()))))
    total = truth.sum(axis=1)
    share = (truth / np.maximum(1.0, total)[:, None])[:HALF].mean(axis=0)
    gap, kept = np.zeros(truth.shape), np.exp(-1 / forgets)
    for day in range(1, DAYS):
        pushed = width * np.sqrt(1 - kept**2) * random.standard_normal(len(CAMPS))
        gap[day] = kept * gap[day - 1] + pushed
    there = np.maximum(0, truth + total[:, None] * np.sqrt(np.maximum(share, 0.001)) * gap)
    off = OF_CAMP * there + OF_ALL * total[:, None]
    record = np.maximum(0, there + off * random.standard_normal(there.shape))
    days = np.arange(0, DAYS, 5)
    of_camps = {name: Counts(days, record[days, i]) for i, name in enumerate(CAMPS)}
    return replace(case, record=replace(case.record, counts={**case.record.counts, **of_camps}))


@pytest.mark.parametrize(("width", "forgets"), [(0.05, 60.0), (0.3, 200.0)])
def test_counts_lie_in_the_forecasts_bands_as_often_as_they_say(
    case: Case, width: float, forgets: float
) -> None:
    """Nine in ten, by 8 twins of 48 counts each that are alike within a camp."""
    inside = of_all = known = 0
    for twin in range(8):
        made = made_up(case, width, forgets, np.random.default_rng([twin, 5]))
        tuned = tune(made, members=20, iterations=2, seed=twin)
        found, alone, count = tuned.inside()
        inside, of_all, known = inside + found, of_all + count, known + alone
    assert 0.82 <= inside / of_all <= 0.98
    assert known < inside  # the rules alone know nothing of their discrepancy


def test_the_counts_tuned_on_are_before_the_half_and_a_week_apart(case: Case) -> None:
    counts = case.record.counts["C"]
    many = Counts(np.arange(DAYS), np.arange(float(DAYS)))
    other = replace(case, record=replace(case.record, counts={**case.record.counts, "C": many}))
    found = counted(other, HALF)
    days = found.day[found.camp == 0]
    assert days[-1] == HALF - 1
    assert (np.diff(days) == APART).all()
    assert days[0] > 0
    assert (found.people[found.camp == 0] == days).all()
    assert (found.by_day[HALF:, 0] == HALF - 1).all()  # held, for the rest is not known yet
    assert found.by_day[HALF - 1, 1] == found.by_day[55, 1]  # not drawn on to the next count
    assert counts.days[-1] >= HALF


def discrepancy() -> Discrepancy:
    """Return forty counts of each of thirty camps over 400 days, all of 1,000 people."""
    camps, every = 30, 10
    day = np.tile(np.arange(every, 400 + every, every), camps)
    by_day = np.full((401, camps), 1000.0)
    counts = Counted(np.repeat(np.arange(camps), 40), day, np.full(len(day), 1000.0), by_day)
    return Discrepancy.of(counts, by_day[None], by_day.sum(axis=1))


@pytest.mark.parametrize("clock", [3, 12])
def test_the_width_and_memory_of_a_discrepancy_are_found(clock: int) -> None:
    of, random = discrepancy(), np.random.default_rng(2)
    width, (forgets, weight) = WIDTHS[9], CLOCKS[clock]
    assert weight == 0
    kept, gap = np.exp(-10 / forgets), np.zeros((30, 41))
    for i in range(1, 41):
        pushed = width * np.sqrt(1 - kept**2) * random.standard_normal(30)
        gap[:, i] = kept * gap[:, i - 1] + pushed
    seen = gap[:, 1:].ravel() + of.noise() * random.standard_normal(1200)
    likelihood = of.likelihood(seen[:, None])
    found, which = likeliest(likelihood)
    assert found == pytest.approx(width, rel=0.6)
    pace = found**2 / CLOCKS[which, 0]
    assert pace == pytest.approx(width**2 / forgets, rel=0.6)  # of a random walk, at first
    white = of.whitened(seen[:, None], found, which)
    assert white.std() == pytest.approx(1.0, abs=0.1)
    widths, clocks = drawn(np.repeat(likelihood, 50, axis=2), random)
    assert abs(np.log(np.median(widths) / width)) < 0.5
    assert len(clocks) == 50


def test_a_discrepancy_goes_on_from_the_last_count_and_all_people_stay_the_record_s() -> None:
    of = discrepancy()
    members = 200
    people = np.tile(of.counts.by_day, (members, 1, 1))
    people[:, :, 0] = 0.0  # the rules send nobody to the first camp
    total = of.counts.by_day.sum(axis=1)
    slow = np.full(members, len(CLOCKS) - 3)
    wide = np.full(members, WIDTHS[-1])
    found = carried_on(of, people, total, wide, slow, np.random.default_rng(3))
    assert np.median(found[:, -1, 0]) == pytest.approx(1000, rel=0.1)
    assert (found >= 0).all()
    assert np.allclose(found[:, -1].sum(axis=1), total[-1], rtol=0.1)
