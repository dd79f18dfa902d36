"""Poisson random walk with stochastic volatility, the state of the art for counts of crossings.

The count of a month is Poisson; the logarithm of its rate walks at random, and the variance of its
steps changes from month to month, so that calm years give narrow forecasts and stormy ones wide::

    y[t] ~ Poisson(exp(z[t]))
    z[t] ~ Normal(z[t-1], exp(h[t]))                       z[1] ~ Normal(0, 100)
    h[t] ~ Normal(mu + phi (h[t-1] - mu), sigma²)          h[1] stationary

It is the model that Zens and Bijak found best calibrated at weekly sea crossings, without their
structural zeros, with the priors of the package stochvol, which theirs uses: mu ~ Normal(0, 100²),
(phi + 1) / 2 ~ Beta(5, 1.5), sigma² ~ Gamma(1/2, 1/2).

It is sampled by Metropolis within Gibbs. Rates are drawn one by one from a normal around the mode
of their full conditional, accepted or not; of counts of thousands nearly all are. The logarithms of
the squared steps are a linear state space with the noise of Omori and others, whose states are
drawn at once; mu and sigma are drawn twice a sweep, once given the volatilities and once given
their shape alone (Kastner and Frühwirth-Schnatter), without which sigma would hardly move.

References
----------
Zens, G. and Bijak, J. (2026). Dynamic count models with flexible innovation processes for irregular
maritime migration. The Annals of Applied Statistics. arXiv 2508.18716.

Kastner, G. and Frühwirth-Schnatter, S. (2014). Ancillarity-sufficiency interweaving strategy (ASIS)
for boosting MCMC estimation of stochastic volatility models. Computational Statistics & Data
Analysis 76, 408–423.

Omori, Y., Chib, S., Shephard, N. and Nakajima, J. (2007). Stochastic volatility with leverage: fast
and efficient likelihood inference. Journal of Econometrics 140, 425–449.
"""

from __future__ import annotations

import numba as nb
import numpy as np

from corredor.arrays import Floats
from corredor.errors import UsageError
from corredor.fit.scores import LEVELS, quantiles_of

BURN_IN, KEPT = 1000, 4000
"""Sweeps that are thrown away, and after them sweeps of which each makes one future."""

SEED = 1

MOST_LOG_RATE = 21.0
"""Logarithm of the highest rate of a future: 1.3 billion a month, more than the people there are.

Log-normal steps with an uncertain variance have no finite mean; only the largest of futures meet
this, and no quantile that is scored does.
"""

FIRST_RATE_VARIANCE, MU_VARIANCE = 100.0, 100.0**2  # of the priors
PHI_A, PHI_B = 5.0, 1.5  # of the Beta prior of (phi + 1) / 2
SMALLEST_SQUARE = 1e-12  # added to a squared step, whose logarithm is taken
NEWTON_STEPS = 12

# Ten normals that stand for the logarithm of a squared normal (Omori and others 2007, table 1).
WEIGHTS = np.array(
    [0.00609, 0.04775, 0.13057, 0.20674, 0.22715, 0.18842, 0.12047, 0.05591, 0.01575, 0.00115]
)
MEANS = np.array(
    [1.92677, 1.34744, 0.73504, 0.02266, -0.85173, -1.97278, -3.46788, -5.55246, -8.68384, -14.65]
)
VARIANCES = np.array(
    [0.11265, 0.17788, 0.26768, 0.40611, 0.62699, 0.98583, 1.57469, 2.54498, 4.16591, 7.33342]
)


def walk_quantiles(counts: Floats, horizon: int) -> Floats:
    """Forecast monthly counts.

    Parameters
    ----------
    counts : array [months]
        None negative or missing; at least three.
    horizon : int
        How many months to forecast, from the first after them.

    Returns
    -------
    array [horizon, 99]
        Quantiles of the count at :data:`~corredor.fit.scores.LEVELS`. The same counts give the same
        bits, and a month is forecast alike whatever the horizon.

    Raises
    ------
    UsageError
        If the counts are too few, or one is negative or not finite.
    """
    given = np.asarray(counts, dtype=np.float64)
    if given.size < 3 or not np.isfinite(given).all() or given.min() < 0:
        raise UsageError("Poisson walk: expected at least three counts, none negative or missing.")
    return quantiles_of(futures(given, horizon), levels=LEVELS)


def futures(counts: Floats, horizon: int, seed: int = SEED) -> Floats:
    """Return draws of what may come, ``[KEPT, horizon]``; see :func:`walk_quantiles`."""
    kept = posterior(counts, seed)
    rate, volatility, mu, phi, sigma = kept.T
    random = np.random.Generator(np.random.Philox(key=[seed, 0x66757475]))
    months = []
    for _ in range(horizon):
        volatility = mu + phi * (volatility - mu) + sigma * random.standard_normal(len(kept))
        rate = rate + np.exp(np.minimum(volatility / 2, 50.0)) * random.standard_normal(len(kept))
        rate = np.minimum(rate, MOST_LOG_RATE)
        months.append(random.poisson(np.exp(rate)))
    return np.stack(months, axis=1).astype(np.float64)


def posterior(counts: Floats, seed: int = SEED) -> Floats:
    """Return draws of the last month's z and h, and of mu, phi and sigma, ``[KEPT, 5]``."""
    random = np.random.Generator(np.random.Philox(key=[seed, 0x77616C6B]))
    return np.asarray(_sample(np.asarray(counts, dtype=np.float64), BURN_IN, KEPT, random))


@nb.njit(cache=True)
def _sample(counts: Floats, burn_in: int, kept: int, random: np.random.Generator) -> Floats:
    """Run the chain and return [kept, 5]: see :func:`posterior`."""
    z = np.log(counts + 0.5)
    start = np.log(np.var(z[1:] - z[:-1]) + 1e-4)
    h = np.full(len(counts) - 1, start)
    mu, phi, sigma = start, 0.9, 0.3
    found = np.empty((kept, 5))
    for sweep in range(burn_in + kept):
        _draw_rates(counts, z, h, random)
        logs = np.log((z[1:] - z[:-1]) ** 2 + SMALLEST_SQUARE)
        means, variances = _draw_components(logs - h, random)
        _draw_volatilities(logs - means, variances, h, mu, phi, sigma, random)
        mu, phi = _draw_mu_and_phi(h, mu, phi, sigma, random)
        mu, sigma = _draw_level_and_size(logs - means, variances, h, mu, phi, sigma, random)
        if sweep >= burn_in:
            found[sweep - burn_in] = z[-1], h[-1], mu, phi, sigma
    return found


@nb.njit(cache=True)
def _draw_rates(counts: Floats, z: Floats, h: Floats, random: np.random.Generator) -> None:
    """Draw each log-rate given its neighbours and its count, in place."""
    last = len(z) - 1
    for t in range(last + 1):
        precision, weighted = 0.0, 0.0
        if t == 0:
            precision = 1.0 / FIRST_RATE_VARIANCE
        if t > 0:
            precision += np.exp(-h[t - 1])
            weighted += np.exp(-h[t - 1]) * z[t - 1]
        if t < last:
            precision += np.exp(-h[t])
            weighted += np.exp(-h[t]) * z[t + 1]
        middle, y = weighted / precision, counts[t]
        mode = z[t]
        for _ in range(NEWTON_STEPS):
            slope = y - np.exp(mode) - precision * (mode - middle)
            step = slope / (np.exp(mode) + precision)
            mode += min(max(step, -2.0), 2.0)
        size = 1.0 / np.sqrt(np.exp(mode) + precision)
        proposed = mode + size * random.standard_normal()
        gain = y * (proposed - z[t]) - np.exp(proposed) + np.exp(z[t])
        gain -= precision / 2 * ((proposed - middle) ** 2 - (z[t] - middle) ** 2)
        gain += ((proposed - mode) ** 2 - (z[t] - mode) ** 2) / (2 * size**2)
        if np.log(random.random()) < gain:
            z[t] = proposed


@nb.njit(cache=True)
def _draw_components(noise: Floats, random: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw which of the normals each noise is of, and return their means and variances."""
    means, variances = np.empty_like(noise), np.empty_like(noise)
    summed = np.empty(len(WEIGHTS))
    for t, value in enumerate(noise):
        logs = np.log(WEIGHTS) - np.log(VARIANCES) / 2 - (value - MEANS) ** 2 / (2 * VARIANCES)
        summed[:] = np.cumsum(np.exp(logs - logs.max()))
        chosen = np.searchsorted(summed, random.random() * summed[-1])
        means[t], variances[t] = MEANS[chosen], VARIANCES[chosen]
    return means, variances


@nb.njit(cache=True)
def _draw_volatilities(
    seen: Floats, variances: Floats, h: Floats, mu: float, phi: float, sigma: float,
    random: np.random.Generator,
) -> None:  # fmt: skip
    """Draw all log-variances at once, in place: filter forwards, sample backwards."""
    number = len(h)
    filtered, spread = np.empty(number), np.empty(number)
    middle, variance = mu, sigma**2 / (1 - phi**2)
    for t in range(number):
        if t > 0:
            middle = mu + phi * (filtered[t - 1] - mu)
            variance = phi**2 * spread[t - 1] + sigma**2
        gain = variance / (variance + variances[t])
        filtered[t] = middle + gain * (seen[t] - middle)
        spread[t] = (1 - gain) * variance
    h[-1] = filtered[-1] + np.sqrt(spread[-1]) * random.standard_normal()
    for t in range(number - 2, -1, -1):
        gain = phi * spread[t] / (phi**2 * spread[t] + sigma**2)
        middle = filtered[t] + gain * (h[t + 1] - mu - phi * (filtered[t] - mu))
        variance = spread[t] * (1 - gain * phi)
        h[t] = middle + np.sqrt(max(variance, 0.0)) * random.standard_normal()


@nb.njit(cache=True)
def _draw_mu_and_phi(
    h: Floats, mu: float, phi: float, sigma: float, random: np.random.Generator
) -> tuple[float, float]:
    """Draw level and persistence of the log-variances given them."""
    number, size = len(h), sigma**2
    precision = 1 / MU_VARIANCE + ((1 - phi**2) + (number - 1) * (1 - phi) ** 2) / size
    weighted = (1 - phi**2) * h[0] + (1 - phi) * np.sum(h[1:] - phi * h[:-1])
    mu = weighted / size / precision + random.standard_normal() / np.sqrt(precision)
    away = h - mu
    squares = max(np.sum(away[:-1] ** 2), 1e-300)
    middle = np.sum(away[1:] * away[:-1]) / squares
    proposed = middle + sigma / np.sqrt(squares) * random.standard_normal()
    if abs(proposed) < 1.0:
        gain = _of_phi(proposed, away[0], sigma) - _of_phi(phi, away[0], sigma)
        if np.log(random.random()) < gain:
            phi = proposed
    return mu, phi


@nb.njit(cache=True)
def _of_phi(phi: float, first: float, sigma: float) -> float:
    """Return the log of the prior of phi and of the first log-variance given it."""
    prior = (PHI_A - 1) * np.log((1 + phi) / 2) + (PHI_B - 1) * np.log((1 - phi) / 2)
    return float(prior + np.log(1 - phi**2) / 2 - first**2 * (1 - phi**2) / (2 * sigma**2))


@nb.njit(cache=True)
def _draw_level_and_size(
    seen: Floats, variances: Floats, h: Floats, mu: float, phi: float, sigma: float,
    random: np.random.Generator,
) -> tuple[float, float]:  # fmt: skip
    """Draw mu and sigma given the shape of the log-variances, h = mu + sigma shape; move h along.

    A Gamma(1/2, 1/2) prior of sigma² is a standard normal of plus or minus sigma, so that both are
    coefficients of a linear regression.
    """
    shape = (h - mu) / sigma
    weights = 1 / variances
    a = np.sum(weights) + 1 / MU_VARIANCE
    b = np.sum(weights * shape)
    d = np.sum(weights * shape**2) + 1.0
    first, second = np.sum(weights * seen), np.sum(weights * shape * seen)
    whole = a * d - b * b
    mu = (d * first - b * second) / whole + np.sqrt(d / whole) * random.standard_normal()
    size = (second - b * mu) / d + random.standard_normal() / np.sqrt(d)
    h[:] = mu + size * shape
    return mu, max(abs(size), 1e-6)
