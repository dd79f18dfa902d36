"""What the keys of checks may hold, told where the file is read: the mistakes of a writer.

A name that nobody knows or a window that ends before it starts is a mistake in the file. A month
that is well written and not in the record is none: see :mod:`corredor.claims.held`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import pandas as pd
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from corredor import record
from corredor.claims.finding import Check
from corredor.errors import UsageError, did_you_mean

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
DAY = re.compile(rf"\d{{4}}|{MONTH.pattern}|{MONTH.pattern}-(0[1-9]|[12]\d|3[01])")
MOST_LISTED = 12  # names in an error; of more, the command that lists them is told


class MistakeError(UsageError):
    """A mistake of the writer that shows only when a check is run, such as a place of the map.

    Attributes
    ----------
    key, value, expected, hint : str
        What stands where, what would have been right, and the closest known name.
    """

    def __init__(self, key: str, value: str, expected: str, hint: str = "") -> None:
        self.key, self.value, self.expected, self.hint = key, value, expected, hint
        super().__init__(f"{key}: found {value!r}, expected {expected}. {hint}".strip())


def expected(text: str) -> PydanticCustomError:
    """Return the error that says what a key should hold."""
    return PydanticCustomError("expected", "{text}", {"text": text})


def one_of(name: str, known: Sequence[str], what: str, series: str = "") -> str:
    """Return a name that is known; else say which are."""
    if name in known:
        return name
    listed = ", ".join(sorted(known))
    if len(known) > MOST_LISTED:
        listed = f"`corredor record {f'show {series}' if series else 'list'}` names them"
    raise expected(f"{what} ({listed}). {did_you_mean(name, known)}".rstrip(" ."))


def first_day(text: str) -> pd.Period:
    """Return the first day of a year, a month or a day."""
    return pd.Period(text).asfreq("D", "start")


def last_day(text: str) -> pd.Period:
    """Return the last day of a year, a month or a day."""
    return pd.Period(text).asfreq("D", "end")


def _month(value: str) -> str:
    if not MONTH.fullmatch(value):
        raise expected("a month such as 2024-01")
    return value


def _day(value: str) -> str:
    try:
        if DAY.fullmatch(value):
            pd.Period(value)
            return value
    except ValueError:  # the 31st of a shorter month
        pass
    raise expected("a day, a month or a year such as 2024-01-31, 2024-01 or 2024")


def _series(value: str) -> str:
    return one_of(value, list(record.catalogue().index), "a series of the record")


def with_total(value: str) -> str:
    """Return a series that has one total over all places and categories; else say so."""
    try:
        record.windows(_series(value))
    except UsageError as error:
        text = f"a series that has one total over all places and categories. {error}"
        raise expected(text.rstrip(" .")) from None
    return value


def _span(value: object) -> object:
    """Take one month for a window that begins and ends with it."""
    if isinstance(value, str):
        return (value, value)
    return tuple(value) if isinstance(value, list) else value


def _in_order(value: tuple[str, str]) -> tuple[str, str]:
    if value[1] < value[0]:
        raise expected(f"a first month and a last one not before it, {value[0]}")
    return value


Month = Annotated[str, AfterValidator(_month)]
Day = Annotated[str, AfterValidator(_day)]
Series = Annotated[str, AfterValidator(_series)]
TotalSeries = Annotated[str, AfterValidator(with_total)]
Span = Annotated[tuple[Month, Month], BeforeValidator(_span), AfterValidator(_in_order)]
Year = Annotated[int, Field(ge=1000, le=9999)]  # years of four digits, as months are written
Percent = Annotated[float, Field(ge=0.0)]


class OfMonths(Check):
    """A check over a window of whole months."""

    start: Month
    end: Month

    @field_validator("end")
    @classmethod
    def _not_before_start(cls, value: str, info: ValidationInfo) -> str:
        start = info.data.get("start", value)
        if value < start:
            raise expected(f"a month not before start, {start}")
        return value


class OfSeries(Check):
    """A check of one series, at a place and of a category.

    The place may be left out where the series has one that is its own, or only one.
    """

    series: Series
    category: str = Field(default="all", validate_default=True)
    place: str | None = Field(default=None, validate_default=True)

    @field_validator("category")
    @classmethod
    def _known_category(cls, value: str, info: ValidationInfo) -> str:
        return known_category(info.data.get("series"), value)

    @field_validator("place")
    @classmethod
    def _known_place(cls, value: str | None, info: ValidationInfo) -> str | None:
        return known_place(info.data.get("series"), info.data.get("category"), value)


def known_category(series: str | None, category: str) -> str:
    """Return a category that a series has; the series is None where it was at fault itself."""
    if series is None:
        return category
    known = list(record.load_series(series, edition="all")["category"].unique())
    return one_of(category, known, f"a category of {series}", series)


def known_place(series: str | None, category: str | None, place: str | None) -> str | None:
    """Return a place for which a series has a category, or None where it has its own for it."""
    if series is None or category is None:
        return place
    places = places_of(series, category)
    if place is None and own_place(series, category) is not None:
        return None
    what = f"a place for which {series} has {category!r}"
    return one_of("" if place is None else place, places, what, series) or None


def places_of(series: str, category: str) -> list[str]:
    """Return the places for which a series has a category."""
    table = record.load_series(series, category=category, edition="all")
    return sorted(map(str, table["place"].unique()))


def own_place(series: str, category: str) -> str | None:
    """Return the place meant where none is named, or None where one has to be."""
    places, own = places_of(series, category), record.describe(series).place
    if own in places:
        return own
    return places[0] if len(places) == 1 else None
