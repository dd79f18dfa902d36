"""How numbers, units and dates are written.

Numbers are written alike in English and in Spanish: a point before decimals, commas
between thousands. Names of months and their order come with the texts.
"""

from __future__ import annotations

import math

from corredor.text.language import NO_BREAK, date, month, named, words

__all__ = [
    "about", "date", "hundredths", "interval", "month", "percent", "plain", "quantity", "signed",
    "signed_decimals", "signed_percent", "tenths", "whole", "window",
]  # fmt: skip
MINUS, DASH = "\u2212", "\u2013"
WHOLE_FROM = 100  # numbers from here on are written without decimals


def whole(value: float) -> str:
    """Write a number without decimals, with separators: ``−1,234``."""
    return _minus(f"{round(value):,}") if math.isfinite(value) else DASH


def about(value: float) -> str:
    """Write a number of the model with three figures, for more would mean nothing."""
    if not math.isfinite(value) or value == 0:
        return whole(value)
    return whole(round(value, min(0, 2 - math.floor(math.log10(abs(value))))))


def plain(value: float) -> str:
    """Write a number with separators if it is large, with three figures if it is small."""
    if not math.isfinite(value):
        return DASH
    return whole(value) if abs(value) >= WHOLE_FROM else _minus(f"{value:.3g}")


def percent(value: float) -> str:
    """Write a percentage: ``−50.3 %``."""
    return f"{_minus(f'{value:.1f}')}{NO_BREAK}%" if math.isfinite(value) else DASH


def signed(value: float) -> str:
    """Write a number of the model with its sign: ``+1,230``."""
    return f"+{about(value)}" if round(value) > 0 else about(value)


def signed_decimals(value: float, decimals: int) -> str:
    """Write a small number of the model with its sign: ``+1.50``."""
    text = f"{value:+.{decimals}f}"
    return _minus(text.lstrip("+-") if not text.strip("+-0.") else text)


def signed_percent(value: float) -> str:
    """Write a percentage with its sign: ``+3.0 %``."""
    return f"+{percent(value)}" if value >= 0.05 else percent(value)


def tenths(value: float) -> str:
    """Write a number with one decimal: ``−1.5``."""
    return _minus(f"{value:.1f}")


def hundredths(value: float) -> str:
    """Write a number with two decimals: ``0.85``."""
    return _minus(f"{value:.2f}") if math.isfinite(value) else DASH


def quantity(value: float | None, unit: str) -> str:
    """Write a number with its unit; a year has no separators."""
    if value is None:
        return DASH
    if unit == "percent":
        return percent(value)
    if unit == "year":
        return f"{value:.0f}"
    return f"{plain(value)}{NO_BREAK}{named(unit)}"


def window(start: str, end: str) -> str:
    """Write a month, or the first and last month of several."""
    return month(start) if start == end else f"{month(start)} {DASH} {month(end)}"


def interval(low: str, high: str) -> str:
    """Write the two ends of an interval: ``−3 to 4``."""
    return str(words()["writing"]["interval"].format(low=low, high=high))


def _minus(text: str) -> str:
    return text.removeprefix("-") if not text.strip("-0.,") else text.replace("-", MINUS)
