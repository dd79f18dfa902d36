"""Priors: how unsure we are about each number, so that replicates can differ in it.

``priors.toml`` of a world has a list of ``[[prior]]``: the lever (or a lever and a key) that it
multiplies, a distribution with median 1, and the reason. A replicate draws its factors from its own
random stream, so the same replicate has the same parameters in every scenario.
"""

from __future__ import annotations

import datetime as dt
import tomllib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from corredor.errors import InputError, Problem, did_you_mean
from corredor.levers import ALWAYS, Factors, keys_of, known_levers
from corredor.world import World

_STREAM = 0x70726972  # keeps these draws apart from those of the days


class Prior(BaseModel):
    """A factor on a lever: log-normal with median 1, or uniform; it may walk from month to month.

    Attributes
    ----------
    lever : str
        ``interdiction.tempo``, or with a key ``interdiction.tempo.south``.
    distribution : {"lognormal", "uniform"}
        Of the factor.
    spread : float
        Standard deviation of the logarithm of the factor (log-normal).
    low, high : float
        Bounds of the factor (uniform).
    walk : float
        Standard deviation of the step that the logarithm of the factor takes each month; 0 for a
        factor that stays.
    reason : str
        Why so wide, and the source if there is one.
    """

    model_config = ConfigDict(extra="forbid")
    lever: str
    distribution: Literal["lognormal", "uniform"] = "lognormal"
    spread: float = Field(default=0.0, ge=0.0, le=3.0)
    low: float = Field(default=1.0, ge=0.0)
    high: float = Field(default=1.0, ge=0.0)
    walk: float = Field(default=0.0, ge=0.0, le=1.0)
    reason: str = Field(min_length=1)

    def draw(self, random: np.random.Generator, months: int = 1) -> NDArray[np.float64]:
        """Return one factor for each month, or a single one if it does not walk."""
        if self.distribution == "lognormal":
            first = float(np.exp(self.spread * random.standard_normal()))
        else:
            first = float(random.uniform(self.low, self.high))
        if not self.walk:
            return np.array([first])
        steps = self.walk * random.standard_normal(months - 1)
        return np.asarray(first * np.exp(np.r_[0.0, np.cumsum(steps)]))


@dataclass(frozen=True)
class Priors:
    """All priors of a world, in the order of the file."""

    priors: tuple[Prior, ...]

    def draw(
        self, seed: int, replicates: Sequence[int], months: Sequence[dt.date]
    ) -> dict[str, Factors]:
        """Return for each lever the factors of the given replicates.

        Each prior has a stream of its own, so that a new one leaves the others as they are; a walk
        starts in the first of ``months``, and more months leave its beginning as it is.
        """
        drawn = {}
        for prior in self.priors:
            values = np.array(
                [prior.draw(_stream(seed, prior.lever, r), len(months)) for r in replicates]
            )
            days = (ALWAYS, *months[1:]) if prior.walk else (ALWAYS,)
            drawn[prior.lever] = Factors(days, values)
        return drawn


def _stream(seed: int, lever: str, replicate: int) -> np.random.Generator:
    counter = [0, 0, zlib.crc32(lever.encode()), replicate]
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
    try:
        listed = tomllib.loads(path.read_text(encoding="utf-8")).get("prior", [])
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Problem(str(path), "valid TOML", hint=f"{error}.")) from None
    priors, problems = [], []
    for number, entry in enumerate(listed, start=1):
        try:
            prior = Prior.model_validate(entry)
        except ValidationError as error:
            for item in error.errors():
                key = f"prior {number}, {'.'.join(map(str, item['loc']))}"
                problems.append(Problem(str(path), item["msg"], item["input"], column=key))
            continue
        if not _is_lever(prior.lever, world):
            hint = did_you_mean(prior.lever, known_levers())
            problems.append(
                Problem(str(path), "a lever, or a lever and a key", prior.lever,
                        column=f"prior {number}, lever", hint=hint)
            )  # fmt: skip
        priors.append(prior)
    if problems:
        raise InputError(problems)
    return Priors(tuple(priors))


def _is_lever(name: str, world: World) -> bool:
    lever, _, key = name.rpartition(".")
    levers = known_levers()
    return name in levers or (lever in levers and key in keys_of(levers[lever], world))
