"""Corredor: a simulator of how people move through a migration corridor, under changing rules.

``corredor.<TAB>`` shows what there is; ``help(corredor.run)`` tells of each, with an example. Names
load what they need on first use, so that ``import corredor`` is quick.

>>> import corredor
>>> result = corredor.run(corredor.example_world(), replicates=5)
>>> float(result.corredor.observe("arrivals").mean("replicate").sum()) > 0
True
"""

import sys as _sys
import typing as _typing
from importlib import import_module as _import_module

from corredor.kept import keep_compiled as _keep_compiled

_HOME = {
    # worlds and scenarios
    "World": "corridor.world",
    "Scenario": "corridor.scenario",
    "world": "library.running",
    "scenario": "library.running",
    "example_world": "library.example",
    "load_world": "corridor.world",
    "load_scenario": "corridor.scenario_files",
    "draw_map": "show.map.draw",
    # runs and results
    "run": "library.running",
    "run_all": "library.running",
    "ensemble": "library.running",
    "persons": "library.running",
    "observe": "runs.observe",
    "compare": "runs.compare",
    "compare_all": "runs.compare",
    "load_result": "runs.result",
    "save_result": "runs.result",
    "rerun": "runs.rerun",
    # the record, and what is held against it
    "load_series": "record",
    "load_stocks": "corridor.stocks",
    "check_claims": "library.asking",
    # what follows for people
    "needs_table": "library.asking",
    "harm_table": "harm",
    # unknowns and what may come
    "calibrate": "library.fitting",
    "forecast": "library.fitting",
    "sensitivity": "library.fitting",
    "Prior": "corridor.priors",
    "Posterior": "corridor.posterior",
    # rules of one's own
    "PROCESSES": "corridor.processes",
    "Process": "corridor.model",
    "Lever": "corridor.levers",
    "Flow": "corridor.model",
    "Sum": "corridor.model",
    "Kind": "corridor.kinds",
    "Moves": "engine.steps",
    "Split": "engine.steps",
    # what goes wrong
    "CorredorError": "errors",
    "InputError": "errors",
    "UsageError": "errors",
    "OutputError": "errors",
    "DamagedError": "errors",
}
__all__ = ["__version__", *_HOME]

if _typing.TYPE_CHECKING:
    from corredor.corridor.kinds import Kind as Kind
    from corredor.corridor.levers import Lever as Lever
    from corredor.corridor.model import Flow as Flow
    from corredor.corridor.model import Process as Process
    from corredor.corridor.model import Sum as Sum
    from corredor.corridor.posterior import Posterior as Posterior
    from corredor.corridor.priors import Prior as Prior
    from corredor.corridor.processes import PROCESSES as PROCESSES
    from corredor.corridor.scenario import Scenario as Scenario
    from corredor.corridor.scenario_files import load_scenario as load_scenario
    from corredor.corridor.stocks import load_stocks as load_stocks
    from corredor.corridor.world import World as World
    from corredor.corridor.world import load_world as load_world
    from corredor.engine.steps import Moves as Moves
    from corredor.engine.steps import Split as Split
    from corredor.errors import CorredorError as CorredorError
    from corredor.errors import DamagedError as DamagedError
    from corredor.errors import InputError as InputError
    from corredor.errors import OutputError as OutputError
    from corredor.errors import UsageError as UsageError
    from corredor.harm import harm_table as harm_table
    from corredor.library.asking import check_claims as check_claims
    from corredor.library.asking import needs_table as needs_table
    from corredor.library.example import example_world as example_world
    from corredor.library.fitting import calibrate as calibrate
    from corredor.library.fitting import forecast as forecast
    from corredor.library.fitting import sensitivity as sensitivity
    from corredor.library.running import ensemble as ensemble
    from corredor.library.running import persons as persons
    from corredor.library.running import run as run
    from corredor.library.running import run_all as run_all
    from corredor.library.running import scenario as scenario
    from corredor.library.running import world as world
    from corredor.record import load_series as load_series
    from corredor.runs.compare import compare as compare
    from corredor.runs.compare import compare_all as compare_all
    from corredor.runs.observe import observe as observe
    from corredor.runs.rerun import rerun as rerun
    from corredor.runs.result import load_result as load_result
    from corredor.runs.result import save_result as save_result
    from corredor.show.map.draw import draw_map as draw_map

    __version__: str


def __getattr__(name: str) -> object:
    if name == "__version__":
        globals()[name] = version = _installed()
        return version
    if name not in _HOME:
        raise AttributeError(f"module 'corredor' has no attribute {name!r}")
    if name == "load_result":  # what is read has its ``.corredor`` as what is run has
        _import_module("corredor.library.accessor")
    found = getattr(_import_module(f"corredor.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def _installed() -> str:
    """Return the version that was installed: that of a tree that never was is not known."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("corredor")
    except PackageNotFoundError:
        return "unknown"


def __dir__() -> list[str]:
    return sorted(__all__)


_keep_compiled()  # before anything is compiled
if "xarray" in _sys.modules:  # results may be opened without Corredor's help
    _import_module("corredor.library.accessor")
