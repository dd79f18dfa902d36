"""The words of the page of claims, and how its numbers are written."""

from __future__ import annotations

from typing import Any

from corredor.text.language import page_words

DASH, MINUS, NO_BREAK = "\u2013", "\u2212", "\u00a0"
WHOLE_FROM = 100  # numbers from here on are written without decimals


def claims_words(language: str) -> dict[str, Any]:
    """Return every word of the page of claims in a language, by section and key."""
    return page_words("claims", language)


def number(value: float) -> str:
    """Write a number with separators if it is large, with a decimal if it is small."""
    text = f"{value:,.0f}" if abs(value) >= WHOLE_FROM else f"{value:.3g}"
    return text.replace("-", MINUS)


def quantity(value: float | None, unit: str, words: dict[str, Any]) -> str:
    """Write a number with its unit; a year has no separators."""
    if value is None:
        return DASH
    if unit == "year":
        return f"{value:.0f}"
    return f"{number(value)}{NO_BREAK}{words['unit'].get(unit, unit)}"


def interval(ends: tuple[float, float] | None, words: dict[str, Any]) -> str:
    """Write the two ends of an interval; nothing where there is none."""
    if ends is None:
        return ""
    return str(words["claim"]["ends"].format(low=number(ends[0]), high=number(ends[1])))
