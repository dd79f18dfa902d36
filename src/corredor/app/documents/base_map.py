"""The base map for the browser: shapes already projected, in whole kilometres."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np

from corredor import __version__, record
from corredor.corridor.shown import shown_of
from corredor.corridor.world import World, names_in
from corredor.runs.measures import measures
from corredor.runs.targets import charts_of
from corredor.show.map.basemap import Points, Projection, layer
from corredor.show.map.projecting import projection_of
from corredor.text.language import named, spoken, words

MARGIN = 150.0  # km around the places
ALL = "all"  # the view of everything


def base_map(world: World) -> dict[str, Any]:
    """Return shapes, places and links of a world in kilometres, x to the east and y down.

    Returns
    -------
    dict
        ``shapes`` (layer to SVG path), ``places``, ``caravans`` (whether they can form), ``links``
        (indices of places, mode),
        ``zones`` (their names), ``views`` (name to left, top, width, height), ``parallel``
        (the marked latitude as a path, or nothing);
        ``credit`` of the map, ``record``, the source of each series of the charts that has one,
        ``people``, those that count people and not events, and ``version``: what a picture must
        say when it leaves the page.
    """
    places, plan = world.places, shown_of(world)
    project = projection_of(world)
    x, y = project(places["longitude"], places["latitude"])
    number = {place: i for i, place in enumerate(places.index)}
    listed = [
        {
            "place": place, "name": named(str(row["name"])), "zone": row["zone"],
            "country": row["country"], "port": row["port"] != "", "at_sea": bool(at_sea),
            "inhabitants": int(np.nan_to_num(row["population"])),
            "beds": None if np.isnan(row["shelter_beds"]) else int(row["shelter_beds"]),
            "x": round(float(east), 1), "y": round(-float(north), 1),
        }
        for (place, row), east, north, at_sea in zip(
            places.iterrows(), x, y, world.roles.at_sea, strict=True
        )
    ]  # fmt: skip
    everything = (x.min(), -y.max(), x.max() - x.min(), y.max() - y.min())
    return {
        "shapes": _shapes(world, project),
        "parallel": path(project, [plan.map.parallel.line(60)]) if plan.map.parallel else "",
        "places": listed,
        "caravans": bool(places["caravan_stop"].notna().any()),
        "links": [
            [number[row["origin"]], number[row["destination"]], row["mode"]]
            for row in world.links.to_dict("records")
        ],
        "views": {
            ALL: _view(project, None, everything),
            **{
                name: _view(project, corners, everything)
                for name, corners in plan.map.views.items()
            },
        },
        "zones": names_in(world.zones),
        "nationalities": names_in(world.nationalities),
        "credit": words()["map_frame"]["credit"],
        "record": _sources(world),
        "people": _of_people(world),
        "version": __version__,
    }


@lru_cache(8)
def _shapes(world: World, project: Projection) -> dict[str, str]:
    """Return each layer of the base map of a world as an SVG path; alike in every language."""
    lines = {
        name: [line for _, lines in layer(name, world) for line in lines]
        for name in ("countries", "islands", "lakes", "states")
    }
    return {
        "countries": path(project, [*lines["countries"], *lines["islands"]], closed=True),
        "lakes": path(project, lines["lakes"], closed=True),
        "states": path(project, lines["states"]),
    }


def _sources(world: World) -> dict[str, str]:
    """Return title and publisher of the series of the world's record that its charts show."""
    with record.with_world(world.folder):
        listed = set(record.catalogue().index)
        known = {name: record.describe(name) for name in charts_of(world) if name in listed}
    title = "title_es" if spoken() == "es" else "title"
    return {
        name: f"{getattr(info, title)} ({named(info.publisher)})" for name, info in known.items()
    }


def _of_people(world: World) -> list[str]:
    """Return the charts of a world that count people; the others count events."""
    with record.with_world(world.folder):
        listed = set(record.catalogue().index)
        units = {n: record.describe(n).unit for n in charts_of(world) if n in listed}
    units |= {measure.name: measure.unit for measure in measures()}
    return [name for name in charts_of(world) if units.get(name) == "people"]


def path(project: Projection, lines: Iterable[Points], *, closed: bool = False) -> str:
    """Return lines in degrees as one SVG path in kilometres; points less than 1 km on are left out.

    Parameters
    ----------
    project : Projection
        That of the world's maps.
    lines : iterable of numpy.ndarray
        Longitude and latitude, [points, 2].
    closed : bool
        Whether they are rings.
    """
    parts = []
    for line in lines:
        x, y = project(line[:, 0], line[:, 1])
        points = np.rint(np.column_stack([x, -y])).astype(int)
        kept = np.r_[True, (np.diff(points, axis=0) != 0).any(axis=1)]
        steps = np.diff(points[kept], axis=0, prepend=0)
        first, rest = steps[0], steps[1:]
        if len(rest):
            run = " ".join(f"{a} {b}" for a, b in rest.tolist())
            parts.append(f"M{first[0]} {first[1]}l{run}{'z' if closed else ''}")
    return "".join(parts)


def _view(
    project: Projection,
    corners: tuple[tuple[float, float], tuple[float, float]] | None,
    everything: tuple[float, float, float, float],
) -> list[float]:
    if corners is None:
        left, top, width, height = everything
    else:
        (west, south), (east, north) = corners
        x, y = project([west, west, east, east], [south, north, south, north])
        left, top, width, height = x.min(), -y.max(), np.ptp(x), np.ptp(y)
        return [round(float(v), 1) for v in (left, top, width, height)]
    return [
        round(float(v), 1)
        for v in (left - MARGIN, top - MARGIN, width + 2 * MARGIN, height + 2 * MARGIN)
    ]
