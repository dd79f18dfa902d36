"""The sliders of the form: a world's own, or those that the page offers every world."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from math import ceil, floor
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corredor.app.routes.requests import ALL_KEYS
from corredor.corridor.levers import keys_of, known_levers
from corredor.corridor.shown import FILE, SliderPlan, shown_of
from corredor.corridor.world import World
from corredor.errors import InputError, Problem

FORM = Path(__file__).with_name("form.csv")
GEOFENCE = "appointments.geofence_latitude"
DETAINS = "detains"  # what a row needs where it moves nothing unless somebody is held
EACH_ZONE = "zone"  # the key of a row that stands for every zone in which people may be stopped


def form(world: World) -> pd.DataFrame:
    """Return the levers that the form offers for a world, with the range of each slider.

    They are the ``[[slider]]`` of its ``world.toml``, if there are any. Else a lever that goes by
    zone has a slider for each zone in which people may be stopped, the geofence goes from the
    south of a world's places to their north, and a lever that moves nothing where no place has
    what it ``needs`` is not offered.

    Returns
    -------
    pandas.DataFrame
        ``item``, ``lever``, ``key``, ``low``, ``high``, ``step`` (in the lever's unit), ``times``,
        ``reason`` and ``ways``, in words with blanks between.

    Raises
    ------
    InputError
        If a slider of the world moves no lever of it, or further than the lever goes.
    """
    own = shown_of(world).slider
    if not own:
        return pd.DataFrame(list(_for_every_world(world))).astype({"low": float, "high": float})
    problems = [problem for i, slider in enumerate(own) for problem in _wrong(world, i, slider)]
    items = pd.Series([slider.item for slider in own])
    if twice := sorted(set(items[items.duplicated()])):
        what = "each item once"
        problems.append(Problem(str(world.folder / FILE), what, ", ".join(twice), column="slider"))
    if problems:
        raise InputError(problems)
    return pd.DataFrame([{**slider.model_dump(), "ways": " ".join(slider.ways)} for slider in own])


def _for_every_world(world: World) -> Iterator[dict[Hashable, Any]]:
    latitudes = world.places["latitude"]
    for row in pd.read_csv(FORM, keep_default_na=False).to_dict("records"):
        needs = row.pop("needs")
        if needs and not _has(world, needs):
            continue
        if row["lever"] == GEOFENCE:
            row = {**row, "low": floor(latitudes.min()), "high": ceil(latitudes.max())}
        if row["key"] == EACH_ZONE:
            for zone in _held(world):
                yield {**row, "item": f"{row['item']}-{zone}", "key": zone}
        else:
            yield row


def _has(world: World, needs: str) -> bool:
    """Return whether some place of a world has what a row needs."""
    has = world.roles.detains if needs == DETAINS else world.places[needs] > 0
    return bool(np.any(has))


def _held(world: World) -> list[str]:
    """Return the zones in which an authority detains people, along the way."""
    stopped = set(world.places["zone"][world.roles.detains])
    return [str(zone) for zone in world.zones.index if zone in stopped]


def _wrong(world: World, i: int, slider: SliderPlan) -> Iterator[Problem]:
    """Give what is wrong with a slider of a world."""

    def problem(expected: str, value: object, key: str) -> Problem:
        return Problem(str(world.folder / FILE), expected, value, column=f"slider.{i}.{key}")

    lever = known_levers().get(slider.lever)
    if lever is None:
        yield problem("a lever", slider.lever, "lever")
        return
    if slider.key != ALL_KEYS or not lever.by:
        keys = keys_of(lever, world)
        if slider.key not in keys:
            expected = f"a {lever.by} of the world, or {ALL_KEYS} for all" if lever.by else "no key"
            yield problem(expected, slider.key, "key")
    if not lever.minimum <= slider.low:
        yield problem(f"{lever.minimum:g} or more", slider.low, "low")
    if not slider.high <= lever.maximum:
        yield problem(f"{lever.maximum:g} or less", slider.high, "high")
