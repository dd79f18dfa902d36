"""Expected events of harm by kind, and by place or mode of travel."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import LOW_MIDDLE_HIGH
from corredor.corridor.harm_ranges import CUSTODY
from corredor.corridor.processes.harm import KINDS
from corredor.errors import UsageError
from corredor.harm.ranges import ranges_of

ABUSE, HELD = "custody_abuse", "in_custody"
By = Literal["kind", "place", "mode"]
DIGITS = 2  # that an event rate from one survey can bear
NOTES = (
    "Counted are events, not persons: somebody may be robbed twice.",
    "Runs: 5 to 95 % of the runs, that is chance and how many people are where. It holds nothing "
    "of what is not known of the rates. It is of the model, and known to be too narrow.",
    "Survey range: the mean times the low and high end of the surveys over their middle. One "
    "survey alone tells kinds apart, so for most the range is assumed: a third to three times.",
    "No source gives rates by place. By place a row is the time that people spend there times the "
    "rate of the whole zone: it says nothing of how safe a town is, and towns stand in the order "
    "of the world's table, not of danger. No count of people in these towns has checked it.",
    "Numbers are rounded to two digits: the surveys bear no more.",
    "No source gives rates by mode of travel. All modes have the rate of their zone, so modes "
    "differ only by how many people are on them and for how long. They count links of more than "
    "a day; shorter rides count as in a place.",
    "Where no figure was published of a kind of harm, it is not counted. That is not none.",
    "Deaths are left out: no rate of deaths was found whose source says among how many people, "
    "so any number would be made up. Deaths at sea, in a world that has a sea, are counted by "
    "themselves (deaths_at_sea).",
)


def harm_table(
    data: xr.Dataset, start: str | None = None, end: str | None = None, by: By = "kind"
) -> pd.DataFrame:
    """Return expected events of harm, with the spread of the runs and the survey range.

    Parameters
    ----------
    data : xarray.Dataset
        A result.
    start, end : str, optional
        First and last month, such as ``2024-01``.
    by : {"kind", "place", "mode"}
        What events of a kind are told apart by. Custody counts as a mode, ``in_custody``.

    Returns
    -------
    pandas.DataFrame
        One row per kind, and per place or mode: ``mean`` over the runs; ``low``, ``middle`` and
        ``high``, the 5, 50 and 95 % quantiles over the runs; ``survey_low`` and ``survey_high``,
        the mean scaled to the ends of the surveys, missing where no figure was published.
        Rows stand in the order of the world's places: no source tells places apart, so none is
        ranked.

    Raises
    ------
    UsageError
        If the result holds no such months, or is of an earlier version.

    Examples
    --------
    >>> import corredor
    >>> january = corredor.scenario("baseline").with_horizon(
    ...     start="2024-01-01", end="2024-01-31", spin_up="2024-01-01")
    >>> result = corredor.run(january, draw="expected", replicates=1)
    >>> table = corredor.harm_table(result).set_index("kind")
    >>> bool((table["survey_low"].dropna() <= table["mean"][table["survey_low"].notna()]).all())
    True
    """
    if "mode" not in data["harm_robbery"].dims:
        raise UsageError(
            "This result is of an earlier version of Corredor, which did not count harm by mode "
            "of travel. Run the scenario again."
        )
    months = _months(data, start, end)
    tables = [_of_kind(months, kind, by) for kind in (*KINDS, ABUSE)]
    return pd.concat(tables, ignore_index=True)


def as_shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of :func:`harm_table` with numbers of as many digits as surveys bear."""
    numbers = table.select_dtypes("number").columns
    return table.assign(**{
        name: [float(f"{value:.{DIGITS}g}") for value in table[name]] for name in numbers
    })  # fmt: skip


def _months(data: xr.Dataset, start: str | None, end: str | None) -> xr.Dataset:
    try:
        first, last = (None if m is None else str(pd.Period(m, "M")) for m in (start, end))
    except ValueError as error:
        raise UsageError(f"{error}; expected a month such as 2024-01.") from None
    months = data.sel(month=slice(first, last))
    if months.sizes["month"] == 0:
        span = " ".join(f"{word} {m}" for word, m in (("from", start), ("to", end)) if m)
        raise UsageError(f"The results hold no month {span}.")
    return months


def _of_kind(months: xr.Dataset, kind: str, by: By) -> pd.DataFrame:
    events = months[f"harm_{kind}"].sum("month").astype(float) / months.attrs["people_scale"]
    if kind == ABUSE:
        events = events.expand_dims(mode=[HELD], axis=-1)
    events = events.transpose("replicate", "place", "mode")
    low, high = (_factors(months, kind, end) for end in ("low_factor", "high_factor"))
    over = {"kind": ["place", "mode"], "place": ["mode"], "mode": ["place"]}[by]
    runs = events.sum(over)
    mean = events.mean("replicate")
    quantiles = np.quantile(runs.to_numpy(), LOW_MIDDLE_HIGH, axis=0)
    return pd.DataFrame({
        "kind": kind,
        **_labels(runs, by),
        "mean": np.ravel(runs.mean("replicate").to_numpy()),
        **{band: np.ravel(quantiles[i]) for i, band in enumerate(("low", "middle", "high"))},
        "survey_low": np.ravel(_scaled(mean, low, over)),
        "survey_high": np.ravel(_scaled(mean, high, over)),
    })  # fmt: skip


def _labels(runs: xr.DataArray, by: By) -> dict[str, list[str]]:
    if by == "kind":
        return {}
    labels: dict[str, list[str]] = {by: runs[by].to_numpy().astype(str).tolist()}
    if by == "place":
        labels["name"] = runs["place_name"].to_numpy().astype(str).tolist()
    return labels


def _factors(months: xr.Dataset, kind: str, column: str) -> xr.DataArray:
    """Return for each place what a rate of this kind may be multiplied by."""
    ranges = ranges_of(months)[column].to_dict()
    places = months["harm_where"].to_numpy().astype(str)
    where = [CUSTODY] * len(places) if kind == ABUSE else places.tolist()
    found = [float(ranges.get((kind, name), np.nan)) for name in where]
    return xr.DataArray(found, dims="place")


def _scaled(mean: xr.DataArray, factor: xr.DataArray, over: list[str]) -> np.ndarray:
    """Scale and add up; missing where none of the places added up has a factor."""
    scaled = (mean * factor.to_numpy()[:, None]).sum(over, min_count=1)
    return np.asarray(scaled.to_numpy())
