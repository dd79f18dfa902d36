"""Read a file of claims and give each its verdict."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from corredor import assets
from corredor.claims.finding import Ceiling, Finding, Grade, World, combine, limit
from corredor.claims.list_checks import CategoriesAtLeast, EventInYear
from corredor.claims.month_checks import FallsBy, StaysBelow, SteepestFall
from corredor.claims.window_checks import (
    MonthlyMeanBelow,
    PublishedValue,
    RecordHigh,
    RestOfWindow,
    WithinLongerWindow,
)
from corredor.claims.world_checks import Elevation, NorthOfParallel, RoadDistance
from corredor.errors import InputError, Problem

AnyCheck = Annotated[
    PublishedValue
    | FallsBy
    | SteepestFall
    | StaysBelow
    | MonthlyMeanBelow
    | RecordHigh
    | RestOfWindow
    | WithinLongerWindow
    | CategoriesAtLeast
    | EventInYear
    | Elevation
    | NorthOfParallel
    | RoadDistance,
    Field(discriminator="name"),
]
LATER = "Not yet checked: this needs the model pair of a later release."


class Claim(BaseModel):
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
        What to ask; at least one for ``record`` and ``geography``, none for the others.
    at_most : str
        The best verdict that this evidence can give.
    note : str
        What a reader should know beside the numbers.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    statement: str = Field(min_length=1)
    said_by: str = Field(min_length=1)
    kind: Literal["record", "geography", "model", "none"]
    checks: tuple[AnyCheck, ...] = ()
    at_most: Ceiling = "supported"
    note: str = ""

    @model_validator(mode="after")
    def _checks_fit_kind(self) -> Claim:
        if (self.kind in ("record", "geography")) != bool(self.checks):
            wanted = "no check" if self.checks else "at least one check"
            raise ValueError(f"{wanted} for a claim of kind {self.kind!r}")
        return self


class ClaimsFile(BaseModel):
    """A whole file of claims."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str
    claim: tuple[Claim, ...] = Field(min_length=1)


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
        90 % interval of a number from the model; ``None`` for the record and the map.
    source : str
        Where the number comes from.
    why : str
        The reason, with the numbers and where editions disagree.
    """

    id: str
    statement: str
    said_by: str
    verdict: Grade
    value: float | None
    unit: str
    interval: tuple[float, float] | None
    source: str
    why: str


def check_claims(file: str | Path, world: World) -> list[Verdict]:
    """Check every claim of a file.

    Parameters
    ----------
    file : str or Path
        A claims file, or the name of one that ships with Corredor.
    world : World
        The world whose places and links geography checks ask.

    Returns
    -------
    list of Verdict
        In the order of the file.

    Raises
    ------
    InputError
        If the file is no claims file; names the claim and the key.
    UsageError
        If a check names a series, month or place that does not exist.
    """
    return [_judge(claim, world) for claim in load_claims(file)]


def load_claims(file: str | Path) -> tuple[Claim, ...]:
    """Read a claims file; parameters and errors as in :func:`check_claims`."""
    path = assets.find("claims", file, ".toml")
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(Problem(str(path), f"TOML in UTF-8 ({error})")) from error
    try:
        claims = ClaimsFile.model_validate(content).claim
    except ValidationError as error:
        problems = [_problem(path, content, dict(e)) for e in error.errors()]
        raise InputError(problems) from error
    twice = [name for name, n in Counter(c.id for c in claims).items() if n > 1]
    if twice:
        problems = [Problem(str(path), "each id once", name, column="claim.id") for name in twice]
        raise InputError(problems)
    return claims


def _judge(claim: Claim, world: World) -> Verdict:
    found = limit(_find(claim, world), claim.at_most)
    why = " ".join(part for part in (found.why, claim.note) if part)
    return Verdict(
        claim.id,
        claim.statement,
        claim.said_by,
        found.verdict,
        found.value,
        found.unit,
        None,
        found.source,
        why,
    )


def _find(claim: Claim, world: World) -> Finding:
    if claim.kind == "model":
        return Finding("needs the model", why=LATER)
    if claim.kind == "none":
        return Finding("not checkable")
    return combine([check.run(world) for check in claim.checks])


def _problem(path: Path, content: dict[str, Any], error: dict[str, Any]) -> Problem:
    """Turn a validation error into a problem that names the claim by its id."""
    where = [str(part) for part in error["loc"]]
    value = error["input"]
    if len(error["loc"]) > 1 and error["loc"][0] == "claim":
        name = content["claim"][error["loc"][1]].get("id", f"number {error['loc'][1] + 1}")
        where[:2] = [f"claim {name}"]
    shown = value if isinstance(value, str | int | float) else None
    return Problem(str(path), f"something else: {error['msg']}", shown, column=".".join(where))
