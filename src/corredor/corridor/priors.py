"""Priors: how unsure we are about each number, so that replicates can differ in it.

``priors.toml`` of a world has a list of ``[[prior]]``: the lever (or a lever and a key) that it
moves, a distribution, and the reason. What a replicate draws is kept as *unknowns*: the logarithm
of a factor with median 1, the amount added to a utility, or the standard normal behind a uniform
factor. A prior that walks has an unknown for each month. Calibration changes unknowns; ``factors``
turns them into what multiplies the levers.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import AfterValidator, Field, ValidationError

from corredor.arrays import Floats
from corredor.corridor.levers import Lever, keys_of, known_levers
from corredor.corridor.world import World
from corredor.engine.levers import ALWAYS, Factors
from corredor.errors import InputError, Problem, did_you_mean
from corredor.inputs.toml import Entry, entries, expected_of

_STREAM = 0x70726972  # keeps these draws apart from those of the days
EVERY_KEY = ".*"  # a prior for each key of a lever

Unknowns = Mapping[str, Floats]  # for each lever, [R, months], or [R, 1] if it does not walk


def _first_of_month(day: dt.date) -> dt.date:
    if day.day != 1:
        raise ValueError("expected the first day of a month")
    return day


# Keys of TOML are text, and so is a day that is a key.
FirstOfMonth = Annotated[dt.date, Field(strict=False), AfterValidator(_first_of_month)]


class Prior(Entry):
    """What is known of a lever beforehand; it may walk from month to month.

    Attributes
    ----------
    lever : str
        ``interdiction.tempo``, or with a key ``interdiction.tempo.south``.
    distribution : {"lognormal", "uniform", "normal"}
        A log-normal factor with median 1, a uniform factor, or a normal amount that is added.
    centre, spread : float
        Mean and standard deviation of the logarithm of the factor, or of the amount.
    low, high : float
        Bounds of the factor (uniform).
    walk : float
        Standard deviation of the step that the logarithm, or the amount, takes each month; 0 for
        a factor that stays.
    reversion : float
        Share of its distance from the centre by which the walk goes back each month; 0 lets it
        wander ever farther. Beyond the record nobody knows a level to go back to, so a walk goes on
        from where it is (:meth:`Priors.walk_on`).
    told_by : tuple of str
        Series that count the very people that this is about, which calibration looks at always.
    jumps : dict
        Months in which a dated measure may have changed things at once: first day of the month,
        standard deviation of the extra step.
    reason : str
        Why so wide, and the source if there is one.

    Examples
    --------
    >>> import corredor
    >>> prior = corredor.Prior(lever="interdiction.tempo.south", spread=0.5, walk=0.2,
    ...                        reason="assumption: within a factor of 1.6 either way")
    >>> prior.distribution
    'lognormal'
    """

    lever: str
    distribution: Literal["lognormal", "uniform", "normal"] = "lognormal"
    centre: float = Field(default=0.0, ge=-10.0, le=10.0)
    spread: float = Field(default=0.0, ge=0.0, le=3.0)
    low: float = Field(default=1.0, ge=0.0, le=100.0)
    high: float = Field(default=1.0, ge=0.0, le=100.0)
    walk: float = Field(default=0.0, ge=0.0, le=1.0)
    reversion: float = Field(default=0.0, ge=0.0, lt=1.0)
    told_by: tuple[str, ...] = ()
    jumps: dict[FirstOfMonth, Annotated[float, Field(ge=0.0, le=3.0)]] = Field(default_factory=dict)
    reason: str = Field(min_length=1)

    def draw(self, random: np.random.Generator, months: Sequence[dt.date]) -> Floats:
        """Return one unknown for each month, or a single one if it does not walk."""
        if self.distribution == "uniform":
            return random.standard_normal(1)
        first = self.centre + self.spread * random.standard_normal(1)
        if not self.walk:
            return first
        away, level = first - self.centre, [first]
        for step in self.steps(random.standard_normal(len(months) - 1), months):
            away = (1.0 - self.reversion) * away + step
            level.append(self.centre + away)
        return np.concatenate(level)

    def width(self, months: Sequence[dt.date]) -> Floats:
        """Return the standard deviation before calibration in each month, or once for all."""
        if self.distribution == "uniform":
            return np.array([(self.high - self.low) / np.sqrt(12.0)])
        variance = [self.spread**2]
        for step in self.steps(np.ones(len(months) - 1), months) if self.walk else ():
            variance.append((1.0 - self.reversion) ** 2 * variance[-1] + float(step) ** 2)
        return np.sqrt(variance)

    def steps(self, normal: Floats, months: Sequence[dt.date]) -> Floats:
        """Turn standard normals into the steps from each month to the next."""
        return np.asarray(normal * self._widths(months), dtype=np.float64)

    def sink(self, months: Sequence[dt.date]) -> Floats:
        """Return how far each step must go down for the expected factor, or amount, to stay."""
        widths = self._widths(months)
        return 0.5 * widths**2 if self.distribution == "lognormal" else np.zeros_like(widths)

    def _widths(self, months: Sequence[dt.date]) -> Floats:
        return np.array([np.hypot(self.walk, self.jumps.get(month, 0.0)) for month in months[1:]])

    def factor(self, unknowns: Floats) -> Floats:
        """Return the factors, or amounts, that belong to unknowns."""
        if self.distribution == "uniform":
            from scipy.special import ndtr  # which takes long to load, and a run needs it not

            return np.asarray(self.low + (self.high - self.low) * ndtr(unknowns))
        return unknowns if self.distribution == "normal" else np.exp(unknowns)


@dataclass(frozen=True)
class Priors:
    """All priors of a world, in the order of the file."""

    priors: tuple[Prior, ...]

    def __iter__(self) -> Iterator[Prior]:
        """Give each prior in the order of the file."""
        return iter(self.priors)

    def known_by(self, day: dt.date) -> Priors:
        """Return the priors as somebody would have them on a day: no later measure is foreseen."""
        known = [
            prior.model_copy(update={"jumps": {m: s for m, s in prior.jumps.items() if m <= day}})
            for prior in self.priors
        ]
        return Priors(tuple(known))

    def draw(self, seed: int, replicates: Sequence[int], months: Sequence[dt.date]) -> Unknowns:
        """Return the unknowns of the given replicates.

        Each prior has a stream of its own, so that a new one leaves the others as they are; a walk
        starts in the first of ``months``, and more months leave its beginning as it is.
        """
        return {
            prior.lever: np.array(
                [prior.draw(_stream(seed, prior.lever, r), months) for r in replicates]
            )
            for prior in self.priors
        }

    def walk_on(
        self, unknowns: Unknowns, seed: int, months: Sequence[dt.date], known: int
    ) -> Unknowns:
        """Return unknowns whose walks go on with fresh steps from the month number ``known`` on.

        The steps of a month are the same however many months are added at a time. A log-normal
        factor is expected to stay where it is: its logarithm sinks by half the variance of each
        step, or the expected number of people would grow with every month, by the mere width of
        the walk.

        Parameters
        ----------
        unknowns : dict
            For each lever [R, at least ``known`` months], or [R, 1].
        seed : int
            Of the fresh steps.
        months : sequence of datetime.date
            All months, known and to come.
        known : int
            How many of them are taken over.
        """
        longer, later = dict(unknowns), months[known:]
        if not later:
            return longer
        for prior in self.priors:
            if prior.walk:
                mine = unknowns[prior.lever][:, :known]
                fresh = np.array(
                    [
                        [_stream(seed, f"{prior.lever} {m}", r).standard_normal() for m in later]
                        for r in range(len(mine))
                    ]
                )
                steps = prior.steps(fresh, months[known - 1 :]) - prior.sink(months[known - 1 :])
                on = np.cumsum(np.c_[mine[:, -1:], steps], axis=1)[:, 1:]
                longer[prior.lever] = np.c_[mine, on]
        return longer

    def factors(self, unknowns: Unknowns, months: Sequence[dt.date]) -> dict[str, Factors]:
        """Return for each lever the factors that unknowns of these months stand for."""
        return {
            prior.lever: Factors(
                (ALWAYS, *months[1:]) if prior.walk else (ALWAYS,),
                prior.factor(unknowns[prior.lever]),
                added=prior.distribution == "normal",
            )
            for prior in self.priors
        }


def months_between(first: dt.date, last: dt.date) -> tuple[dt.date, ...]:
    """Return the first day of each month from that of one day to that of another."""
    months = [first.replace(day=1)]
    while months[-1] < last.replace(day=1):
        months.append((months[-1] + dt.timedelta(days=32)).replace(day=1))
    return tuple(months)


def _stream(seed: int, name: str, replicate: int) -> np.random.Generator:
    counter = [0, 0, zlib.crc32(name.encode()), replicate]
    return np.random.Generator(np.random.Philox(key=[seed, _STREAM], counter=counter))


def load_priors(world: World) -> Priors:
    """Read ``priors.toml`` of a world; a world without one has no priors.

    Raises
    ------
    InputError
        For broken TOML, an unknown lever, or a distribution that makes no sense.
    """
    path = world.folder / "priors.toml"
    if not path.exists():
        return Priors(())
    return priors_of(entries(path, "prior"), world, str(path), known_levers())


def priors_of(listed: Sequence[Any], world: World, path: str, known: Mapping[str, Lever]) -> Priors:
    """Return priors from entries, as ``[[prior]]`` of ``priors.toml`` gives them.

    Parameters
    ----------
    listed : sequence
        Mappings, or priors.
    world : World
        Whose keys levers have.
    path : str
        What errors name: a file.
    known : mapping
        Every lever there is, by name.

    Raises
    ------
    InputError
        With every problem: an unknown lever, one named twice, a distribution of no sense.
    """
    priors: list[Prior] = []
    problems: list[Problem] = []
    for number, entry in enumerate(listed, start=1):
        try:
            prior = entry if isinstance(entry, Prior) else Prior.model_validate(entry)
        except ValidationError as error:
            for item in error.errors():
                key = f"prior {number}, {'.'.join(map(str, item['loc']))}"
                problems.append(Problem(path, expected_of(dict(item)), item["input"], column=key))
            continue
        if prior.lever.endswith(EVERY_KEY) and (keys := _keys(prior.lever, world, known)):
            name = prior.lever.removesuffix(EVERY_KEY)
            priors += [prior.model_copy(update={"lever": f"{name}.{key}"}) for key in keys]
            continue
        if not _is_lever(prior.lever, world, known):
            hint = did_you_mean(prior.lever, known)
            problems.append(
                Problem(path, "a lever, or a lever and a key", prior.lever,
                        column=f"prior {number}, lever", hint=hint)
            )  # fmt: skip
        if prior.lever in {before.lever for before in priors}:
            problems.append(Problem(path, "one prior for a lever", prior.lever,
                                    column=f"prior {number}, lever"))  # fmt: skip
        priors.append(prior)
    if problems:
        raise InputError(problems)
    return Priors(tuple(priors))


def _keys(name: str, world: World, known: Mapping[str, Lever]) -> tuple[str, ...]:
    """Return the keys that ``movement.own_pull.*`` stands for; none if there is no such lever."""
    lever = known.get(name.removesuffix(EVERY_KEY))
    return keys_of(lever, world) if lever and lever.by else ()


def _is_lever(name: str, world: World, levers: Mapping[str, Lever]) -> bool:
    lever, _, key = name.rpartition(".")
    return name in levers or (lever in levers and key in keys_of(levers[lever], world))
