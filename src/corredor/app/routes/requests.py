"""What the page may ask for: a scenario that ships, levers to change, how many runs."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from corredor.corridor.levers import keys_of, known_levers
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import scenario_within
from corredor.engine.draws.names import DRAW_OF_BANDS, CountedDrawName
from corredor.errors import InputError, Problem

ALL_KEYS = "*"
CHANGES = "changes.toml"  # a name for what the page changes; there is no such file
MOST_REPLICATES = 200
MOST_CHANGES = 40
LARGEST_SEED = 2**53 - 1  # the largest whole number that JavaScript keeps exactly

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,59}$")]
# Characters that control a terminal, break a line, or turn the text around them the other way.
_CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069"
Name = Annotated[
    str,
    StringConstraints(
        strip_whitespace=True,
        max_length=80,
        pattern=rf"^[^\s{_CONTROL}]([^{_CONTROL}]*[^\s{_CONTROL}])?$",
    ),
]

Note = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=300, pattern=rf"^[^{_CONTROL}]*$")
]


def _number(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("expected a number")
    return value


def _day(value: object) -> object:
    if not isinstance(value, str | dt.date | None):
        raise ValueError("expected a day such as 2023-11-30")
    return value


# JSON tells numbers, texts and yes or no apart; pydantic would turn one into another.
Numeric, Day = BeforeValidator(_number), BeforeValidator(_day)


class ChangeRequest(BaseModel):
    """One lever set to a value, or to so many times what each run has, from a day on.

    Attributes
    ----------
    lever : str
        Such as ``interdiction.tempo``.
    key : str
        A zone, nationality, … of the lever; ``*`` for all of them; empty if it has none.
    way : {"value", "factor"}
        Whether ``value`` is the lever's own, in every run, or multiplies what each run has.
    value : float
        In the lever's unit and range, or a factor.
    start : datetime.date, optional
        The first day on which it holds; for all days if left out.
    """

    model_config = ConfigDict(extra="forbid")
    lever: str = Field(max_length=60)
    key: str = Field(default="", max_length=40)
    way: Literal["value", "factor"] = "value"
    value: Annotated[float, Numeric] = Field(allow_inf_nan=False)
    start: Annotated[dt.date | None, Day] = None


class RunRequest(BaseModel):
    """A run: a scenario that ships with Corredor, and what is changed in it."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "name": "Nobody sent south", "scenario": "baseline", "replicates": 1,
                    "draw": "expected",
                    "changes": [{"lever": "custody.sent_south_share", "value": 0}],
                }
            ]
        },
    )  # fmt: skip
    name: Name
    scenario: Slug
    changes: list[ChangeRequest] = Field(default=[], max_length=MOST_CHANGES)
    replicates: Annotated[int, Numeric] = Field(default=20, ge=1, le=MOST_REPLICATES)
    draw: CountedDrawName = DRAW_OF_BANDS
    seed: Annotated[int, Numeric] = Field(default=1, ge=0, le=LARGEST_SEED)


class Described(BaseModel):
    """Another name for a run that is kept, or another note on it; what is left out stays."""

    model_config = ConfigDict(extra="forbid")
    name: Name | None = None
    note: Note | None = None


def slug(name: str) -> str:
    """Return a file name for a run's name: small letters, digits and hyphens."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    return "-".join(part for part in kept.split("-") if part)[:40] or "run"


def command_of(request: RunRequest) -> str:
    """Return the command that gives the same numbers as a request."""
    subject = f"{slug(request.name)}.toml" if request.changes else request.scenario
    draw = "" if request.draw == "exact" else f" --draw {request.draw}"
    return f"corredor run {subject} --replicates {request.replicates} --seed {request.seed}{draw}"


def scenario_document(request: RunRequest, base: Scenario) -> dict[str, Any]:
    """Return what a scenario file of the request would hold.

    Raises
    ------
    InputError
        If a lever or key is unknown, or one is set twice.
    """
    document: dict[str, Any] = {"title": request.name, "base": request.scenario}
    problems: list[Problem] = []
    for change in request.changes:
        lever = known_levers().get(change.lever)
        if lever is None:
            problems.append(Problem("changes", "a lever", change.lever, column="lever"))
            continue
        process, _, short = lever.name.partition(".")
        value: Any = {str(change.start): change.value} if change.start else change.value
        if change.way == "factor":
            value = {"factor": value}
        levers = document.setdefault(process, {})
        if not lever.by:
            if change.key not in ("", ALL_KEYS):
                problems.append(Problem("changes", "no key", change.key, column=lever.name))
            twice, levers[short] = short in levers, value
        else:
            every = ("default", *keys_of(lever, base.world))
            keys = levers.setdefault(short, {})
            if change.key not in (*every, ALL_KEYS):
                problems.append(Problem("changes", f"a {lever.by} of the world", change.key,
                                        column=lever.name))  # fmt: skip
            chosen = every if change.key == ALL_KEYS else (change.key,)
            twice = any(key in keys for key in chosen)
            keys.update(dict.fromkeys(chosen, value))
        if twice:
            problems.append(Problem("changes", "each lever once", change.key, column=lever.name))
    if problems:
        raise InputError(problems)
    return document


def scenario_of(request: RunRequest, base: Scenario, folder: Path, name: str) -> Scenario:
    """Return the scenario that a request asks for.

    Parameters
    ----------
    folder : Path
        Where the scenarios lie that the request may build on.
    name : str
        Name of the new one.

    Raises
    ------
    InputError
        If a change makes no sense: unknown lever or key, value out of range.
    """
    document = scenario_document(request, base)
    if not request.changes:
        return base
    path = folder / CHANGES
    try:
        return scenario_within(path, document, name)
    except InputError as error:  # the planner knows of levers, and of no such file
        raise InputError([
            replace(problem, file="changes") if problem.file == str(path) else problem
            for problem in error.problems
        ]) from None  # fmt: skip


def scenario_toml(document: dict[str, Any]) -> str:
    """Write a scenario document as TOML, for the command line."""
    tables = {key: value for key, value in document.items() if isinstance(value, dict)}
    lines = [f"{key} = {_text(value)}" for key, value in document.items() if key not in tables]
    for process, levers in tables.items():
        lines += ["", f"[{process}]"]
        lines += [f"{short} = {_inline(value)}" for short, value in levers.items()]
    return "\n".join(lines) + "\n"


def _inline(value: Any) -> str:
    if not isinstance(value, dict):
        return repr(float(value))
    return "{ " + ", ".join(f"{_text(k)} = {_inline(v)}" for k, v in value.items()) + " }"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)  # JSON's other escapes are those of TOML
