"""Read one file of a forecast hub's ``model-output`` and refuse what breaks the hub's rules."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from corredor.arrays import Floats
from corredor.errors import InputError, Problem, did_you_mean
from corredor.fit.hub_tasks import COLUMNS, TASK_IDS, Limits, ModelTask
from corredor.fit.scores import ROUNDING
from corredor.inputs.rows import read_rows

NAME = re.compile(r"(\d{4}-\d{2}-\d{2})-([A-Za-z0-9_]{1,16}-[A-Za-z0-9_]{1,16})\.(csv|parquet)")
NUMBER = r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?"
WHOLE = r"[+-]?\d+"
NOT_GIVEN = ("", "NA")  # R writes NA
READ = ("quantile", "mean", "median")  # the output types that are read


class OutputFile:
    """A file of forecasts of one model from one date.

    Parameters
    ----------
    path : Path
        ``model-output/TEAM-MODEL/DATE-TEAM-MODEL.csv`` or ``.parquet``.

    Raises
    ------
    InputError
        If its name is another, or lies in the folder of another model.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        found = NAME.fullmatch(path.name)
        if found is None or _day(found[1]) is None:
            self.refuse("a file named DATE-TEAM-MODEL.csv or .parquet", path.name)
        self.reference_date, self.model_id = found[1], found[2]
        if path.parent.name != self.model_id:
            self.refuse(f"in the folder {path.parent.name} only files of that model", path.name)

    def refuse(
        self, expected: str, value: object = None, row: int | None = None,
        column: str | None = None, hint: str = "",
    ) -> NoReturn:  # fmt: skip
        """Raise the one problem that is told of this file."""
        raise InputError(Problem(str(self.path), expected, value, row, column, hint))

    def read(self, model_tasks: Sequence[ModelTask]) -> pd.DataFrame:
        """Return its rows, checked against the tasks of the hub.

        Returns
        -------
        pandas.DataFrame
            ``model_id`` and :data:`~corredor.fit.hub_tasks.COLUMNS`, in the order of the file:
            dates as text, ``horizon`` a whole number, ``output_type_id`` NaN for a mean or a
            median. Rows of other output types that the hub takes are left out.

        Raises
        ------
        InputError
            With the first problem found: the file, the line, the column and what was expected.
        """
        return self.checked(
            self._csv() if self.path.suffix == ".csv" else self._parquet(), model_tasks
        )

    def checked(self, text: pd.DataFrame, model_tasks: Sequence[ModelTask]) -> pd.DataFrame:
        """Return rows whose cells are text, indexed by line, as :meth:`read` does."""
        if text.empty:
            self.refuse("a header and rows of forecasts; there are none")
        self._check_dates(text)
        task, group = self._tasks(text, model_tasks)
        read = [
            self._values(text[group == number], task[group == number], model_tasks[number])
            for number in sorted(set(group))
        ]
        rows = pd.concat(read).sort_index()
        rows.insert(0, "model_id", self.model_id)
        return rows.reset_index(drop=True)

    def _csv(self) -> pd.DataFrame:
        """Return the cells as text, indexed by line."""
        lines = read_rows(self.path)
        if not lines:
            self.refuse("a header line and rows; the file is empty")
        header = [name.strip() for name in lines[0][1]]
        self._check_header(header)
        for line, cells in lines[1:]:
            if len(cells) != len(header):
                self.refuse(f"{len(header)} cells as in the header", f"{len(cells)} cells", line)
        content, index = [cells for _, cells in lines[1:]], [line for line, _ in lines[1:]]
        return pd.DataFrame(content, index=index, columns=header, dtype=object)[list(COLUMNS)]

    def _parquet(self) -> pd.DataFrame:
        """Return the cells as text that gives the same numbers; the first row is line 2."""
        try:
            table = pq.ParquetFile(self.path).read()
            cells = {name: table[name].to_pylist() for name in table.column_names}
        except (OSError, ValueError, KeyError, OverflowError, pa.ArrowException) as error:
            why = getattr(error, "strerror", None) or "it is damaged, cut short or another format"
            self.refuse(f"a Parquet file that can be read ({why})")
        self._check_header(table.column_names)
        columns = {name: [text_of(value) for value in cells[name]] for name in COLUMNS}
        return pd.DataFrame(columns, index=range(2, table.num_rows + 2), dtype=object)

    def _check_header(self, header: Sequence[str]) -> None:
        for name in header:
            if name not in COLUMNS:
                self.refuse("a column of this hub", name, 1, hint=did_you_mean(name, COLUMNS))
            if header.count(name) > 1:
                self.refuse("each column once", name, 1)
        for name in COLUMNS:
            if name not in header:
                self.refuse(f"a column {name!r}", row=1)

    def _refuse_rows(
        self, text: pd.DataFrame, column: str, faulty: Iterable[bool], expected: str
    ) -> None:
        """Refuse the first row that is faulty, if any is."""
        bad = np.fromiter(faulty, dtype=bool, count=len(text))
        if bad.any():
            at = int(bad.argmax())
            self.refuse(expected, text[column].iloc[at], int(text.index[at]), column)

    def _check_dates(self, text: pd.DataFrame) -> None:
        date = self.reference_date
        wrong = text["reference_date"] != date
        self._refuse_rows(text, "reference_date", wrong, f"{date}, the date in the file's name")
        horizon = text["horizon"]
        self._refuse_rows(text, "horizon", ~horizon.str.fullmatch(WHOLE), "a whole number")
        ends = {each: _month_after(date, each) for each in horizon.unique()}
        wrong = text["target_end_date"] != horizon.map(ends)
        expected = "the last day of the month that lies horizon months after the reference date"
        self._refuse_rows(text, "target_end_date", wrong, expected)

    def _tasks(
        self, text: pd.DataFrame, model_tasks: Sequence[ModelTask]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Number the tasks, and return that of each row and of the hub's group it belongs to."""
        task = np.asarray(text.groupby(list(TASK_IDS), sort=False).ngroup(), dtype=np.intp)
        first = np.unique(task, return_index=True)[1]
        asked = text[list(TASK_IDS)].iloc[first].to_dict("records")
        group = [
            self._group(int(line), {str(name): str(value) for name, value in each.items()},
                        model_tasks)
            for line, each in zip(text.index[first], asked, strict=True)
        ]  # fmt: skip
        return task, np.array(group, dtype=np.intp)[task]

    def _group(self, line: int, task: dict[str, str], model_tasks: Sequence[ModelTask]) -> int:
        """Return the first group that allows a task, or name the id that no group allows."""
        left = list(enumerate(model_tasks))
        for name in ("target", *TASK_IDS):
            allowed = [group.task_ids[name].allowed for _, group in left]
            left = [each for each, values in zip(left, allowed, strict=True)
                    if task[name] in values]  # fmt: skip
            if not left:
                known = frozenset().union(*allowed)
                hint = did_you_mean(task[name], known)
                self.refuse("one that hub-config/tasks.json asks for", task[name], line, name, hint)
        return left[0][0]

    def _values(self, text: pd.DataFrame, task: NDArray[np.intp], group: ModelTask) -> pd.DataFrame:
        """Return the rows of one group of tasks with their numbers."""
        taken = [name for name, rules in group.output_type if rules is not None]
        kind = text["output_type"]
        self._refuse_rows(text, "output_type", ~kind.isin(taken), f"one of {', '.join(taken)}")
        parts = [
            self._of_type(name, text[kind == name], task[kind == name], group)
            for name in kind.unique()
            if name in READ
        ]
        return pd.concat(parts) if parts else text[:0]

    def _of_type(
        self, name: str, text: pd.DataFrame, task: NDArray[np.intp], group: ModelTask
    ) -> pd.DataFrame:
        rules = getattr(group.output_type, name)
        value = self._numbers(text, "value")
        self._check_limits(text, value, rules.value)
        levels = rules.output_type_id.required
        level = self._levels(text, levels)
        rows = text.assign(
            horizon=text["horizon"].astype("int64"), output_type_id=level, value=value
        )
        twice = pd.DataFrame({"task": task, "level": level}).duplicated()
        self._refuse_rows(text, "output_type_id", twice, "each row once; this one is there twice")
        if name == "quantile":
            self._check_complete(rows, task, levels)
            self._check_rising(text, np.lexsort((level, task)), task, value)
        return rows

    def _numbers(self, text: pd.DataFrame, column: str) -> Floats:
        wrong = ~text[column].str.fullmatch(NUMBER)
        self._refuse_rows(text, column, wrong, "a number")
        values = text[column].to_numpy().astype(np.float64)
        self._refuse_rows(text, column, ~np.isfinite(values), "a finite number")
        return values

    def _check_limits(self, text: pd.DataFrame, value: Floats, limits: Limits) -> None:
        if limits.minimum is not None:
            low = value < limits.minimum
            self._refuse_rows(text, "value", low, f"{limits.minimum:g} or more")
        if limits.maximum is not None:
            high = value > limits.maximum
            self._refuse_rows(text, "value", high, f"{limits.maximum:g} or less")
        if limits.type == "integer":
            self._refuse_rows(text, "value", value % 1 != 0, "a whole number")

    def _levels(self, text: pd.DataFrame, levels: Sequence[float] | None) -> Floats:
        """Return the level of each row, as the hub states it; NaN where there is none to give."""
        column = "output_type_id"
        if levels is None:
            given = ~text[column].isin(NOT_GIVEN)
            self._refuse_rows(text, column, given, "nothing or NA, for this is one number")
            return np.full(len(text), np.nan)
        found, listed = self._numbers(text, column), np.array(levels)
        nearest = np.abs(found[:, np.newaxis] - listed).argmin(axis=1)
        wrong = ~np.isclose(found, listed[nearest], rtol=0, atol=1e-9)
        self._refuse_rows(text, column, wrong, "a level that hub-config/tasks.json asks for")
        return np.asarray(listed[nearest], dtype=np.float64)

    def _check_complete(
        self, rows: pd.DataFrame, task: NDArray[np.intp], levels: Sequence[float]
    ) -> None:
        """Refuse the first task that lacks a level."""
        short = np.bincount(task)[task] < len(levels)
        if not short.any():
            return
        of_task = rows[task == task[short.argmax()]]
        first = of_task.iloc[0]
        missing = [f"{p:g}" for p in levels if p not in set(of_task["output_type_id"])]
        expected = (
            f"a quantile at {missing[0]} too for {first['target']}, {first['location']}, horizon "
            f"{first['horizon']} ({len(missing)} missing); the file may be cut short"
        )
        self.refuse(expected, row=int(of_task.index.max()), column="output_type_id")

    def _check_rising(
        self, text: pd.DataFrame, order: NDArray[np.intp], task: NDArray[np.intp], value: Floats
    ) -> None:
        """Refuse a quantile that is less than the one before it, in an order by task and level."""
        before, after = value[order][:-1], value[order][1:]
        same = np.diff(task[order]) == 0
        falls = np.zeros(len(text), dtype=bool)
        falls[order[1:]] = same & (before - after > ROUNDING * np.abs(before))
        expected = "no less than the quantile of the level before it"
        self._refuse_rows(text, "value", falls, expected)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _month_after(date: str, horizon: str) -> str:
    """Return the last day of the month some months after a date; nothing if there is none."""
    try:
        return str((pd.Period(date, "M") + int(horizon)).end_time.date())
    except (ValueError, OverflowError):
        return ""


def text_of(value: object) -> str:
    """Return a cell of a Parquet file as a CSV file would have it, no digit lost."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, dt.datetime):
        value = value.date()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
