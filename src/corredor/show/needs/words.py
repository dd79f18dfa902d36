"""The words of the table of needs, and its dates."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import corredor.show

LANGUAGES = ("en", "es")


@cache
def needs_words(language: str) -> dict[str, Any]:
    """Return every word of the table of needs in a language, by section and key."""
    path = Path(corredor.show.__file__).with_name("text") / f"needs.{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


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
