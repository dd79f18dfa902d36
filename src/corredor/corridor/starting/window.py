"""The places of a new world: the towns in a window of the map."""

from __future__ import annotations

from dataclasses import replace

from corredor.corridor.starting.gazetteer import inside
from corredor.corridor.starting.places import Stop, of_gazetteer, slug
from corredor.errors import UsageError, did_you_mean

MOST = 500  # places; a first map has fewer


def in_window(text: str, people: int, enter: str, reach: str) -> tuple[Stop, ...]:
    """Return the towns of at least so many people in a window, with where people enter and go.

    Parameters
    ----------
    text : str
        ``WEST,SOUTH,EAST,NORTH`` in degrees.
    people : int
        The smallest town.
    enter, reach : str
        Names of the towns in which people enter and for which they make.

    Raises
    ------
    UsageError
        If the window is none, has fewer than two towns or too many, or a name is not among them.
    MissingExtraError
        If the library of towns is not installed.
    """
    west, south, east, north = _corners(text)
    found = inside(west, south, east, north, people)
    if not 2 <= len(found) <= MOST:
        raise UsageError(
            f"--bbox {text}: {len(found)} towns of {people:,} people or more; expected 2 to "
            f"{MOST}. Change the window, or --people."
        )
    # Of a name the largest stays.
    once = {slug(town.name): of_gazetteer(town) for town in reversed(found)}
    stops = {key: once[key] for key in sorted(once)}
    for option, name in (("--enter", enter), ("--reach", reach)):
        if slug(name) not in stops:
            near = did_you_mean(name, [stop.name for stop in stops.values()])
            told = f"{option}: expected one of the towns found, not {name!r}. {near}"
            raise UsageError(told.strip())
    stops[slug(enter)] = replace(stops[slug(enter)], entry=True)
    stops[slug(reach)] = replace(stops[slug(reach)], goal=stops[slug(reach)].name)
    return tuple(stops.values())


def _corners(text: str) -> tuple[float, float, float, float]:
    try:
        west, south, east, north = map(float, text.split(","))
    except ValueError as error:
        raise UsageError(f"--bbox {text}: expected WEST,SOUTH,EAST,NORTH in degrees.") from error
    if not (-180 <= west < east <= 180 and -90 <= south < north <= 90):
        raise UsageError(f"--bbox {text}: expected west before east and south before north.")
    return west, south, east, north
