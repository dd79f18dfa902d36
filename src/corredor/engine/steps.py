"""What a process asks of the engine: steps that move people.

A step owns transitions and says each day how likely they are. There are six kinds, each in a file
of its own in ``corredor.engine.kernels``; what all have in common is ``corredor.engine.step``.

========= ===========================================================================
Arrive    newcomers, a Poisson count each day, or a number given
Split     each person in a source goes along one of its transitions, or stays
Relay     people choose among places that fill up, and go on until they rest
Ration    limited places, given in turn of class and by lot; nobody beyond the places
Tally     events that leave people where they are
Remember  numbers kept for later days, such as the events of a week; moves nobody
========= ===========================================================================
"""

from __future__ import annotations

from corredor.engine.kernels.arrive import Arrive, Law
from corredor.engine.kernels.cohorts import CohortFactor
from corredor.engine.kernels.law import FactorLaw, MemoryLaw, as_given
from corredor.engine.kernels.ration import Ration
from corredor.engine.kernels.relay import Relay
from corredor.engine.kernels.relay_cohorts import ArrivalCohorts
from corredor.engine.kernels.remember import ByLaw, Remember
from corredor.engine.kernels.split import Split
from corredor.engine.kernels.tally import Tally
from corredor.engine.step import Chances, Reprice, Step, Today
from corredor.engine.transitions import Columns, Moves

__all__ = [
    "ArrivalCohorts",
    "Arrive",
    "ByLaw",
    "Chances",
    "CohortFactor",
    "Columns",
    "FactorLaw",
    "Law",
    "MemoryLaw",
    "Moves",
    "Ration",
    "Relay",
    "Remember",
    "Reprice",
    "Split",
    "Step",
    "Tally",
    "Today",
    "as_given",
]
