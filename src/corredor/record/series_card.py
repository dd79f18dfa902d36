"""What the catalogue says of one's own series: its card, as its owner describes it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, ValidationError

from corredor.errors import UsageError, shortened
from corredor.inputs.toml import Entry, expected_of

LONGEST_NAME, LONGEST_TEXT = 60, 500  # characters
LONGEST_LAG = 1_500  # days; the slowest series of the record takes 1,460
NOT_STATED = "not stated"


def _name(text: str) -> str:
    letters = set("abcdefghijklmnopqrstuvwxyz")
    if not (text[:1] in letters and set(text) <= letters | set("0123456789_")):
        raise ValueError("expected lower case letters, digits and underscores, a letter first")
    if len(text) > LONGEST_NAME:
        raise ValueError(f"expected at most {LONGEST_NAME} characters")
    return text


def _line(text: str) -> str:
    line = " ".join(text.split())
    if len(line) > LONGEST_TEXT:
        raise ValueError(f"expected at most {LONGEST_TEXT} characters")
    if not line.isprintable():
        raise ValueError("expected text that can be printed")
    return line


def _some(text: str) -> str:
    if not text:
        raise ValueError("expected some text")
    return text


Line = Annotated[str, AfterValidator(_line)]
Text = Annotated[str, AfterValidator(_line), AfterValidator(_some)]


class Card(Entry):
    """The row of the catalogue for a series of one's own.

    Attributes
    ----------
    series : str
        Its id: lower case letters, digits and underscores, a letter first.
    title, title_es : str
        Its name in English and in Spanish; the English one stands for both if there is one alone.
    counts : str
        What is counted, and who is not among them.
    unit : str
        Such as ``people``, ``events`` or ``people in a night``.
    publisher : str
        Who counts.
    lag_days : int
        Days from the end of a window until its figure is out; 0 to 1500.
    kind : {"flow", "stock"}
        Whether it counts what happens in a window, or who is there at its time.
    place : str
        The place meant when none is named; empty where there are several.
    first, last : date
        First and last day that it covers.
    frequency : str
        How often it comes, such as ``month``.
    who, address : str
        Whom to ask, and where the figures can be found; may be empty.
    """

    series: Annotated[str, AfterValidator(_name)]
    title: Text
    title_es: Line = ""
    counts: Text
    unit: Text
    publisher: Text
    lag_days: int = Field(ge=0, le=LONGEST_LAG)
    kind: Literal["flow", "stock"] = "flow"
    place: Line = ""
    first: dt.date
    last: dt.date
    frequency: Line = NOT_STATED
    who: Line = ""
    address: Line = ""

    def as_row(self) -> dict[str, str]:
        """Return the columns of the catalogue, as text, in its order."""
        return {
            "series": self.series,
            "title": self.title,
            "title_es": self.title_es or self.title,
            "publisher": self.publisher,
            "unit": self.unit,
            "counts": self.counts,
            "rounding": NOT_STATED,
            "compare_with": NOT_STATED,
            "not_comparable_with": NOT_STATED,
            "kind": self.kind,
            "place": self.place,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "frequency": self.frequency,
            "revisions": NOT_STATED,
            "quality": "user",
            "address": "; ".join(part for part in (self.who, self.address) if part),
            "licence_note": NOT_STATED,
            "published_after_days": str(self.lag_days),
            "published_after_basis": "as the user says",
            "republished": "yes",
        }


def describe_own(
    values: Mapping[str, Any],
    official: Collection[str],
    named: Mapping[str, str] | None = None,
) -> Card:
    """Return the card of a series, checked.

    Parameters
    ----------
    values : mapping
        The attributes of :class:`Card`.
    official : collection of str
        Ids of the official series, which no other may take.
    named : mapping, optional
        What the user calls an attribute, such as ``--lag`` for ``lag_days``.

    Raises
    ------
    UsageError
        With everything that is wrong, one line each.
    """
    called, lines = dict(named or {}), []
    series = values.get("series")
    if isinstance(series, str) and series in official:
        lines.append(_line_of("series", series, "another name; an official series has it", called))
    try:
        card = Card.model_validate(dict(values))
    except ValidationError as error:
        for each in error.errors():
            found = None if each["type"] == "missing" else each["input"]
            lines.append(_line_of(str(each["loc"][0]), found, expected_of(each), called))
        raise UsageError("\n".join(lines)) from error
    if card.last < card.first:
        lines.append(_line_of("last", card.last.isoformat(), "a day not before the first", called))
    if lines:
        raise UsageError("\n".join(lines))
    return card


def _line_of(name: str, found: object, expected: str, called: Mapping[str, str]) -> str:
    has = "" if found is None else f"found {shortened(found)}, "
    return f"{called.get(name, name)}: {has}expected {expected}."
