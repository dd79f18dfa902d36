"""What changes by day: types of places, hunger; and fixed routes, which know the day before."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_case import DAYS, made_case

from corredor.arrays import Floats
from corredor.engine.run import Replication, simulate
from corredor.errors import InputError
from corredor.flee.case.folder import Case
from corredor.flee.rules.fixed import BestWays
from corredor.flee.rules.network import build_network
from corredor.flee.rules.program import build_program

FLEE = "2020-01-01,0\n2020-01-02,1000\n"
NOBODY = "2020-01-01,0\n"
QUICK = "  max_move_speed: 200\n  conflict_weight: 0\n"


def present(case: Case) -> Floats:
    """Return the expected people by day and place."""
    raw = simulate([build_program(case)], Replication(draw="expected"), check_every_day=True)[0]
    return np.asarray(raw.present[0])


def test_a_town_that_becomes_a_camp_keeps_people(tmp_path: Path) -> None:
    rules = "move_rules:\n  camp_movechance: 0\n  default_movechance: 1\n" + QUICK
    case = made_case(tmp_path, routes="A,B,250,\nB,C,900,\n", simsetting=rules, c=FLEE, all=FLEE,
                     location_changes="B,camp,2\n")  # fmt: skip
    assert present(case)[2:, 1] == pytest.approx([1000] * (DAYS - 2))
    assert case.camps == ("C",)


def test_a_town_that_becomes_a_place_of_conflict_is_fled_the_day_after(tmp_path: Path) -> None:
    """Flee weighs places of flight in the evening; its column in conflicts.csv is not needed."""
    where = "A,,Here,0,0,conflict,0,100\nT,,Here,0,0,town,,300\nC,,Here,0,0,camp,,0\n"
    flee = "2020-01-01,0\n2020-01-10,900\n"
    case = made_case(tmp_path, locations=where, routes="A,C,5000,\nT,C,5000,\n", c=flee, all=flee,
                     location_changes="T,conflict_zone,4\n",
                     simsetting="move_rules:\n  conflict_movechance: 0.005\n")  # fmt: skip
    by_day = np.diff(present(case)[:, 1] / 0.995)
    assert by_day[:4] == pytest.approx(0)
    assert by_day[4] == pytest.approx(75)


def hungry(folder: Path, rules: str, spawn: str = "", **changed: str) -> Floats:
    where = "A,n,Here,0,0,conflict,0,1000\nB,n,Here,0,0,town,,1000\nC,s,Here,0,0,camp,,0\n"
    files = {"locations": where, "routes": "A,B,90,\nA,C,90,\n", "c": FLEE, "all": FLEE,
             "region_attributes_IPC": f"#Day,n,s\n0,60,0\n{DAYS - 1},60,0\n"}  # fmt: skip
    return present(made_case(folder, simsetting=spawn + "move_rules:\n" + rules + QUICK,
                             **{**files, **changed}))  # fmt: skip


def test_people_leave_places_where_they_starve(tmp_path: Path) -> None:
    """0.6 by hunger, and half of the others by themselves."""
    found = hungry(tmp_path, "  flee_when_starving: true\n  conflict_movechance: 0.5\n",
                   routes="A,B,900,\nA,C,900,\n")  # fmt: skip
    assert found[1, 0] == pytest.approx(200)


def test_people_avoid_places_where_others_starve(tmp_path: Path) -> None:
    found = hungry(tmp_path, "  avoid_food_deprived_locations: true\n  camp_movechance: 0\n"
                   "  default_movechance: 0.005\n")  # fmt: skip
    weight = 1 - 0.6**2
    assert found[1, 2] == pytest.approx(1000 / (1 + weight), rel=0.01)


@pytest.mark.parametrize(("only", "share"), [("true", 1.0), ("false", 1.6 / 2.2)])
def test_hunger_makes_people_flee_from_the_second_day_on(
    tmp_path: Path, only: str, share: float
) -> None:
    spawn = (f"spawn_rules:\n  starvation_driven_spawning: true\n"
             f"  conflict_zone_spawning_only: {only}\n")  # fmt: skip
    flee = "2020-01-01,0\n2020-01-02,0\n2020-01-03,1000\n"
    found = hungry(tmp_path, "  conflict_movechance: 0.005\n  default_movechance: 0.005\n", spawn,
                   routes="A,C,5000,\nB,C,5000,\n", c=flee, all=flee)  # fmt: skip
    assert found[2, 0] / 0.995 == pytest.approx(1000 * share)


def two_ways(folder: Path, more: str = "  fixed_routes: true\n", **changed: str) -> Case:
    """Return a case with two ways to the camp D, by B or by C, which comes later in the file."""
    where = "A,,Here,0,0,conflict,0,9\n" + "".join(
        f"{name},,Here,0,0,{kind},,\n"
        for name, kind in (("B", "town"), ("C", "town"), ("D", "camp"))
    )
    routes = "A,B,290,\nA,C,490,\nB,D,100,\nC,D,100,\n"
    return made_case(
        folder, locations=where, routes=routes, c=FLEE, all=FLEE,
        data_layout="total,all.csv\nD,c.csv\n",
        simsetting="move_rules:\n  awareness_level: 2\n  camp_weight: 3\n"
        "  conflict_movechance: 1\n  default_movechance: 0.005\n"
        + QUICK + more, **changed,
    )  # fmt: skip


def test_of_ways_to_one_end_only_the_best_is_taken(tmp_path: Path) -> None:
    """The attraction of an end counts twice: in the best way, and in the choice."""
    first = build_program(two_ways(tmp_path))
    shares = dict(zip("BCD", np.array([1 / 300, 1 / 500, 9 / 400]), strict=True))
    raw = simulate([first], Replication(draw="expected"), check_every_day=True)[0]
    by_c = shares["C"] / sum(shares.values())
    # those bound for C are the only ones on its road; they come on the third day after
    assert raw.present[0, 3, 2] == pytest.approx(1000 * by_c, rel=0.02)


def test_fixed_routes_know_places_later_in_the_file_as_they_were(tmp_path: Path) -> None:
    """Where D becomes a camp on day 1 its pull counts once on that day: 3 in the choice."""
    where = "A,,Here,0,0,conflict,0,9\n" + "".join(
        f"{name},,Here,0,0,{kind},,\n"
        for name, kind in (("B", "town"), ("D", "town"), ("E", "camp"))
    )
    later = made_case(
        tmp_path / "later", locations=where, routes="A,B,290,\nA,D,390,\n", c=FLEE, all=FLEE,
        data_layout="total,all.csv\nE,c.csv\n", location_changes="D,camp,1\n",
        simsetting="move_rules:\n  camp_weight: 3\n  conflict_movechance: 1\n  camp_movechance: 0\n"
        "  fixed_routes: true\n" + QUICK,
    )  # fmt: skip
    share = (3 / 400) / (1 / 300 + 3 / 400)
    assert present(later)[2, 2] == pytest.approx(1000 * share)


MAJORS = {  # from A one sees B and C alone; D lies beyond B, and E beyond D
    "locations": "A,,Here,0,0,conflict,0,9\nB,,Here,0,0,town,,\nC,,Here,0,0,town,,\n"
    "D,,Here,0,0,town,,\nE,,Here,0,0,camp,,\n",
    "routes": "A,B,90,\nA,C,190,\nB,D,100,\nD,E,200,\n",
    "data_layout": "total,all.csv\nE,c.csv\n",
    "simsetting": "move_rules:\n  fixed_routes: true\n  camp_weight: 3\n  conflict_movechance: 1\n"
    "  default_movechance: 0.005\n  camp_movechance: 0\n" + QUICK,
}


@pytest.mark.parametrize(
    ("rows", "ends"),
    [
        ("", {}),
        ("A,B,D,E\n", {"E": 390}),
        ("E,D,B,A,,\n", {"E": 390}),  # it is known at both ends
        ("B,D\n", {"D": 190}),  # people come to where it begins by a way of their own
        ("A,B,D,E\nB,D,E\nC,A,B,D\n", {"E": 390, "D": 190 + 380}),
        ("C,A,B\n", {}),  # there is a way to B already
    ],
)
def test_major_routes_lead_beyond_what_people_are_aware_of(
    tmp_path: Path, rows: str, ends: dict[str, float]
) -> None:
    case = made_case(tmp_path, **MAJORS, c=FLEE, all=FLEE, major_routes=rows or "#none\n")
    network = build_network(case)
    ways = network.ways
    fixed = BestWays(ways).weights(1 / (10 + ways.km[None]))
    found = {
        case.locations[ways.end[way]].name: fixed[0, way]
        for way in np.flatnonzero((ways.place == 0) & (fixed[0] > 0))
    }
    expected = {"B": 1 / 100, "C": 1 / 200}
    expected |= {end: 1 / (10 + km / 4) for end, km in ends.items()}
    assert found == pytest.approx(expected)


def test_people_go_along_a_major_route_and_do_not_stop_on_it(tmp_path: Path) -> None:
    case = made_case(tmp_path, **MAJORS, c=FLEE, all=FLEE, major_routes="A,B,D,E\n")
    by_route = 3 * 3 / (10 + 390 / 4)  # the score of an end counts twice: once before, once now
    share = by_route / (by_route + 1 / 100 + 1 / 200)
    before = by_route / 3 / (by_route / 3 + 1 / 100 + 1 / 200)
    raw = simulate([build_program(case)], Replication(draw="expected"), check_every_day=True)[0]
    there = raw.present[0, :, 4]
    assert before * 1000 * 0.98 < there[-1] < share * 1000 * 1.05


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("A,X\n", "line 1: found 'X', expected a place of locations.csv"),
        ("A,D\n", "line 1: found 'A-D', expected a link of routes.csv"),
        ("A\n", "line 1: found 'A', expected two names"),
    ],
)
def test_what_is_wrong_with_a_major_route_is_told(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        two_ways(tmp_path, major_routes=row)
    assert told in str(caught.value)
