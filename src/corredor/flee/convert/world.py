"""Carry a Flee case into a world of Corredor that lies outside its corridor.

What a world needs and the case does not have is written as an assumption, in the row's own source
and in ``SOURCES.md``. A position that is not known stays empty, as ``corredor world check`` tells.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from corredor.corridor.world import load_world
from corredor.errors import InputError, Problem
from corredor.flee.case.folder import read_case
from corredor.flee.case.layout import case_name, settings_file
from corredor.flee.case.places import Location, Route, read_locations, read_routes
from corredor.flee.case.settings import default_settings, read_settings
from corredor.flee.convert.scenario import entry_rows, record_rows, scenario_text
from corredor.inputs import schema
from corredor.inputs.rows import read_rows
from corredor.record.readers.names import country_code

ZONE = "everywhere"  # no authority acts in it, and no survey of harm tells of it
HOUSEHOLD = "adults"
MODE = "bus"
X, Y = 3, 4  # columns of locations.csv


@dataclass(frozen=True)
class Lacking:
    """What ``corredor world check`` misses in one column: how often, and what it expects."""

    file: str
    column: str
    rows: int
    expected: str


def convert(
    folder: Path, target: Path, validation: Path | None = None, settings: Path | None = None
) -> None:
    """Write the tables of a world and ``SOURCES.md`` to a new folder.

    Parameters
    ----------
    folder : Path
        Flee's input folder, with locations.csv and routes.csv.
    target : Path
        Made here.
    validation : Path, optional
        The folder with data_layout.csv: with it, who enters, a scenario and the record too.
    settings : Path, optional
        Instead of the folder's simsetting.yml; they tell speed and chances to leave.

    Raises
    ------
    InputError
        With file, line, column, value and what was expected.
    UsageError
        If a validation folder is given and conflicts, not the record, decide how many flee.
    """
    locations, _ = read_locations(folder / "locations.csv")
    routes, _ = read_routes(folder / "routes.csv", {p.name: i for i, p in enumerate(locations)})
    chosen = settings_file(folder, settings)
    speed = (read_settings(chosen) if chosen else default_settings()).max_move_speed
    swapped = _longitude_first(folder / "locations.csv")
    slugs = dict(zip((p.name for p in locations), _slugs(p.name for p in locations), strict=True))
    country = next((p.country for p in locations if p.kind == "conflict"), locations[0].country)
    (nationality,) = _slugs([country])
    case = read_case(folder, validation, settings) if validation else None
    entry = entry_rows(case, slugs, nationality) if case else []
    target.mkdir()
    flee = {slugs[p.name] for p in locations if p.kind == "conflict"} | {
        str(row["place"]) for row in entry
    }
    _write(target, "places", [_place(p, slugs[p.name], swapped, flee) for p in locations])
    _write(target, "zones", [{
        "zone": ZONE, "colour": "#4d4d4d", "name_en": "Where the case lies",
        "name_es": "Donde está el caso",
    }])  # fmt: skip
    _write(target, "modes", [{
        "mode": MODE, "by_road": "true", "colour": "#8a8f98", "width": 0.9, "name_en": "By road",
        "name_es": "Por carretera",
    }])  # fmt: skip
    _write(target, "nationalities", [{
        "nationality": nationality, "name_en": country, "name_es": country,
    }])  # fmt: skip
    _write(target, "households", [{
        "household": HOUSEHOLD, "name_en": "everybody", "name_es": "todas las personas",
    }])  # fmt: skip
    _write(target, "links", _links(routes, slugs, speed))
    _write(target, "people", [_everybody(country, nationality)])
    if case:
        _write(target, "entry", entry)
        record_rows(case, slugs).to_csv(target / "camps.csv", index=False)
        (target / "scenario.toml").write_text(scenario_text(case, slugs), encoding="utf-8")
    text = Path(__file__).with_name("sources_of_world.md").read_text(encoding="utf-8")
    first, second = ("longitude", "latitude") if swapped else ("latitude", "longitude")
    (target / "SOURCES.md").write_text(
        text.format(
            folder=case_name(folder),
            position=f"the fourth column as {first}, the fifth as {second}, "
                     + ("as its header says" if swapped else "as files for Flee have them"),
            speed=speed,
        ),
        encoding="utf-8",
    )  # fmt: skip


def lacking(world: Path) -> list[Lacking]:
    """Return what a world lacks, by file and column; nothing if it passes the check."""
    try:
        load_world(world)
    except InputError as error:
        return _summed(error.problems)
    return []


def _summed(problems: Sequence[Problem]) -> list[Lacking]:
    counts = Counter((Path(p.file).name, p.column or "", p.expected) for p in problems)
    return [Lacking(file, column, n, text) for (file, column, text), n in counts.items()]


def _write(target: Path, table: str, rows: list[dict[str, object]]) -> None:
    columns = [attribute.name for attribute in schema.load(table)]
    frame = pd.DataFrame(rows, columns=columns, dtype=object)  # whole numbers stay whole
    frame.to_csv(target / f"{table}.csv", index=False, encoding="utf-8")


def _place(location: Location, slug: str, swapped: bool, flee: set[str]) -> dict[str, object]:
    position = (location.y, location.x) if swapped else (location.x, location.y)
    latitude, longitude = (None, None) if position == (0, 0) else position  # Flee's empty cell
    return {
        "place": slug,
        "name": location.name,
        "country": country_code(location.country) or location.country,
        "state": location.region,
        "zone": ZONE,
        "sector": slug if location.is_camp else None,
        "latitude": latitude,
        "longitude": longitude,
        "population": None if location.is_camp else location.people or None,
        "shelter_beds": (location.people or None) if location.is_camp else None,
        "entry": "true" if slug in flee else "false",
        "source_position": f"Flee case, locations.csv, line {location.line}",
        "source_note": f"{location.kind} in the Flee case; shelter_beds is the camp's capacity; "
                       "assumption: people make for it (sector)"
                       if location.is_camp else f"{location.kind} in the Flee case",
    }  # fmt: skip


def _links(
    routes: tuple[Route, ...], slugs: dict[str, str], speed: float
) -> list[dict[str, object]]:
    """Return both directions of each route; where there are several, those of the shortest."""
    found: dict[tuple[str, str], dict[str, object]] = {}
    for route in sorted(routes, key=lambda route: route.km):
        ends = slugs[route.first], slugs[route.second]
        for origin, destination in (ends, ends[::-1]):
            pace = route.speed or speed
            row = {
                "origin": origin, "destination": destination, "mode": MODE, "km": route.km,
                "km_basis": "given", "days": int(route.km // pace) + 1, "fare_usd": 0,
                "checkpoints": 0,
                "source": f"Flee case, routes.csv, line {route.line}; days reckoned at {pace:g} km "
                          f"a day; assumption: mode {MODE}, no fare, no checkpoints",
            }  # fmt: skip
            found.setdefault((origin, destination), row)
    return list(found.values())


def _everybody(country: str, nationality: str) -> dict[str, object]:
    return {
        "group": f"{nationality}-{HOUSEHOLD}", "nationality": nationality, "household": HOUSEHOLD,
        "share": 1, "name_en": f"People from {country}", "name_es": f"Personas de {country}",
        "citizenships": country,
        "source": "assumption: all are one kind of people, as in Flee; the household means nothing "
                  "here",
    }  # fmt: skip


def _longitude_first(path: Path) -> bool:
    """Return whether the header says that the first of the two columns is the longitude."""
    for _, cells in read_rows(path):
        if cells[0].startswith("#") and len(cells) > Y:
            names = [cells[at].strip().lower() for at in (X, Y)]
            return names[0].startswith("lon") and names[1].startswith("lat")
    return False


def _slugs(names: Iterable[str]) -> list[str]:
    """Return lower-case letters and digits joined by hyphens, each once."""
    found: list[str] = []
    for name in names:
        slug = re.sub(r"[^a-z0-9]+", "-", _plain(name)).strip("-") or "place"
        number = 1
        while (chosen := slug if number == 1 else f"{slug}-{number}") in found:
            number += 1
        found.append(chosen)
    return found


def _plain(text: str) -> str:
    """Return lower-case letters without accents."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(c for c in parts if not unicodedata.combining(c)).lower().strip()
