"""What it will cost to follow people as counts in states, or one by one.

Both ways give the same distribution. Counts cost by transitions: to lay them out once, and to go
through them on each day of each run. Persons cost by the days for which each is there. How many
transitions there are is known only once the states are numbered, so the numbering is given up where
it has cost more than persons would.

The choice rests on the case alone, for one run: the two ways draw other numbers, and a seed must
give the same bits on any machine, alone or among many runs. Where what was chosen does not fit in
memory it is refused; nothing changes to the other way by itself.

The unit costs are measured (docs/coming-from-flee.md has the maps). That of a person is the middle
of a wide range: it is small where most people wait in camps, and large where they pass through
many places a day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import psutil

from corredor.arrays import Floats

Follow = Literal["cheaper", "counts", "persons"]

LAY_OUT_A_MOVE = 0.6e-6  # seconds of the processor
A_MOVE_A_DAY = 11e-9
A_PERSON_A_DAY = 180e-9  # of a walk twice as slow; kept, for the choice and the bits rest on it
BYTES_A_MOVE = 250.0
BYTES_A_PERSON = 70.0
AMPLE = 1e9  # bytes that counts take unasked, on any machine
MOST_UNASKED = int(AMPLE / BYTES_A_MOVE)  # transitions
LITTLE = 2.0  # seconds for which counts, of which all draws and logs can be had, are taken anyway


class Foreseen(NamedTuple):
    """Seconds of the processor and bytes that a way will take."""

    seconds: float
    bytes: float

    def __str__(self) -> str:
        """Return both as a person reads them."""
        return f"{self.seconds:,.1f} s of the processor and {self.bytes / 1e9:,.3f} GB"


@dataclass(frozen=True)
class Load:
    """What a case asks for.

    Attributes
    ----------
    days : int
        How many days.
    persons : float
        How many there will be at most; infinite where nobody knows.
    person_days : float
        Days for which they are there, added up over all persons.
    """

    days: int
    persons: float
    person_days: float

    @classmethod
    def of(cls, there: float, fled: Floats, most: float) -> Load:
        """Return the load of people who are there at first and who flee on each day, [days].

        Examples
        --------
        >>> import numpy as np
        >>> Load.of(10.0, np.array([4.0, 0.0, 2.0]), 16.0).person_days
        44.0
        """
        days = len(fled)
        left = range(days, 0, -1)
        stay = there * days + sum(many * ahead for many, ahead in zip(fled, left, strict=True))
        return cls(days, most, float(stay))

    def of_persons(self) -> Foreseen:
        """Return what a run of persons one by one costs."""
        return Foreseen(A_PERSON_A_DAY * self.person_days, BYTES_A_PERSON * self.persons)

    def of_counts(self, moves: float) -> Foreseen:
        """Return what a run of counts in states with so many transitions costs."""
        each = LAY_OUT_A_MOVE + A_MOVE_A_DAY * self.days
        return Foreseen(each * moves, BYTES_A_MOVE * moves)

    def most_moves(self, follow: Follow) -> int:
        """Return with how many transitions counts are still to be had, or still cost less."""
        if follow == "counts":
            return most_in_memory()
        pay = max(LITTLE, self.of_persons().seconds) / self.of_counts(1.0).seconds
        return int(min(MOST_UNASKED, pay))


def most_in_memory() -> int:
    """Return for how many transitions there is memory; to search them takes as much again."""
    return int(psutil.virtual_memory().available / (2 * BYTES_A_MOVE))


class Followed(NamedTuple):
    """How people are followed in a run, and why."""

    by: Literal["counts", "persons"]
    why: str


def counted(load: Load, moves: int, follow: Follow) -> Followed:
    """Say why people are counted."""
    counts, persons = load.of_counts(moves), load.of_persons()
    told = f"As counts in states: {moves:,} transitions, foreseen to take {counts} a run"
    if follow == "counts":
        return Followed("counts", f"{told}. Asked for.")
    if counts.seconds > persons.seconds:
        return Followed("counts", f"{told}; little enough. Persons one by one: {persons}.")
    return Followed("counts", f"{told}. Persons one by one: {persons}.")


def followed_one_by_one(load: Load, most: int, follow: Follow) -> Followed:
    """Say why persons are followed one by one."""
    persons = f"foreseen to take {load.of_persons()} a run"
    told = f"Persons are followed one by one, in every draw, {persons}"
    if follow == "persons":
        return Followed("persons", f"{told}. Asked for.")
    counts = load.of_counts(most)
    dear = "cost" if counts.seconds >= load.of_persons().seconds else "ask for"
    so_many = counts if dear == "cost" else f"{counts.bytes / 1e9:,.1f} GB"
    return Followed("persons", f"{told}. Counts in states would {dear} more: there are more than "
                               f"{most:,} transitions, and so many take {so_many}.")  # fmt: skip
