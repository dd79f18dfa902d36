"""The ensemble smoother with multiple data assimilation (ES-MDA), one step of it.

In each of several steps every member of an ensemble moves towards observations whose errors are
inflated, so that all steps together use each observation once (Emerick and Reynolds 2013):

    m' = m + C_MD (C_DD + a C_D)⁻¹ (d + √a e − g(m)),    e ~ N(0, C_D)

where ``m`` are the unknowns of a member and ``g(m)`` what it predicts, ``d`` the observations,
``C_D`` the variances of their errors, ``a`` the inflation of this step, ``C_MD`` and ``C_DD`` the
covariances over the ensemble. For a linear model and many members the last ensemble is a sample of
the exact posterior, if ``1 / a`` adds up to one over the steps.

With predictions in units of the inflated errors, the matrix to invert is the identity and one that
is not negative: a Cholesky factorisation solves it, without truncation. Of the observations by
observations and the members by members form of it (the two are equal) the smaller is taken.

Each unknown may look at some observations only, which keeps chance correlations of a small
ensemble away (adaptive localization by a threshold: Vossepoel, Evensen and van Leeuwen 2025).

References
----------
Emerick, A. A. and Reynolds, A. C. (2013). Ensemble smoother with multiple data assimilation.
Computers & Geosciences 55, 3–15.

Vossepoel, F. C., Evensen, G. and van Leeuwen, P. J. (2025). Adaptive correlation- and
distance-based localization for iterative ensemble smoothers in a coupled nonlinear multiscale
model. Monthly Weather Review 153.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import linalg
from threadpoolctl import threadpool_limits

from corredor.arrays import Floats

Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Evidence:
    """What is observed, and how much of it one step uses.

    Attributes
    ----------
    observed : numpy.ndarray
        The observations, [n].
    errors : numpy.ndarray
        Standard deviations of their errors, which are independent, above zero, [n].
    inflation : float
        Of the variances in this step; as many steps as this number, or others whose inverses add
        up to one, use the evidence once.
    """

    observed: Floats
    errors: Floats
    inflation: float


def correlations(unknowns: Floats, predicted: Floats) -> Floats:
    """Return the correlation of each unknown with each prediction over the members.

    Parameters
    ----------
    unknowns, predicted : numpy.ndarray
        [unknowns, members] and [n, members]; each must differ between members.

    Returns
    -------
    numpy.ndarray
        [unknowns, n].
    """
    standard = []
    for values in (unknowns, predicted):
        apart = _apart(values)
        standard.append(apart / np.linalg.norm(apart, axis=1, keepdims=True))
    with threadpool_limits(1):
        return np.asarray(standard[0] @ standard[1].T)


def assimilate(
    unknowns: Floats, predicted: Floats, evidence: Evidence, random: np.random.Generator,
    seen: Mask | None = None,
) -> Floats:  # fmt: skip
    """Return the unknowns moved towards the observations by one step.

    Parameters
    ----------
    unknowns : numpy.ndarray
        Of each member, [unknowns, members].
    predicted : numpy.ndarray
        What each member makes of the observations, [n, members], in their unit.
    evidence : Evidence
        The observations, their errors and their inflation.
    random : numpy.random.Generator
        Of the perturbations of the observations: n times members standard normal numbers are
        drawn, those of the first observation first.
    seen : numpy.ndarray, optional
        Which observations each unknown looks at, [unknowns, n]; all of them if left out. An
        unknown that looks at none stays as it is.

    Returns
    -------
    numpy.ndarray
        [unknowns, members].
    """
    inflated = np.sqrt(evidence.inflation) * evidence.errors[:, None]
    perturbed = evidence.observed[:, None] + inflated * random.standard_normal(predicted.shape)
    innovation = (perturbed - predicted) / inflated
    root = np.sqrt(predicted.shape[1] - 1)
    spread = _apart(predicted) / inflated / root
    apart = _apart(unknowns) / root
    with threadpool_limits(1):  # more would add up in another order, and give other bits
        return _moved(unknowns, apart, spread, innovation, seen)


def _moved(
    unknowns: Floats, apart: Floats, spread: Floats, innovation: Floats, seen: Mask | None
) -> Floats:
    if seen is None:
        return np.asarray(unknowns + _moves(apart, spread, innovation))
    together, with_unknowns = spread @ spread.T, apart @ spread.T
    moved = unknowns.copy()
    for rows, columns in _alike(seen):
        if len(columns) > spread.shape[1]:
            moved[rows] += _moves(apart[rows], spread[columns], innovation[columns])
            continue
        inverse_of = together[np.ix_(columns, columns)] + np.eye(len(columns))
        gain = linalg.solve(inverse_of, with_unknowns[np.ix_(rows, columns)].T, assume_a="pos")
        moved[rows] += gain.T @ innovation[columns]
    return moved


def _moves(apart: Floats, spread: Floats, innovation: Floats) -> Floats:
    """Return by how much each unknown moves, the smaller of the two matrices solved.

    With ``S`` the spread and ``A`` how far the unknowns lie apart, both over the root of members
    less one, these are A Sᵀ (S Sᵀ + 1)⁻¹ of the innovation, which is A (Sᵀ S + 1)⁻¹ Sᵀ of it.
    """
    count, members = spread.shape
    if count <= members:
        told = linalg.solve(spread @ spread.T + np.eye(count), innovation, assume_a="pos")
        return np.asarray(apart @ (spread.T @ told))
    told = linalg.solve(spread.T @ spread + np.eye(members), spread.T @ innovation, assume_a="pos")
    return np.asarray(apart @ told)


def _apart(values: Floats) -> Floats:
    """Return how far each member lies from the mean of all."""
    return np.asarray(values - values.mean(axis=1, keepdims=True))


def _alike(seen: Mask) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield unknowns that look at the same observations, and these, so that one inverse serves."""
    groups: dict[bytes, list[int]] = {}
    for row, look in enumerate(np.packbits(seen, axis=1)):
        groups.setdefault(look.tobytes(), []).append(row)
    for rows in groups.values():
        if seen[rows[0]].any():
            yield np.array(rows), np.flatnonzero(seen[rows[0]])
