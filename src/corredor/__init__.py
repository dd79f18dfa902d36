"""Corredor: a simulator of the migration corridor from the Darién to the United States border.

The names below load what they need on first use, so that ``import corredor`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

_HOME = {
    "compare": "corredor.runs.compare",
    "harm_table": "corredor.harm",
    "load_result": "corredor.runs.result",
    "load_scenario": "corredor.corridor.scenario",
    "load_series": "corredor.record",
    "load_stocks": "corredor.corridor.stocks",
    "load_world": "corredor.corridor.world",
    "observe": "corredor.runs.observe",
    "run": "corredor.runs.simulate",
    "save_result": "corredor.runs.result",
}
__all__ = ["__version__", *sorted(_HOME)]

if TYPE_CHECKING:
    from corredor.corridor.scenario import load_scenario as load_scenario
    from corredor.corridor.stocks import load_stocks as load_stocks
    from corredor.corridor.world import load_world as load_world
    from corredor.harm import harm_table as harm_table
    from corredor.record import load_series as load_series
    from corredor.runs.compare import compare as compare
    from corredor.runs.observe import observe as observe
    from corredor.runs.result import load_result as load_result
    from corredor.runs.result import save_result as save_result
    from corredor.runs.simulate import run as run


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'corredor' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
