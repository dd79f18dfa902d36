"""Small cases with rules of Flee switched on in pairs, each run by Flee's release with many seeds.

``python -m benchmarks.flee_oracle OUT [--cases N] [--first SEED] [--seeds N]
[--rules NAME,NAME …] [--together N] [--flee-python PYTHON]`` writes ``OUT/cases/q001`` and so on: a
folder with ``input_csv``, ``source_data``, ``simsetting.yml`` and what Flee gave, as in the folders
of ``FLEE_REFERENCE``. ``make check-flee FLEE_REFERENCE=OUT`` then compares Corredor with all of
them.

The worlds are drawn at random: a connected map, places of conflict that begin and end, camps of
which some fill up, a record. Flee is the release of PyPI (``benchmarks/flee_runner.py``), with
rules put in that it took up later, harvest among them. **What the release lacks is not made here**:
fixed and major routes, floods, hunger, Match*, changes of type, camps that start empty,
walk_probability of markers; intensities other than 0 and 1, for the release ends only conflicts of
intensity 1; rules about women and old people; spawn_mode poisson, at which it stops. For these
there are the folders that were made with the development version.
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import yaml

RUNNER = Path(__file__).with_name("flee_runner.py")
START = dt.date(2015, 5, 1)
Files = dict[str, str]


@dataclass
class World:
    """A case as it is drawn: tables to write, and settings."""

    draws: np.random.Generator
    days: int = 40
    places: list[list[Any]] = field(default_factory=list)
    links: list[list[Any]] = field(default_factory=list)
    closures: list[list[Any]] = field(default_factory=list)
    conflict: dict[str, list[int]] = field(default_factory=dict)
    record: dict[str, list[int]] = field(default_factory=dict)
    settings: dict[str, Any] = field(default_factory=dict)
    more_files: dict[str, list[list[Any]]] = field(default_factory=dict)  # of a camp's record
    demographics: Files = field(default_factory=dict)  # by trait

    def set(self, section: str, **values: Any) -> None:
        """Set keys of a section."""
        self.settings.setdefault(section, {}).update(values)

    @property
    def names(self) -> list[str]:
        """Return the names of all places."""
        return [place[0] for place in self.places]

    @property
    def camps(self) -> list[str]:
        """Return the names of the camps."""
        return [place[0] for place in self.places if "camp" in place[5]]

    def files(self) -> Files:
        """Return the files of the case by their paths."""

        def text(header: str, rows: list[list[Any]]) -> str:
            return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"

        days = [(START + dt.timedelta(days=day)).isoformat() for day in range(0, self.days + 9, 9)]
        counts = {name: text("#Date,Count", [[d, n] for d, n in zip(days, series, strict=True)])
                  for name, series in self.record.items()}  # fmt: skip
        counts |= {name: text("#Date,Count", rows) for name, rows in self.more_files.items()}
        layout = [["total", "total.csv"]]
        for name in self.camps:
            more = [file for file in self.more_files if file.startswith(f"{name}-")]
            layout.append([name, f"{name}.csv", *more])
        by_day = [[day, *(series[day] for series in self.conflict.values())]
                  for day in range(self.days)]  # fmt: skip
        return {
            "input_csv/locations.csv": text(
                "#name,region,country,x,y,location_type,conflict_date,pop/cap", self.places
            ),
            "input_csv/routes.csv": text(
                "#name1,name2,distance,forced_redirection,max_move_speed", self.links
            ) if any(len(link) > 4 for link in self.links) else text(
                "#name1,name2,distance,forced_redirection", self.links
            ),
            "input_csv/closures.csv": text("#type,name1,name2,start,end", self.closures),
            "input_csv/conflicts.csv": text(",".join(["#Day", *self.conflict]), by_day),
            "input_csv/registration_corrections.csv": "",
            "input_csv/sim_period.csv": f"StartDate,{START}\nLength,{self.days}\n",
            "source_data/data_layout.csv": "\n".join(",".join(row) for row in layout) + "\n",
            **{f"input_csv/demographics_{trait}.csv": content
               for trait, content in self.demographics.items()},
            **{f"source_data/{name.removesuffix('.csv')}.csv": content
               for name, content in counts.items()},
            "simsetting.yml": yaml.safe_dump(self.settings, sort_keys=False),
        }  # fmt: skip


def drawn_world(seed: int) -> World:
    """Draw a connected map with places of conflict, towns and camps, and a record."""
    world = World(np.random.default_rng(seed))
    draws = world.draws
    world.set("move_rules", max_move_speed=int(draws.integers(120, 420)))
    kinds = ["conflict_zone"] * 2 + ["town"] * int(draws.integers(3, 6)) + ["camp"] * 3
    for i, kind in enumerate(kinds):
        abroad = kind == "camp" and draws.random() < 0.7
        number = int(draws.integers(500, 5000)) if kind == "conflict_zone" else 0
        x, y = (round(float(v), 3) for v in draws.uniform(-3, 3, 2))
        world.places.append([f"P{i}", "R", "Abroad" if abroad else "Homeland", x, y, kind,
                             0 if kind == "conflict_zone" else "", number or ""])  # fmt: skip
    for i in range(1, len(kinds)):
        _link(world, i, int(draws.integers(0, i)))
    for _ in range(3):
        a, b = draws.choice(len(kinds), 2, replace=False).tolist()
        if not any({world.names[a], world.names[b]} == set(link[:2]) for link in world.links):
            _link(world, a, b)
    zones = [place[0] for place in world.places if place[5] == "conflict_zone"]
    begin, end = sorted(draws.choice(np.arange(5, 35), 2, replace=False).tolist())
    world.conflict = {zones[0]: [1] * world.days,
                      zones[1]: [int(begin <= day < end) for day in range(world.days)]}  # fmt: skip
    world.places[1][6] = 1  # a town until its conflict begins
    steps = len(range(0, world.days + 9, 9))
    for camp in world.camps:
        grows = np.cumsum(draws.integers(0, 60, steps)) + int(draws.integers(0, 30))
        world.record[camp] = np.maximum(0, grows - draws.integers(0, 25, steps)).tolist()
    world.record["total"] = np.sum(list(world.record.values()), axis=0).tolist()
    return world


def _link(world: World, a: int, b: int) -> None:
    km = int(world.draws.integers(20, 480))
    world.links.append([world.names[a], world.names[b], km, 0])


def _bind(world: World) -> None:
    for place in world.places:
        if place[5] == "camp":
            place[7] = int(world.draws.integers(40, 160))


def _closures(world: World) -> None:
    first, last = sorted(world.draws.choice(np.arange(3, 37), 2, replace=False).tolist())
    world.closures.append(["country", "Homeland", "Abroad", first, last])
    town = world.names[int(world.draws.integers(2, 5))]
    world.closures.append(["location", town, "-", int(world.draws.integers(2, 30)), -1])


def _idps(world: World) -> None:
    camp = next(place for place in world.places if place[5] == "camp")
    camp[5] = "idpcamp"


def _marker(world: World) -> None:
    world.places[2][5] = "marker"


def _forward(world: World) -> None:
    world.places[3][5] = "forwarding_hub"


def _speeds(world: World) -> None:
    for link in world.links:
        link.append(int(world.draws.integers(60, 500)))


def _twice(world: World) -> None:
    """Give a town two rows: links find the last of them."""
    world.places.insert(2, list(world.places[2]))


def _odd(world: World) -> None:
    """Add what Flee passes over: an unknown setting, an unknown closure, a number of no meaning."""
    world.set("log_levels", Flood=1)
    world.set("move_rules", a_rule_of_ones_own=3)
    world.closures.append(["wall", world.names[0], world.names[1], 2, 9])
    world.closures.append(["location", "Nowhere", "-", 2, 9])


def _added(world: World) -> None:
    """Give camps a second file each, of other days, in one of them out of order."""
    for i, camp in enumerate(world.camps):
        days = np.sort(world.draws.choice(np.arange(1, world.days), 5, replace=False))
        days[0] = 0
        if i == 0:
            world.draws.shuffle(days[1:])
        world.more_files[f"{camp}-more.csv"] = [
            [(START + dt.timedelta(days=int(day))).isoformat(), int(world.draws.integers(0, 90))]
            for day in days
        ]


def _inhabited(world: World) -> None:
    """Let the chance to leave a place follow its population."""
    for place in world.places:
        if place[5] == "town":
            place[7] = int(world.draws.integers(2000, 30000))
    world.set("move_rules", movechance_pop_base=9000.0, movechance_pop_scale_factor=0.4)


def _harvest(world: World) -> None:
    """Let people return in the first month, or in the second."""
    world.set("move_rules", harvest_months=[START.month + int(world.draws.integers(2))])


def _children(world: World) -> None:
    """Let children weigh danger more, and boys not at all."""
    world.demographics = {
        "age": "age,Default,P0\n9,2,1\n16,2,1\n35,3,2\n70,1,0\n",
        "gender": "gender,Default\nmale,1\nfemale,1\n",
    }
    world.set("move_rules", ChildrenAvoidHazards=True, BoysTakeRisk=True)


def _negative(world: World) -> None:
    """Give towns populations below none."""
    for place in world.places:
        if place[5] == "town":
            place[7] = -int(world.draws.integers(1, 900))


def _spawn(mode: str, number: float) -> Callable[[World], None]:
    def apply(world: World) -> None:
        world.set("spawn_rules", conflict_driven_spawning={
            "spawn_mode": mode, "displaced_per_conflict_day": number})  # fmt: skip

    return apply


def _move(**values: Any) -> Callable[[World], None]:
    return lambda world: world.set("move_rules", **values)


RULES: dict[str, Callable[[World], None]] = {
    "bind": _bind, "closures": _closures, "idps": _idps, "marker": _marker, "forward": _forward,
    "linkspeed": _speeds, "twice": _twice, "odd": _odd,
    "stints": _move(avoid_short_stints=True), "onfoot": _move(start_on_foot=True),
    "aware": _move(awareness_level=2), "soft": _move(softening=60.0),
    "wsoft": _move(weight_softening=0.2), "wpow": _move(weight_power=1.7),
    "dpow": _move(distance_power=0.6), "campweight": _move(camp_weight=2.5),
    "conweight": _move(conflict_weight=0.1), "forweight": _move(foreign_weight=1.8),
    "chances": _move(default_movechance=0.6, conflict_movechance=0.7, camp_movechance=0.02),
    "buffer": _move(capacity_buffer=0.5), "home": _move(stay_close_to_home=True),
    "takepop": lambda world: world.set("spawn_rules", take_from_population=True),
    "cds": _spawn("constant", 7), "ratio": _spawn("pop_ratio", 0.004),
    "added": _added, "inhabited": _inhabited, "v1": _move(use_v1_rules=True),
    "aware3": _move(awareness_level=3), "buffer0": _move(capacity_buffer=0.0),
    "decay": lambda world: world.set("spawn_rules", conflict_spawn_decay=[1.0, 0.4]),
    "walkspeed": _move(start_on_foot=True, max_walk_speed=70.0),
    "harvest": _harvest, "children": _children, "negative": _negative,
    "hasten": lambda world: world.set("optimisations", hasten=3),
}  # fmt: skip


def run_by_flee(folder: Path, flee_python: str, seed: int) -> dict[str, Any] | None:
    """Return what Flee gives for a case with a seed, or None where it stops."""
    done = subprocess.run(
        [flee_python, str(RUNNER.resolve()), str(folder / "input_csv"), str(folder / "source_data"),
         str(folder / "simsetting.yml"), str(seed), "later"],
        check=False, capture_output=True, text=True, cwd=folder,
    )  # fmt: skip
    if done.returncode:
        return None
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def write_case(folder: Path, seed: int, rules: tuple[str, ...]) -> None:
    """Draw a world with some rules switched on, and write its folder."""
    world = drawn_world(seed)
    for rule in rules:
        RULES[rule](world)
    for name, content in world.files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    about = {"rules": list(rules), "seed": seed, "days": world.days, "flee": "release of PyPI"}
    (folder / "case.json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def write_expected(folder: Path, runs: list[dict[str, Any]]) -> None:
    """Write mean and spread of Flee's runs by day and camp."""
    camps = list(runs[0]["camps"])
    people = np.array([[run["camps"][camp] for camp in camps] for run in runs], float)
    record = np.array([runs[0]["record"][camp] for camp in camps])
    day, camp = np.indices(people.shape[:0:-1])
    pd.DataFrame({
        "day": day.ravel(), "camp": np.array(camps, object)[camp.ravel()],
        "mean": people.mean(axis=0).T.ravel(), "sd": people.std(axis=0, ddof=1).T.ravel(),
        "n_seeds": len(runs), "record": record.T.ravel(),
    }).to_csv(folder / "expected.csv", index=False)  # fmt: skip
    everybody = np.array([run["everybody"] for run in runs], float)
    pd.DataFrame({
        "day": np.arange(people.shape[2]), "people_mean": everybody.mean(),
        "people_sd": everybody.std(ddof=1), "n_seeds": len(runs),
    }).to_csv(folder / "expected_totals.csv", index=False)  # fmt: skip
    (folder / "expected.json").write_text(json.dumps({"camps": camps}) + "\n", encoding="utf-8")


def main() -> None:
    """Make the cases, one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--first", type=int, default=1, help="the seed of the first world")
    parser.add_argument("--seeds", type=int, default=10, help="runs of Flee")
    parser.add_argument("--rules", help="only these, in pairs")
    parser.add_argument("--together", type=int, default=2, help="rules of a case; 2 are pairs")
    parser.add_argument("--flee-python", default=sys.executable, help="Python with Flee")
    given = parser.parse_args()
    rules = given.rules.split(",") if given.rules else list(RULES)
    pairs = list(itertools.combinations(rules, given.together)) or [tuple(rules)]
    np.random.default_rng(given.first).shuffle(pairs)
    for number in range(given.cases):
        folder = given.out.resolve() / "cases" / f"q{number + 1:03d}"
        chosen = tuple(pairs[number % len(pairs)])
        write_case(folder, given.first + number, chosen)
        with ThreadPoolExecutor() as pool:
            run = partial(run_by_flee, folder, given.flee_python)
            runs = [found for found in pool.map(run, range(1, given.seeds + 1)) if found]
        if len(runs) < given.seeds:
            shutil.rmtree(folder)
            print("–", " + ".join(chosen), "Flee stops with a traceback", file=sys.stderr)
            continue
        write_expected(folder, runs)
        print(folder.name, " + ".join(chosen), file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
