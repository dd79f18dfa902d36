"""Ask a compiled model whether a lever can do anything: whether a step answers otherwise for it.

The steps are asked for their chances under the lever as it is, at its least and at its greatest
value, with few and with many people everywhere, and with each memory off, on, and on in its first
number alone. A lever to which no step of the day reacts changes no result.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corredor.engine.levers import CompiledLever, Levers
from corredor.engine.program import Program
from corredor.engine.steps import Step, Today
from corredor.errors import CorredorError

Answered = tuple[list[Any] | None, set[str]]  # by a step, and the levers that it read
MOST_KEPT = 512  # of them: those of some days
FEW, MANY = 1.0, 1e5  # people in every state: below and above every limit that a world may have


class _Reading(Levers):
    """Levers that note which of them are asked for."""

    def __init__(self, levers: Levers) -> None:
        super().__init__(levers.compiled, levers.keys, levers.held, levers.as_set, levers.reference)
        object.__setattr__(self, "read", set())

    read: set[str]

    def value(self, name: str, day: dt.date) -> NDArray[np.float64]:
        """Note that a lever is asked for, and answer."""
        self.read.add(name)
        return super().value(name, day)


@dataclass(frozen=True, eq=False)
class Probe:
    """A model whose levers are tried, one after another.

    Attributes
    ----------
    program : Program
        With the levers of a scenario, one row for all replicates.
    """

    program: Program
    _asked: dict[tuple[dt.date, int, int], Answered] = field(default_factory=dict, repr=False)

    def acts(self, lever: str, keys: Sequence[str], days: Sequence[dt.date]) -> bool:
        """Return whether some keys of a lever can change what happens on one of the days."""
        return any(self._acts_on(lever, keys, day) for day in days)

    def read_on(self, day: dt.date) -> frozenset[str]:
        """Return the levers that some step asks for on a day."""
        today = next(self._situations(day))
        return frozenset(
            name
            for number, step in enumerate(self._steps)
            for name in self._as_it_is(step, today, (day, 0, number))[1]
        )

    def _acts_on(self, lever: str, keys: Sequence[str], day: dt.date) -> bool:
        known = self.program.levers.compiled[lever]
        for situation, today in enumerate(self._situations(day)):
            for number, step in enumerate(self._steps):
                as_it_is, read = self._as_it_is(step, today, (day, situation, number))
                if lever not in read:
                    continue
                for value in (known.minimum, known.maximum):
                    other = replace(today, levers=_with(self.program.levers, lever, keys, value))
                    if not _alike(as_it_is, _ask(step, other)[0]):
                        return True
        return False

    def _as_it_is(self, step: Step, today: Today, which: tuple[dt.date, int, int]) -> Answered:
        """Ask a step as things are, once for all levers that are tried on a day."""
        if which not in self._asked:
            if len(self._asked) >= MOST_KEPT:
                self._asked.clear()
            self._asked[which] = _ask(step, today)
        return self._asked[which]

    @property
    def _steps(self) -> tuple[Step, ...]:
        return tuple(step for _, step in self.program.steps)

    def _situations(self, day: dt.date) -> Iterator[Today]:
        off = self.program.memory()
        on = {name: np.ones_like(kept) for name, kept in off.items()}
        begun = {name: np.eye(1, kept.shape[1]) for name, kept in off.items()}
        for people in (FEW, MANY):
            stocks = np.full((1, self.program.states), people)
            for memory in (off, on, begun) if off else (off,):
                yield Today(day, self.program.levers, stocks, 1.0, lambda chances: chances, memory)


def _with(levers: Levers, lever: str, keys: Sequence[str], value: float) -> Levers:
    """Return levers with some keys of one at a value."""
    own = levers.compiled[lever]
    values = own.values.copy()
    at = {key: position for position, key in enumerate(levers.keys[lever])}
    values[:, :, [at[key] for key in keys]] = value
    compiled = {**levers.compiled, lever: CompiledLever(own.days, values)}
    return replace(levers, compiled=compiled)


def _ask(step: Step, today: Today) -> Answered:
    """Return everything that a step answers, None if it refuses, and the levers that it read."""
    reading = _Reading(today.levers)
    try:
        answers = list(step.answers(replace(today, levers=reading), (FEW, MANY)))
    except CorredorError:
        return None, reading.read
    return answers, reading.read


def _alike(one: list[Any] | None, other: list[Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return all(_same(a, b) for a, b in zip(one, other, strict=True))


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, Mapping) or hasattr(one, "__dataclass_fields__"):
        return False  # what Flee's rules answer; its levers are none of a scenario's
    if one is None or other is None:
        return one is other
    return bool(np.array_equal(one, other, equal_nan=True))
