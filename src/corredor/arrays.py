"""The types of arrays, and the quantiles by which every spread is told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Index = NDArray[np.int32]  # numbers of states, cells and the like
Integers = NDArray[np.int64]

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
BAND = (QUANTILES[0], QUANTILES[-1])  # the ends of what holds nine in ten
LOW_MIDDLE_HIGH = (BAND[0], 0.5, BAND[1])
