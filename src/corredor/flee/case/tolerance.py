"""What Flee passes over or takes in its own way: taken as Flee takes it, and told in a note.

``corredor flee check`` reads strictly: there the same is a fault, so that a person may correct it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field, replace

from corredor.errors import MOST_TOLD, Problem


@dataclass(frozen=True)
class Reading:
    """How files are read now: strictly or not, and what was told so far."""

    strict: bool = False
    notes: list[str] = field(default_factory=list)


_READING: ContextVar[Reading | None] = ContextVar("reading", default=None)


@contextmanager
def reading(*, strict: bool | None = None) -> Iterator[list[str]]:
    """Collect what is told while files are read; ``strict`` as before unless it is given."""
    before = _READING.get() or Reading()
    now = replace(before, strict=before.strict if strict is None else strict, notes=[])
    token = _READING.set(now)
    try:
        yield now.notes
    finally:
        _READING.reset(token)
        if len(now.notes) > MOST_TOLD:
            now.notes[MOST_TOLD:] = [f"{len(now.notes) - MOST_TOLD:,} more notes like these."]


def tolerate(problem: Problem, flee: str, problems: list[Problem]) -> None:
    """Note what Flee does with something odd; where files are read strictly, it is a problem."""
    now = _READING.get() or Reading()
    if now.strict:
        problems.append(problem)
        return
    told = str(replace(problem, hint="")).removesuffix(".")
    hint = f" {problem.hint}" if problem.hint else ""
    now.notes.append(f"{told}; as in Flee, {flee}.{hint}")
