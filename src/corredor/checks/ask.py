"""Ask every check of a world."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from corredor.checks import levers, people, record, words
from corredor.checks.whole import Finding, UnreadError, Whole
from corredor.corridor.table_checks import TABLE_CHECKS, TableCheck, name_of
from corredor.errors import Problem
from corredor.inputs import shipped
from corredor.record import with_world

Ask = Callable[[Whole], Iterator[Finding]]


@dataclass(frozen=True)
class Check:
    """A fact that holds of a sound world: its name, the fact, and how it is asked."""

    name: str
    fact: str
    ask: Ask


@dataclass(frozen=True)
class Outcome:
    """What a check found; ``asked`` is false where what it looks at could not be read."""

    check: Check
    findings: tuple[Finding, ...] = ()
    asked: bool = True

    @property
    def problems(self) -> list[Problem]:
        """Return what has to be mended."""
        return [found.problem for found in self.findings if found.must]

    @property
    def notes(self) -> list[Problem]:
        """Return what may be as it is."""
        return [found.problem for found in self.findings if not found.must]


def tables_read(whole: Whole) -> Iterator[Finding]:
    """Every table is there and follows its schema (docs/reference/tables.md)."""
    for problem in whole.unread:
        yield Finding(problem)


def check_world(name_or_path: str | Path) -> list[Outcome]:
    """Return the outcome of every check of a world, in the order of ``CHECKS``.

    Parameters
    ----------
    name_or_path : str or Path
        A world that ships with Corredor, such as ``mexico``, or a folder.

    Raises
    ------
    UsageError
        If there is no such world.
    """
    return outcomes(Whole(shipped.find("worlds", name_or_path)))


def outcomes(whole: Whole) -> list[Outcome]:
    """Return the outcome of every check of a world that was read."""
    with with_world(whole.folder):
        return [_outcome(check, whole) for check in CHECKS]


def _outcome(check: Check, whole: Whole) -> Outcome:
    try:
        return Outcome(check, tuple(check.ask(whole)))
    except UnreadError:
        return Outcome(check, asked=False)


def _check(ask: Ask) -> Check:
    return Check(name_of(ask), _fact(ask), ask)


def _of_tables(check: TableCheck) -> Check:
    def ask(whole: Whole) -> Iterator[Finding]:
        found = whole.held[check.name]
        if found is None:
            raise UnreadError
        return (Finding(problem) for problem in found)

    return Check(check.name, _fact(check.ask), ask)


def _fact(ask: Callable[..., object]) -> str:
    return " ".join((inspect.getdoc(ask) or "").split())


CHECKS = (
    _check(tables_read),
    *map(_of_tables, TABLE_CHECKS),
    *map(_check, (*people.CHECKS, *record.CHECKS, *levers.CHECKS, *words.CHECKS)),
)
