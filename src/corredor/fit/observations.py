"""What calibration compares with the record: totals over months, with stated errors.

``corredor.runs.targets`` reads which. An observation is a published total over one month or
several; it is compared on a logarithmic scale, for counts of people move by ratios.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import Floats
from corredor.corridor.stocks import days_of, load_stocks
from corredor.corridor.world import World
from corredor.record.readers.tidy import ALL
from corredor.runs.observe import observe
from corredor.runs.reading import of_the_world
from corredor.runs.targets import Target, Use, forecast_plan, load_targets, stock_plan

STOCK = "people in the place"  # the series of a count of people in a place
REST = "Other"  # the category of the record that stands for everybody not named
MOST_NAMED = 0.75  # of the nationalities asked for; assumption: a table names them, a quotation not


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
    where : tuple of pairs
        As in :class:`Target`.
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
    where: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def months(self) -> int:
        """Return the number of months."""
        return int((self.end - self.start).n) + 1

    @property
    def name(self) -> str:
        """Return a name for the series and part."""
        kept = " ".join(label for _, labels in self.where for label in labels)
        return " ".join(filter(None, (self.series, kept, self.part)))


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
        known: dict[tuple[object, ...], Floats] = {}

        def total(series: str, by: str, part: str, o: Observation) -> Floats:
            key = (series, by, part, o.where)
            if key not in known:
                found = observe(data, series, by, part, dict(o.where))
                found = found.transpose("replicate", "month")
                known[key] = found.to_numpy().astype(np.float64)
            inside = (months >= o.start) & (months <= o.end)
            return np.asarray(known[key][:, inside].sum(axis=1) + o.small)

        rows = []
        for o in self.listed:
            if o.series == STOCK:
                rows.append(np.log(people_there(data, o.part, o.start, o.end) + o.small))
                continue
            row = np.log(total(o.series, o.by, o.part, o))
            if o.of_total:
                row = row - np.log(total(o.of_total, "", "", o))
            rows.append(row)
        return np.array(rows)


def gather(
    world: World, first: dt.date, last: dt.date, as_of: dt.date | None = None
) -> Observations:
    """Return every observation that is calibrated against and whose months lie in a span.

    A total that is the difference of two editions is left out: it carries their revision.

    Parameters
    ----------
    world : World
        Whose ``observations.toml`` and record are read.
    first, last : datetime.date
        Days in the first and the last month.
    as_of : datetime.date, optional
        Use only what had been published by this day.
    """
    span = (pd.Period(first, "M"), pd.Period(last, "M"))
    found = _used(world, "calibration", span, as_of)
    return Observations((*found, *counted_there(world, span, as_of)))


def gather_for_forecast(
    world: World, first: dt.date, last: dt.date, as_of: dt.date | None = None
) -> Observations:
    """Return what :func:`gather` does, and the nowcasts of months not told apart yet.

    A total that is out within days stands in for the figures by nationality until these are out. It
    is used no longer than that, for it says again what they say.
    """
    there = gather(world, first, last, as_of)
    with record.with_world(world.folder):
        told = [counted.dropna().index.max() for counted in
                pooled(world, forecast_plan(world).level, as_of=as_of).values()]  # fmt: skip
    untold = max([pd.Period(first, "M"), *(month + 1 for month in told if month is not pd.NaT)])
    later = _used(world, "nowcast", (untold, pd.Period(last, "M")), as_of)
    return Observations((*there.listed, *later))


def _used(
    world: World, use: Use, span: tuple[pd.Period, pd.Period], as_of: dt.date | None
) -> list[Observation]:
    """Return every observation of one use whose months lie in a span."""
    with record.with_world(world.folder):
        return [
            observation
            for target in load_targets(world)
            if use in target.use
            for part, published in published_parts(world, target, as_of, span).items()
            for observation in _of_part(target, part, published, as_of)
        ]


def _of_part(
    target: Target, part: str, published: pd.DataFrame, as_of: dt.date | None
) -> Iterator[Observation]:
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
            where=tuple((key, tuple(labels)) for key, labels in target.where.items()),
            start=row["start"], end=row["end"], value=value,
            error=float(np.hypot(target.error, np.sqrt(max(count - small, 0.0)) / count)),
            small=small,
        )  # fmt: skip


def counted_there(
    world: World, span: tuple[pd.Period, pd.Period], as_of: dt.date | None = None
) -> Iterator[Observation]:
    """Give the counts of people in places that a world is calibrated to, within a span of months.

    A count is compared with the mean over its months, a month more either side where its day was
    inferred. Its day of publication may be known to the month or the year only; then it is used
    once these are over.

    Parameters
    ----------
    world : World
        Whose ``stocks.csv`` and ``[stocks]`` of ``observations.toml`` are read.
    span : tuple of pandas.Period
        First and last month.
    as_of : datetime.date, optional
        Use only what had been published by this day.
    """
    plan = stock_plan(world)
    if plan is None:
        return
    last = min(span[1], pd.Period(plan.until or span[1], "M"))
    for row in load_stocks(world).to_dict("records"):
        start, end = (pd.Period(day, "M") for day in days_of(row))
        known = [value for value in (row["low"], row["high"]) if value == value]
        if row["counted"] not in plan.counted or row["quality"] not in plan.error:
            continue
        if len(known) < 2 or start < span[0] or end > last or not _was_out(row, as_of):
            continue  # an open end says more than, or at most: a floor or a ceiling, no count
        yield Observation(
            series=STOCK, by="place", part=str(row["place"]), of_total="", start=start, end=end,
            value=float(np.sqrt(known[0] * known[1])), error=plan.error[row["quality"]],
            small=plan.small,
        )  # fmt: skip


def _was_out(row: Mapping[Hashable, object], as_of: dt.date | None) -> bool:
    """Return whether a count had been published by a day."""
    if as_of is None:
        return True
    told = re.match(r"\d{4}(-\d{2}(-\d{2})?)?", str(row["published"]))
    day = pd.Period(told[0] if told else str(row["end"])).end_time.date()
    return bool(day <= as_of)


def people_there(data: xr.Dataset, place: str, start: pd.Period, end: pd.Period) -> Floats:
    """Return the mean of the people in a place who need shelter there, over some months, [R]."""
    present = of_the_world(data, "present").sel(place=place)
    days = pd.PeriodIndex(pd.DatetimeIndex(data["day"].values), freq="M")
    inside = np.flatnonzero((days >= start) & (days <= end))
    shelter = np.flatnonzero(data["needs_shelter"].to_numpy())
    there = present.isel(status=shelter, day=inside).sum("status").mean("day")
    return np.asarray(there.to_numpy(), dtype=np.float64).reshape(-1)


def published_parts(
    world: World, target: Target, as_of: dt.date | None, span: tuple[pd.Period, pd.Period]
) -> dict[str, pd.DataFrame]:
    """Return the published totals of each part of an observation, without overlap.

    Returns
    -------
    dict
        By part: ``start`` and ``end`` (months, Periods) and ``value``, in order of time.
    """
    span = (
        max(span[0], pd.Period(target.since or span[0], "M")),
        min(span[1], pd.Period(target.until or span[1], "M")),
    )
    if span[0] > span[1]:
        return {}
    if target.pooled:
        found = pooled(world, target.series, target.pooled, as_of, target.parts, target.place)
        return {part: _by_month(found.get(part), span) for part in target.parts}
    windows = {}
    for position, part in enumerate(target.parts):
        windows[part] = record.disjoint_windows(
            target.series, str(span[0]), str(span[1]),
            category=target.categories[position] if target.categories else "all",
            place=target.places[position] if target.places else None,
            mix_editions=False, as_of=as_of,
        )  # fmt: skip
    return windows


def _by_month(series: pd.Series[float] | None, span: tuple[pd.Period, pd.Period]) -> pd.DataFrame:
    known = pd.Series(dtype=float) if series is None else series[span[0] : span[1]].dropna()
    return pd.DataFrame({"start": known.index, "end": known.index, "value": known.to_numpy()})


def pooled(
    world: World, series: str, column: str = "citizenships", as_of: dt.date | None = None,
    parts: Sequence[str] = (), place: str = "",
) -> dict[str, pd.Series[float]]:  # fmt: skip
    """Return a series by month for each nationality of a world, its categories added up.

    A category that the world does not list goes where ``Other`` goes, and so does what a table with
    a total leaves unnamed. A category without a row in a month that the table has counts as zero;
    a month without ``Other`` in which fewer than three quarters of the nationalities have a row is
    no such table, only some figures that somebody quoted, and is left out. A category that joins
    others, such as ``A+B``, says again what they say, and is not added; a month in which it alone
    tells of them is left out. All of a month is of one edition.

    Parameters
    ----------
    world : World
        Whose ``people.csv`` says which categories are whose.
    series : str
        A series by citizenship, at its own place.
    column : str
        The column of ``people.csv``.
    as_of : datetime.date, optional
        Use only what had been published by this day.
    parts : sequence of str
        The nationalities that the series tells apart; all of the world if left out.
    place : str
        Where; the series' own place if left out. A category such as ``Cuba; family members`` is
        one of Cuba.
    """
    home = {
        category: str(nationality)
        for nationality, names in zip(world.people["nationality"], world.people[column],
                                      strict=True)
        for category in str(names).split(";")
    }  # fmt: skip
    where = place or record.describe(series).place
    table = _said_once(_single_months(record.load_series(series, as_of=as_of), where))
    if not (table["category"] != ALL).any():
        return {}
    if place:
        table["category"] = table["category"].str.partition(";")[0]
    named = _with_rest(table)
    named["nationality"] = named["category"].map(lambda name: home.get(name, home.get(REST)))
    told = set(parts or world.people["nationality"]) - {home.get(REST)}
    rows = named[named["nationality"].isin(told)].groupby("month")["nationality"].nunique()
    whole = set(table.loc[(table["category"] == REST) | bool(place), "month"])
    enough = whole | set(rows.index[rows >= MOST_NAMED * len(told)])
    wide = named[named["month"].isin(enough)].pivot_table(
        index="month", columns="nationality", values="value", aggfunc="sum", fill_value=0.0
    )
    return {str(name): wide[name] for name in wide}


def _single_months(table: pd.DataFrame, place: str) -> pd.DataFrame:
    """Keep the figures over one month at the series' own place, of the fullest edition of each."""
    single = (table["start"].dt.day == 1) & (
        table["end"] == table["start"] + pd.offsets.MonthEnd(1)
    )
    here = (table["place"] == place) if place else single
    chosen = table[single & here]
    chosen = chosen.assign(month=chosen["start"].dt.to_period("M"))
    size = chosen.groupby(["month", "edition"])["value"].transform("size")
    fullest = size == size.groupby(chosen["month"]).transform("max")
    chosen = chosen[fullest].sort_values("rank", kind="stable")
    once: pd.DataFrame = chosen.drop_duplicates(["month", "category"]).sort_index()
    return once


def _said_once(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out categories that join others, and months in which nothing but these tell of one."""
    joins = table["category"].str.contains("+", regex=False)
    alone = set(zip(table["month"], table["category"], strict=True))
    unsplit = {
        month
        for month, joined in table.loc[joins, ["month", "category"]].itertuples(index=False)
        if not all((month, part) in alone for part in joined.split("+"))
    }
    return table[~joins & ~table["month"].isin(unsplit)]


def _with_rest(table: pd.DataFrame) -> pd.DataFrame:
    """Return the categories of a table; where none is the rest, what its total leaves is."""
    whole = table[table["category"] == ALL].set_index("month")["value"]
    parts = table.loc[table["category"] != ALL, ["month", "category", "value"]]
    months = parts["month"].unique()
    named = parts.groupby("month")["value"].sum()
    has_rest = set(parts.loc[parts["category"] == REST, "month"])
    without = [month for month in months if month in whole.index and month not in has_rest]
    left = (whole.reindex(without) - named.reindex(without)).clip(lower=0.0)
    rest = pd.DataFrame({"month": without, "category": REST, "value": left.to_numpy(dtype=float)})
    return pd.concat([part for part in (parts, rest) if len(part)], ignore_index=True)
