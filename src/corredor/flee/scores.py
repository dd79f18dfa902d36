"""How far a run is from the camps' record, as Flee's users measure it.

The *averaged relative difference* is the mean over days of the sum over camps of how far the
people simulated are from those counted, over all people counted. *Rescaled*, the people simulated
are first multiplied so that their sum is that of the people counted.
"""

from __future__ import annotations

import numpy as np

from corredor.arrays import Floats


def averaged_relative_difference(simulated: Floats, counted: Floats) -> Floats:
    """Return the averaged relative difference of each replicate, [R].

    Parameters
    ----------
    simulated : numpy.ndarray
        People by replicate, day and camp, [R, days, camps].
    counted : numpy.ndarray
        People of the record, [days, camps].
    """
    apart = np.abs(simulated - counted).sum(axis=2)
    return np.asarray((apart / np.maximum(counted.sum(axis=1), 1.0)).mean(axis=1))


def rescaled_difference(simulated: Floats, counted: Floats) -> Floats:
    """Return the same after rescaling; on a day without people in camps nobody is simulated."""
    total = simulated.sum(axis=2, keepdims=True)
    factor = counted.sum(axis=1)[:, None] / np.where(total > 0, total, 1.0)
    return averaged_relative_difference(np.where(total > 0, simulated * factor, 0.0), counted)
