"""Twins whose cause is known: whether the share of a fall that a cause explains is found again.

The real record has one January, and nobody knows which share of its fall a cause explains. In a
made-up world it is known, for the world can be run without the cause. So made-up worlds are
calibrated from their record like the real one, asked the same question, and the answer is held
against the truth.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from corredor.arrays import BAND
from corredor.corridor.priors import Unknowns
from corredor.corridor.world import World
from corredor.errors import UsageError
from corredor.fit.calibrate import Calibration, Ensemble
from corredor.fit.twins import OnTwin, draw_truth, made_up_record
from corredor.fit.variants import fell, set_up, shares_of
from corredor.runs.structures import Question, Structures, Variant

LEAST_FALL = 25.0  # percent; of less than that no share is asked in earnest
MOST_TRIES = 100


def twins_of_causes(
    world: World, structures: Structures, variant: Variant, ensemble: Ensemble,
    months: tuple[dt.date, dt.date], count: int, *, least_fall: float = LEAST_FALL,
    on_twin: OnTwin | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Calibrate made-up worlds in which a fall happened, and ask each for its causes.

    Parameters
    ----------
    world : World
        Whose ``variants.toml`` has the question.
    structures : Structures
        The question.
    variant : Variant
        The structure of both the made-up worlds and the calibration.
    ensemble : Ensemble
        Of each calibration; each twin has a seed of its own.
    months : tuple of datetime.date
        Days in the first and last month calibrated to.
    count : int
        How many twins.
    least_fall : float
        In percent; worlds drawn from the priors in which the series falls by less are left out.
    on_twin : callable, optional
        Told the twins done and to do.

    Raises
    ------
    UsageError
        If of a hundred worlds drawn from the priors none falls by so much.

    Returns
    -------
    pandas.DataFrame
        A row for each twin and cause: ``twin``, ``cause``, ``fell`` (the true fall in percent),
        ``truth`` (the share in percent of the fall), ``mean``, ``low``, ``high`` (90 % of the
        members), ``inside``, ``rank`` (share of the members below the truth).
    """
    rows = []
    for twin in range(count):
        own = Ensemble(ensemble.members, ensemble.iterations, ensemble.seed + twin)
        calibration = set_up(world, structures, variant, own, months)
        truth, fall = _world_that_fell(calibration, structures.question, least_fall)
        made_up = made_up_record(calibration, truth)
        found, _ = Calibration(calibration.forward, made_up, own).run()
        true = shares_of(calibration.forward, structures.question, truth)
        for cause, shares in shares_of(calibration.forward, structures.question, found).items():
            told, (low, high) = float(true[cause][0]), np.quantile(shares, BAND)
            rows.append(
                {"twin": twin, "cause": cause, "fell": fall, "truth": told,
                 "mean": float(shares.mean()), "low": float(low), "high": float(high),
                 "inside": bool(low <= told <= high), "rank": float((shares < told).mean())}
            )  # fmt: skip
        if on_twin:
            on_twin(twin + 1, count)
    return pd.DataFrame(rows)


def _world_that_fell(
    calibration: Calibration, question: Question, least: float
) -> tuple[Unknowns, float]:  # fmt: skip
    for number in range(MOST_TRIES):
        truth = draw_truth(calibration, number)
        fall = float(fell(calibration.forward, question, truth)[0])
        if fall >= least:
            return truth, fall
    raise UsageError(
        f"Of {MOST_TRIES} worlds drawn from the priors none falls by {least:.0f} % from "
        f"{question.month_a} to {question.month_b}."
    )
