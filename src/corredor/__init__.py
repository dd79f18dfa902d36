"""Corredor: a simulator of the migration corridor from the Darién to the United States border.

The names below load what they need on first use, so that ``import corredor`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "compare": "corredor.comparison",
    "harm_table": "corredor.harm_ranges",
    "load_result": "corredor.results",
    "load_scenario": "corredor.scenario",
    "load_series": "corredor.record",
    "load_world": "corredor.world",
    "observe": "corredor.record.observe",
    "run": "corredor.simulation",
    "save_result": "corredor.results",
}
__all__ = ["__version__", *sorted(_HOME)]

if TYPE_CHECKING:
    from corredor.comparison import compare as compare
    from corredor.harm_ranges import harm_table as harm_table
    from corredor.record import load_series as load_series
    from corredor.record.observe import observe as observe
    from corredor.results import load_result as load_result
    from corredor.results import save_result as save_result
    from corredor.scenario import load_scenario as load_scenario
    from corredor.simulation import run as run
    from corredor.world import load_world as load_world


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'corredor' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
