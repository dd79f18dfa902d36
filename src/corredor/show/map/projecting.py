"""Which projection the maps of a world are drawn in."""

from __future__ import annotations

from corredor.corridor.shown import MapPlan
from corredor.show.map.basemap import Projection, project


def projection_of(plan: MapPlan) -> Projection:
    """Return the projection that a world names, or that of the base map that ships."""
    if plan.centre is None or plan.parallels is None:
        return project
    return Projection(plan.centre, plan.parallels)
