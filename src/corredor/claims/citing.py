"""How findings name series, windows, editions, sources and the numbers of the model."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import xarray as xr

from corredor import record

QUANTILES = (0.05, 0.95)
Floats = npt.NDArray[np.float64]


def cite(source: str) -> str:
    """Return the citation behind a source id."""
    return str(record.sources()["citation"].get(source, source))


def title(series: str) -> str:
    """Return the title of a series."""
    return record.describe(series).title


def edition_name(edition: object) -> str:
    """Name an edition in brackets behind its figure; nothing where only one was seen."""
    name = str(edition)
    if name.startswith("only"):
        return ""
    return f" ({name})" if name.startswith(("first", "DERIVED")) else f" (edition: {name})"


def span(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """Name a window of days."""
    if start == end:
        return str(start.date())
    if start.day == 1 and end.is_month_end and start.to_period("M") == end.to_period("M"):
        return str(start.to_period("M"))
    return f"{start.date()} to {end.date()}"


def ends(values: Floats) -> tuple[float, float]:
    """Return the ends of the 90 % interval of numbers of the model, one a replicate."""
    low, high = np.quantile(values, QUANTILES)
    return float(low), float(high)


def told(values: Floats, unit: str) -> str:
    """Write the mean of numbers of the model, one a replicate, with their 90 % interval."""
    low, high = ends(values)
    return f"{values.mean():.1f} {unit} (90 % interval {low:.1f} to {high:.1f})"


def told_change(values: Floats) -> str:
    """Write changes in percent, one a replicate, with signs and their 90 % interval."""
    low, high = ends(values)
    return f"{values.mean():+.1f} % (90 % interval {low:+.1f} to {high:+.1f})"


def number(value: float) -> str:
    """Write a number of people or events, or a small ratio."""
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def capital(text: str) -> str:
    """Return a text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def simulated(data: xr.Dataset) -> str:
    """Say where numbers of the model come from."""
    version, seed = data.attrs["corredor_version"], data.attrs["seed"]
    runs = data.sizes["replicate"]
    return f"Corredor {version}, {runs} runs of each scenario with the same chance, seed {seed}"
