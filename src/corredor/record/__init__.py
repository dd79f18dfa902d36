"""The official record: what was counted, by whom, in which edition, and what may be compared."""

from corredor.record.analysis import Change, change, monthly_falls, value_at
from corredor.record.of_world import with_world
from corredor.record.record import editions_of, load_series, monthly, windows
from corredor.record.series_info import SeriesInfo, catalogue, describe, sources
from corredor.record.tiling import disjoint_windows

__all__ = [
    "Change",
    "SeriesInfo",
    "catalogue",
    "change",
    "describe",
    "disjoint_windows",
    "editions_of",
    "load_series",
    "monthly",
    "monthly_falls",
    "sources",
    "value_at",
    "windows",
    "with_world",
]
