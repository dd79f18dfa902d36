"""People who are there from the start, one a row: ``agents.csv``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from corredor.errors import InputError, Problem
from corredor.flee.case.cells import Sheet
from corredor.inputs.rows import read_rows

FILE = "agents.csv"


@dataclass(frozen=True)
class Agent:
    """Somebody's place, and traits by their names in the header."""

    place: int
    traits: Mapping[str, float | str]


def read_agents(path: Path, names: dict[str, int]) -> tuple[Agent, ...]:
    """Return the people of the file, in its order.

    Raises
    ------
    InputError
        If the header does not begin with ``location``, a place is not on the map, or an age is no
        number.
    """
    rows = read_rows(path)
    header = [name.strip() for name in rows[0][1]] if rows else []
    if not header or header[0].lstrip("#").strip() != "location":
        raise InputError(Problem(str(path), "a header that begins with location", row=1))
    sheet = Sheet(path, ["location", *header[1:]], needed=len(header))
    found = []
    for row in sheet.rows():
        if row.cells[0].strip() == "location":
            continue
        name = row.text("location")
        if name not in names:
            row.odd("location", "a place of locations.csv", name, "the person is left out",
                    sheet.closest(name, names))  # fmt: skip
            continue
        traits: dict[str, float | str] = {trait: row.text(trait) for trait in header[1:] if trait}
        if "age" in traits:
            traits["age"] = row.number("age", least=0.0)
        if "gender" in traits:
            traits["gender"] = row.text("gender").lower()
        found.append(Agent(names[name], traits))
    sheet.check()
    return tuple(found)
