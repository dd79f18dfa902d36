"""Checks that ask the map: heights, latitudes and distances along links."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import Field, ValidationInfo, field_validator

from corredor.claims.citing import reason
from corredor.claims.finding import AtLeastOne, Bars, Check, Finding, World, near
from corredor.claims.keys import MistakeError, Percent, expected
from corredor.errors import did_you_mean
from corredor.text.language import ids_by_name, named

FEET_PER_METRE = 1 / 0.3048
KM_PER_MILE = 1.609344
KM_PER_DEGREE = 111.2


class Elevation(Check):
    """Whether a place lies at about so many feet."""

    name: Literal["elevation"]
    place: str
    feet: float
    tolerance_percent: Percent = 2.0

    def run(self, world: World) -> Finding:
        """Compare the elevation of the place."""
        row = place_of(world, self.place)
        feet = float(row["elevation_m"]) * FEET_PER_METRE
        if math.isnan(feet):
            return Finding("not checkable", why=reason("no_elevation", name=named(row["name"])))
        holds = near(feet, self.feet, self.tolerance_percent)
        why = reason("elevation", name=named(row["name"]), metres=row["elevation_m"], feet=feet)
        source = reason("map_source")
        chart = Bars(named(row["name"]), "ft", ((source, feet),), self.feet)
        return Finding(
            "supported" if holds else "contradicted", feet, "ft", source, why, charts=(chart,)
        )


class NorthOfParallel(Check):
    """Whether a parallel passes south of a place, within so many kilometres."""

    name: Literal["north_of_parallel"]
    place: str
    parallel: float
    within_km: float

    def run(self, world: World) -> Finding:
        """Compare the latitude of the place."""
        row = place_of(world, self.place)
        km = (float(row["latitude"]) - self.parallel) * KM_PER_DEGREE
        if math.isnan(km):
            return Finding("not checkable", why=reason("no_latitude", name=named(row["name"])))
        holds = 0 < km <= self.within_km
        why = reason(
            "parallel_south" if km > 0 else "parallel_north",
            name=named(row["name"]),
            latitude=row["latitude"],
            parallel=self.parallel,
            km=abs(km),
        )
        source = reason("map_source")
        return Finding("supported" if holds else "contradicted", km, "km", source, why)


class RoadDistance(Check):
    """Whether the way along links to one of some places is about so many miles.

    ``destinations`` are tried one by one, and so is the nearest place of ``nearest_of``.
    """

    name: Literal["road_distance"]
    origin: str
    destinations: tuple[str, ...]
    nearest_of: tuple[str, ...] = Field(default=(), validate_default=True)
    miles: float
    modes: Annotated[tuple[str, ...], AtLeastOne] | None = None  # by road where left out
    tolerance_percent: Percent = 7.0

    @field_validator("nearest_of")
    @classmethod
    def _some_place(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if not value and info.data.get("destinations") == ():
            raise expected("a place, here or under destinations")
        return value

    def run(self, world: World) -> Finding:
        """Measure the shortest way to each destination."""
        origin = named(place_of(world, self.origin, "origin")["name"])
        names = (*self.destinations, *self.nearest_of)
        for key, places in (("destinations", self.destinations), ("nearest_of", self.nearest_of)):
            for place in places:
                place_of(world, place, key)
        self._check_modes(world)
        reached = distances(world, self.origin, self.modes or roads(world))
        miles = {p: reached[p] / KM_PER_MILE for p in names if p in reached}
        border = sorted((m, p) for p, m in miles.items() if p in self.nearest_of)
        asked = [p for p in self.destinations if p in miles] + [p for _, p in border[:1]]
        if not asked:
            return Finding("not checkable", why=reason("no_links", origin=origin))
        closest = min(asked, key=lambda p: abs(miles[p] - self.miles))
        holds = near(miles[closest], self.miles, self.tolerance_percent)
        names_of = {p: named(place_of(world, p)["name"]) for p in asked}
        told = ", ".join(reason("way", miles=miles[p], name=names_of[p]) for p in asked)
        why = reason(
            "ways_fit" if holds else "ways_none_fits",
            origin=origin,
            each=told,
            closest=names_of[closest],
            claimed=self.miles,
        )
        grade: Literal["supported", "contradicted"] = "supported" if holds else "contradicted"
        rows = tuple((names_of[p], miles[p]) for p in asked)
        chart = Bars(reason("ways_from", origin=origin), "miles", rows, self.miles)
        return Finding(grade, miles[closest], "miles", reason("map_source"), why, charts=(chart,))

    def _check_modes(self, world: World) -> None:
        known = sorted(set(world.links["mode"]))
        for mode in (self.modes or ()) if known else ():
            if mode not in known:
                text = f"modes of the world's links: {', '.join(known)}"
                raise MistakeError("modes", mode, text, did_you_mean(mode, known))


def place_of(world: World, place: str, key: str = "place") -> pd.Series[Any]:
    """Return the row of a place that stands under a key of the check.

    Raises
    ------
    MistakeError
        If the world has no such place.
    """
    if place not in world.places.index:
        names = {str(key): str(name) for key, name in world.places["name"].items()}
        hint = did_you_mean(place, names, ids_by_name(names))
        raise MistakeError(key, place, "a place of the world", hint)
    return world.places.loc[[place]].iloc[0]


def roads(world: World) -> tuple[str, ...]:
    """Return the modes of travel by road."""
    return tuple(map(str, world.modes.index[world.modes["by_road"]]))


def distances(world: World, origin: str, modes: tuple[str, ...]) -> dict[str, float]:
    """Return the shortest way in km from a place to each place, over links of some modes."""
    ways = defaultdict(list)
    for link in world.links.to_dict("records"):
        if link["mode"] in modes:
            ways[link["origin"]].append((link["destination"], float(link["km"])))
    reached: dict[str, float] = {}
    ahead = [(0.0, origin)]
    while ahead:
        km, here = heapq.heappop(ahead)
        if here not in reached:
            reached[here] = km
            for there, more in ways[here]:
                heapq.heappush(ahead, (km + more, there))
    return reached
