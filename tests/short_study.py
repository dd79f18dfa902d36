"""A study of two runs and three months; the fixture ``small_study`` makes it once."""

from __future__ import annotations

import datetime as dt

from corredor.corridor.scenario_files import load_scenario
from corredor.study.run import Study, run_study
from corredor.study.subject import BASELINE, COUNTERFACTUAL


def short_study() -> Study:
    """Two runs of the winter of the fall."""
    start, end = dt.date(2023, 11, 1), dt.date(2024, 1, 31)
    first, second = (
        load_scenario(name).with_horizon(start, end).but(spin_up=dt.date(2023, 10, 1))
        for name in (BASELINE, COUNTERFACTUAL)
    )
    return run_study(replicates=2, baseline=first, counterfactual=second)
