"""What a world made of a Flee case needs to be run: who enters and when, a scenario, the record.

Corredor's processes are not Flee's rules. People make for the camps by the roads that promise most
(see ``corredor.corridor.processes.movement``), and everything that is about authorities is set to
nothing.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Mapping

import numpy as np
import pandas as pd

from corredor.arrays import Floats
from corredor.corridor.levers import known_levers
from corredor.errors import UsageError
from corredor.flee.case.folder import Case
from corredor.flee.rules.network import build_network
from corredor.flee.rules.spawning import look_up, newcomers
from corredor.flee.rules.timeline import build_timeline

SOURCE = (
    "Flee case: increase of all people in camps; shared among places of conflict by population "
    "and intensity, as Flee does"
)
MOST_FACTOR = known_levers()["movement.leave_factor"].maximum
NOTHING = (
    "interdiction.tempo", "crossing.attempt", "crossing.walk_up_daily", "settlement.give_up",
    "settlement.settle", "settlement.refuge_rate", "harm.robbery", "harm.extortion",
    "harm.kidnapping", "harm.threats", "harm.custody_abuse", "caravans.formation",
    "movement.cost_per_checkpoint", "movement.cost_per_1000_present",
)  # fmt: skip
"""Levers that are set to 0 outside the corridor."""


def entry_rows(
    case: Case, slugs: Mapping[str, str], nationality: str
) -> list[dict[str, object]]:  # fmt: skip
    """Return who enters the world by place and month: those who flee by the record.

    Raises
    ------
    UsageError
        If conflicts decide how many flee, not the record.
    """
    fled = _fled(case)
    days = [case.period.start + dt.timedelta(days=i) for i in range(case.period.days)]
    months = np.array([f"{day:%Y-%m}" for day in days])
    rows: list[dict[str, object]] = []
    for month in dict.fromkeys(months.tolist()):
        inside = months == month
        year, number = map(int, month.split("-"))
        part = calendar.monthrange(year, number)[1] / int(inside.sum())
        source = SOURCE if part == 1 else f"{SOURCE}; a part of a month, scaled up to the whole"
        rows += [
            {
                "nationality": nationality, "place": slugs[case.locations[place].name],
                "month": month, "people": round(float(fled[inside, place].sum()) * part, 3),
                "basis": "record", "source": source,
            }
            for place in np.flatnonzero(fled.any(axis=0)).tolist()
        ]  # fmt: skip
    return rows


def _fled(case: Case) -> Floats:
    """Return people who flee by day and place, as Flee expects them, [days, places]."""
    if not case.settings.by_record:
        raise UsageError(
            "spawn_rules: who enters a world is carried only where the record says how many flee, "
            "not conflict_driven_spawning or floods."
        )
    timeline = build_timeline(case, build_network(case))
    people = np.array([0 if p.is_camp else p.people for p in case.locations], np.float64)
    weight = people * timeline.fleeing[timeline.row]
    total = np.maximum(weight.sum(axis=1, keepdims=True), 1e-12)
    return np.asarray(newcomers(case, look_up(case, 1.0))[:, None] * weight / total)


def record_rows(case: Case, slugs: Mapping[str, str]) -> pd.DataFrame:
    """Return the counts of each camp on the days of counting: date, camp, people."""
    rows = [
        (case.period.start + dt.timedelta(days=int(day)), slugs[name], float(people))
        for name in case.camps
        for day, people in zip(
            case.record.counts[name].days.tolist(), case.record.counts[name].people.tolist(),
            strict=True,
        )
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["date", "camp", "people"]).sort_values(["date", "camp"])


def scenario_text(case: Case, slugs: Mapping[str, str]) -> str:
    """Return a scenario, as TOML, that runs the world over the days of the case."""
    leave = case.settings.default_movechance
    end = case.period.start + dt.timedelta(days=case.period.days - 1)
    lines = [
        f'title = "{case.name}, carried over from a Flee case"',
        'description = """',
        "People flee as the record of camps grows, from places of conflict, and make for the camps",
        "by the roads that promise most. This is Corredor's movement, not Flee's rules: for those,",
        'corredor flee run."""',
        'world = "."',
        f"spin_up = {case.period.start}",
        f"start = {case.period.start}",
        f"end = {end}",
        "assumptions = [",
        '    "costs and pulls of movement are Corredor\'s defaults, not found for this map",',
        '    "whoever leaves a camp makes for another, or stays, as in any town",',
        '    "people of the camps on day 0 are not there: only those who flee afterwards enter",',
        "]",
        f'sources = ["Flee case {case.name}: simsetting.yml, conflicts.csv, closures.csv"]',
        "",
        "# Chances to leave a place in a day are those of the case's settings.",
        "[movement.leave]",
        f"everywhere = {leave:g}",
        "",
        "[movement.leave_factor]",
        *_leave_factors(case, slugs, leave),
        "",
        "# Nothing of what follows is about this map: all is set to nothing.",
    ]
    for section in dict.fromkeys(name.split(".")[0] for name in NOTHING):
        inside = [name.split(".")[1] for name in NOTHING if name.startswith(f"{section}.")]
        if section == "movement":
            continue
        lines += [f"[{section}]", *(_nothing(f"{section}.{name}") for name in inside), ""]
    costs = [name.split(".")[1] for name in NOTHING if name.startswith("movement.")]
    at = lines.index("[movement.leave]")
    lines[at:at] = ["[movement]", *(f"{name} = 0" for name in costs), ""]
    return "\n".join(lines)


def _nothing(name: str) -> str:
    short = name.split(".")[1]
    return f"{short} = {{ default = 0 }}" if known_levers()[name].by else f"{short} = 0"


def _leave_factors(case: Case, slugs: Mapping[str, str], leave: float) -> list[str]:
    """Return a line for each place whose chance is another, with the days on which it changes."""
    timeline = build_timeline(case, build_network(case))
    first = np.flatnonzero(np.diff(timeline.row, prepend=-1))
    lines = []
    for place, location in enumerate(case.locations):
        by_day: list[tuple[int, float]] = []
        for day in first.tolist():
            factor = min(
                MOST_FACTOR, round(float(timeline.leave[timeline.row[day], place]) / leave, 6)
            )
            if not by_day or by_day[-1][1] != factor:
                by_day.append((day, factor))
        if by_day == [(0, 1.0)]:
            continue
        dated = ", ".join(
            f"{case.period.start + dt.timedelta(days=day)} = {factor:g}" for day, factor in by_day
        )
        value = f"{by_day[0][1]:g}" if len(by_day) == 1 else f"{{ {dated} }}"
        lines.append(f"{slugs[location.name]} = {value}")
    return lines
