"""Roles: what an authority does in a place, and who is at home there.

A world says in ``jurisdictions.csv`` which authorities there are and what each does, and in
``zones.csv`` where each acts. A process asks for a role, such as where people may be stopped; it
names no country.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Flags = NDArray[np.bool_]
Names = NDArray[np.str_]

ROLES = ("detains", "takes_back", "settles")  # columns of jurisdictions.csv
BETWEEN = ";"  # between nationalities in a cell


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
        For each place whether people may be stopped there, if its authority has a station.
    takes_back : numpy.ndarray
        For each place whether people whom the country ahead returns or removes are taken there.
    settles : numpy.ndarray
        For each place whether people on the way may stay, ask for refuge or give up there.
    """

    jurisdiction: Names
    native_of: Names
    detains: Flags
    takes_back: Flags
    settles: Flags

    def foreign(self) -> Flags:
        """Return whom the authority of each place counts as a foreigner, [place, group]."""
        away = self.jurisdiction[:, None] != self.native_of[None, :]
        return np.asarray(away | (self.jurisdiction == "")[:, None])


def roles_of(
    places: pd.DataFrame, people: pd.DataFrame, zones: pd.DataFrame, jurisdictions: pd.DataFrame
) -> Roles:
    """Return the roles in the places of a world.

    Parameters
    ----------
    places, people : pandas.DataFrame
        Its places and groups, with their ``zone`` and ``nationality``.
    zones, jurisdictions : pandas.DataFrame
        By name; a zone that is not among them belongs to no jurisdiction.
    """
    of_zone = dict(zip(zones.index, zones["jurisdiction"], strict=True))
    at_home = {
        nationality: str(name)
        for name, cell in jurisdictions["nationals"].items()
        for nationality in nationals(cell)
    }
    within = np.array([of_zone.get(zone, "") for zone in places["zone"]], dtype=str)
    native_of = np.array([at_home.get(name, "") for name in people["nationality"]], dtype=str)
    acting = (np.isin(within, jurisdictions.index[jurisdictions[role]]) for role in ROLES)
    return Roles(within, native_of, *acting)


def nationals(cell: str) -> list[str]:
    """Return the nationalities in a cell of ``nationals``."""
    return [name.strip() for name in cell.split(BETWEEN) if name.strip()]
