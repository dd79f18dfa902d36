"""What a monthly count would have been, had things gone on as before.

The logarithm of the count is a constant, a fixed yearly pattern, a multiple of the logarithm of a
control where there is one, a random walk, and noise: the local level model with regressors of
structural time series. The strength of the walk against the noise is not plugged in but averaged
over a grid, by how well the months before support it (restricted likelihood); coefficients and
scale are integrated out. So intervals carry what sixty months cannot tell of them.

``statsmodels`` has the model too, but plugs the variances in, which makes intervals too narrow, and
takes many times as long, too long for thousands of placebo dates. A test holds the two against each
other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotrf, dpotrs, dtrtrs
from scipy.special import gammaincinv, ndtri
from scipy.stats.qmc import Sobol
from threadpoolctl import ThreadpoolController

from corredor.arrays import Floats

Whole = NDArray[np.int64]

DRAWS = 1024
SEED = 2021
# Share of the walk in the variance of a month's change, from almost nothing to almost all.
WALK_SHARES = 1 / (1 + np.logspace(2.5, -2.5, 11))


@dataclass(frozen=True)
class _Fit:
    """The months ahead for one share of the walk: Student's t, and how likely the share is."""

    evidence: float
    mean: Floats
    root: Floats
    freedom: int


def foresee(count: Floats, control: Floats | None, season: Whole) -> Floats:
    """Draw what the last months of a count might have been, from the months before.

    Parameters
    ----------
    count : ndarray
        ``[before]``: counts of the months before, above zero; NaN where left out.
    control : ndarray or None
        ``[before + ahead]``: counts that were not touched, above zero.
    season : ndarray
        ``[before + ahead]``: month of the year, 1 to 12.

    Returns
    -------
    ndarray
        ``[draw, ahead]`` counts; the same input gives the same draws.
    """
    design = _design(control, season)
    known = np.flatnonzero(np.isfinite(count))
    later = np.arange(len(count), len(season))
    logs = np.log(count[known])
    with _threads().limit(limits=1):  # more only wait for each other on matrices so small
        fits = [_fit(logs, design, known, later, float(share)) for share in WALK_SHARES]
        return np.exp(_draw(fits, len(later)))


@cache
def _threads() -> ThreadpoolController:
    return ThreadpoolController()


def _design(control: Floats | None, season: Whole) -> Floats:
    """Return a constant, eleven months of the year, and the control's logarithm."""
    columns = [np.ones(len(season)), *(season == month for month in range(2, 13))]
    if control is not None:
        logs = np.log(control)
        columns.append(logs - logs.mean())
    return np.column_stack(columns).astype(np.float64)


@dataclass(frozen=True)
class _Ground:
    """What the months say of each other for one share of the walk, whatever was counted.

    Attributes
    ----------
    root : ndarray
        Lower Cholesky factor of the covariance of the months known.
    cross : ndarray
        Their covariance with the later months, divided by ``root``.
    later : ndarray
        Covariance of the later months.
    """

    root: Floats
    cross: Floats
    later: Floats


@lru_cache(maxsize=4096)
def _ground(months: int, known: tuple[int, ...], later: tuple[int, ...], share: float) -> _Ground:
    """Return the covariances of months; placebo dates share them, so each is made once."""
    time = np.arange(1.0, months + 1)
    cover = share * np.minimum.outer(time, time) + (1 - share) / 2 * np.eye(months)
    root = _factor(cover[np.ix_(known, known)])
    cross = _divided(root, cover[np.ix_(known, later)])
    return _Ground(root, cross, cover[np.ix_(later, later)])


# The functions of scipy.linalg around these three check and dispatch what is known here to be
# finite and of two axes; for matrices so small that takes longer than what they do.


def _factor(square: Floats) -> Floats:
    """Return the lower Cholesky factor of a matrix."""
    return _found(dpotrf(square, lower=1, clean=1))


def _divided(root: Floats, part: Floats) -> Floats:
    """Solve ``root @ x = part`` for a root that :func:`_factor` gave."""
    return _found(dtrtrs(root, part, lower=1))


def _found(answer: tuple[Floats, int]) -> Floats:
    found, fault = answer
    if fault:
        raise np.linalg.LinAlgError(f"LAPACK stopped with {fault}.")
    return found


def _fit(logs: Floats, design: Floats, known: Whole, later: Whole, share: float) -> _Fit:
    """Predict the later months by generalised least squares, the coefficients unknown."""
    ground = _ground(len(design), tuple(known.tolist()), tuple(later.tolist()), share)
    root, cross = ground.root, ground.cross
    x, y = _divided(root, design[known]), _divided(root, logs)
    gram = _factor(x.T @ x)
    coefficients = _found(dpotrs(gram, x.T @ y, lower=1))
    left = y - x @ coefficients
    freedom = len(known) - design.shape[1]
    scale = float(left @ left) / freedom
    unsure = _divided(gram, (design[later] - cross.T @ x).T)
    spread = ground.later - cross.T @ cross + unsure.T @ unsure
    determinants = np.log(np.diag(root)).sum() + np.log(np.diag(gram)).sum()
    return _Fit(
        evidence=float(-determinants - freedom / 2 * np.log(scale)),
        mean=design[later] @ coefficients + cross.T @ left,
        root=_factor(scale * spread),
        freedom=freedom,
    )


def _draw(fits: list[_Fit], ahead: int) -> Floats:
    """Draw logarithms from the mixture: each share of the walk as often as it is likely."""
    points = _points(ahead)
    evidence = np.array([fit.evidence for fit in fits])
    weights = np.exp(evidence - evidence.max())
    which = np.searchsorted(np.cumsum(weights / weights.sum())[:-1], points[:, -1])
    normal = points[:, :ahead] * _heavy(fits[0].freedom, ahead)[:, None]
    paths = np.empty((DRAWS, ahead))
    for chosen in np.unique(which):
        mine = which == chosen
        paths[mine] = fits[chosen].mean + normal[mine] @ fits[chosen].root.T
    return paths


@cache
def _points(ahead: int) -> Floats:
    """Return standard normals and two uniforms a draw, spread evenly (Sobol) so that few do."""
    points = Sobol(ahead + 2, rng=np.random.default_rng(SEED)).random(DRAWS)
    return np.column_stack([ndtri(points[:, :ahead]), points[:, ahead:]])


@cache
def _heavy(freedom: int, ahead: int) -> Floats:
    """Return what makes normals of each draw Student's t: the scale is not known for sure."""
    return np.asarray(np.sqrt(freedom / 2 / gammaincinv(freedom / 2, _points(ahead)[:, ahead])))
