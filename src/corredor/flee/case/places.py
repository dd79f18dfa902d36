"""Flee's map: ``locations.csv`` and ``routes.csv``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

from corredor.flee.case.cells import MOST, Row, Sheet

Kind = Literal["camp", "idp camp", "conflict", "forward", "marker", "flood zone", "town"]
COLUMNS = ("name", "region", "country", "x", "y", "location_type", "conflict_date", "pop/cap")
LINK_COLUMNS = ("name1", "name2", "distance", "forced_redirection")
TYPES: tuple[tuple[str, Kind], ...] = (
    ("camp", "camp"), ("conflict", "conflict"), ("forward", "forward"), ("marker", "marker"),
    ("flood_zone", "flood zone"), ("default", "town"), ("town", "town"),
)  # fmt: skip
NUMBERS = ("conflict_intensity", "capacity_per_day", "trade_volume", "hdi",
           "deactivation_probability")  # fmt: skip
LEAST_KM = 1e-6  # a day
TWO_WAYS = 2  # the highest number with which links are forced redirections


@dataclass(frozen=True)
class Location:
    """A place of the map.

    Attributes
    ----------
    name, region, country : str
        As in the file; an empty region or country is ``unknown``.
    x, y : float
        As in the file, which usually holds latitude in x.
    kind : str
        What the type in the file means to Flee.
    conflict_day : int
        Of a place of conflict: after day 0 it starts as a town.
    people : int
        Capacity of a camp, population of any other place.
    initial_idps : int
        People there from the start, beside those of the camp's record.
    numbers : dict
        Further attributes that rules read.
    times : int
        How many rows have the name; the last of them counts, but Flee puts people of day 0 there
        once for each.
    line : int
        Of the file.
    known_as : str
        The name in the file, where a later row has it too: conflicts begin here, but no link leads
        here, and no record tells of it.
    """

    name: str
    region: str
    country: str
    x: float
    y: float
    kind: Kind
    conflict_day: int
    people: int
    initial_idps: int = 0
    numbers: Mapping[str, float] = field(default_factory=dict)
    times: int = 1
    line: int = 0
    known_as: str = ""

    @property
    def is_camp(self) -> bool:
        """Return whether the file calls the place a camp."""
        return self.kind in ("camp", "idp camp")


@dataclass(frozen=True)
class Route:
    """A link in both directions, twice where the file asks for it so.

    ``speed`` is in km a day, or None for the speed of the settings; ``walk`` is the chance of a day
    on foot on it.
    """

    first: str
    second: str
    km: float
    times: int = 1
    speed: float | None = None
    walk: float = 0.0
    line: int = 0


def read_locations(path: Path, repeated: bool = False) -> tuple[tuple[Location, ...], list[str]]:
    """Return the places, and notes on what is read but has no effect.

    A name may have several rows: as in Flee, links, closures and records find the last of them,
    conflicts the first, which is then a place without links. With ``repeated``, where floods drive
    who flees, there is one place of each name, the last.
    """
    sheet = Sheet(path, COLUMNS, needed=8)
    found: dict[str, Location] = {}
    unread: set[str] = set()
    notes: list[str] = []
    for row in sheet.rows():
        location = _location(row)
        before = found.get(location.name)
        if before and repeated:
            notes.append(
                f"{path}, line {row.line}: {location.name!r} was on line {before.line} already; "
                "this row counts, and people of day 0 once for each."
            )
            found[location.name] = replace(location, times=before.times + 1)
        elif before:
            row.odd("name", f"each name once; line {before.line} has it too", location.name,
                    "links, closures and the record find the last row, conflicts the first, which "
                    "no link reaches")  # fmt: skip
            apart = f"{location.name} (line {before.line})"
            found = {apart if name == location.name else name: place
                     for name, place in found.items()}  # fmt: skip
            found[apart] = replace(before, name=apart, known_as=location.name)
            times = before.times + 1 if before.is_camp else 1
            found[location.name] = replace(location, times=times)
        found.setdefault(location.name, location)
        unread.update(set(row.attributes()) - {*NUMBERS, "initial_idps"})
    if not found and not sheet.problems:
        sheet.wrong(None, None, "at least one place", None)
    sheet.check()
    notes += [f"{path}: no rule reads the column {name!r}." for name in sorted(unread)]
    return tuple(found.values()), notes


def first_of_each_name(locations: Sequence[Location]) -> dict[str, int]:
    """Return the number of the first place of each name of the file."""
    found: dict[str, int] = {}
    for i, place in enumerate(locations):
        found.setdefault(place.known_as or place.name, i)
    return found


def _location(row: Row) -> Location:
    kind = kind_of(row, "location_type")
    conflict_day = row.whole("conflict_date", least=-(10**9)) if kind == "conflict" else 0
    given = row.attributes()
    numbers = {name: row.number(name, 0.0) for name in NUMBERS if given.get(name)}
    people = row.whole("pop/cap", 0, least=-MOST)
    if people < 0 and kind not in ("camp", "idp camp"):
        row.odd("pop/cap", "a population of 0 or more", people, "nobody lives there")
    return Location(
        name=row.text("name"),
        region=row.text("region", "unknown"),
        country=row.text("country", "unknown"),
        x=row.number("x", 0.0),
        y=row.number("y", 0.0),
        kind=kind,
        conflict_day=conflict_day,
        people=people,
        initial_idps=row.whole("initial_idps", 0) if "initial_idps" in given else 0,
        numbers=numbers,
        line=row.line,
    )


def kind_of(row: Row, column: str) -> Kind:
    """Return what a type means to Flee, which looks for parts of the word in this order."""
    written = row.text(column).lower()
    for part, kind in TYPES:
        if part in written:
            return "idp camp" if kind == "camp" and "idp" in written else kind
    row.odd(column, "a type with " + ", ".join(part for part, _ in TYPES) + " in it", written,
            "it is a place of no type, which everybody leaves at once")  # fmt: skip
    return "forward"


def read_routes(path: Path, names: dict[str, int]) -> tuple[tuple[Route, ...], list[str]]:
    """Return the routes between named places, and notes."""
    sheet = Sheet(path, LINK_COLUMNS, needed=3)
    routes, forced, unread = [], [], set()
    for row in sheet.rows():
        first = row.known("name1", names, "a place of locations.csv")
        second = row.known("name2", names, "a place of locations.csv")
        if first == second:
            row.odd("name2", "another place than name1", second,
                    "people take the link, and come back to where they were")  # fmt: skip
        kind = row.whole("forced_redirection", 0, least=-MOST)
        if not 0 <= kind <= TWO_WAYS:
            row.odd("forced_redirection", "nothing, 0, 1 or 2", kind, "it is taken for 0")
            kind = 0
        if kind:
            forced.append(row.line)
        given = row.attributes()
        unread |= set(given) - {"max_move_speed", "walk_probability"}
        walk = row.number("walk_probability", 0.0) if "walk_probability" in given else 0.0
        if walk > 1 or walk < 0:
            row.odd("walk_probability", "a chance from 0 to 1", given["walk_probability"],
                    "below 0 is never, above 1 always")  # fmt: skip
        own_speed = bool(given.get("max_move_speed"))
        routes.append(
            Route(
                first,
                second,
                km=row.number("distance", least=0.0),
                times=2 if kind == 1 else 1,
                speed=row.number("max_move_speed", least=LEAST_KM) if own_speed else None,
                walk=min(1.0, max(0.0, walk)),
                line=row.line,
            )
        )
    sheet.check()
    notes = [f"{path}: no rule reads the column {name!r}." for name in sorted(unread) if name]
    if forced:
        lines = ", ".join(map(str, forced))
        notes.append(f"{path}, line {lines}: forced redirection has no effect in Flee, nor here "
                     "(1 doubles the link).")  # fmt: skip
    return tuple(routes), notes
