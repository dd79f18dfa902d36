"""Structures of a model: what ``variants.toml`` of a world declares, and what came of them.

A structure is a change to the priors: which levers may jump, which are tied, what is left out. The
file lists structures, checks that each must pass, and one question: how much of a fall goes away in
scenarios that take a cause away. ``corredor.fit.variants`` fits them; the comparison is kept beside
the file.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pandas as pd
import pyarrow as pa
from pydantic import Field, ValidationError

from corredor.corridor.levers import known_levers
from corredor.corridor.priors import Prior, Priors, load_priors
from corredor.corridor.scenario import Scenario
from corredor.corridor.settings import hold_levers
from corredor.corridor.world import World
from corredor.errors import InputError, Problem, UsageError, did_you_mean
from corredor.inputs.sealed import read_sealed, write_sealed
from corredor.inputs.toml import Entry, expected_of, read_toml
from corredor.runs.targets import Month, load_countings

FILE = "variants.toml"
COMPARED = "variants.parquet"
COLUMNS = (
    "variant", "seed", "misfit", "kind", "name", "record", "mean", "low", "high", "inside", "must",
)  # fmt: skip


class Variant(Entry):
    """A ``[[variant]]``: a structure, as changes to the priors of the world.

    Attributes
    ----------
    name, title, title_es : str
        Short name, and what it is called.
    reason : str
        Why somebody may hold it.
    prior : tuple of dict
        For each lever that differs, the fields of its prior that do.
    """

    name: str
    title: str
    title_es: str = ""
    reason: str = Field(min_length=1)
    prior: tuple[dict[str, Any], ...] = ()


class Check(Entry):
    """A ``[[check]]``: something of the record that a structure should make again.

    Attributes
    ----------
    name, title, title_es : str
        Short name, and what it is called.
    kind : {"total", "share", "fall"}
        Of the part over the months; its share of the whole series over them; its fall from the
        first month to the last, in percent.
    series, by, part, pooled, place : str
        As in :class:`~corredor.runs.targets.Target`; ``place`` is where the record has the part.
    months : tuple of str
        First and last.
    error : float
        Standard deviation of the logarithm of published over modelled; of a fall, that of what is
        left after it.
    must : bool
        Whether a structure that misses it does not pass.
    """

    name: str
    title: str
    title_es: str = ""
    kind: Literal["total", "share", "fall"]
    series: str
    by: str = ""
    part: str = ""
    pooled: str = ""
    place: str = ""
    months: tuple[Month, Month]
    error: float = Field(gt=0.0, le=2.0)
    must: bool = False

    def span(self) -> tuple[pd.Period, pd.Period]:
        """Return the first and the last month."""
        return pd.Period(self.months[0], "M"), pd.Period(self.months[1], "M")


class Cause(Entry):
    """A ``[[question.without]]``: what is taken away, by holding levers as they were on a day.

    Attributes
    ----------
    name, title, title_es : str
        Short name, and what it is called.
    hold : dict
        By lever, or lever and key, the day.
    """

    name: str
    title: str
    title_es: str = ""
    hold: dict[str, dt.date] = Field(min_length=1)

    def taken_from(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the cause taken away: what is set after the day is held too."""
        settings = {lever: dict(keys) for lever, keys in scenario.settings.items()}
        as_set = {lever: dict(days) for lever, days in scenario.as_set.items()}
        problems = list(
            hold_levers(
                Path(FILE), self.hold, settings, as_set, scenario.world, scenario.known_levers()
            )
        )
        if problems:
            raise InputError(problems)
        held = {**scenario.held, **self.hold}
        return scenario.but(settings=settings, as_set=as_set, held=held)


class Question(Entry):
    """The ``[question]``: which share of a fall goes away without a cause.

    Attributes
    ----------
    series : str
        What fell.
    month_a, month_b : str
        From when to when.
    scenario : str
        With all causes.
    without : tuple of Cause
        What is taken away, one after the other.
    """

    series: str
    month_a: Month
    month_b: Month
    scenario: str
    without: tuple[Cause, ...] = Field(min_length=1)


@dataclass(frozen=True)
class Structures:
    """What ``variants.toml`` of a world says."""

    question: Question
    variants: tuple[Variant, ...]
    checks: tuple[Check, ...]


def load_variants(world: World) -> Structures:
    """Read the structures of a world.

    Raises
    ------
    InputError
        If ``variants.toml`` is missing or broken, changes a prior that the world has not, holds a
        lever that there is not, or names a series that the world does not count.
    """
    path = world.folder / FILE
    if not path.exists():
        raise InputError(Problem(str(path), "a file of structures to compare"))
    content = read_toml(path)
    problems: list[Problem] = []

    def made(kind: type[Any], entry: object, where: str) -> Any:
        try:
            return kind.model_validate(entry)
        except ValidationError as error:
            problems.extend(
                Problem(str(path), expected_of(dict(item)), item["input"],
                        column=".".join(map(str, (where, *item["loc"]))))
                for item in error.errors()
            )  # fmt: skip
        return None

    known = ("question", "variant", "check")
    for key in content:
        if key not in known:
            hint = did_you_mean(key, known)
            expected = "[question], [[variant]] or [[check]]"
            problems.append(Problem(str(path), expected, key, hint=hint))
    question = made(Question, content.get("question", {}), "question")
    variants = [
        made(Variant, x, f"variant {n}") for n, x in enumerate(content.get("variant", []), 1)
    ]
    checks = [made(Check, x, f"check {n}") for n, x in enumerate(content.get("check", []), 1)]
    if not problems:
        problems += _unknown_priors(variants, load_priors(world), str(path))
        for cause in question.without:
            problems += hold_levers(path, cause.hold, {}, {}, world, known_levers())
        problems += _uncounted(question, checks, world, str(path))
    if problems:
        raise InputError(problems)
    return Structures(question, tuple(variants), tuple(checks))


def _uncounted(
    question: Question, checks: Sequence[Check], world: World, path: str
) -> list[Problem]:
    """Return a problem for each series that the world does not count."""
    known = load_countings(world)
    named = [("question.series", question.series)]
    named += [(f"check {check.name}, series", check.series) for check in checks]
    return [
        Problem(path, "a series that observations.toml counts", name, column=column,
                hint=did_you_mean(name, known))
        for column, name in named
        if name not in known
    ]  # fmt: skip


def _unknown_priors(variants: Sequence[Variant], priors: Priors, path: str) -> list[Problem]:
    levers, problems = [prior.lever for prior in priors], []
    for variant in variants:
        for change in variant.prior:
            name = str(change.get("lever", ""))
            if name not in levers:
                problems.append(
                    Problem(path, "a lever with a prior", name, column=f"{variant.name}, prior",
                            hint=did_you_mean(name, levers))
                )  # fmt: skip
                continue
            try:
                _changed(next(p for p in priors if p.lever == name), change)
            except ValidationError as error:
                problems.extend(
                    Problem(path, expected_of(dict(item)), item["input"],
                            column=f"{variant.name}, {name}, {'.'.join(map(str, item['loc']))}")
                    for item in error.errors()
                )  # fmt: skip
    return problems


def _changed(prior: Prior, change: Mapping[str, Any]) -> Prior:
    return Prior.model_validate({**prior.model_dump(), **change})


def priors_of(variant: Variant, priors: Priors) -> Priors:
    """Return the priors of a world as a structure has them."""
    changes = {str(change["lever"]): change for change in variant.prior}
    return Priors(tuple(_changed(p, changes[p.lever]) if p.lever in changes else p for p in priors))


@dataclass(frozen=True, eq=False)
class Compared:
    """All structures of a world, fitted and asked.

    Attributes
    ----------
    table : pandas.DataFrame
        As :func:`corredor.fit.variants.told` gives it, of all structures and seeds.
    provenance : dict
        What decided and computed it.
    """

    table: pd.DataFrame
    provenance: Mapping[str, Any]

    def passing(self) -> dict[tuple[str, int], bool]:
        """Return of each structure and seed whether the fit makes all again that it must."""
        held = self.table["inside"] | ~self.table["must"]
        fits = self.table.assign(inside=held).groupby(["variant", "seed"], sort=False)
        found = fits["inside"].all().reset_index()
        rows = zip(found["variant"], found["seed"], found["inside"], strict=True)
        return {(str(name), int(seed)): bool(value) for name, seed, value in rows}

    def answers(self, without: str, *, passing: bool = True) -> pd.DataFrame:
        """Return the shares of the fall that go away without a cause, by structure and seed."""
        shares = self.table[(self.table["kind"] == "share") & (self.table["name"] == without)]
        if not passing:
            return shares
        passes = self.passing()
        fits = zip(shares["variant"], shares["seed"], strict=True)
        return shares[[passes[name, seed] for name, seed in fits]]

    def save(self, path: Path, *, replace: bool = False) -> None:
        """Write the table, sealed."""
        write_sealed(
            pa.Table.from_pandas(self.table, preserve_index=False), path, self.provenance,
            replace=replace,
        )  # fmt: skip


def has_variants(world: World) -> bool:
    """Return whether the structures of a world have been compared."""
    return (world.folder / COMPARED).exists()


def load_compared(world: World) -> Compared:
    """Read the comparison that stands in the folder of a world.

    Raises
    ------
    UsageError
        If there is none, or it was made for other tables, priors or structures.
    DamagedError
        If the file is not what was written.
    """
    path = world.folder / COMPARED
    if not path.exists():
        raise UsageError(f"{world.name}: no structures compared yet; see `corredor variants`.")
    table, provenance = read_sealed(path)
    found = Compared(table.to_pandas(), provenance)
    for name, value in digests(world).items():
        if provenance.get(name) != value:
            raise UsageError(
                f"{path}: was made for other tables, priors or structures ({name}). Run "
                f"`corredor variants {world.name}` again."
            )
    return found


def digests(world: World) -> dict[str, str]:
    """Return digests of what a comparison rests on, but for the record."""
    files = {"priors_digest": "priors.toml", "variants_digest": FILE}
    found = {
        name: hashlib.sha256((world.folder / file).read_bytes()).hexdigest()
        for name, file in files.items()
    }
    return {"world_hash": world.hash, **found}
