"""The dated measures, with what each touched, as ``measures.toml`` of a world's record has them."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import pandas as pd
from pydantic import Field, ValidationError, field_validator, model_validator

from corredor.errors import InputError, Problem, UsageError, did_you_mean
from corredor.inputs.toml import Entry, expected_of, read_toml
from corredor.record.of_world import record_folder
from corredor.record.plain import changed

FILE = "measures.toml"
LAST_DAY_OF_START = 8  # a measure that begins later leaves its first month out


class Rules(Entry):
    """What decides a verdict, each with its reason.

    Attributes
    ----------
    headline_months : int
        Months after the measure whose effect gives the verdict.
    no_effect_within_percent : float
        An interval inside plus and minus this is called no effect.
    least_placebos : int
        Placebo dates without which there is no verdict.
    """

    headline_months: int = Field(ge=1)
    headline_reason: str = Field(min_length=1)
    no_effect_within_percent: float = Field(gt=0, lt=100)
    no_effect_reason: str = Field(min_length=1)
    least_placebos: int = Field(ge=1)
    least_placebos_reason: str = Field(min_length=1)


class Measure(Entry):
    """Something done on a date to lower encounters, or that might have changed them.

    Attributes
    ----------
    id, name, by : str
        Short name, what was done, and who did it.
    kind : {"deterrent", "other"}
        Whether it is among the US deterrents of the article of April 2024.
    date : str
        Day or month from which it held.
    date_status : {"confirmed", "recalled"}
        Whether a page was read that gives the date.
    event : str
        Its name in the record's ``policy_events``; empty where it is not there.
    source : str
        Who says so.
    sectors, citizenships : tuple of str
        What it touched; both empty where it touched the whole border.
    not_in_control : tuple of str
        Citizenships that are no control either, for an earlier measure touched them.
    touched : {"sourced", "assumption"}
        Whether a page says what it touched.
    why_touched, note : str
        The reason for it, and what else a reader should know.
    headline_months : int or None
        Months that give the verdict, where not those of the rules.
    """

    id: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")
    name: str = Field(min_length=1)
    kind: Literal["deterrent", "other"]
    by: str = Field(min_length=1)
    date: str
    date_status: Literal["confirmed", "recalled"]
    event: str = ""
    source: str = Field(min_length=1)
    sectors: tuple[str, ...] = ()
    citizenships: tuple[str, ...] = ()
    not_in_control: tuple[str, ...] = ()
    touched: Literal["sourced", "assumption"]
    why_touched: str = Field(min_length=1)
    note: str = ""
    headline_months: int | None = Field(default=None, ge=1)

    @field_validator("date")
    @classmethod
    def _day_or_month(cls, date: str) -> str:
        if not re.fullmatch(r"\d{4}-\d{2}(-\d{2})?", date):
            raise ValueError("expected a day like 2024-01-31 or a month like 2024-01")
        pd.Timestamp(date)  # refuses a thirteenth month
        return date

    @model_validator(mode="after")
    def _one_way_to_be_touched(self) -> Measure:
        if self.sectors and self.citizenships:
            raise ValueError("expected sectors or citizenships, not both")
        return self

    @property
    def partly(self) -> bool:
        """Whether it began late in a month, which is then neither before nor after."""
        return len(self.date) > 7 and pd.Timestamp(self.date).day > LAST_DAY_OF_START

    @property
    def first(self) -> pd.Period:
        """The first month after it."""
        return pd.Period(self.date[:7], freq="M") + int(self.partly)


class Series(Entry):
    """The series of the record in which measures are looked for.

    Attributes
    ----------
    sectors, citizenships : str
        By month: one whose places are the sectors, and one whose categories are the citizenships.
    """

    sectors: str = Field(min_length=1)
    citizenships: str = Field(min_length=1)


class Measures(Entry):
    """The whole file: rules, series and measures."""

    rules: Rules
    series: Series
    measure: tuple[Measure, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _each_once(self) -> Measures:
        twice = [name for name, n in Counter(m.id for m in self.measure).items() if n > 1]
        if twice:
            raise ValueError(f"expected each id once, found {', '.join(twice)} again")
        return self

    def named(self, name: str) -> Measure:
        """Return a measure by its id.

        Raises
        ------
        UsageError
            If there is none.
        """
        known = {m.id: m for m in self.measure}
        if name not in known:
            raise UsageError(
                f"{name}: no such measure. Known: {', '.join(known)}. {did_you_mean(name, known)}"
            )
        return known[name]


def load_measures(file: Path | None = None) -> Measures:
    """Read the measures.

    Parameters
    ----------
    file : Path, optional
        That of the world whose record is read, if left out.

    Raises
    ------
    InputError
        If the file is not as expected; names measure and key.
    UsageError
        If the world's record has none.
    """
    path = file or record_folder() / FILE
    if not path.is_file():
        raise UsageError(f"{path}: there is no such file, so no dated measures are known here.")
    return _read(path, changed(path))


@lru_cache(8)
def _read(file: Path, _when: int) -> Measures:
    content = read_toml(file)
    try:
        return Measures.model_validate(content)
    except ValidationError as error:
        raise InputError([_problem(file, content, dict(e)) for e in error.errors()]) from error


def _problem(file: Path, content: dict[str, Any], error: dict[str, Any]) -> Problem:
    """Turn a validation error into a problem that names the measure by its id."""
    where = [str(part) for part in error["loc"]]
    if len(where) > 1 and where[0] == "measure":
        entry = content["measure"][error["loc"][1]]
        where[:2] = [f"measure {entry.get('id', int(where[1]) + 1)}"]
    value = error["input"] if isinstance(error["input"], str | int | float) else None
    return Problem(str(file), expected_of(error), value, column=".".join(where))
