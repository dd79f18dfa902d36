"""The small worlds that commands are tried in: made by hand, quick enough for many trials."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from helpers import COUNTED, PRIORS, SCENARIO, write_small
from made_case import fab_case, write_case
from made_official import aor, as_csv
from small_structures import write_structures

SMALL = "small.toml"
OFFICIAL, REVISED = "official", "revised"  # two files as CBP publishes them
SERIES = ("border_patrol_encounters", "mexico_detentions", "ports_of_entry_encounters")
OBSERVATIONS = "".join(
    f'[[observation]]\nseries = "{series}"\nerror = 0.1\nsmall = 5\nreason = "a trial"\n'
    for series in SERIES
)
CLAIMS = """
title = "Claims for trials"
[[claim]]
id = "stricter"
statement = "Fewer stops stop fewer people."
said_by = "nobody"
kind = "model"
[[claim.checks]]
name = "scenario_difference"
scenario = "short.toml"
compared_with = "other.toml"
measure = "detentions"
expect = "more"
start = "2023-02"
end = "2023-02"
"""
READ_ON = dt.date(2026, 6, 30)
DESIGN = 'scenarios = ["short.toml", "other.toml"]\nmembers = 4\nparameters = "fixed"\n'
WITH_LINKS = {"simsetting.yml": "log_levels:\n  link: 1\nmove_rules:\n  max_move_speed: 200\n"}
FAULTY = {"registration_corrections.csv": "C,2020-02-01\n"}  # of a day that nobody counted
DAYS = 64  # of the case that is tuned: on one half of its days, and tested on the other
LONG_CASE = {
    "conflicts.csv": "#Day,A\n" + "".join(f"{day},1\n" for day in range(DAYS)),
    "sim_period.csv": f"StartDate,2020-01-01\nLength,{DAYS}\n",
    "all.csv": "2020-01-01,0\n2020-01-20,600\n2020-03-04,900\n",
    "c.csv": "2020-01-01,0\n2020-01-20,600\n2020-03-04,900\n",
}
PLACES_OF_A_WORLD = ("places", "links", "people", "entry")
MINE = "mine.txt"
ASKED = {"name": "one", "scenario": "baseline", "seed": 1, "replicates": 2}  # of the app


def write_stage(folder: Path) -> None:
    """Write all that commands start from into a new folder."""
    folder.mkdir(parents=True)
    small = write_small(folder)
    world = small.folder / "small"
    (world / "priors.toml").write_text(PRIORS)
    (world / "observations.toml").write_text(COUNTED + OBSERVATIONS)
    (folder / "short.toml").write_text(
        SCENARIO.replace("end = 2023-04-15", "end = 2023-02-20").replace(
            "spin_up = 2023-01-01", "spin_up = 2023-01-20"
        )
    )
    (folder / "other.toml").write_text(
        'title = "Fewer stops"\nbase = "short"\n[interdiction.tempo]\nsouth = 0.01\n'
    )
    (folder / "claims.toml").write_text(CLAIMS)
    (folder / "design.toml").write_text(DESIGN)
    write_case(folder / "flee", WITH_LINKS)
    fab_case(folder / "faulty", FAULTY)
    for name in ("one", "two"):
        fab_case(folder / "set" / name)
    (folder / "structured").mkdir()
    write_structures(folder / "structured")
    write_case(folder / "long", LONG_CASE)
    for name, count in ((OFFICIAL, 100), (REVISED, 120)):
        rows = aor(
            (
                "2024",
                "JAN",
                "U.S. Border Patrol",
                "Tucson Sector",
                "Single Adults",
                "MEXICO",
                count,
            ),
            ("2024", "FEB", "U.S. Border Patrol", "Yuma Sector", "FMUA", "CUBA", count + 7),
        )
        (folder / name).write_bytes(as_csv(rows))
    (folder / MINE).write_text("What stood here before stays.\n")
    (folder / "home").mkdir()
