"""Particles: another way to the same unknowns, slower, which assumes nothing of straight lines.

The smoother is exact for a linear model and many members only. Here particles drawn from the prior
go over to the posterior by degrees: the likelihood is raised to a power that climbs from 0 to 1,
the particles are weighted, drawn again by their weights, and moved by Metropolis steps that leave
the distribution as it is (Del Moral, Doucet and Jasra 2006). Each climb is as high as leaves half
of the particles' effective number. The steps propose along the mean and the covariance of the
particles, so that they need not grow smaller with the number of unknowns (Cotter et al. 2013).

It costs a run of the model for each particle and step, some tens of times what the smoother needs,
so it is for few unknowns that do not walk: to see whether the smoother can be trusted with them.

References
----------
Cotter, S. L., Roberts, G. O., Stuart, A. M. and White, D. (2013). MCMC methods for functions:
modifying old algorithms to make them faster. Statistical Science 28, 424–446.

Del Moral, P., Doucet, A. and Jasra, A. (2006). Sequential Monte Carlo samplers. Journal of the
Royal Statistical Society B 68, 411–436.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy import linalg, optimize, special

from corredor.arrays import Floats
from corredor.corridor.priors import Priors, Unknowns
from corredor.errors import UsageError
from corredor.fit.calibrate import Calibration

LogLikelihood = Callable[[Floats], Floats]  # of points [d, N], each unknown in its prior's unit
OnPower = Callable[[float], None]
LEFT = 0.5  # of the particles' effective number, after each climb
MOVES = 3  # Metropolis steps after each climb
AIMED = 0.3  # share of the proposals taken
MOST_CLIMBS = 200


@dataclass(frozen=True, eq=False)
class Sample:
    """Particles that have come to the posterior.

    Attributes
    ----------
    points : numpy.ndarray
        [unknowns, particles], each in standard deviations of its prior from its centre.
    powers : tuple of float
        Of the likelihood, after each climb; the last is 1.
    taken : tuple of float
        Share of the proposals that were taken, in each Metropolis step.
    """

    points: Floats
    powers: tuple[float, ...]
    taken: tuple[float, ...]


def sample(
    log_likelihood: LogLikelihood, unknowns: int, particles: int, seed: int, *, moves: int = MOVES,
    on_power: OnPower | None = None,
) -> Sample:  # fmt: skip
    """Draw from a posterior whose prior is standard normal in every unknown.

    Parameters
    ----------
    log_likelihood : callable
        Takes points ``[unknowns, particles]`` and gives the log-likelihood of each particle, up to
        a constant.
    unknowns, particles : int
        How many; ten particles for each unknown and more.
    seed : int
        The same seed gives the same particles.
    moves : int
        Metropolis steps after each climb.
    on_power : callable, optional
        Told the power after each climb.

    Raises
    ------
    UsageError
        If the likelihood is so narrow that 200 climbs do not reach it.

    Examples
    --------
    One unknown, seen once as 2 with an error of 1: the posterior has mean 1 and variance 1/2.

    >>> found = sample(lambda x: -0.5 * (x[0] - 2.0) ** 2, 1, 2000, seed=1)
    >>> bool(abs(found.points.mean() - 1.0) < 0.1)
    True
    """
    random = np.random.default_rng(seed)
    points = random.standard_normal((unknowns, particles))
    told = log_likelihood(points)
    power, powers, taken, far = 0.0, list[float](), list[float](), 0.5
    while power < 1.0:
        if len(powers) == MOST_CLIMBS:
            raise UsageError(
                f"The particles have not come to the record in {MOST_CLIMBS} climbs; the errors of "
                "the observations are too narrow for these unknowns."
            )
        climb = _climb(told, 1.0 - power)
        power = min(1.0, power + climb)
        weights = special.softmax(climb * told)
        centre = points @ weights
        apart = points - centre[:, None]
        root = _root((weights * apart) @ apart.T)
        kept = _drawn_again(weights, random)
        points, told = points[:, kept], told[kept]
        for _ in range(moves):
            points, told, share = _moved(
                points, told, power, (centre, root), far, log_likelihood, random
            )
            taken.append(share)
            far = float(np.clip(far * np.exp(share - AIMED), 0.02, 1.0))
        powers.append(power)
        if on_power:
            on_power(power)
    return Sample(points, tuple(powers), tuple(taken))


def _climb(told: Floats, most: float) -> float:
    """Return by how much the power may rise, so that the weights leave enough particles."""

    def left(rise: float) -> float:
        weights = special.softmax(rise * told)
        return float(1.0 / (len(told) * (weights**2).sum())) - LEFT

    return most if left(most) >= 0 else float(optimize.brentq(left, 0.0, most))


def _root(covariance: Floats) -> Floats:
    ridge = 1e-9 * np.trace(covariance) / len(covariance)
    return np.asarray(linalg.cholesky(covariance + ridge * np.eye(len(covariance)), lower=True))


def _drawn_again(weights: Floats, random: np.random.Generator) -> Floats:
    """Return which particle each is drawn from: one draw for all, evenly spaced (systematic)."""
    count = len(weights)
    places = (random.random() + np.arange(count)) / count
    return np.minimum(np.searchsorted(np.cumsum(weights), places), count - 1)


def _moved(
    points: Floats, told: Floats, power: float, around: tuple[Floats, Floats], far: float,
    log_likelihood: LogLikelihood, random: np.random.Generator,
) -> tuple[Floats, Floats, float]:  # fmt: skip
    """Move the particles by a step that leaves prior times likelihood to the power as it is.

    Proposals are those that would be taken always, if the target were normal with the centre and
    the covariance given; they are taken by how far it is not.
    """
    centre, root = around
    noise = root @ random.standard_normal(points.shape)
    new = centre[:, None] + np.sqrt(1.0 - far**2) * (points - centre[:, None]) + far * noise
    new_told = log_likelihood(new)

    def target_over_normal(at: Floats, likelihood: Floats) -> Floats:
        normal = linalg.solve_triangular(root, at - centre[:, None], lower=True)
        off = 0.5 * (normal**2).sum(axis=0) - 0.5 * (at**2).sum(axis=0)
        return np.asarray(power * likelihood + off)

    ratio = target_over_normal(new, new_told) - target_over_normal(points, told)
    takes = np.log(random.random(len(told))) < ratio
    return np.where(takes, new, points), np.where(takes, new_told, told), float(takes.mean())


def calibrate_by_particles(
    calibration: Calibration, particles: int, on_power: OnPower | None = None
) -> tuple[Unknowns, Sample]:
    """Find the unknowns of a calibration by particles in place of the smoother.

    Parameters
    ----------
    calibration : Calibration
        Whose priors do not walk (:func:`standing`); its seed is used, its number of members not.
    particles : int
        How many.
    on_power : callable, optional
        Told the power after each climb.

    Returns
    -------
    tuple
        The unknowns, ``[particles, 1]`` by lever, as :meth:`Calibration.run` gives those of
        members; and the sample that they come from.

    Raises
    ------
    UsageError
        If a prior walks.
    """
    f, observed = calibration.forward, calibration.observations
    if walks := [prior.lever for prior in f.priors if prior.walk]:
        raise UsageError(f"{walks[0]} walks; particles are for unknowns that do not.")
    moved = [prior for prior in f.priors if prior.distribution == "uniform" or prior.spread > 0]
    still = {p.lever: p.centre for p in f.priors if p not in moved}

    def unknowns(points: Floats) -> dict[str, Floats]:
        found = {lever: np.full((points.shape[1], 1), level) for lever, level in still.items()}
        for prior, values in zip(moved, points, strict=True):
            if prior.distribution != "uniform":
                values = prior.centre + prior.spread * values
            found[prior.lever] = values[:, None]
        return {prior.lever: found[prior.lever] for prior in f.priors}

    def log_likelihood(points: Floats) -> Floats:
        off = f.predict(unknowns(points), observed) - observed.values[:, None]
        return np.asarray(-0.5 * ((off / observed.errors[:, None]) ** 2).sum(axis=0))

    seed = calibration.ensemble.seed
    found = sample(log_likelihood, len(moved), particles, seed, on_power=on_power)
    return unknowns(found.points), found


def standing(priors: Priors, spreads: Mapping[str, float]) -> Priors:
    """Return priors of some levers only, which stay over the months, as wide as is said.

    Parameters
    ----------
    priors : Priors
        All of a world.
    spreads : dict
        By lever, the standard deviation of its logarithm, or amount; of a uniform factor it means
        nothing. All other levers stand as the scenario has them.

    Raises
    ------
    UsageError
        If a lever has no prior.
    """
    listed = {prior.lever: prior for prior in priors}
    if unknown := sorted(set(spreads) - set(listed)):
        raise UsageError(f"{unknown[0]}: has no prior in this world.")
    return Priors(
        tuple(
            listed[lever].model_copy(update={"spread": spread, "walk": 0.0, "jumps": {}})
            for lever, spread in spreads.items()
        )
    )
