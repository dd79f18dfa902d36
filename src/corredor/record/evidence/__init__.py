"""What the record says about dated measures: seasons, breaks, and effects with their intervals."""

from corredor.record.evidence.breaks import Break, Breaks, find_breaks
from corredor.record.evidence.effects import Effect, Estimate, Told, estimate, estimate_all
from corredor.record.evidence.measures import Measure, Measures, Rules, load_measures
from corredor.record.evidence.seasonal import adjust, ranked_falls

__all__ = [
    "Break",
    "Breaks",
    "Effect",
    "Estimate",
    "Measure",
    "Measures",
    "Rules",
    "Told",
    "adjust",
    "estimate",
    "estimate_all",
    "find_breaks",
    "load_measures",
    "ranked_falls",
]
