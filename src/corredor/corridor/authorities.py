"""What each authority does with people whom it holds: how long, where to, and how many home.

Custody has one value for all authorities and, for each, a factor on it. The places to which an
authority takes people are those of its own zones, and those of which ``places.csv`` says in
``put_by`` that it puts people there.
"""

from __future__ import annotations

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.corridor.model import Model
from corredor.engine.steps import Today

SHORTEST = 1.0  # day; whoever is held leaves on the next day at the soonest
LEAST = 1e-12  # so that shares of nothing are nothing


class Authorities:
    """The authorities of a world, in the order of jurisdictions.csv, and last those of no name.

    Attributes
    ----------
    of_place : numpy.ndarray
        The position of the authority that acts in each place; that of no name where none does.
    every : numpy.ndarray
        The positions of all of them.
    puts_at : numpy.ndarray
        Whether an authority may take people to a place, [authority, place].
    """

    def __init__(self, model: Model) -> None:
        names = [*model.world.jurisdictions.index, ""]
        roles = model.world.roles
        position = {name: number for number, name in enumerate(names)}
        self.of_place: Integers = np.array([position[name] for name in roles.jurisdiction])
        self.every: Integers = np.arange(len(names))
        self.puts_at = np.array(names)[:, None] == roles.puts_at[None, :]

    def factor(self, today: Today, lever: str) -> Floats:
        """Return today's factor of each authority, [R or 1, authority]."""
        named = today.lever(lever)
        factor = np.ones((len(named), len(self.every)))
        factor[:, :-1] = named
        return factor

    def days_held(self, today: Today) -> Floats:
        """Return the mean days that each holds people, [R or 1, authority]."""
        days = today.lever("custody.days_held") * self.factor(today, "custody.days_factor")
        return np.maximum(days, SHORTEST)

    def deported(self, today: Today, share: Floats, whose: Integers) -> Floats:
        """Return the shares sent home, [R or 1, n], from those of nationalities alone.

        Parameters
        ----------
        today : Today
            The day.
        share : numpy.ndarray
            ``custody.deported_share`` of each, [R or 1, n].
        whose : numpy.ndarray
            The authority that holds each, [n].
        """
        return np.minimum(share * self.factor(today, "custody.deported_factor")[:, whose], 1.0)

    def sent_south(self, today: Today) -> Floats:
        """Return the share that each puts elsewhere of those it sends not home, [R or 1, a]."""
        share = today.lever("custody.sent_south_share")
        return np.minimum(share * self.factor(today, "custody.sent_south_factor"), 1.0)

    def bus(self, today: Today) -> Floats:
        """Return which share of these each authority takes to each place, [R or 1, a, place]."""
        share = today.lever("custody.destination_share")[:, None, :] * self.puts_at
        return np.asarray(share / np.maximum(share.sum(axis=2, keepdims=True), LEAST))
