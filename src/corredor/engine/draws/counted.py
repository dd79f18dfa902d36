"""The draws in which people are counted, not followed one by one, by their names."""

from __future__ import annotations

from corredor.arrays import Integers
from corredor.engine.draws.exact import Exact
from corredor.engine.draws.expected import Expected
from corredor.engine.draws.hybrid import Hybrid
from corredor.engine.draws.names import COUNTED, CountedDrawName, check_draw
from corredor.engine.draws.protocol import Draw


def counted_draw(name: CountedDrawName, seed: int, replicates: Integers) -> Draw:
    """Return the draw of this name for some replicates.

    Parameters
    ----------
    name : {"exact", "expected", "hybrid"}
        What it is called.
    seed : int
        Of the run.
    replicates : numpy.ndarray
        The number of each replicate.

    Raises
    ------
    UsageError
        If no such draw counts people.
    """
    check_draw(name, COUNTED)
    if name == "expected":
        return Expected()
    return Exact(seed, replicates) if name == "exact" else Hybrid(seed, replicates)
