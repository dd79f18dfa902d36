"""What calibration compares with the record: totals over months, with stated errors.

``corredor.runs.targets`` reads which. An observation is a published total over one month or
several; it is compared on a logarithmic scale, for counts of people move by ratios.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import Floats
from corredor.corridor.world import World
from corredor.runs.observe import observe
from corredor.runs.targets import Target, load_targets


@dataclass(frozen=True)
class Observation:
    """A published total and how closely the model is asked to come.

    Attributes
    ----------
    series, by, part, of_total : str
        As in :class:`Target`.
    start, end : pandas.Period
        First and last month.
    value : float
        As published, or the part's share of the total.
    error : float
        Standard deviation of the logarithm, the chance of counting included.
    small : float
        Added to both sides, over the whole window.
    """

    series: str
    by: str
    part: str
    of_total: str
    start: pd.Period
    end: pd.Period
    value: float
    error: float
    small: float

    @property
    def months(self) -> int:
        """Return the number of months."""
        return int((self.end - self.start).n) + 1

    @property
    def name(self) -> str:
        """Return a name for the series and part."""
        return f"{self.series} {self.part}".strip()


@dataclass(frozen=True, eq=False)
class Observations:
    """All observations of a calibration, in the order of ``observations.toml`` and of time."""

    listed: tuple[Observation, ...]

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.listed)

    @cached_property
    def values(self) -> Floats:
        """Return the logarithms that the model is compared with."""
        return np.log([o.value + (0.0 if o.of_total else o.small) for o in self.listed])

    @cached_property
    def errors(self) -> Floats:
        """Return the standard deviations of those logarithms."""
        return np.array([o.error for o in self.listed])

    def with_values(self, logarithms: Floats) -> Observations:
        """Return the same observations of another, perhaps made-up, record."""
        changed = [
            replace(o, value=float(np.exp(y)) - (0.0 if o.of_total else o.small))
            for o, y in zip(self.listed, logarithms, strict=True)
        ]
        return Observations(tuple(changed))

    def predict(self, data: xr.Dataset) -> Floats:
        """Return the logarithms that a result has in place of the published ones, [n, R]."""
        months = pd.PeriodIndex(pd.DatetimeIndex(data["month"].values), freq="M")
        known: dict[tuple[str, str, str], Floats] = {}

        def total(series: str, by: str, part: str, o: Observation) -> Floats:
            key = (series, by, part)
            if key not in known:
                found = observe(data, series, by, part).transpose("replicate", "month")
                known[key] = found.to_numpy().astype(np.float64)
            inside = (months >= o.start) & (months <= o.end)
            return np.asarray(known[key][:, inside].sum(axis=1) + o.small)

        rows = []
        for o in self.listed:
            row = np.log(total(o.series, o.by, o.part, o))
            if o.of_total:
                row = row - np.log(total(o.of_total, "", "", o))
            rows.append(row)
        return np.array(rows)


def gather(
    world: World, first: dt.date, last: dt.date, as_of: dt.date | None = None
) -> Observations:
    """Return every observation whose months lie in a span.

    Parameters
    ----------
    world : World
        Whose ``observations.toml`` is read.
    first, last : datetime.date
        Days in the first and the last month.
    as_of : datetime.date, optional
        Use only what had been published by this day.
    """
    span = (pd.Period(first, "M"), pd.Period(last, "M"))
    found = [
        observation
        for target in load_targets(world)
        for position, part in enumerate(target.parts)
        for observation in _of_part(world, target, position, part, span, as_of)
    ]
    return Observations(tuple(found))


def _of_part(
    world: World, target: Target, position: int, part: str,
    span: tuple[pd.Period, pd.Period], as_of: dt.date | None,
) -> Iterator[Observation]:  # fmt: skip
    published = _windows(world, target, position, part, span, as_of)
    whole = record.monthly(target.of_total, as_of=as_of) if target.of_total else None
    for row in published.to_dict("records"):
        months = (row["end"] - row["start"]).n + 1
        small, value = target.small * months, float(row["value"])
        count = value + small
        if whole is not None:
            if row["start"] not in whole.index:
                continue
            value = count / (float(whole[row["start"]]) + small)
        yield Observation(
            series=target.series, by=target.by, part=part, of_total=target.of_total,
            start=row["start"], end=row["end"], value=value,
            error=float(np.hypot(target.error, np.sqrt(max(count - small, 0.0)) / count)),
            small=small,
        )  # fmt: skip


def _windows(
    world: World, target: Target, position: int, part: str,
    span: tuple[pd.Period, pd.Period], as_of: dt.date | None,
) -> pd.DataFrame:  # fmt: skip
    """Return ``start``, ``end`` and ``value`` of the totals of a part, without overlap."""
    if target.series == "border_patrol_by_citizenship":
        return _by_month(by_nationality(world, as_of).get(part), span)
    if (target.series, target.by) == ("ports_of_entry_encounters", "nationality"):
        return _by_month(at_ports_by_nationality(world, as_of).get(part), span)
    if target.by == "sector":
        return _by_month(record.monthly(target.series, place=part, as_of=as_of), span)
    return record.disjoint_windows(
        target.series, str(span[0]), str(span[1]),
        category=target.categories[position] if target.categories else "all",
        place=target.places[position] if target.places else None,
        as_of=as_of,
    )  # fmt: skip


def _by_month(series: pd.Series[float] | None, span: tuple[pd.Period, pd.Period]) -> pd.DataFrame:
    known = pd.Series(dtype=float) if series is None else series[span[0] : span[1]].dropna()
    return pd.DataFrame({"start": known.index, "end": known.index, "value": known.to_numpy()})


def by_nationality(
    world: World, as_of: dt.date | None = None, series: str = "border_patrol_by_citizenship"
) -> dict[str, pd.Series[float]]:
    """Return Border Patrol encounters by month for each nationality of the world.

    A citizenship that the world does not list goes where ``Other`` goes; a month in which the
    publisher shows none counts as zero.
    """
    home = {
        citizenship: str(nationality)
        for nationality, names in zip(
            world.people["nationality"], world.people["citizenships"], strict=True
        )
        for citizenship in str(names).split(";")
    }
    table = record.load_series(series, as_of=as_of)
    table = table[table["category"] != "all"]
    nationality = table["category"].map(lambda name: home.get(name, home.get("Other")))
    month = table["start"].dt.to_period("M")
    wide = table.assign(month=month, nationality=nationality).pivot_table(
        index="month", columns="nationality", values="value", aggfunc="sum", fill_value=0.0
    )
    return {str(name): wide[name] for name in wide}


def at_ports_by_nationality(
    world: World, as_of: dt.date | None = None
) -> dict[str, pd.Series[float]]:
    """Return encounters at ports by month for each nationality: all less the Border Patrol's.

    The difference carries the rounding of the latter; where it is below zero it counts as zero.
    """
    everywhere = by_nationality(world, as_of, "encounters_all_by_citizenship")
    between = by_nationality(world, as_of)
    return {n: (all_of - between[n]).dropna().clip(lower=0.0) for n, all_of in everywhere.items()}
