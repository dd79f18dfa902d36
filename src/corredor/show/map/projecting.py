"""Which projection the maps of a world are drawn in."""

from __future__ import annotations

from corredor.corridor.shown import shown_of
from corredor.corridor.world import World
from corredor.show.map.basemap import Projection

INWARD = 6  # the parallels lie this part of the latitudes inside (Snyder 1987, page 99)
APART = 0.1  # degrees, so that parallels alike on both sides of the equator still make a cone


def projection_of(world: World) -> Projection:
    """Return the projection that a world names, or one around its places."""
    plan = shown_of(world).map
    if plan.centre is not None and plan.parallels is not None:
        return Projection(plan.centre, plan.parallels)
    ends = (world.places[axis].agg(["min", "max"]).tolist() for axis in ("latitude", "longitude"))
    (south, north), (west, east) = ends
    inward = (north - south) / INWARD
    lower, upper = south + inward, north - inward
    if abs(lower + upper) < APART:
        upper += APART
    return Projection(((south + north) / 2, (west + east) / 2), (lower, upper))
