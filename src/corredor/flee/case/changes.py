"""Places whose type changes on a day: ``location_changes.csv``.

Flee reads the file from the folder in which it is started; here it lies in the input folder.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corredor.flee.case.cells import Sheet
from corredor.flee.case.places import Kind, Location, kind_of

FILE = "location_changes.csv"
COLUMNS = ("name", "new_type", "day")


@dataclass(frozen=True)
class Change:
    """A place that has another type from a day on."""

    place: str
    kind: Kind
    day: int


def read_changes(path: Path, places: dict[str, Location]) -> tuple[Change, ...]:
    """Return the changes, in the order of the file.

    Raises
    ------
    InputError
        If a place is not on the map, a type or a day makes no sense, or a marker is involved: which
        ways there are would change with it.
    """
    sheet = Sheet(path, COLUMNS, needed=3, spare=True)
    found = []
    for row in sheet.rows():
        name = row.known("name", list(places), "a place of locations.csv")
        kind = kind_of(row, "new_type")
        if kind == "marker" or (name in places and places[name].kind == "marker"):
            row.wrong("new_type", "another type: markers stay markers, for ways lead through them",
                      row.text("new_type"))  # fmt: skip
        found.append(Change(name, kind, row.whole("day")))
    sheet.check()
    return tuple(found)
