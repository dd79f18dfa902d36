"""Fixed routes: of all ways from a place to an end people know the best of the day."""

from __future__ import annotations

import numpy as np

from corredor.arrays import Floats
from corredor.flee.rules.network import FROM_HERE, NO_MAJOR, Ways


def best_weights(ways: Ways, weight: Floats) -> Floats:
    """Return the weight of the best way to each end, and 0 for other ways, [rows, ways].

    A way by a major route counts only where no other way leads to its end, and where it begins
    here, or at the end of a way that is the best one. Of ways alike the first counts.

    Parameters
    ----------
    ways : Ways
        Of all places.
    weight : numpy.ndarray
        Of each way, 0 where it is closed, [rows, ways].

    Examples
    --------
    With two ways from A to C that weigh 0.1 and 0.3, and one to B of 0.2, the first is left out.
    """
    pairs: dict[tuple[int, int], list[int]] = {}
    majors: dict[tuple[int, int], list[int]] = {}
    ends = zip(ways.place.tolist(), ways.end.tolist(), ways.hub.tolist(), strict=True)
    for way, (place, end, hub) in enumerate(ends):
        (pairs if hub == NO_MAJOR else majors).setdefault((place, end), []).append(way)
    best = np.zeros_like(weight)
    for alike in pairs.values():
        _keep_best(best, weight, alike)
    regular = best.copy()
    for pair, alike in majors.items():
        hub = ways.hub[alike]
        begins = (hub == FROM_HERE) | (regular[:, hub] > 0)
        elsewhere = ~regular[:, pairs.get(pair, [])].any(axis=1, keepdims=True)
        _keep_best(best, np.where(begins & elsewhere, weight[:, alike], 0.0), alike, alone=True)
    return best


def _keep_best(best: Floats, weight: Floats, ways: list[int], *, alone: bool = False) -> None:
    """Set the weight of the first of the heaviest of some ways, in each row.

    ``weight`` is that of all ways, or of these ``alone``.
    """
    own = weight if alone else weight[:, ways]
    heaviest = own.argmax(axis=1)
    each = np.arange(len(own))
    best[each, np.array(ways)[heaviest]] = own[each, heaviest]
