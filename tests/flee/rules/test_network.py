"""Ways are found as by a walk from link to link, and weighed alike however many there are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from made_case import made_case, write_case

from corredor.flee.case.folder import Case
from corredor.flee.rules.network import build_network
from corredor.flee.rules.stances import Stances
from corredor.flee.run import Runs, run_folder

KINDS = {"A": "conflict", "B": "town", "M": "marker", "D": "town", "E": "town", "N": "marker",
         "F": "town", "C": "camp"}  # fmt: skip
Found = tuple[tuple[int, ...], float]


def drawn_case(folder: Path, seed: int, level: int) -> Case:
    """Draw a map with markers, links that come twice and one that returns to its place."""
    draws = np.random.default_rng(seed)
    names = list(KINDS)
    where = "#\n" + "".join(f"{name},,Here,0,0,{kind},0,9\n" for name, kind in KINDS.items())
    pairs = [(i, int(draws.integers(0, i))) for i in range(1, len(KINDS))]
    pairs += [tuple(draws.integers(0, len(KINDS), 2).tolist()) for _ in range(5)]
    routes = "#a,b,km,forced,walk_probability\n" + "".join(
        f"{names[a]},{names[b]},{int(draws.integers(5, 90))},,{draws.choice([0, 0.25])}\n"
        for a, b in [*pairs, pairs[0]]
    )  # fmt: skip
    rules = f"move_rules:\n  awareness_level: {level}\n"
    return made_case(folder, locations=where, routes=routes, simsetting=rules)


def onward(case: Case, path: tuple[int, ...], km: float, aware: int) -> Iterator[Found]:
    """Yield the ways that go on from a path, as Flee's own walk finds them."""
    for route in case.routes:
        ends = case.index[route.first], case.index[route.second]
        for a, b in (ends, ends[::-1]):
            if a != path[-1] or (b in path and len(path) > 1):
                continue
            marker = case.locations[b].kind == "marker"
            longer = (*path, b)
            if not marker:
                yield longer, km + route.km
            reached = aware + (not marker)
            if case.settings.awareness_level > reached:
                yield from onward(case, longer, km + route.km, reached)


@pytest.mark.parametrize("level", [-1, 0, 1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_ways_are_those_of_a_walk_from_link_to_link(tmp_path: Path, seed: int, level: int) -> None:
    case = drawn_case(tmp_path, seed, level)
    network = build_network(case)
    ways, legs = network.ways, network.ways.legs
    for place in range(len(KINDS)):
        walked = list(onward(case, (place,), 0.0, 0)) if level else []
        mine = np.flatnonzero(ways.place == place)
        ends = network.destination[np.where(ways.passed >= 0, ways.passed, 0)]
        found = [
            ((place, *ends[way, : (ways.passed[way] >= 0).sum()].tolist()), float(ways.km[way]))
            for way in mine
        ]
        assert sorted(found) == sorted(walked)
        # one leg for each path, and one more where a day on foot may come
        first = [path[:2] for path in dict.fromkeys(path for path, _ in walked)]
        foot = sum(network.walk[network.between[pair]] > 0 for pair in first)
        assert ways.legs_of[place + 1] - ways.legs_of[place] == len(first) + foot
    assert np.array_equal(legs.final[ways.leg], ways.end)


def test_whoever_has_chosen_a_way_passes_its_places_in_turn(tmp_path: Path) -> None:
    case = drawn_case(tmp_path, 1, 3)
    network = build_network(case)
    stances = Stances(case, network, np.zeros(len(network.km), np.bool_))
    for way, leg in enumerate(network.ways.leg.tolist()):
        passed = network.ways.passed[way]
        for connection in passed[passed >= 0]:
            assert stances.legs.connection[leg] == connection
            stance = stances.to[leg]
            leg = stances.first[stance]  # the one that rides, if there are two
        assert stance == network.ways.end[way]  # with nothing left to pass


@pytest.mark.parametrize("rules", ["fixed_routes: true", "stay_close_to_home: true"])
def test_weights_of_one_row_at_a_time_are_those_of_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rules: str
) -> None:
    settings = f"move_rules:\n  awareness_level: 2\n  conflict_weight: 0.2\n  {rules}\n"
    closures = "#\nlocation,C,,4,7\n"  # so that days differ
    folders = write_case(tmp_path, {"simsetting.yml": settings, "closures.csv": closures})
    together = run_folder(*folders, runs=Runs(3))
    monkeypatch.setattr("corredor.flee.rules.choosing.AT_ONCE", 0)
    by_row = run_folder(*folders, runs=Runs(3))
    assert np.array_equal(together.simulated, by_row.simulated)
