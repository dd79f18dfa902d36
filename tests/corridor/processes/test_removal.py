"""Removal: so many a day come in, where the levers say, and nobody is lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from helpers import Small, total
from scipy import stats

from corredor.engine.run import Replication, simulate
from corredor.errors import UsageError

DAYS = 28 + 31 + 15  # February, March and half of April
MANY = """
[removal.daily]
honduras = 20
mexico = 10
[removal.taken_back_share]
honduras = 0.25
[removal.destination_share]
norte = 0.6
este = 0.2
[removal.try_again_share]
honduras = 0.4
mexico = 0.1
"""
# three in four are flown home; of all, those who try again:
SET_OFF = {
    ("honduras", "norte"): 20 * 0.25 * 0.4 * 0.75,
    ("honduras", "este"): 20 * 0.25 * 0.4 * 0.25,
    ("honduras", "hogar"): 20 * 0.75 * 0.4,
    ("mexico", "norte"): 10 * 0.1 * 0.75,
    ("mexico", "este"): 10 * 0.1 * 0.25,
}


def test_nobody_is_removed_in_the_baseline(small: Small) -> None:
    data = small.run()
    assert total(data, "removed_who_set_off_again") + total(data, "removed_who_stayed") == 0


def test_they_come_in_where_and_as_often_as_the_levers_say(small: Small) -> None:
    data = small.run(MANY)
    flow = data["removed_who_set_off_again"].sum(["replicate", "month"])
    for nationality, household in (("honduras", 0.6), ("mexico", 0.6)):
        found = flow.sel(group=f"{nationality}-adults")
        for place in data["place"].values:
            people = SET_OFF.get((nationality, str(place)), 0.0)
            assert float(found.sel(place=place)) == pytest.approx(people * household * DAYS)
    assert total(data, "removed_who_stayed") + float(flow.sum()) == pytest.approx(30 * DAYS)


def test_those_without_a_way_back_stay_at_home(small: Small) -> None:
    """Mexicans have no home outside Mexico to set off from."""
    text = MANY.replace("honduras = 0.25", "honduras = 0.25\nmexico = 0")
    data = small.run(text)
    mexicans = [group for group in data["group"].values if "mexico" in group]
    assert total(data, "removed_who_set_off_again", group=mexicans) == 0
    assert total(data, "removed_who_stayed", group=mexicans) == pytest.approx(10 * DAYS)


def test_whoever_sets_off_again_has_a_return_behind_them(small: Small) -> None:
    text = MANY + "[movement]\nleave = 0\n[crossing]\nattempt = 0\nwalk_up_daily = 0\n"
    model = small.model(text + "[entry]\nfactor = 0\n[appointments]\nopen = 0\n")
    raw = simulate([model], Replication(draw="expected"))[0]
    table = model.space.table.assign(people=raw.final[0])
    on_the_way = table[table["kind"] == "at"].groupby("returned")["people"].sum()
    assert on_the_way[0] == 0
    assert on_the_way[1] > 100


@pytest.mark.parametrize("draw", ["exact", pytest.param("individual", marks=pytest.mark.slow)])
def test_whole_people_are_poisson_around_the_levers(small: Small, draw: str) -> None:
    """The totals of 150 runs: mean and variance within 5 standard errors."""
    runs = 150 if draw == "exact" else 30
    data = small.run(MANY, draw=draw, replicates=runs)
    found = data["removed_who_set_off_again"].sum(["month", "place", "group"])
    mean = sum(SET_OFF.values()) * DAYS
    assert abs(float(found.mean()) - mean) < 5 * np.sqrt(mean / runs)
    assert float(found.var()) / mean == pytest.approx(1.0, abs=5 * np.sqrt(2 / runs))


@pytest.mark.slow
def test_persons_and_counts_agree_on_what_becomes_of_them(small: Small) -> None:
    def encounters(**options: Any) -> np.ndarray:
        data = small.run(MANY, replicates=40, **options)
        return np.asarray(data["encounters"].sum(["month", "sector", "group"]))

    counts, persons = encounters(draw="exact"), encounters(draw="individual", seed=5)
    assert stats.ks_2samp(counts, persons).pvalue > 1e-5
    assert counts.mean() == pytest.approx(encounters(draw="expected").mean(), rel=0.02)


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
def test_nobody_is_lost(small: Small, draw: str) -> None:
    simulate([small.model(MANY)], Replication(draw=draw, replicates=range(2)), check_every_day=True)


def test_removals_without_a_place_are_refused(small: Small) -> None:
    with pytest.raises(UsageError, match=r"removal\.destination_share names no place"):
        small.run("[removal.daily]\nhonduras = 1")
