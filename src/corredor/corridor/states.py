"""The state space: everything about a person that matters for their future, as an integer.

The kinds of state (``corredor.corridor.kinds``) say what there is; here every state that somebody
can reach gets its number, kind after kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from corredor.arrays import Floats, Index, Integers
from corredor.corridor.geography import Ways, ends_of, great_circle_km
from corredor.corridor.kinds import (
    KINDS,
    MONTHS_WAITED,
    MOST_STAGES,
    OUTCOMES,
    PLACED,
    RETURNED,
    Flags,
    Ground,
    Kind,
    Status,
    statuses,
)
from corredor.corridor.world import World

COLUMNS = ("link", "stage", "group", "returned", "waited")


@dataclass(frozen=True, eq=False)
class StateSpace:
    """Names to integers and back; ``space["held"]`` are the states of a kind, by its keys.

    An entry of -1 means that no such state can be reached.

    Attributes
    ----------
    world : World
        Whose states these are.
    kinds : tuple of Kind
        Of people in the model, and then of those who have left.
    table : pandas.DataFrame
        One row per state: kind, place (-1 if none), link (-1 if none), stage, group, returned,
        waited.
    numbers : mapping
        For each kind, state by its keys.
    labels : mapping
        The names behind the integers of each key.
    stage_count : numpy.ndarray
        How many stages each link has.
    """

    world: World
    kinds: tuple[Kind, ...]
    table: pd.DataFrame
    numbers: Mapping[str, Index]
    labels: Mapping[str, tuple[str, ...]]
    stage_count: Integers

    def __getitem__(self, kind: str) -> Index:
        """Return the states of a kind, an array with an axis for each of its keys."""
        return self.numbers[kind]

    @property
    def size(self) -> int:
        """Return the number of states."""
        return len(self.table)

    @property
    def places(self) -> tuple[str, ...]:
        """Return the places."""
        return self.labels["place"]

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the groups of people."""
        return self.labels["group"]

    @property
    def stops(self) -> tuple[str, ...]:
        """Return where caravans stop, in order."""
        return self.labels["stop"]

    @property
    def hubs(self) -> tuple[str, ...]:
        """Return the places where people wait for appointments."""
        return self.labels["hub"]

    @property
    def ports(self) -> tuple[str, ...]:
        """Return the places with a port of entry."""
        return self.labels["port"]

    @property
    def stations(self) -> tuple[str, ...]:
        """Return the places with a station where people are held."""
        return self.labels["station"]

    @property
    def sectors(self) -> tuple[str, ...]:
        """Return the sectors of the border that people make for."""
        return self.labels["sector"]

    @cached_property
    def statuses(self) -> tuple[Status, ...]:
        """Return how results count the people in the model."""
        return statuses(self.kinds)

    @property
    def outcomes(self) -> dict[str, Index]:
        """Return the states of people who have left, by kind."""
        return {kind.name: self.numbers[kind.name] for kind in self.kinds if not kind.status}

    def place_index(self, names: Iterable[str]) -> Integers:
        """Return the integers of places given by name."""
        return self.world.places.index.get_indexer(pd.Index(names, dtype=object)).astype(np.int64)

    def station_of(self) -> Integers:
        """Return for each place the position in ``stations`` of the nearest of its authority.

        Where its authority has none, it is the nearest of any.
        """
        places = self.world.places
        xy = np.radians(places[["latitude", "longitude"]].to_numpy(float))
        xy[:, 1] *= np.cos(xy[:, 0].mean())
        at = self.place_index(self.stations)
        distance = ((xy[:, None, :] - xy[at][None]) ** 2).sum(-1)
        within = self.world.roles.jurisdiction
        own = within[:, None] == within[at][None]
        distance = np.where(own | ~own.any(axis=1)[:, None], distance, np.inf)
        return np.asarray(np.argmin(distance, axis=1), dtype=np.int64)


def stages(days: Floats) -> Integers:
    """Return how many stages a link of so many days has beyond the day of arrival.

    A stage lasts a geometric number of days, so that the mean time on the link is kept.
    """
    return np.clip(np.floor(days - 0.5), 0, MOST_STAGES).astype(np.int64)


def build_states(world: World, further: Sequence[Kind] = ()) -> StateSpace:
    """Number every state that somebody can reach in ``world``.

    Parameters
    ----------
    world : World
        Its places, links and people.
    further : sequence of Kind
        Kinds of state of people in the model, beyond ``KINDS``.
    """
    labels = _labels(world)
    stage_count = stages(world.links["days"].to_numpy(float))
    ground = Ground(world, labels, _reachable(world, labels["station"]), stage_count)
    kinds = (*KINDS, *further, *OUTCOMES)
    numbers, tables, count = {}, [], 0
    for kind in kinds:
        possible = kind.states(ground)
        here = np.full(possible.shape, -1, dtype=np.int32)
        found = int(possible.sum())
        here[possible] = np.arange(count, count + found)
        numbers[kind.name], count = here, count + found
        tables.append(_table(kind, ground, np.argwhere(possible)))
    table = pd.concat(tables, ignore_index=True).astype({"kind": "category"})
    return StateSpace(world, kinds, table, numbers, labels, stage_count)


def _labels(world: World) -> dict[str, tuple[str, ...]]:
    """Return the names behind the integers of each key."""
    table = world.places
    stop = table["caravan_stop"].dropna()
    return {
        "place": tuple(table.index),
        "group": tuple(world.people.index),
        "returned": RETURNED,
        "waited": tuple(str(months) for months in range(MONTHS_WAITED)),
        "stage": tuple(str(stage) for stage in range(MOST_STAGES)),
        "link": link_names(world),
        "stop": tuple(stop.index[np.argsort(stop.to_numpy())]),
        "hub": tuple(table.index[table["waiting_hub"]]),
        "port": tuple(table.index[table["port"] != ""]),
        "station": tuple(table.index[table["station_capacity"].notna()]),
        "sector": tuple(dict.fromkeys(s for s in table["sector"] if s)),
    }


def link_names(world: World) -> tuple[str, ...]:
    """Return a name for each link, such as ``port>city foot``."""
    ends = world.links[["origin", "destination", "mode"]].to_numpy()
    return tuple(f"{origin}>{destination} {mode}" for origin, destination, mode in ends)


def _table(kind: Kind, ground: Ground, states: Integers) -> pd.DataFrame:
    """Return a row for each state of a kind, which are given by the integers of its keys."""
    by_key = dict(zip(kind.keys, states.T, strict=True))
    found = {name: by_key.get(name, -1 if name in ("link", "group") else 0) for name in COLUMNS}
    places = [ground.place_of(key)[by_key[key]] for key in (*PLACED, "link") if key in by_key]
    place = places[0] if places else -1
    return pd.DataFrame({"kind": kind.name, "place": place, **found}, index=range(len(states)))


def _reachable(world: World, stations: Sequence[str]) -> Flags:
    """Say which (place, group, returned) can be reached from where the group may start."""
    places = world.places.index
    ways = Ways.of(*ends_of(world.links, places), len(places))
    starts = world.entry[["nationality", "place"]].drop_duplicates()
    border = (world.places["sector"] != "").to_numpy()
    hubs = world.places["waiting_hub"].to_numpy(bool)
    holds = places.isin(stations)
    natives, within = world.roles.native_of, world.roles.jurisdiction
    taken = ways.reached(_taken_to(world))
    reach = np.zeros((len(places), len(world.people), len(RETURNED)), dtype=bool)
    for g, nationality in enumerate(world.people["nationality"]):
        home = (world.places["home_of"] == nationality).to_numpy()
        first = ways.reached(
            home | places.isin(starts.loc[starts["nationality"] == nationality, "place"])
        )
        again = ways.reached(border | hubs | home | (holds & first)) | taken
        if own := natives[g]:  # held by none of their own; home is where they are taken back
            abroad = holds & (within != own)
            again = first & ways.reached(border | (abroad & first)) | taken
        reach[:, g, 0] = first
        reach[:, g, 1:] = again[:, None]
    return reach


def _taken_to(world: World) -> Flags:
    """Return the places to which people are taken from the sea, or put at a border.

    Whoever is stopped at sea is let go where the authority has a station, or on the coast.
    """
    places, roles = world.places, world.roles
    acting = set(roles.jurisdiction[roles.stops_boats])
    station = places["station_capacity"].notna() & np.isin(roles.jurisdiction, list(acting))
    taken = station | (places["put_by"] != "") | places.index.isin(coast_left(world))
    return np.asarray(taken.to_numpy(bool))


def coast_left(world: World) -> list[str]:
    """Return for each place at sea where on the coast people are brought back to; else "".

    That is the nearest place from which boats come there, of those where the authority acts that
    may stop them at sea.
    """
    places, roles = world.places, world.roles
    position = places[["latitude", "longitude"]]
    within = dict(zip(places.index, roles.jurisdiction, strict=True))
    found = [""] * len(places)
    for number in np.flatnonzero(roles.stops_boats).tolist():
        here = places.index[number]
        from_ = world.links.loc[world.links["destination"] == here, "origin"]
        coast = [name for name in from_ if within[name] == within[here]]
        if coast:
            away = great_circle_km(*position.loc[coast].to_numpy().T, *position.loc[here])
            found[number] = str(coast[int(np.argmin(away))])
    return found
