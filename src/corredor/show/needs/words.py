"""The words of the table of needs, and its dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from corredor.text.language import named, page_words, speaking


def needs_words(language: str) -> dict[str, Any]:
    """Return every word of the table of needs in a language, by section and key."""
    return page_words("needs", language)


def day(date: dt.date, words: dict[str, Any]) -> str:
    """Write a day in full: ``15 January 2024``."""
    name = words["months"][date.month - 1]
    return str(words["date"]["day"].format(day=date.day, month=name, year=date.year))


def short_day(date: dt.date, words: dict[str, Any]) -> str:
    """Write a day without its year: ``15 Jan``."""
    name = words["months_short"][date.month - 1]
    return str(words["date"]["day_short"].format(day=date.day, month=name))


def month(date: dt.date, words: dict[str, Any]) -> str:
    """Write a month: ``Jan 2024``."""
    name = words["months_short"][date.month - 1]
    return str(words["date"]["month"].format(month=name, year=date.year))


def place_name(name: str, words: Mapping[str, Any]) -> str:
    """Return a place's name in the language of ``words``; most are the same in all."""
    with speaking(words["language"]):
        return named(name)


def who_said(said_by: str, words: Mapping[str, Any]) -> str:
    """Return who said a number, in the language of ``words``; names of people are the same."""
    with speaking(words["language"]):
        return named(said_by)
