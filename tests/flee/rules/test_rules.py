"""Flee's rules on maps so small that the right numbers are known beforehand."""

# ruff: noqa: E501 - maps and settings stand on one line

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pytest
from helpers import fit
from hypothesis import given, settings
from hypothesis import strategies as st
from made_case import DAYS, made_case

from corredor.engine.run import Replication, simulate
from corredor.errors import UsageError
from corredor.flee.case.folder import Case
from corredor.flee.rules.network import build_network
from corredor.flee.rules.program import build_program
from corredor.flee.rules.spawning import look_up, newcomers
from corredor.flee.scores import averaged_relative_difference, rescaled_difference

LEAST_P = 1e-4  # of a right test to fail, each
STAY = "  conflict_movechance: 1\n  camp_movechance: 0\n  conflict_weight: 0\n"
DRAWS = ("exact", "expected", "individual")
THOUSAND = "2020-01-01,0\n2020-01-02,1000\n"  # a thousand people flee on day 1


def places(*rows: str) -> str:
    return "".join(f"{row}\n" for row in rows)


def people(case: Case, *, draw: str = "exact", replicates: int = 1, **options: float) -> np.ndarray:
    """Return people by replicate, day and place, whom nobody lost."""
    program = build_program(case, **options)  # type: ignore[arg-type]
    raw = simulate(
        [program],
        Replication(draw=draw, replicates=range(replicates)),
        check_every_day=True,
        threads=1,
    )[0]
    assert not raw.final[:, program.space.passing : program.space.size].any()
    return raw.present


def rules(*lines: str) -> str:
    return "move_rules:\n  max_move_speed: 200\n" + STAY + "".join(f"  {line}\n" for line in lines)


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize(("km", "days"), [(199, 1), (200, 2), (399.5, 2), (400, 3), (1, 1)])
def test_a_link_takes_a_day_for_each_day_s_way_begun(
    tmp_path: Path, draw: str, km: float, days: int
) -> None:
    case = made_case(tmp_path, routes=f"A,C,{km},\n", c=THOUSAND, all=THOUSAND, simsetting=rules())
    camp = people(case, draw=draw)[0, :, 2]
    assert camp.tolist() == pytest.approx([0] * days + [1000] * (DAYS - days))


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize(("second", "arrival"), [(199, 1), (200, 2), (400, 3)])
def test_a_second_link_on_the_same_day_has_a_whole_day_s_way(
    tmp_path: Path, draw: str, second: float, arrival: int
) -> None:
    case = made_case(
        tmp_path,
        locations=places("A,,Here,0,0,conflict,0,9", "B,,Here,0,0,forwarding_hub,,", "C,,Here,0,0,camp,,0"),
        routes=f"A,B,150,\nB,C,{second},\n", c=THOUSAND, all=THOUSAND, simsetting=rules(),
    )  # fmt: skip
    camp = people(case, draw=draw)[0, :, 2]
    assert camp.tolist() == pytest.approx([0] * arrival + [1000] * (DAYS - arrival))


def test_after_a_whole_day_s_way_people_wait_for_the_morning(tmp_path: Path) -> None:
    """150 and 60 km make more than 200: they stay in the second hub until the next day."""
    case = made_case(
        tmp_path,
        locations=places("A,,Here,0,0,conflict,0,9", "B,,Here,0,0,forward,,",
                         "B2,,Here,0,0,forward,,", "C,,Here,0,0,camp,,0"),
        routes="A,B,150,\nB,B2,60,\nB2,C,10,\n", c=THOUSAND, all=THOUSAND,
        conflicts="#Day,A\n" + "0,1\n" * DAYS, simsetting=rules("foreign_weight: 1", "pruning_threshold: 1.01"),
    )  # fmt: skip
    found = people(case)[0]
    assert found[1, 2] == 1000  # from B on, the way ahead is 60 km or back to the conflict
    assert found[2, 3] == 1000


@pytest.mark.parametrize("draw", DRAWS)
def test_people_choose_by_distance(tmp_path: Path, draw: str) -> None:
    """10 km against 190 km, and 10 added to each: 10/11 and 1/11."""
    case = two_camps(tmp_path, "A,B,10,\nA,C,190,\n")
    found = people(case, draw=draw, replicates=50)[:, 1, 1:]
    if draw == "expected":
        assert found[0] == pytest.approx([1000 * 10 / 11, 1000 / 11])
    else:
        assert fit(found.sum(axis=0), np.array([10, 1]) / 11) > LEAST_P
        assert fit(found.sum(axis=0), np.array([9, 1]) / 10) < LEAST_P  # the wrong twin


def two_camps(folder: Path, routes: str, **changed: str) -> Case:
    """Return a case with a place of conflict and the camps B and C."""
    where = places("A,,Here,0,0,conflict,0,9", "B,,There,0,0,camp,,0", "C,,Here,0,0,camp,,0")
    files = {"locations": where, "routes": routes, "c": THOUSAND, "all": THOUSAND,
             "data_layout": "total,all.csv\nC,c.csv\nB,empty.csv\n", "simsetting": rules(),
             "empty": "2020-01-01,0\n"}  # fmt: skip
    return made_case(folder, **{**files, **changed})


@pytest.mark.parametrize(
    ("line", "share"),
    [
        ("weight_power: 2", 100 / 101),
        ("distance_power: 2", 100 / 101),
        ("softening: 170", 2 / 3),
        ("foreign_weight: 0", 0.0),
        ("foreign_weight: 0.1", 0.5),
        ("camp_weight: 3", 10 / 11),
        ("weight_softening: 1", 10 / 11),
        ("pruning_threshold: 5", 1.0),
        ("pruning_threshold: 10.5", 10 / 11),
    ],
)
def test_what_changes_the_share_of_the_near_camp(tmp_path: Path, line: str, share: float) -> None:
    """B is abroad, 10 km away; C is 190 km away."""
    routes = "A,B,10,\nA,C,190,\n"
    found = people(two_camps(tmp_path, routes, simsetting=rules(line)), draw="expected")
    assert found[0, 1, 1] == pytest.approx(1000 * share, abs=1e-4)


def test_links_side_by_side_count_for_each(tmp_path: Path) -> None:
    case = two_camps(tmp_path, "A,B,90,1\nA,C,90,\n")
    assert people(case, draw="expected")[0, 1, 1] == pytest.approx(2000 / 3, abs=1e-4)


def test_economic_pull_and_distance_as_the_crow_flies(tmp_path: Path) -> None:
    where = places("#a,b,c,d,e,f,g,h,trade_volume,hdi", "A,,Here,0,0,conflict,0,9,,",
                   "B,,There,0,0,camp,,0,1,1", "C,,Here,0,1,camp,,0,,")  # fmt: skip
    routes = "A,B,90,\nA,C,90,\n"
    case = two_camps(tmp_path, routes, locations=where, simsetting=rules("use_economic_pull: true"))
    assert people(case, draw="expected")[0, 1, 1] == pytest.approx(750, abs=1e-4)
    case = two_camps(
        tmp_path, routes, locations=where, simsetting=rules("stay_close_to_home: true")
    )
    far = (6373 * np.pi / 180) ** -0.5  # one degree
    assert people(case, draw="expected")[0, 1, 2] == pytest.approx(1000 * far / (1 + far), abs=1e-3)


def test_at_level_0_nobody_moves(tmp_path: Path) -> None:
    case = two_camps(tmp_path, "A,B,10,\nA,C,190,\n", simsetting=rules("awareness_level: 0"))
    assert people(case)[0, -1].tolist() == [1000, 0, 0]


def full_camp(folder: Path, capacity: int, flee: str, **changed: str) -> Case:
    where = places(
        "A,,Here,0,0,conflict,0,90", "B,,Here,0,0,town,,", f"C,,Here,0,0,camp,,{capacity}"
    )
    return made_case(folder, locations=where, routes="A,C,10,\n", c=flee, all=flee,
                     **{"simsetting": rules(), **changed})  # fmt: skip


@pytest.mark.parametrize("draw", DRAWS)
def test_a_camp_takes_whoever_is_under_way_and_nobody_after(tmp_path: Path, draw: str) -> None:
    """A thousand set out for a camp of 100 before anybody is there; the next thousand stay."""
    flee = "2020-01-01,0\n2020-01-02,1000\n2020-01-03,2000\n"
    found = people(full_camp(tmp_path, 100, flee), draw=draw)[0]
    assert found[1:3, 2].tolist() == pytest.approx([1000, 1000])
    assert found[2:, 0].tolist() == pytest.approx([1000] * (DAYS - 2))


def test_a_capacity_of_0_is_no_limit(tmp_path: Path) -> None:
    flee = "2020-01-01,0\n2020-01-02,1000\n2020-01-03,2000\n"
    assert people(full_camp(tmp_path, 0, flee))[0, -1, 2] == 2000


@pytest.mark.parametrize(("people_there", "goes"), [(94, True), (96, False)])
def test_a_camp_shuts_in_the_middle_of_its_buffer(
    tmp_path: Path, people_there: int, goes: bool
) -> None:
    """Capacity 100, nearly full from 90 on: at 95 the multiplier is one half."""
    flee = f"2020-01-01,0\n2020-01-02,{people_there}\n2020-01-03,{people_there + 10}\n"
    camp = people(full_camp(tmp_path, 100, flee))[0, 2, 2]
    assert camp == people_there + (10 if goes else 0)


def test_people_of_day_0_are_there_and_make_the_camp_smaller(tmp_path: Path) -> None:
    """50 of 100 places are taken off by those who were there: of 50 more, not all may come."""
    flee = "2020-01-01,50\n2020-01-02,60\n"
    found = people(full_camp(tmp_path, 100, flee))[0]
    assert found[0, 2] == 50
    assert found[1].tolist() == [10, 0, 50]
    without = "spawn_rules:\n  empty_camps_on_day0: true\n" + rules()
    found = people(full_camp(tmp_path, 100, flee, simsetting=without))[0]
    assert found[[0, 1], 2].tolist() == [0, 10]


@pytest.mark.parametrize("draw", DRAWS)
def test_later_arrivals_of_a_day_see_the_camp_fill_up(tmp_path: Path, draw: str) -> None:
    """Through a hub, in waves: far fewer overfill the camp than if all had asked at once.

    One by one, as in the individual draw, they fill it to the middle of its buffer.
    """
    where = places("A,,Here,0,0,conflict,0,9", "B,,Here,0,0,forward,,", "C,,Here,0,0,camp,,100")
    case = made_case(tmp_path, locations=where, routes="A,B,10,\nB,C,10,\n", c=THOUSAND,
                     all=THOUSAND, simsetting=rules())  # fmt: skip
    at_once, in_waves = (people(case, draw=draw, waves=w)[0, 1, 2] for w in (1, 100))
    assert at_once == pytest.approx(96 if draw == "individual" else 1000)
    assert 95 <= in_waves < (97 if draw == "individual" else 125)


@pytest.mark.parametrize("draw", DRAWS)
def test_a_closed_place_lets_nobody_in_or_out(tmp_path: Path, draw: str) -> None:
    """One a day flees; after the place closes on day 4, whoever comes waits."""
    daily = "2020-01-01,0\n2020-01-10,9\n"
    case = made_case(tmp_path, routes="A,C,5,\n", c=daily, all=daily, simsetting=rules(),
                     closures="location,A,-,4,8\n")  # fmt: skip
    found = people(case, draw=draw)[0]
    assert found[:, 2].tolist() == pytest.approx([0, 1, 2, 3, 3, 3, 3, 3, 8, 9])
    assert found[:, 0].tolist() == pytest.approx([0, 0, 0, 0, 1, 2, 3, 4, 0, 0])


@pytest.mark.parametrize("draw", DRAWS)
def test_people_on_a_link_that_closes_come_back(tmp_path: Path, draw: str) -> None:
    """500 km take three days, 1 to 3; the border closes on day 2 and opens on day 3: too late."""
    case = made_case(tmp_path, routes="A,C,500,\n", c=THOUSAND, all=THOUSAND, simsetting=rules(),
                     closures="country,Here,There,2,3\n")  # fmt: skip
    found = people(case, draw=draw)[0]
    assert found[3].tolist() == pytest.approx([1000, 0, 0])
    assert found[6].tolist() == pytest.approx([0, 0, 1000])


def test_a_camp_that_closes_is_a_town(tmp_path: Path) -> None:
    settings_ = rules("default_movechance: 1", "camp_weight: 2")
    case = made_case(tmp_path, routes="A,C,10,\nC,B,250,\n", c=THOUSAND, all=THOUSAND,
                     simsetting=settings_, closures="camp,C,-,4,6\n")  # fmt: skip
    program = build_program(case)
    found = simulate([program], check_every_day=True)[0].present[0]
    assert found[3, 2] == 1000
    assert found[4, 2] == 0  # all are on the way to B


@pytest.mark.parametrize("draw", DRAWS)
def test_who_starts_on_foot_walks_the_first_link_only(tmp_path: Path, draw: str) -> None:
    """90 km at 35 a day are three days; the 90 km after the hub come on top at 200 a day."""
    where = places("A,,Here,0,0,conflict,0,9", "B,,Here,0,0,forward,,", "C,,Here,0,0,camp,,0")
    case = made_case(tmp_path, locations=where, routes="A,B,90,\nB,C,90,\n", c=THOUSAND,
                     all=THOUSAND, simsetting=rules("start_on_foot: true"))  # fmt: skip
    assert people(case, draw=draw)[0, :, 2].tolist() == pytest.approx([0] * 3 + [1000] * 7)


@pytest.mark.parametrize("draw", DRAWS)
@pytest.mark.parametrize(
    ("km", "goes_on"),
    [
        (10, True),  # 10 km on the first day: they go on through the town
        (205, True),  # 5 km on the second day, after 200 on the first
        (390, False),  # 190 km on the second day: three in ten go on, as ever
    ],
)
def test_whoever_covered_little_ground_goes_on_from_a_town(
    tmp_path: Path, draw: str, km: float, goes_on: bool
) -> None:
    case = made_case(tmp_path, routes=f"A,B,{km},\nB,C,20,\n", c=THOUSAND, all=THOUSAND,
                     simsetting=rules("avoid_short_stints: true", "default_movechance: 0.3"))  # fmt: skip
    camp = people(case, draw=draw)[0, :, 2]
    arrival = 2 if km > 200 else 1
    expected = 1000 if goes_on else 300
    assert abs(camp[arrival] - expected) <= (0 if goes_on else 5 * np.sqrt(210)) + 1e-6


TOWNS = {"A": {"B": 70.0}, "B": {"A": 70.0, "C": 150.0}, "C": {"B": 150.0, "D": 30.0, "E": 230.0},
         "D": {"C": 30.0, "E": 90.0}, "E": {"C": 230.0, "D": 90.0}}  # fmt: skip


def lives(people: int, days: int, speed: float, leave: float, seed: int) -> np.ndarray:
    """Return where people are each evening whose recent travel is a number, not a grade.

    They flee A on the first day; E is a camp that nobody leaves. Under way is "".
    """
    random = np.random.default_rng(seed)
    found = np.empty((people, days), "<U1")
    for person in range(people):
        place, link, done, recent = "A", None, 0.0, 0.0
        for day in range(days):
            today = 0.0
            asked, pressed = link is None, False
            while True:
                if asked:
                    chance = {"A": 1.0, "E": 0.0}.get(place, 1.0 if pressed else leave)
                    if random.random() >= chance:
                        break
                    ends = [end for end in TOWNS[place] if end != "A"]
                    weight = np.array([1 / (10 + TOWNS[place][end]) for end in ends])
                    link, done = ends[random.choice(len(ends), p=weight / weight.sum())], 0.0
                assert link is not None
                done, today = done + speed, today + speed
                if done <= TOWNS[place][link]:
                    break
                today -= done - TOWNS[place][link]
                place, link, asked = link, None, True
                if today >= speed:
                    break
                pressed = (recent + today / speed) / 2 < 0.5
            recent = (recent + today / speed) / 2
            found[person, day] = "" if link else place
    return found


def test_grades_of_recent_travel_do_no_harm(tmp_path: Path) -> None:
    """Evening by evening, people are where they are if recent travel is a number of each."""
    where = places("A,,Here,0,0,conflict,0,9", *(f"{n},,Here,0,0,town,," for n in "BCD"),
                   "E,,Here,0,0,camp,,0")  # fmt: skip
    routes = "".join(f"{a},{b},{km},\n" for a in TOWNS for b, km in TOWNS[a].items() if a < b)
    case = made_case(
        tmp_path, locations=where, routes=routes, all=THOUSAND,
        data_layout="total,all.csv\nE,all.csv\n",
        simsetting=rules("avoid_short_stints: true", "default_movechance: 0.3"),
    )  # fmt: skip
    ours = people(case, replicates=40)[:, 1:]
    theirs = lives(4000, DAYS - 1, 200.0, 0.3, seed=1)
    for i, name in enumerate("ABCDE"):
        share = (theirs == name).mean(axis=0)
        error = np.sqrt(share * (1 - share) * (1 / 4000 + 1 / 40_000))
        assert (abs(ours[:, :, i].mean(axis=0) / 1000 - share) <= 4.5 * error + 1e-9).all()


def test_a_link_with_its_own_speed(tmp_path: Path) -> None:
    routes = "#a,b,c,d,max_move_speed\nA,C,90,,30\n"
    case = made_case(tmp_path, routes=routes, c=THOUSAND, all=THOUSAND, simsetting=rules())
    assert people(case)[0, :, 2].tolist() == [0] * 4 + [1000] * 6


def test_aware_people_see_through_places_and_markers(tmp_path: Path) -> None:
    """A-M-B-C and A-D, where M is a marker: level 1 sees B and D, level 2 also C through B."""
    where = places(*(f"{name},,Here,0,0,{kind},0,9" for name, kind in
                     (("A", "conflict"), ("M", "marker"), ("B", "town"), ("C", "camp"), ("D", "town"))))  # fmt: skip
    seen = {}
    for level in (-1, 1, 2, 3):
        case = made_case(tmp_path, locations=where, routes="A,M,10,\nM,B,20,\nB,C,30,\nA,D,40,\n",
                         simsetting=rules(f"awareness_level: {level}"))  # fmt: skip
        ways = build_network(case).ways
        names = [place.name for place in case.locations]
        seen[level] = {(names[e], k) for p, e, k in zip(ways.place, ways.end, ways.km, strict=True)
                       if p == 0}  # fmt: skip
    assert seen[-1] == {("D", 40)}
    assert seen[1] == {("B", 30), ("D", 40)}
    assert seen[2] == seen[3] == {("B", 30), ("C", 60), ("D", 40)}


@pytest.mark.parametrize("draw", DRAWS)
def test_aware_people_go_on_along_the_way_they_chose(tmp_path: Path, draw: str) -> None:
    """Only C attracts; B on the way to it is a town that people leave with chance 0.3, unless
    they have chosen to pass it."""
    case = made_case(tmp_path, routes="A,B,150,\nB,C,150,\n", c=THOUSAND, all=THOUSAND,
                     simsetting=rules("awareness_level: 2", "pruning_threshold: 1.5", "camp_weight: 100"))  # fmt: skip
    found = people(case, draw=draw)[0]
    assert found[1].tolist() == pytest.approx([0, 0, 1000])


def test_the_record_says_how_many_flee_and_nobody_goes_back(tmp_path: Path) -> None:
    counted = "2020-01-01,5\n2020-01-02,10\n2020-01-03,4\n2020-01-04,8\n2020-01-05,20\n"
    case = made_case(tmp_path, c=counted, all="2020-01-01,0\n2020-01-03,40\n")
    assert newcomers(case, look_up(case, 1.0)).tolist() == [0, 5, 0, 0, 10, 0, 0, 0, 0, 0]
    by_total = made_case(tmp_path, c=counted, all="2020-01-01,0\n2020-01-03,40\n",
                         simsetting="spawn_rules:\n  sum_from_camps: false\n")  # fmt: skip
    assert newcomers(by_total, look_up(by_total, 1.0))[:3].tolist() == [0, 20, 20]


def test_people_flee_in_proportion_to_population_and_conflict(tmp_path: Path) -> None:
    where = places("A,,Here,0,0,conflict,0,300", "B,,Here,0,0,town,,100", "C,,Here,0,0,camp,,0")
    case = made_case(tmp_path, locations=where, routes="A,C,10,\n", c=THOUSAND, all=THOUSAND,
                     conflicts="#Day,A,B\n" + "0,1,0.5\n" * DAYS,
                     simsetting=rules("awareness_level: 0"))  # fmt: skip
    found = people(case, replicates=50)[:, 1, :2]
    assert fit(found.sum(axis=0), np.array([300, 50]) / 350) > LEAST_P


def test_a_conflict_begins_and_ends_and_other_changes_do_nothing(tmp_path: Path) -> None:
    conflicts = "#Day,A,B\n" + "".join(f"0,{a},{b}\n" for a, b in
                                       [(1, 0)] * 2 + [(0.2, 1)] * 2 + [(0, 1)] * 6)  # fmt: skip
    constant = "spawn_rules:\n  conflict_driven_spawning:\n    displaced_per_conflict_day: 100\n"
    case = made_case(tmp_path, conflicts=conflicts,
                     simsetting=constant + rules("awareness_level: 0"))  # fmt: skip
    found = people(case)[0]
    assert found[:, 0].tolist() == [100, 200, 300, 400, 400, 400, 400, 400, 400, 400]
    assert found[:, 1].tolist() == [0, 0, 100, 200, 300, 400, 500, 600, 700, 800]


@pytest.mark.parametrize("mode", ["constant", "poisson", "pop_ratio"])
def test_conflicts_that_set_people_off(tmp_path: Path, mode: str) -> None:
    share = 0.1 if mode == "pop_ratio" else 100
    text = ("spawn_rules:\n  take_from_population: true\n  conflict_driven_spawning:\n"
            f"    spawn_mode: {mode}\n    displaced_per_conflict_day: {share}\n")  # fmt: skip
    case = made_case(tmp_path, simsetting=text + rules("awareness_level: 0"))
    found = people(case, replicates=20)[:, -1, 0]
    if mode == "constant":
        assert (found == 1000).all()
    elif mode == "poisson":
        assert abs(found.mean() - 1000) < 5 * np.sqrt(1000 / 20)
        assert found.std() > 0
    else:  # a tenth of those left each day, cut off
        left = 1000
        for _ in range(DAYS):
            left -= left // 10
        assert (found == 1000 - left).all()


def test_conflicts_grow_old(tmp_path: Path) -> None:
    """After two days A's conflict weighs a tenth, which those who flee notice a day later."""
    where = places("A,,Here,0,0,town,,100", "B,,Here,0,0,town,,100", "C,,Here,0,0,camp,,0")
    decay = ("spawn_rules:\n  conflict_spawn_decay: [1, 0.1]\n"
             "  conflict_spawn_decay_interval: 2\n")  # fmt: skip
    steady = "2020-01-01,0\n2020-01-10,9000\n"
    conflicts = "#Day,A,B\n" + "0,1,0\n" * 2 + "0,1,1\n" * 8
    case = made_case(tmp_path, locations=where, routes="A,C,10,\n", conflicts=conflicts, c=steady,
                     all=steady, simsetting=decay + rules("awareness_level: 0"))  # fmt: skip
    fled = np.diff(people(case, draw="expected")[0, :, :2], axis=0, prepend=0)
    # day 2: B begins, so ages are those of day 2; day 3: ages of day 2; day 5: of day 4
    assert fled[[1, 2, 3, 5], 0] == pytest.approx([1000, 1000 / 11, 1000 / 11, 500], abs=1e-2)


def test_nobody_to_flee_is_an_error(tmp_path: Path) -> None:
    case = made_case(tmp_path, conflicts="#Day,B\n" + "0,0\n" * DAYS,
                     locations=places("A,,Here,0,0,town,,9", "B,,Here,0,0,town,,", "C,,Here,0,0,camp,,0"))  # fmt: skip
    with pytest.raises(UsageError, match="nobody in a place of conflict"):
        simulate([build_program(case)])


def test_ways_that_do_not_fit_in_memory_are_an_error(tmp_path: Path) -> None:
    names = [f"P{i}" for i in range(40)]
    where = places("A,,Here,0,0,conflict,0,9", "B,,Here,0,0,town,,", "C,,Here,0,0,camp,,0",
                   *(f"{name},,Here,0,0,town,," for name in names))  # fmt: skip
    every = ["A", "B", "C", *names]
    routes = "".join(f"{a},{b},10,\n" for i, a in enumerate(every) for b in every[:i])
    case = made_case(tmp_path, locations=where, routes=routes,
                     simsetting=rules("awareness_level: 8"))  # fmt: skip
    with pytest.raises(
        UsageError, match=r"GB are free\. Choose a lower move_rules\.awareness_level"
    ):
        build_network(case)


def test_hasten_and_scale_count_fewer_or_more_people(tmp_path: Path) -> None:
    case = full_camp(
        tmp_path, 1000, THOUSAND, simsetting=rules() + "optimisations:\n  hasten: 10\n"
    )
    assert people(case)[0, -1].sum() == 100
    assert people(case, scale=5.0)[0, -1].sum() == 500


def test_population_draws_people_and_keeps_them(tmp_path: Path) -> None:
    """B has 100 inhabitants, D none: with power 0.5 it draws ten times as many."""
    where = places("A,,Here,0,0,conflict,0,100", "B,,Here,0,0,town,,100", "C,,Here,0,0,camp,,0",
                   "D,,Here,0,0,town,,0")  # fmt: skip
    by_population = ("use_pop_for_loc_weight: true", "pop_power_for_loc_weight: 0.5")
    case = made_case(tmp_path, locations=where, routes="A,B,390,\nA,D,390,\n", c=THOUSAND, all=THOUSAND,
                     simsetting=rules(*by_population))  # fmt: skip
    found = people(case, draw="expected")[0, 2]
    assert found[1] / found[3] == pytest.approx(10)
    slower = ("movechance_pop_base: 400", "movechance_pop_scale_factor: 0.5")
    case = made_case(tmp_path, locations=where, routes="A,C,390,\n", c=THOUSAND, all=THOUSAND,
                     simsetting=rules(*slower))  # fmt: skip
    assert people(case, draw="expected")[0, 1:4, 0] == pytest.approx([500, 250, 125])


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_camps_that_grow_and_people_who_were_there_before(tmp_path: Path, scale: float) -> None:
    """Room for 10 and 10 more a day: full with 20 idps on day 0, open again when 22 are there."""
    where = places("#a,b,c,d,e,f,g,h,initial_idps,capacity_per_day", "A,,Here,0,0,conflict,0,100,,",
                   "B,,Here,0,0,town,,,,", "C,,Here,0,0,idpcamp,,10,20,10")  # fmt: skip
    two_a_day = "2020-01-01,0\n2020-01-10,18\n"
    case = made_case(tmp_path, locations=where, routes="A,C,10,\n", c=two_a_day, all=two_a_day,
                     simsetting=rules("idpcamp_movechance: 0"))  # fmt: skip
    camp = people(case, scale=scale)[0, :, 2] / scale
    assert camp[:3].tolist() == [20, 22, 24]
    still = made_case(tmp_path, locations=where.replace(",20,10", ",20,0"), routes="A,C,10,\n",
                      c=two_a_day, all=two_a_day, simsetting=rules("idpcamp_movechance: 0"))  # fmt: skip
    assert (people(still, scale=scale)[0, :, 2] / scale == 20).all()


def test_the_averaged_relative_difference_by_hand() -> None:
    counted = np.array([[10.0, 30.0], [0.0, 0.0]])
    simulated = np.array([[[20.0, 60.0], [0.0, 3.0]]])
    assert averaged_relative_difference(simulated, counted) == pytest.approx([(1.0 + 3.0) / 2])
    assert rescaled_difference(simulated, counted) == pytest.approx([0.0])


@pytest.mark.parametrize("level", [1, 2])
def test_the_three_draws_agree(tmp_path: Path, level: int) -> None:
    """A ring of towns, a hub, a marker and two camps: independent people, so that exact counts are
    binomial around the expected ones, day by day and place by place."""
    kinds = ["conflict", "town", "forward", "marker", "town", "camp", "town", "camp"]
    where = places(*(f"P{i},,{'There' if i > 5 else 'Here'},0,0,{kind},0,100"
                     for i, kind in enumerate(kinds)))  # fmt: skip
    where = where.replace("camp,0,100", "camp,,0").replace("P5", "B").replace("P7", "C")
    ends = ["P0", "P1", "P2", "P3", "P4", "B", "P6", "C"]
    links = [(0, 1, 70), (1, 2, 90), (2, 3, 40), (3, 4, 60), (4, 5, 30), (5, 6, 250), (6, 7, 80),
             (7, 0, 390), (2, 6, 110)]  # fmt: skip
    case = made_case(
        tmp_path, locations=where, routes="".join(f"{ends[a]},{ends[b]},{km},\n" for a, b, km in links),
        conflicts="#Day,P0\n" + "0,1\n" * DAYS, c=THOUSAND, all=THOUSAND,
        data_layout="total,all.csv\nC,c.csv\nB,empty.csv\n", empty="2020-01-01,0\n",
        simsetting=f"move_rules:\n  max_move_speed: 200\n  awareness_level: {level}\n",
    )  # fmt: skip
    mean = people(case, draw="expected")[0]
    for draw, count in (("exact", 400), ("individual", 40)):
        found = people(case, draw=draw, replicates=count)
        variance = np.maximum(1e-9, mean * (1 - mean / 1000)) / count
        busy = (mean > 5) & (mean < 995)
        z = (found.mean(axis=0) - mean)[busy] / np.sqrt(variance[busy])
        assert busy.sum() > 20
        assert np.abs(z).max() < 4.5
        spread = found.var(axis=0, ddof=1)[busy] / (variance[busy] * count)
        assert abs(spread.mean() - 1) < 6 * np.sqrt(2 / count)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([20, 75, 200, 410])),
             min_size=1, max_size=9),
    st.lists(st.sampled_from(["town", "camp", "idpcamp", "forward", "conflict", "flood_zone"]),
             min_size=5, max_size=5),
    st.integers(1, 2), st.booleans(), st.sampled_from(["location,A,-,2,4\n", "country,H0,H1,1,-1\n", ""]),
    st.sampled_from(DRAWS),
)  # fmt: skip
@settings(max_examples=25, deadline=None)
def test_on_any_map_nobody_is_lost(
    links: list[tuple[int, int, int]], kinds: list[str], level: int, on_foot: bool, closure: str,
    draw: str,
) -> None:  # fmt: skip
    names = ["A", *"BCDEF"]
    where = "A,,H0,0,0,conflict,0,50\n" + "".join(
        f"{name},,H{i % 2},0,0,{kind},0,40\n" for i, (name, kind) in enumerate(zip(names[1:], kinds, strict=True))
    )  # fmt: skip
    camps = [name for name, kind in zip(names[1:], kinds, strict=True) if "camp" in kind]
    layout = "total,all.csv\n" + "".join(f"{camp},c.csv\n" for camp in camps)
    routes = "".join(f"{names[a]},{names[b]},{km},\n" for a, b, km in links if a != b)
    with tempfile.TemporaryDirectory() as folder:
        case = made_case(
            Path(folder), locations=where, routes=routes, closures=closure,
            c="2020-01-01,0\n2020-01-06,60\n", data_layout=layout,
            simsetting=rules(f"awareness_level: {level}", f"start_on_foot: {str(on_foot).lower()}"),
        )  # fmt: skip
    found = people(case, draw=draw, replicates=2)
    assert found[:, -1].sum() >= 0
    assert found.min() >= -1e-9
