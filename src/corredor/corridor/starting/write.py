"""Write the folder of a new world, with a comment above every table and in every file."""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from corredor.corridor.starting.places import Stop
from corredor.corridor.starting.ways import joined
from corredor.errors import UsageError
from corredor.inputs import schema

TEMPLATE = Path(__file__).parent / "template"
FILES = ("world.toml", "priors.toml", "observations.toml", "SOURCES.md", "scenarios/baseline.toml")
ZONE, NATIONALITY, HOUSEHOLD, MODE = "way", "everybody", "people", "road"
KM_A_DAY = 400.0
DAYS = f"days: {KM_A_DAY:g} km a day with the usual waits, assumption, range 200 to 800"
PEOPLE = 1000
UNIT = (
    f"example: {PEOPLE:,} a month is a unit and no estimate; read results as of so many who enter"
)
COLOUR = "#2166ac"


@dataclass(frozen=True)
class Plan:
    """What a new world starts from.

    Attributes
    ----------
    stops : sequence of Stop
        Its places.
    first, last : str
        First and last month in which people enter, such as ``2024-01``.
    detour : float
        Factor from the great circle to the way; 1 to 2.
    """

    stops: Sequence[Stop]
    first: str
    last: str
    detour: float

    @property
    def months(self) -> pd.PeriodIndex:
        """Return the months in which people enter.

        Raises
        ------
        UsageError
            If they are no months, or the last lies before the first.
        """
        try:
            months = pd.period_range(self.first, self.last, freq="M")
        except ValueError as error:
            raise UsageError(f"{self.first}, {self.last}: expected months as YYYY-MM.") from error
        if months.empty:
            raise UsageError(f"{self.last}: expected a month not before {self.first}.")
        return months


def write_world(folder: Path, plan: Plan, name: str) -> None:
    """Write a world that runs to a folder that is not there yet.

    Parameters
    ----------
    folder : Path
        Made here.
    plan : Plan
        Its places and months.
    name : str
        What the world is called.
    """
    months = plan.months
    folder.mkdir()
    for table, rows in _tables(plan, months).items():
        text = commented(table) + _csv(table, rows)
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")
    filled = {
        "title": name, "spin_up": months[0].start_time.date(),
        "start": months[min(1, len(months) - 1)].start_time.date(),
        "end": months[-1].end_time.date(), "detour": f"{plan.detour:g}", "days": DAYS,
        "people": UNIT, "positions": "; ".join(dict.fromkeys(s.source for s in plan.stops)),
    }  # fmt: skip
    for name in FILES:
        text = string.Template((TEMPLATE / name).read_text(encoding="utf-8")).substitute(filled)
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def commented(table: str) -> str:
    """Return what stands above the header of a table: its columns, as its schema has them."""
    lines = [f"# {table}.csv; lines that begin with # above the header are comments."]
    for item in schema.load(table):
        need = "needed" if item.required else "may be empty"
        lines.append(f"# {item.name} ({need}): {item.expected}. {item.meaning}.")
    return "\n".join(line.replace('"', "'") for line in lines) + "\n"


def _csv(table: str, rows: Iterable[Mapping[str, Any]]) -> str:
    told = io.StringIO()
    columns = [item.name for item in schema.load(table)]
    writer = csv.DictWriter(told, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({k: "" if v is None else v for k, v in row.items()} for row in rows)
    return told.getvalue()


def _tables(plan: Plan, months: pd.PeriodIndex) -> dict[str, list[dict[str, Any]]]:
    names = {"name_en": "Everybody", "name_es": "Todas las personas"}
    entries = [stop for stop in plan.stops if stop.entry]
    return {
        "places": [_place(stop, stop is entries[0]) for stop in plan.stops],
        "zones": [{"zone": ZONE, "colour": COLOUR, "name_en": "On the way",
                   "name_es": "En camino"}],
        "jurisdictions": [],
        "nationalities": [{"nationality": NATIONALITY, **names}],
        "households": [{"household": HOUSEHOLD, **names}],
        "people": [{"group": NATIONALITY, "nationality": NATIONALITY, "household": HOUSEHOLD,
                    "share": 1, **names, "citizenships": "all",
                    "source": "assumption: nobody is told apart yet"}],
        "modes": [{"mode": MODE, "by_road": "true", "colour": "#8a8f98", "width": 0.9,
                   "name_en": "By road", "name_es": "Por carretera"}],
        "links": [row for pair in joined(plan.stops) for row in _links(pair, plan)],
        "entry": [
            {"nationality": NATIONALITY, "place": stop.place, "month": str(month),
             "people": PEOPLE, "basis": "assumption", "source": UNIT}
            for stop in entries for month in months
        ],
        "calendar": [],
    }  # fmt: skip


def _place(stop: Stop, home: bool) -> dict[str, Any]:
    return {
        "place": stop.place, "name": stop.name, "country": stop.country, "state": stop.state,
        "latitude": stop.latitude, "longitude": stop.longitude, "population": stop.population,
        "zone": ZONE, "sector": stop.goal, "entry": "true" if stop.entry else "",
        "home_of": NATIONALITY if home else "", "source_position": stop.source,
        "source_note": "assumption: who is sent home sets out from here" if home else "",
    }  # fmt: skip


def _links(pair: tuple[int, int, float], plan: Plan) -> list[dict[str, Any]]:
    a, b, apart = (plan.stops[pair[0]].place, plan.stops[pair[1]].place, pair[2])
    km = plan.detour * apart
    row = {
        "mode": MODE, "km": f"{km:.1f}", "km_basis": "great_circle",
        "detour_factor": f"{plan.detour:g}", "days": f"{min(60.0, max(1.0, km / KM_A_DAY)):.1f}",
        "fare_usd": 0, "checkpoints": 0,
        "source": f"assumption: great circle times {plan.detour:g}; {DAYS}; fare not known, 0 "
                  "until it is",
    }  # fmt: skip
    return [{"origin": o, "destination": d, **row} for o, d in ((a, b), (b, a))]
