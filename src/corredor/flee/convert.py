"""Carry the map of a Flee case into the tables of a world, as far as they can hold it.

What the case does not have stays empty: a world of Corredor needs more, and ``corredor world
check`` says what.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from corredor import schema
from corredor.errors import InputError, Problem
from corredor.flee.folder import case_name
from corredor.flee.places import Location, Route, read_locations, read_routes
from corredor.flee.settings import default_settings, read_settings
from corredor.tables import read_rows
from corredor.world import load_world

CODES = {"colombia": "COL", "panama": "PAN", "costa rica": "CRI", "nicaragua": "NIC",
         "honduras": "HND", "el salvador": "SLV", "guatemala": "GTM", "mexico": "MEX"}  # fmt: skip
X, Y = 3, 4  # columns of locations.csv


@dataclass(frozen=True)
class Lacking:
    """What ``corredor world check`` misses in one column: how often, and what it expects."""

    file: str
    column: str
    rows: int
    expected: str


def convert(folder: Path, target: Path) -> None:
    """Write ``places.csv``, ``links.csv``, ``people.csv`` and ``SOURCES.md`` to a new folder.

    Parameters
    ----------
    folder : Path
        Flee's input folder, with locations.csv and routes.csv; its simsetting.yml tells the speed.
    target : Path
        Made here.

    Raises
    ------
    InputError
        With file, line, column, value and what was expected.
    """
    locations, _ = read_locations(folder / "locations.csv")
    routes, _ = read_routes(folder / "routes.csv", {p.name: i for i, p in enumerate(locations)})
    own = folder / "simsetting.yml"
    speed = (read_settings(own) if own.exists() else default_settings()).max_move_speed
    swapped = _longitude_first(folder / "locations.csv")
    slugs = dict(zip((p.name for p in locations), _slugs(p.name for p in locations), strict=True))
    target.mkdir()
    _write(target, "places", [_place(p, slugs[p.name], swapped) for p in locations])
    _write(target, "links", _links(routes, slugs, speed))
    _write(target, "people", [])
    text = Path(__file__).with_name("sources_of_world.md").read_text(encoding="utf-8")
    first, second = ("longitude", "latitude") if swapped else ("latitude", "longitude")
    (target / "SOURCES.md").write_text(
        text.format(
            folder=case_name(folder),
            countries="Names of countries that Corredor knows are written as their code; others "
                      "stay as they are.",
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


def _place(location: Location, slug: str, swapped: bool) -> dict[str, object]:
    position = (location.y, location.x) if swapped else (location.x, location.y)
    latitude, longitude = (None, None) if position == (0, 0) else position  # Flee's empty cell
    return {
        "place": slug,
        "name": location.name,
        "country": CODES.get(_plain(location.country), _known(location.country)),
        "state": _known(location.region),
        "latitude": latitude,
        "longitude": longitude,
        "population": None if location.is_camp else location.people or None,
        "shelter_beds": (location.people or None) if location.is_camp else None,
        "entry": "true" if location.kind == "conflict" else "false",
        "source_position": f"Flee case, locations.csv, line {location.line}",
        "source_note": f"{location.kind} in the Flee case; shelter_beds is the camp's capacity"
                       if location.is_camp else f"{location.kind} in the Flee case",
    }  # fmt: skip


def _links(
    routes: tuple[Route, ...], slugs: dict[str, str], speed: float
) -> list[dict[str, object]]:
    return [
        {
            "origin": slugs[origin],
            "destination": slugs[destination],
            "km": route.km,
            "days": int(route.km // (route.speed or speed)) + 1,
            "source": f"Flee case, routes.csv, line {route.line}; days reckoned at "
                      f"{route.speed or speed:g} km a day",
        }
        for route in routes
        for origin, destination in ((route.first, route.second), (route.second, route.first))
    ]  # fmt: skip


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


def _known(text: str) -> str | None:
    return None if text == "unknown" else text
