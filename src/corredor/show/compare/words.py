"""The words of a comparison, and how its numbers are written."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import xarray as xr

from corredor.runs.compare import absent
from corredor.runs.measures import measure_named
from corredor.text.language import named, page_words
from corredor.text.numbers import MINUS, about, whole


def compare_words(language: str | None = None) -> dict[str, Any]:
    """Return every word of a comparison, in the language named or the one spoken now."""
    return page_words("compare", language)


def absent_note(table: pd.DataFrame) -> str:
    """Say of which measures no run of a comparison has anything; nothing if there are none."""
    names = [measure_named(measure).words["short"] for measure in absent(table)]
    text = compare_words()["table"]["absent"]
    return str(text.format(list="; ".join(names))) if names else ""


def number(measure: str, value: float) -> str:
    """Write a number of a measure: three figures of a count, or so many decimals."""
    decimals = measure_named(measure).decimals
    if not decimals or not math.isfinite(value):
        return about(value)
    return f"{value:z.{decimals}f}".replace("-", MINUS)


def signed_number(measure: str, value: float) -> str:
    """Write a difference with its sign."""
    text = number(measure, value)
    return f"+{text}" if value > 0 and any(digit in text for digit in "123456789") else text


def setting(value: float) -> str:
    """Write the value of a lever."""
    return whole(value) if abs(value) >= 100 and value == round(value) else f"{value:g}"


def reference_name(data: xr.Dataset) -> str:
    """Return what a scenario is called inside a sentence."""
    names = compare_words()["names"]
    is_baseline = data.attrs["scenario"] == "baseline"
    return str(names["baseline" if is_baseline else "other"].format(title=title_of(data)))


def title_of(data: xr.Dataset) -> str:
    """Return the title of a scenario in the language spoken now; a reader's own stays as it is."""
    return named(str(data.attrs["title"]))
