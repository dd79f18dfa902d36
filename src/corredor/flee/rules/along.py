"""How people get on along a connection, day by day, riding or on foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_DAYS = 1000


@dataclass(frozen=True)
class DayOn:
    """A day on a connection: from a place on it to the next, or -1 for its end.

    ``pace`` is the way that people would cover, in mm, and ``choice`` the chance of it.
    """

    place: int
    pace: int
    choice: int
    next: int


@dataclass(frozen=True)
class Way:
    """The places on a connection where people may be in the evening.

    Attributes
    ----------
    length : int
        Of the connection, in mm.
    starts : int
        So many places come first, where people are who just set out: one for each pace of their
        first day, which is settled.
    done : tuple of int
        How far each place is along the connection, in mm.
    steps : tuple of DayOn
        In the order of places.
    """

    length: int
    starts: int
    done: tuple[int, ...]
    steps: tuple[DayOn, ...]

    def left(self, place: int) -> int:
        """Return how far it is from a place to the end, in mm."""
        return self.length - self.done[place]


def way_along(
    length: int, paces: Sequence[tuple[int, int]], certain: int, days: int = MOST_DAYS
) -> Way:
    """Return where people may be on a connection if each day has one of some paces.

    Whoever comes to the end to the millimetre needs another day.

    Parameters
    ----------
    length : int
        In mm.
    paces : sequence of (int, int)
        The way of a day in mm, and the choice that stands for it.
    certain : int
        The choice of the first day, whose pace is settled.
    days : int
        After so many, places on a long connection are left out: nobody asks for them.

    Examples
    --------
    >>> way_along(5, [(2, 0)], 0).done
    (0, 2, 4)
    >>> way_along(5, [(4, 0), (2, 1)], 2).done
    (0, 0, 2, 4)
    """
    reached: set[int] = set()
    ahead = {0}
    for _ in range(days):
        if not ahead:
            break
        ahead = {here + pace for here in ahead for pace, _ in paces if here + pace <= length}
        ahead -= reached
        reached |= ahead
    done = [0] * len(paces) + sorted(reached)
    place = {at: i for i, at in enumerate(done) if at > 0}
    each = [(i, pace, certain) for i, (pace, _) in enumerate(paces)]
    each += [(place[at], pace, choice) for at in sorted(reached) for pace, choice in paces]
    steps = tuple(DayOn(i, pace, choice, place.get(done[i] + pace, -1)) for i, pace, choice in each)
    return Way(length, len(paces), tuple(done), steps)
