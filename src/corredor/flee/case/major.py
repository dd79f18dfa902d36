"""Ways that people know beyond the places they are aware of: ``major_routes.csv``.

A row has the names of the places on a way, from one end to the other; it is known at both ends.
Flee reads the file with ``fixed_routes`` alone.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import pairwise
from pathlib import Path

from corredor.flee.case.cells import Sheet
from corredor.flee.case.places import Route
from corredor.inputs.rows import read_rows

FILE = "major_routes.csv"
LEAST = 2  # places of a way


def read_major_routes(
    path: Path, names: Collection[str], routes: Sequence[Route]
) -> tuple[tuple[str, ...], ...]:
    """Return the places of each way, in both directions.

    Raises
    ------
    InputError
        If a place is not on the map, or no link leads from one to the next: Flee ends there.
    """
    sheet = Sheet(path, ("name1", "name2"), needed=LEAST)
    linked = {(r.first, r.second) for r in routes} | {(r.second, r.first) for r in routes}
    found: list[tuple[str, ...]] = []
    for line, cells in read_rows(path):
        if cells[0].startswith("#"):
            continue
        way = [cell.strip() for cell in cells]
        while way and not way[-1]:
            way.pop()
        if len(way) < LEAST:
            sheet.wrong(line, None, "two names of places or more", ",".join(cells))
            continue
        strange = [name for name in way if name not in names]
        for name in strange:
            sheet.wrong(line, None, "a place of locations.csv", name, sheet.closest(name, names))
        for pair in pairwise(way):
            if not strange and pair not in linked:
                sheet.wrong(line, None, "a link of routes.csv between places that follow each "
                            "other", "-".join(pair))  # fmt: skip
        found += [tuple(way), tuple(way[::-1])]
    sheet.check()
    return tuple(found)
