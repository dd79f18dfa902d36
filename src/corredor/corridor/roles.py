"""Roles: what an authority does in a place, and who is at home there.

A world says in ``jurisdictions.csv`` which authorities there are and what each does, in
``zones.csv`` where each acts, and in ``nationalities.csv`` who is at home there. A process asks for
a role, such as where people may be stopped; it names no country.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Names = NDArray[np.str_]

ROLES = ("detains", "takes_back", "settles")  # columns of jurisdictions.csv


@dataclass(frozen=True, eq=False)
class Roles:
    """Where which authority acts, and for whom.

    Attributes
    ----------
    jurisdiction : numpy.ndarray
        Of each place, in the order of places.csv; empty where no authority acts.
    native_of : numpy.ndarray
        The jurisdiction in which each group is at home, in the order of people.csv, or empty.
    detains : numpy.ndarray
        For each place on land whether people may be stopped there, if its authority has a station.
    takes_back : numpy.ndarray
        For each place whether people whom the country ahead returns or removes are taken there.
    settles : numpy.ndarray
        For each place on land whether people on the way may stay, ask for refuge or give up there.
    at_sea : numpy.ndarray
        For each place whether it lies at sea: people in it are in boats.
    stops_boats : numpy.ndarray
        For each place whether it lies at sea and its authority may stop boats there.
    puts_at : numpy.ndarray
        For each place the jurisdiction whose authority may take people whom it held there.
    """

    jurisdiction: Names
    native_of: Names
    detains: Flags
    takes_back: Flags
    settles: Flags
    at_sea: Flags
    stops_boats: Flags
    puts_at: Names

    def foreign(self) -> Flags:
        """Return whom the authority of each place counts as a foreigner, [place, group]."""
        away = self.jurisdiction[:, None] != self.native_of[None, :]
        return np.asarray(away | (self.jurisdiction == "")[:, None])


class Tables(Protocol):
    """What of a world its roles follow from, each table by name."""

    @property
    def places(self) -> pd.DataFrame:
        """Places with their ``zone``."""

    @property
    def people(self) -> pd.DataFrame:
        """Groups with their ``nationality``."""

    @property
    def zones(self) -> pd.DataFrame:
        """Zones with their ``jurisdiction``."""

    @property
    def jurisdictions(self) -> pd.DataFrame:
        """Jurisdictions with what each does."""

    @property
    def nationalities(self) -> pd.DataFrame:
        """Nationalities with where they are at home."""


def roles_of(world: Tables) -> Roles:
    """Return the roles in the places of a world.

    A place whose zone is not among its zones lies in no jurisdiction, and so a nationality.
    """
    of_zone, of_nationality = (
        dict(zip(table.index, table[column], strict=True))
        for table, column in ((world.zones, "jurisdiction"), (world.nationalities, "native_of"))
    )
    within = np.array([of_zone.get(zone, "") for zone in world.places["zone"]], dtype=str)
    native_of = [of_nationality.get(name, "") for name in world.people["nationality"]]
    does = world.jurisdictions
    acting = [np.isin(within, does.index[does[role]]) for role in ROLES]
    at_sea = np.isin(world.places["zone"], world.zones.index[world.zones["at_sea"]])
    put_by = world.places["put_by"].to_numpy(str)
    detains, takes_back, settles = (acts & ~at_sea for acts in acting)
    return Roles(
        jurisdiction=within,
        native_of=np.array(native_of, dtype=str),
        detains=detains,
        takes_back=takes_back,
        settles=settles,
        at_sea=at_sea,
        stops_boats=acting[ROLES.index("detains")] & at_sea,
        puts_at=np.where(put_by == "", within, put_by),
    )
