"""Read a file of claims and give each its verdict."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, PrivateAttr, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from corredor.claims.checks.caravans import CaravanProtection
from corredor.claims.checks.changes import ChangeBetween
from corredor.claims.checks.effects import MeasureEffects
from corredor.claims.checks.figures import PublishedValue
from corredor.claims.checks.geography import Elevation, NorthOfParallel, RoadDistance
from corredor.claims.checks.lists import CategoriesAtLeast, EventInYear
from corredor.claims.checks.months import FallsBy, StaysBelow, SteepestFall
from corredor.claims.checks.scenarios import FallExplained, ScenarioDifference, WhatIf
from corredor.claims.checks.shares import ShareOf
from corredor.claims.checks.since import LeastSince, MostSince
from corredor.claims.checks.sums import CalendarYear, FiscalYear, SumOver
from corredor.claims.checks.windows import (
    MonthlyMeanBelow,
    RecordHigh,
    RestOfWindow,
    WithinLongerWindow,
)
from corredor.claims.citing import reason
from corredor.claims.finding import (
    AtLeastOne,
    Ceiling,
    Chart,
    Check,
    Finding,
    Grade,
    World,
    combine,
    limit,
)
from corredor.claims.held import NotCheckableError
from corredor.claims.keys import MistakeError
from corredor.claims.scenarios import ModelCheck, Results, problems_of
from corredor.corridor.scenario import Scenario
from corredor.errors import InputError, Problem, did_you_mean
from corredor.inputs import shipped as assets
from corredor.inputs.toml import Entry, read_toml
from corredor.record import with_world
from corredor.text.language import in_words_of, month

AnyCheck = Annotated[
    PublishedValue
    | FallsBy
    | SteepestFall
    | StaysBelow
    | MonthlyMeanBelow
    | RecordHigh
    | RestOfWindow
    | WithinLongerWindow
    | SumOver
    | FiscalYear
    | CalendarYear
    | ChangeBetween
    | ShareOf
    | MostSince
    | LeastSince
    | CategoriesAtLeast
    | EventInYear
    | MeasureEffects
    | Elevation
    | NorthOfParallel
    | RoadDistance
    | ScenarioDifference
    | FallExplained
    | WhatIf
    | CaravanProtection,
    Field(discriminator="name"),
]
OWN_ERRORS = ("checks", "expected", "measure", "months", "percent", "scenario", "some")


class Claim(Entry):
    """One statement that somebody made, and how to check it.

    Attributes
    ----------
    id : str
        Short name, unique in its file.
    statement, said_by : str
        What was said, in our own words, and by whom.
    kind : str
        ``record``, ``geography``, ``model``, or ``none`` where nothing here can tell.
    checks : tuple of checks
        What to ask: none for ``none``, at least one for the others. Only ``model`` may ask the
        model, and must.
    at_most : str
        The best verdict that this evidence can give.
    note : str
        What a reader should know beside the numbers.
    statement_es, said_by_es, note_es : str
        The same in Spanish, where somebody has written it.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    statement: str = Field(min_length=1)
    said_by: str = Field(min_length=1)
    kind: Literal["record", "geography", "model", "none"]
    checks: tuple[AnyCheck, ...] = ()
    at_most: Ceiling = "supported"
    note: str = ""
    statement_es: str = ""
    said_by_es: str = ""
    note_es: str = ""
    _file: str = PrivateAttr(default="claims")

    def model_post_init(self, context: Any) -> None:
        """Keep the name of the file, for errors that show only when a check is run."""
        self._file = str((context or {}).get("file", self._file))

    def said(self, language: str) -> tuple[str, str, str]:
        """Return statement, speaker and note in a language; in English where it is missing."""
        names = ("statement", "said_by", "note")
        statement, said_by, note = (
            str(getattr(self, f"{name}_{language}", "") or getattr(self, name)) for name in names
        )
        return statement, said_by, note

    @model_validator(mode="after")
    def _checks_fit_kind(self) -> Claim:
        asks_model = any(isinstance(check, ModelCheck) for check in self.checks)
        if (self.kind != "none") != bool(self.checks):
            wanted = "no check" if self.checks else "at least one check"
        elif (self.kind == "model") != asks_model:
            wanted = "no check of the model" if asks_model else "at least one check of the model"
        else:
            return self
        text = f"{wanted} for a claim of kind {self.kind!r}"
        raise PydanticCustomError("checks", "{text}", {"text": text})


class ClaimsFile(Entry):
    """A whole file of claims."""

    title: str
    title_es: str = ""
    claim: Annotated[tuple[Claim, ...], AtLeastOne]


@dataclass(frozen=True)
class Verdict:
    """What came of a claim.

    Attributes
    ----------
    id, statement, said_by : str
        As in the file.
    verdict : str
        ``supported``, ``partly``, ``contradicted``, ``not checkable`` or ``needs the model``.
    value : float or None
        The number found, in ``unit``.
    unit : str
        Unit of ``value``.
    interval : tuple of float or None
        90 % interval of ``value``, where it has one.
    source : str
        Where the number comes from.
    reason, note : str
        The reason, with the numbers and where editions disagree; the note of the claim.
    charts : tuple of Lines, Ranges, Published or Bars
        What can be drawn of the numbers.
    claim : Claim
        As it stands in the file.
    """

    id: str
    statement: str
    said_by: str
    verdict: Grade
    value: float | None
    unit: str
    interval: tuple[float, float] | None
    source: str
    reason: str
    note: str
    charts: tuple[Chart, ...] = field(default=(), compare=False, repr=False)
    claim: Claim | None = field(default=None, compare=False, repr=False)

    @property
    def why(self) -> str:
        """Return reason and note."""
        return " ".join(part for part in (self.reason, self.note) if part)

    def plain(self) -> dict[str, Any]:
        """Return everything but the charts as plain values, for JSON."""
        kept = {k: v for k, v in vars(self).items() if k not in ("charts", "claim")}
        return {**kept, "interval": self.interval and list(self.interval), "why": self.why}


def check_claims(file: str | Path, world: World, results: Results | None = None) -> list[Verdict]:
    """Check every claim of a file.

    Parameters
    ----------
    file : str or Path
        A claims file, or the name of one that ships with Corredor.
    world : World
        The world whose places and links geography checks ask.
    results : Results, optional
        How to run the scenarios that checks of the model need, and what has been run already.
        Without it such checks give ``needs the model``.

    Returns
    -------
    list of Verdict
        In the order of the file.

    Raises
    ------
    InputError
        If the file is no claims file; names the claim and the key.
        A check that names a place which the world does not have is told so too.
    """
    return judge(load_claims(file), world, results)


def judge(claims: Sequence[Claim], world: World, results: Results | None = None) -> list[Verdict]:
    """Check claims that have been read; parameters and errors as in :func:`check_claims`."""
    if results is not None:
        results.run(scenarios_of(claims))
    with in_words_of(world.folder), with_world(world.folder):
        return [_judge(claim, world, results) for claim in claims]


def scenarios_of(claims: Sequence[Claim]) -> list[Scenario]:
    """Return the scenarios whose results the claims' checks ask, as they first come up.

    Those of a check of months over which a scenario does not run are left out.
    """
    return [
        scenario
        for claim in claims
        for check in claim.checks
        if isinstance(check, ModelCheck) and not check.not_run()
        for scenario in check.needs()
    ]


def load_claims(file: str | Path) -> tuple[Claim, ...]:
    """Read the claims of a file; parameters and errors as in :func:`check_claims`."""
    return load_file(file).claim


def load_file(file: str | Path) -> ClaimsFile:
    """Read a claims file; parameters and errors as in :func:`check_claims`."""
    path = assets.find("claims", file, ".toml")
    content = read_toml(path)
    try:
        read = ClaimsFile.model_validate(content, context={"file": path, "read": {}})
    except ValidationError as error:
        problems = [p for e in error.errors() for p in _problems(path, content, dict(e))]
        raise InputError(problems) from error
    twice = [name for name, n in Counter(c.id for c in read.claim).items() if n > 1]
    if twice:
        problems = [Problem(str(path), "each id once", name, column="claim.id") for name in twice]
        raise InputError(problems)
    return read


def _judge(claim: Claim, world: World, results: Results | None) -> Verdict:
    found = limit(_find(claim, world, results), claim.at_most)
    return Verdict(
        claim.id,
        claim.statement,
        claim.said_by,
        found.verdict,
        found.value,
        found.unit,
        found.interval,
        found.source,
        found.why,
        claim.note,
        found.charts,
        claim,
    )


def _find(claim: Claim, world: World, results: Results | None) -> Finding:
    if claim.kind == "none":
        return Finding("not checkable")
    found = []
    for position, check in enumerate(claim.checks):
        try:
            found.append(_ask(check, world, results))
        except NotCheckableError as error:
            found.append(error.finding)
        except MistakeError as error:
            raise InputError(_problem(claim, position, error)) from error
    return combine(found)


def _problem(claim: Claim, position: int, error: MistakeError) -> Problem:
    """Name file, claim and key of a mistake, as where the file is read."""
    check = claim.checks[position]
    column = f"claim {claim.id}.checks.{position}.{check.name}.{error.key}"
    return Problem(claim._file, error.expected, error.value, column=column, hint=error.hint)


def _ask(check: Check, world: World, results: Results | None) -> Finding:
    """Run a check of the record or the map, or ask the model if it was run.

    Raises
    ------
    NotCheckableError
        If nothing here can tell.
    MistakeError
        If the check names what the world does not have.
    """
    if not isinstance(check, ModelCheck):
        return check.run(world)
    if (results is None or results.days_of is None) and check.not_run():
        raise NotCheckableError(check.not_run())
    if results is None:
        return Finding("needs the model", why=reason("not_run"))
    start, end = check.months()
    if not results.hold((start, end)):
        return Finding("needs the model", why=reason("shorter", start=month(start), end=month(end)))
    return check.judge(results)


def _problems(path: Path, content: dict[str, Any], error: dict[str, Any]) -> list[Problem]:
    """Turn a validation error into problems that name the claim by its id."""
    where = [str(part) for part in error["loc"]]
    value = error["input"]
    if len(error["loc"]) > 1 and error["loc"][0] == "claim":
        name = content["claim"][error["loc"][1]].get("id", f"number {error['loc'][1] + 1}")
        where[:2] = [f"claim {name}"]
    column = ".".join(where)
    within = problems_of(error)
    if within:
        return [replace(p, file=str(path), column=f"{column}.{p.column}") for p in within]
    shown, hint = value if isinstance(value, str | int | float) else None, ""
    if error["type"] == "union_tag_invalid":
        shown, column = error["ctx"]["tag"], f"{column}.name"
        hint = did_you_mean(shown, re.findall(r"'(\w+)'", error["ctx"]["expected_tags"]))
    return [Problem(str(path), _expected(error), shown, column=column, hint=hint)]


def _expected(error: dict[str, Any]) -> str:
    """Say what would have been right; our own checks say it, pydantic's say what is wrong."""
    kind, message = error["type"], error["msg"]
    if kind == "missing":
        return "a value; this key is required"
    if kind == "extra_forbidden":
        return "only keys that this has, and this is none"
    if kind == "union_tag_invalid":
        return f"a check: {error['ctx']['expected_tags']}"
    if kind == "union_tag_not_found":
        return "a check with its name"
    return str(message) if kind in OWN_ERRORS else f"something else: {message}"
