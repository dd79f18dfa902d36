"""Make a posterior again from what it says of itself, and hold the two against each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from corredor.corridor.posterior import read_posterior
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import UsageError
from corredor.fit.calibrate import Ensemble, OnStep, prepare
from corredor.runs.rerun import Rerun, changes, difference

INPUTS = {
    "world_hash": "the tables of the world",
    "scenario_hash": "the scenario",
    "priors_hash": "the priors",
    "observations_hash": "the record as it is observed",
}


def rerun_posterior(
    path: Path, *, scenario: str | Path | None = None, on_step: OnStep | None = None
) -> Rerun:
    """Calibrate again as a posterior says that it was calibrated.

    Parameters
    ----------
    path : Path
        Of the posterior; it is left as it is.
    scenario : str or Path, optional
        Its scenario, if it is not found under its name.
    on_step : callable, optional
        As :func:`~corredor.fit.calibrate.calibrate` takes it.

    Raises
    ------
    UsageError
        If it does not say how it was made.
    DamagedError
        If it is not as it was written.
    """
    before = read_posterior(path)
    then = before.provenance
    try:
        first, last = (dt.date.fromisoformat(f"{then[end]}-01") for end in ("from", "to"))
        ensemble = Ensemble(*(int(then[name]) for name in ("members", "iterations", "seed")))
        name = scenario or str(then["scenario"])
    except (KeyError, ValueError):
        raise UsageError(f"{path}: does not say what it was made of.") from None
    calibration = prepare(load_scenario(name), first, last, ensemble)
    unknowns, _ = calibration.run(on_step)
    found = calibration.posterior(unknowns)
    differs = {}
    for lever in sorted({*before.factors, *found.factors}):
        a, b = (of.factors[lever].values if lever in of.factors else np.zeros((0, 0))
                for of in (found, before))  # fmt: skip
        if a.shape != b.shape:
            differs[lever] = (max(a.size, b.size), float("inf"))
        elif (off := difference(a.astype(np.float32), b.astype(np.float32)))[0]:
            differs[lever] = off
    return Rerun(differs, tuple(_changed(then, found.provenance)))


def _changed(then: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Say what went in that is not as it was, and what computes otherwise."""
    found = [text for name, text in INPUTS.items() if then.get(name) != now.get(name)]
    computed = [{k: v for k, v in of.items() if k not in INPUTS} for of in (then, now)]
    return [*found, *changes(*computed)]
