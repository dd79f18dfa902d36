"""How findings name series, windows, editions, sources and the numbers of the model."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import BAND, Floats
from corredor.text.language import date, month, named, spoken, words
from corredor.text.numbers import MINUS

HYPHEN = re.compile(r"(?<![\w\u2013-])-(?=\d)")  # before a number, where a minus belongs
MOST_LISTED = 6  # months named one by one; of more, their number is told


def cite(source: str) -> str:
    """Return the citation behind a source id."""
    return str(record.sources()["citation"].get(source, source))


def title(series: str) -> str:
    """Return the title of a series."""
    info = record.describe(series)
    return info.title if spoken() == "en" else str(getattr(info, f"title_{spoken()}"))


def publisher(series: str) -> str:
    """Return who published a series."""
    return named(record.describe(series).publisher)


def reason(key: str, **numbers: object) -> str:
    """Return a sentence of the texts, filled in, in the language spoken now."""
    return HYPHEN.sub(MINUS, str(words()["why"][key].format(**numbers)))


def edition_name(edition: object) -> str:
    """Name an edition in brackets behind its figure; nothing where only one was seen."""
    name = str(edition)
    if name.startswith("only"):
        return ""
    plain = name.startswith(("first", "DERIVED"))
    return " " + reason("edition_named" if plain else "edition", edition=named(name))


def edition_named(editions: Sequence[str]) -> str:
    """Name one edition or several, in the middle of a sentence."""
    return ", ".join(reason("edition_quoted", edition=named(one)) for one in editions)


def span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Name a window of days."""
    first, last = str(start.date()), str(end.date())
    if start == end:
        return date(first)
    if start.day == 1 and end.is_month_end and start.to_period("M") == end.to_period("M"):
        return month(first)
    return reason("span", start=date(first), end=date(last))


def months(start: pd.Period, end: pd.Period) -> str:
    """Name a month, or the first and last of several."""
    first, last = month(str(start)), month(str(end))
    return first if start == end else reason("span", start=first, end=last)


def months_listed(several: Sequence[pd.Period]) -> str:
    """Name months one by one, or the first of many and how many more there are."""
    told = ", ".join(month(str(one)) for one in several[:MOST_LISTED])
    more = len(several) - MOST_LISTED
    return reason("and_more", listed=told, count=more) if more > 0 else told


def ends(values: Floats) -> tuple[float, float]:
    """Return the ends of the 90 % interval of numbers of the model, one a replicate."""
    low, high = np.quantile(values, BAND)
    return float(low), float(high)


def told(values: Floats, unit: str) -> str:
    """Write the mean of numbers of the model, one a replicate, with their 90 % interval."""
    low, high = ends(values)
    return reason("told", mean=values.mean(), unit=unit, low=low, high=high)


def told_change(values: Floats) -> str:
    """Write changes in percent, one a replicate, with signs and their 90 % interval."""
    low, high = ends(values)
    return reason("told_change", mean=values.mean(), low=low, high=high)


def capital(text: str) -> str:
    """Return a text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def simulated(data: xr.Dataset) -> str:
    """Say where numbers of the model come from."""
    return reason(
        "simulated",
        version=data.attrs["corredor_version"],
        runs=data.sizes["replicate"],
        seed=data.attrs["seed"],
    )
