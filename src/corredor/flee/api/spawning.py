"""Who flees, under Flee's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from corredor.errors import UsageError
from corredor.flee.api import demographics
from corredor.flee.api.demographics import draw_samples
from corredor.flee.api.SimulationSettings import SimulationSettings

if TYPE_CHECKING:
    from corredor.flee.api.datamanager.handle_refugee_data import RefugeeTable
    from corredor.flee.api.flee import Ecosystem
    from corredor.flee.api.locations import Location
    from corredor.flee.api.places_and_links import PlacesAndLinks

__all__ = ["add_initial_refugees", "draw_samples", "refresh_spawn_weights", "spawn_agents",
           "spawn_daily_displaced"]  # fmt: skip


def refresh_spawn_weights(e: PlacesAndLinks) -> None:
    """Weigh the places that people flee: population times intensity of the conflict, and hunger."""
    e.spawn_weights = np.array([_weight(e, place) for place in e.locations])
    e.spawn_weight_total = float(e.spawn_weights.sum())


def _weight(e: PlacesAndLinks, place: Location) -> float:
    rules, found = SimulationSettings.spawn_rules, 0.0
    at_war = place.conflict > 0
    if rules["conflict_driven_spawning"] or rules["flood_driven_spawning"]:
        return 0.0
    if at_war:
        found = place.conflict * SimulationSettings.get_location_conflict_decay(e.time, place)
    only = rules["conflict_zone_spawning_only"]
    if rules["starvation_driven_spawning"] and e.time > 0 and (at_war or not only):
        found += place.hunger
    return place.pop * found


def add_initial_refugees(e: Ecosystem, d: RefugeeTable, loc: Location) -> None:
    """Let the people of a camp's record on day 0 begin there, and its ``initial_idps``."""
    rules = SimulationSettings.spawn_rules
    if rules["EmptyCampsOnDay0"]:
        return
    idps = int(loc.attributes.get("initial_idps") or 0) if loc.camp else 0
    people = d.get_field(loc.name, 0) if rules["InsertDayZeroRefugeesInCamps"] else 0
    _begin(e, loc, people + idps)


def spawn_daily_displaced(
    e: Ecosystem, t: int, d: RefugeeTable, SumFromCamps: bool | None = None
) -> tuple[int, int, int]:
    """Let people flee on a day.

    Returns
    -------
    tuple of int
        How many fled, the raw count of the record so far, and by how much it has fallen since.
    """
    rules = SimulationSettings.spawn_rules
    if rules["flood_driven_spawning"]:
        return _by_flood(e), e.refugees_raw, e.refugee_debt
    if rules["conflict_driven_spawning"]:
        return _by_conflict(e), e.refugees_raw, e.refugee_debt
    sums = rules["sum_from_camps"] if SumFromCamps is None else SumFromCamps
    increase = d.get_daily_difference(t, SumFromCamps=sums)
    people = increase - e.refugee_debt
    e.refugees_raw += increase
    if t == 0 and rules["InsertDayZeroRefugeesInCamps"]:
        people = 0
        for place in e.locations:  # as in Flee: they are inhabitants too
            if place.capacity > 0:
                place.capacity -= d.get_field(place.name, 0)
    e.refugee_debt, people = max(0, -people), max(0, people)
    spawn_agents(e, people)
    return people, e.refugees_raw, e.refugee_debt


def spawn_agents(e: Ecosystem, number: int) -> None:
    """Let so many people flee, drawn by the weight of places."""
    if number <= 0:
        return
    if not e.spawn_weights.sum() > 0 or (e.spawn_weights < 0).any():
        raise UsageError(
            f"Day {e.time}: the record says that {number:,} people flee, but there is nobody in a "
            "place of conflict."
        )
    counts = e.random.multinomial(number, e.spawn_weights / e.spawn_weights.sum())
    for place, people in zip(e.locations, counts.tolist(), strict=True):
        _begin(e, place, people)


def _begin(e: Ecosystem, place: Location, people: int) -> None:
    """Let so many begin in a place, each with attributes where somebody asks for these."""
    if not e.tells_attributes():
        e.addAgents(place, people)
        return
    for attributes, many in demographics.draw_people(e, place, people):
        e.addAgents(place, many, attributes)


def _by_conflict(e: Ecosystem) -> int:
    """Let each place of conflict set off so many; return how many, all together."""
    rules, fled = SimulationSettings.spawn_rules, 0
    each, mode = rules["displaced_per_conflict_day"], str(rules["conflict_spawn_mode"]).lower()
    for place in e.locations:
        if place.conflict <= 0:
            continue
        people = each * place.conflict * (place.pop if mode == "pop_ratio" else 1)
        number = int(e.random.poisson(people) if mode == "poisson" else people)
        _begin(e, place, number)
        fled += number
    return fled


def _by_flood(e: Ecosystem) -> int:
    """Let each flooded place set off so many; return how many, all together."""
    rules, fled = SimulationSettings.spawn_rules, 0
    each, mode = rules["displaced_per_flood_day"], str(rules["flood_spawn_mode"]).lower()
    for place in e.locations:
        if not place.flood:
            continue
        people = each[place.flood]
        if mode == "pop_ratio":
            number = int(people * place.pop)
        else:
            number = int(e.random.poisson(int(people)) if mode == "poisson" else people)
        _begin(e, place, number)
        fled += number
    return fled
