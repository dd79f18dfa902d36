"""Which links lead on through a corridor, which turn back, and what is left where nobody does."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.corridor.geography import Ways


def turning_back(
    origin: Integers, destination: Integers, days: Floats, sector: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return which links do not lead on: not away from the far end, or from one sector to another.

    Parameters
    ----------
    origin, destination : numpy.ndarray
        The integers of the places that each link joins.
    days : numpy.ndarray
        Of each link.
    sector : numpy.ndarray
        The sector of each place; an empty text away from the border.

    Returns
    -------
    numpy.ndarray
        One flag a link. A link out of a place that the far end does not lead to turns back only if
        it changes sectors.

    References
    ----------
    Dial, R. B. (1971). A probabilistic multipath traffic assignment model which obviates path
    enumeration. Transportation Research 5, 83-111.

    Examples
    --------
    Two places in a row, joined both ways, the second at the border:

    >>> from numpy import array
    >>> ends = array([0, 1]), array([1, 0])
    >>> turning_back(*ends, array([1.0, 1.0]), array(["", "Tucson"], dtype=object)).tolist()
    [False, True]
    """
    if not len(origin) or not (sector != "").any():
        return np.zeros(len(origin), dtype=bool)
    reach = _from_far_end(origin, destination, days, sector)
    return _turning_back(origin, destination, reach, sector)


def leading_on(
    origin: Integers, destination: Integers, days: Floats, sector: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return which links are taken where nobody turns back.

    They are the links that do not turn back and from whose end others of them lead to the border.
    From a place from which none do, people take the links that bring them nearer, in days, to a
    place from which some do. So they form no circle, and they lead to the border from wherever any
    links do.

    Parameters
    ----------
    origin, destination, days, sector : numpy.ndarray
        As for ``turning_back``.

    Returns
    -------
    numpy.ndarray
        One flag a link.

    Examples
    --------
    Two places in a row and one aside, joined both ways; the second is at the border. From the one
    aside people come back, for no other link leads out of it:

    >>> from numpy import array
    >>> ends = array([0, 1, 0, 2]), array([1, 0, 2, 0])
    >>> sector = array(["", "Tucson", ""], dtype=object)
    >>> leading_on(*ends, array([2.0, 2.0, 1.0, 1.0]), sector).tolist()
    [True, False, False, True]
    """
    border = np.flatnonzero(sector != "")
    if not len(origin) or not len(border):
        return np.zeros(len(origin), dtype=bool)
    reach = _from_far_end(origin, destination, days, sector)
    on = ~_turning_back(origin, destination, reach, sector) & np.isfinite(reach[origin])
    back = destination[on], origin[on]
    led = np.isfinite(quickest(*back, days[on], border, len(sector)))
    nearer = quickest(destination, origin, days, np.flatnonzero(led), len(sector))
    aside = ~led[origin] & (nearer[destination] < nearer[origin])
    return np.asarray((on & led[origin] & led[destination]) | aside, dtype=bool)


def _turning_back(
    origin: Integers, destination: Integers, reach: Floats, sector: NDArray[np.object_]
) -> NDArray[np.bool_]:
    """Return which links do not lead on, given the days to each place from the far end."""
    back = np.isfinite(reach[origin]) & (reach[destination] <= reach[origin])
    leaves = (sector[origin] != "") & (sector[origin] != sector[destination])
    return np.asarray(back | leaves, dtype=bool)


def _from_far_end(
    origin: Integers, destination: Integers, days: Floats, sector: NDArray[np.object_]
) -> Floats:
    """Return the days to each place from the one from which the border is farthest."""
    border = np.flatnonzero(sector != "")
    to_border = quickest(destination, origin, days, border, len(sector))
    far_end = int(np.argmax(np.where(np.isfinite(to_border), to_border, -1.0)))
    return quickest(origin, destination, days, np.array([far_end]), len(sector))


def quickest(
    origin: Integers, destination: Integers, days: Floats, starts: Integers, places: int
) -> Floats:
    """Return the days to each place from the nearest of the starts; infinite where no way leads.

    Examples
    --------
    >>> from numpy import array
    >>> quickest(array([0, 1, 0]), array([1, 2, 2]), array([1.0, 1.0, 5.0]), array([0]), 3).tolist()
    [0.0, 1.0, 2.0]
    """
    at = np.full(places, np.inf)
    at[starts] = 0.0
    return Ways.of(origin, destination, places).nearest(days, at)
