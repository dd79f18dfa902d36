"""A world with all that stands beside it, each part read when it is first asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import TypeVar

import pandas as pd

from corredor.app.documents.form import form
from corredor.corridor.posterior import NAME, Posterior, has_posterior, read_posterior
from corredor.corridor.priors import Priors, load_priors
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.scenarios_of import FOLDER
from corredor.corridor.table_checks import Tables, hold_together
from corredor.corridor.world import TABLES, World, read_tables, world_of
from corredor.errors import CorredorError, InputError, Problem
from corredor.inputs import shipped
from corredor.inputs.toml import read_toml
from corredor.runs.targets import Target, has_targets, load_targets
from corredor.text.language import page_words

MOST = 0.75  # assumption: who names so many of all keys means to name them all
FEWEST = 2  # keys that make a list
SOUND = ("people-once", "places-once", "links-known")  # without these facts nothing can be laid out
Part = TypeVar("Part")


@dataclass(frozen=True)
class Finding:
    """What a check found: a problem, or a note where the world can be run as it is."""

    problem: Problem
    must: bool = True


class UnreadError(Exception):
    """What a check looks at could not be read; another check says why."""


class Whole:
    """A world's folder with all that belongs to it; a part that cannot be read is ``UnreadError``.

    Attributes
    ----------
    folder : Path
        Of the world.
    tables : dict
        The tables that follow their schema.
    unread : list of Problem
        Why the others do not.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tables: Tables
        self.tables, self.unread = read_tables(folder)

    @cached_property
    def held(self) -> dict[str, list[Problem] | None]:
        """Return the problems of each check of tables; None where it could not be asked."""
        return hold_together(self.folder, self.tables)

    @cached_property
    def world(self) -> World:
        """Return the world, if its tables are sound enough to be laid out."""
        if set(TABLES) - set(self.tables) or any(self.held[name] != [] for name in SOUND):
            raise UnreadError
        return world_of(self.folder, self.tables)

    @cached_property
    def priors(self) -> Priors:
        """Return its priors; none where there is no ``priors.toml``."""
        return _read(lambda: load_priors(self.world))

    @cached_property
    def targets(self) -> tuple[Target, ...]:
        """Return what it is set beside; nothing where there is no ``observations.toml``."""
        return _read(lambda: load_targets(self.world)) if has_targets(self.world) else ()

    @cached_property
    def form(self) -> pd.DataFrame:
        """Return the sliders that the page's form offers for it."""
        return _read(lambda: form(self.world))

    @cached_property
    def posterior(self) -> Posterior | None:
        """Return its posterior, if it was calibrated."""
        if not has_posterior(self.world):
            return None
        return _read(lambda: read_posterior(self.folder / NAME))

    @cached_property
    def baselines(self) -> dict[Path, Scenario]:
        """Return the scenarios with levels of their own that are of this world, by their file."""
        self.fit_for_scenarios()
        return {path: _read(partial(load_scenario, path)) for path in self.baseline_files}

    def fit_for_scenarios(self) -> None:
        """Raise UnreadError where any scenario would only repeat what is wrong with the tables."""
        if self.unread or any(found != [] for found in self.held.values()):
            raise UnreadError

    @cached_property
    def baseline_files(self) -> list[Path]:
        """Return the scenarios without a base that lie in the world, beside it, or are shipped."""
        ships = shipped.folder("scenarios")
        folders = (
            self.folder, self.folder / FOLDER, self.folder.resolve().parent, ships,
            ships / self.folder.resolve().name,
        )  # fmt: skip
        files = [path for folder in folders for path in sorted(folder.glob("*.toml"))]
        return [path for path in dict.fromkeys(files) if self._is_baseline(path)]

    def _is_baseline(self, path: Path) -> bool:
        try:
            document = read_toml(path)
        except InputError:  # no file of Corredor's, or one that another check speaks of
            return False
        world = document.get("world")
        if not isinstance(world, str) or "base" in document:
            return False
        beside = path.parent / world
        named = beside if beside.is_dir() else shipped.folder("worlds") / world
        return named.resolve() == self.folder.resolve()

    def file(self, name: str) -> str:
        """Return the name by which a user knows a file of the world."""
        return str(self.folder / name)

    @property
    def nationalities(self) -> list[str]:
        """Return the nationalities of people.csv."""
        return [str(name) for name in dict.fromkeys(self.world.people["nationality"])]

    def keys(self, by: str) -> list[str]:
        """Return what a world has of a kind: nationality, household, sector, zone or mode."""
        table, column = {
            "nationality": (self.world.people, by),
            "household": (self.world.people, by),
            "mode": (self.world.links, by),
        }.get(by, (self.world.places, by))
        return [str(name) for name in dict.fromkeys(table[column]) if name]


def _read(read: Callable[[], Part]) -> Part:
    try:
        return read()
    except CorredorError:
        raise UnreadError from None


def problems_in(read: Callable[[], object]) -> Iterator[Finding]:
    """Give what is wrong with something that cannot be read."""
    try:
        read()
    except InputError as error:
        for problem in error.problems:
            yield Finding(problem)


def left_out(named: Sequence[str], every: Sequence[str], spare: int = 0) -> list[str]:
    """Return the keys that a list leaves out, if it names most of them and so means all.

    Parameters
    ----------
    named, every : sequence of str
        The keys of the list, and those that there are.
    spare : int
        How many may be left out by right.
    """
    missing = [key for key in every if key not in named]
    known = len(every) - len(missing)
    if known < FEWEST or len(missing) <= spare or known + spare < MOST * len(every):
        return []
    return missing


def must(file: str, key: str, value: object = None, column: str = "", **about: object) -> Finding:
    """Return a problem in words of the language spoken now.

    Parameters
    ----------
    file, value, column
        As in :class:`~corredor.errors.Problem`.
    key : str
        Of ``expected`` in ``text/checks.en.toml``.
    about
        What that text names in braces.
    """
    text = str(page_words("checks")["expected"][key]).format(**about)
    return Finding(Problem(file, text, value, column=column or None))


def may(file: str, key: str, value: object = None, column: str = "", **about: object) -> Finding:
    """Return a note; as :func:`must`."""
    return Finding(must(file, key, value, column, **about).problem, must=False)
