"""The words of the page of claims, and how its numbers are written."""

from __future__ import annotations

from typing import Any

from corredor.text.language import NO_BREAK, page_words
from corredor.text.numbers import DASH, plain


def claims_words(language: str) -> dict[str, Any]:
    """Return every word of the page of claims in a language, by section and key."""
    return page_words("claims", language)


def quantity(value: float | None, unit: str, words: dict[str, Any]) -> str:
    """Write a number with its unit; a year has no separators."""
    if value is None:
        return DASH
    if unit == "year":
        return f"{value:.0f}"
    return f"{plain(value)}{NO_BREAK}{words['unit'].get(unit, unit)}"


def interval(ends: tuple[float, float] | None, words: dict[str, Any]) -> str:
    """Write the two ends of an interval; nothing where there is none."""
    if ends is None:
        return ""
    return str(words["claim"]["ends"].format(low=plain(ends[0]), high=plain(ends[1])))
