"""Load everything that the trials need, once, before any of them is forked off."""

from __future__ import annotations

import importlib
import sys
import tempfile
from pathlib import Path

TESTS = Path(__file__).parents[1] / "tests"
MODULES = (
    "corredor.cli", "corredor.app.documents.slices", "corredor.app.jobs.store",
    "corredor.claims", "corredor.fit.backtest", "corredor.fit.hub", "corredor.flee.run",
    "corredor.flee.tune", "corredor.flee.convert.world", "corredor.needs", "corredor.record",
    "corredor.runs.blocks", "corredor.runs.lockstep", "corredor.runs.verify",
    "corredor.show.charts.additions", "corredor.show.charts.record_charts",
    "corredor.show.compare.charts", "corredor.show.flee.chart", "corredor.show.html",
    "corredor.show.map.draw", "corredor.study.report.save", "corredor.study.run",
    "made_up_forecasts",
)  # fmt: skip


def load(*, kernels: bool = True) -> None:
    """Import what is used, and let the tests' made-up worlds and files be imported.

    Parameters
    ----------
    kernels : bool
        Run each draw once, so that no trial has to load them.
    """
    find_tests()
    for name in MODULES:
        importlib.import_module(name)
    if kernels:
        with tempfile.TemporaryDirectory() as folder:
            _warm(Path(folder) / "stage")


def find_tests() -> None:
    """Let the tests' made-up worlds and files be imported."""
    if str(TESTS) not in sys.path:
        sys.path.insert(0, str(TESTS))


def _warm(folder: Path) -> None:
    """Run each draw once, so that the compiled kernels are loaded too."""
    stage = importlib.import_module("faults.stage")
    simulate = importlib.import_module("corredor.runs.simulate")
    stage.write_stage(folder)
    for draw in ("exact", "expected", "individual"):
        simulate.run(
            str(folder / "short.toml"), draw=draw, replicates=2, parameters="fixed", threads=1
        )
