"""``result.corredor``: what a result knows of itself, and how it draws itself.

What draws is imported when something is drawn: every process with a result has this module.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import xarray as xr

from corredor.corridor.given import day_of
from corredor.corridor.world import World, load_world
from corredor.errors import UsageError, did_you_mean
from corredor.runs import observe as observing
from corredor.runs.audit import notes_of
from corredor.runs.measures import measured
from corredor.runs.provenance import in_words_of_worlds, made_of
from corredor.runs.reading import of_the_world
from corredor.runs.result import save_result
from corredor.text.language import NO_BREAK, date

if TYPE_CHECKING:
    from corredor.library.picture import Picture
    from corredor.needs.periods import By

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
WINDOWS = ("start", "end", "months", "record")  # of the record, for a chart


@xr.register_dataset_accessor("corredor")  # type: ignore[no-untyped-call]
class Result:
    """What a result of Corredor can be asked, as ``result.corredor``.

    Every dataset has it once ``corredor`` has run or read one; one that is no result of Corredor
    says so. A result that was opened by ``xarray.open_zarr`` is one too.

    Examples
    --------
    >>> import corredor
    >>> result = corredor.run(corredor.example_world(), replicates=5)
    >>> result.corredor
    <Result of three-places: 5 exact runs, 2024-01-01 to 2024-04-30>
    >>> result.corredor.series
    ('arrivals',)
    """

    def __init__(self, data: xr.Dataset) -> None:
        self._data = data
        self.plot = Plots(data)

    def _check(self) -> xr.Dataset:
        if "scenario" not in self._data.attrs or "present" not in self._data:
            raise AttributeError("this dataset is no result of Corredor")
        return self._data

    @property
    def series(self) -> tuple[str, ...]:
        """Return the series of the record that the world of the result can count."""
        return observing.countable(self._check())

    @property
    def notes(self) -> list[str]:
        """Return what has to be known of the run before its numbers are read."""
        return [str(note) for note in notes_of(self._check())]

    @property
    def world(self) -> World:
        """Return the world that was run, read again.

        Raises
        ------
        UsageError
            If it is no longer where it was, or its tables are others now.
        """
        return _world_of(self._check())

    def observe(
        self, series: str, by: str = "", part: str = "",
        where: Mapping[str, Sequence[str]] | None = None,
    ) -> xr.DataArray:  # fmt: skip
        """Return what a series would count, ``[replicate, month]``; see ``corredor.observe``.

        Raises
        ------
        UsageError
            If the model has nothing that the series counts.

        Examples
        --------
        >>> import corredor
        >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
        >>> result.corredor.observe("arrivals").dims
        ('replicate', 'month')
        """
        return observing.observe(self._check(), series, by, part, where)

    def against_record(self, series: str) -> pd.DataFrame:
        """Return a series beside its record, window by window.

        Returns
        -------
        pandas.DataFrame
            ``start``, ``end``, ``months``, ``record``, ``derived``, ``mean``, ``low``, ``high``
            (5 and 95 % of the runs).

        Raises
        ------
        UsageError
            If the world counts or the record holds no such series.

        Examples
        --------
        >>> import corredor
        >>> days = {"start": "2024-01-01", "end": "2024-01-31", "spin_up": "2024-01-01"}
        >>> january = corredor.scenario("baseline").with_horizon(**days)
        >>> result = corredor.run(january, draw="expected", replicates=1)
        >>> table = result.corredor.against_record("border_patrol_encounters")
        >>> bool(table["record"].iloc[0] > 100_000)
        True
        """
        return observing.against_record(self._check(), series)

    def bands(self, name: str = "", levels: Sequence[float] = LEVELS) -> pd.DataFrame:
        """Return the quantiles over the runs by month, or by day for a stock.

        Parameters
        ----------
        name : str
            A series, or a variable of the result, added up over all its parts; every series if
            left out, in one table.
        levels : sequence of float
            From 0 to 1.

        Returns
        -------
        pandas.DataFrame
            Indexed by month (or day), or by series and month: ``mean`` and ``q05``, ``q25``, …, in
            people or events of the world. They are of the model, and known to be too narrow.

        Raises
        ------
        UsageError
            If there is no such series or variable.

        Examples
        --------
        >>> import corredor
        >>> result = corredor.run(corredor.example_world(), replicates=20)
        >>> list(result.corredor.bands("entries", levels=(0.05, 0.95)).columns)
        ['mean', 'q05', 'q95']
        """
        data = self._check()
        if not name:
            tables = {series: _bands(_of(data, series), levels) for series in self.series}
            return pd.concat(tables, names=["series"]) if tables else pd.DataFrame()
        return _bands(_of(data, name), levels)

    def needs(
        self, places: str | Sequence[str] = (), start: str | None = None, end: str | None = None,
        *, by: By | None = "month", share_sheltered: float = 1.0,
        standards: str | Path | None = None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return what people in places need; see ``corredor.needs_table``.

        Raises
        ------
        UsageError, InputError
            If the result has no such place or days, or the standards have faults.

        Examples
        --------
        >>> import corredor
        >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
        >>> table = result.corredor.needs("town")
        >>> set(table["place"])
        {'town'}
        """
        from corredor.library.asking import needs_table

        return needs_table(
            self._check(), places, start, end, by=by, share_sheltered=share_sheltered,
            standards=standards,
        )  # fmt: skip

    def measures(self) -> pd.DataFrame:
        """Return what scenarios are compared by, over all days: mean, and 5 and 95 % of the runs.

        Examples
        --------
        >>> import corredor
        >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
        >>> result.corredor.measures().columns.to_list()
        ['meaning', 'unit', 'mean', 'q05', 'q95']
        """
        return pd.DataFrame(measured(self._check())).set_index("measure")

    def save(self, folder: str | Path) -> Path:
        """Write the result to a new folder, as a Zarr store that ``xarray.open_zarr`` opens too.

        Raises
        ------
        OutputError
            If the folder exists, or cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> import corredor, xarray
        >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     kept = result.corredor.save(f"{folder}/result")
        ...     with xarray.open_zarr(kept, chunks=None) as opened:
        ...         print(opened.corredor)
        <Result of three-places: 1 expected run, 2024-01-01 to 2024-04-30>
        """
        target = Path(folder)
        save_result(self._check(), target)
        return target

    def __repr__(self) -> str:
        """Say what was run."""
        data = self._check()
        about, runs = data.attrs, data.sizes["replicate"]
        return (
            f"<Result of {about['scenario']}: {runs} {about['draw']} run{'s' * (runs != 1)}, "
            f"{about['start']} to {about['end']}>"
        )

    def _repr_html_(self) -> str:
        from corredor.library.card import card

        data = self._check()
        with in_words_of_worlds(data):
            declared = [name for name in observing.declared(data) if name in self.series]
            shown = (declared or list(self.series))[:1]
            pictures = [self.plot.series(name)._repr_html_() for name in shown]
            return card(data, self.notes, self.measures(), pictures)


class Plots:
    """How a result draws itself, as ``result.corredor.plot``."""

    def __init__(self, data: xr.Dataset) -> None:
        self._data = data

    def series(self, name: str, *, beside_record: bool = True) -> Picture:
        """Draw a series by month: median, 50 % and 90 % bands of the runs, and what was published.

        Parameters
        ----------
        name : str
            A series, or a flow of the result, added up over all its parts.
        beside_record : bool
            Whether published figures are drawn too, where the record holds them.

        Raises
        ------
        UsageError
            If there is no such series or flow.

        Examples
        --------
        >>> import corredor
        >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
        >>> result.corredor.plot.series("entries")
        <Picture: entries by month, three-places>
        """
        from corredor.library.picture import Picture
        from corredor.show.charts.style import Line, against_record_chart

        data = self._data
        values = _of(data, name)
        if "month" not in values.dims:
            raise UsageError(f"{name}: is counted by day; draw it with map(day), or see bands().")
        windows = pd.DataFrame({column: [] for column in WINDOWS})
        if beside_record and name in observing.declared(data):
            windows = observing.against_record(data, name)
        title = str(data.attrs["title"])
        figure = against_record_chart([Line(title, values)], windows, size=(560, 300))
        return Picture(figure, f"{name.replace('_', ' ')} by month, {data.attrs['scenario']}")

    def map(self, day: dt.date | str | None = None, *, status: str = "") -> Picture:
        """Draw where people are in the evening of a day, mean over the runs.

        Parameters
        ----------
        day : date or str, optional
            Such as ``2024-01-15``; the last day of the result if left out.
        status : str
            Only people of this status, such as ``waiting``; all present if left out.

        Raises
        ------
        UsageError
            If the result has no such day or status, or its world is no longer where it was.

        Examples
        --------
        >>> import corredor
        >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
        >>> result.corredor.plot.map("2024-02-15")
        <Picture: people present on 15 February 2024, three-places>
        """
        from corredor.library.picture import Picture
        from corredor.show.map.draw import draw_map

        data = self._data
        days = pd.DatetimeIndex(data["day"].values)
        chosen = pd.Timestamp(day_of(day, "day") or days[-1])
        if chosen not in days:
            span = f"{days[0]:%Y-%m-%d} to {days[-1]:%Y-%m-%d}"
            raise UsageError(f"day: found {chosen:%Y-%m-%d}, expected a day from {span}.")
        present = of_the_world(data, "present").sel(day=chosen)
        if status:
            known = [str(each) for each in data["status"].values]
            if status not in known:
                hint = did_you_mean(status, known)
                raise UsageError(f"{status}: no such status. {hint}".rstrip())
            present = present.sel(status=[status])
        people = present.sum("status").mean("replicate")
        sizes = dict(zip(people["place"].values.astype(str), people.values.tolist(), strict=True))
        when = date(f"{chosen:%Y-%m-%d}")
        title, what = str(data.attrs["title"]), f"{status.replace('_', ' ')} {when}".strip()
        figure = draw_map(_world_of(data), sizes, title=title, subtitle=what)
        told = f"people present on {when}, {data.attrs['scenario']}"
        return Picture(figure, told.replace(NO_BREAK, " "))


def _world_of(data: xr.Dataset) -> World:
    world = load_world(str(made_of(data).get("world", data.attrs["world"])))
    if world.hash != data.attrs["world_hash"]:
        raise UsageError(f"{world.folder}: its tables are others than when the result was made.")
    return world


def _of(data: xr.Dataset, name: str) -> xr.DataArray:
    """Return a series, or a variable added up over its parts, ``[replicate, month or day]``."""
    series = observing.countable(data)
    if name in series:
        return observing.observe(data, name)
    if name not in data.data_vars or not {"month", "day"} & set(data[name].dims):
        known = [*series, *map(str, data.data_vars)]
        hint = did_you_mean(name, known)
        raise UsageError(f"{name}: no series or variable of this result. {hint}".rstrip())
    values = of_the_world(data, name)
    return values.sum([dim for dim in values.dims if dim not in ("replicate", "month", "day")])


def _bands(values: xr.DataArray, levels: Sequence[float]) -> pd.DataFrame:
    if not all(0 <= level <= 1 for level in levels):
        raise UsageError(f"levels: found {list(levels)}, expected numbers from 0 to 1.")
    time = "month" if "month" in values.dims else "day"
    numbers = values.transpose("replicate", time).to_numpy().astype(np.float64)
    columns = {f"q{round(100 * level):02d}": np.quantile(numbers, level, axis=0)
               for level in levels}  # fmt: skip
    index = pd.DatetimeIndex(values[time].values, name=time)
    return pd.DataFrame({"mean": numbers.mean(axis=0), **columns}, index=index)
