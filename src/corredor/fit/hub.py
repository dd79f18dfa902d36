"""Forecasts in a forecast hub: a folder in the format of the hubverse, to be kept and handed in.

``HUB/model-output/MODEL/DATE-MODEL.csv`` holds the forecast of one model from one date: one row
for each quantile of each series, part and month. The date is the last day of the origin month, and
a horizon counts months after it. ``hub-config`` says what may be forecast, ``model-metadata`` who
made a model. A folder that has no configuration yet gets one, which then grows with the forecasts;
that of a hub which somebody else set up is never changed. ``auxiliary-data/kept`` holds, for each
forecast that Corredor kept, on which day it did so, what it was made from, and a fingerprint:
whoever changes a forecast afterwards is found out when it is read.

References
----------
The hubverse's guide to model output, https://docs.hubverse.io.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from corredor.arrays import Floats
from corredor.errors import InputError, OutputError, Problem, UsageError
from corredor.fit.forecast import LEVEL_COLUMNS, Forecast
from corredor.fit.hub_own import month_end, own_admin, own_metadata_schema, own_tasks
from corredor.fit.hub_records import put_record, record_path, refuse_changed
from corredor.fit.hub_rows import OutputFile, text_of
from corredor.fit.hub_tasks import (
    COLUMNS,
    Admin,
    Tasks,
    read_admin,
    read_metadata,
    read_tasks,
)
from corredor.fit.scores import HUB_LEVELS, quantiles_of
from corredor.inputs.whole_files import refuse_unwritable, sweep, whole_or_absent

TEAM = "corredor"
LONGEST_NAME = 16  # characters of a team or a model, by the hubverse's rules
MODEL_ID = re.compile(r"[A-Za-z0-9_]{1,16}-[A-Za-z0-9_]{1,16}")
METHODS = (
    "A simulation of the corridor, calibrated to the published record by an ensemble smoother; "
    "beyond the origin its unknowns walk on as their priors say."
)
MOVED = (
    " Its bands are then widened or narrowed by how earlier forecasts missed: conformalised "
    "quantile regression, by a rule that was fixed before it was scored."
)
_SCHEMA = pa.schema(
    [("reference_date", pa.date32()), ("target", pa.string()), ("horizon", pa.int32()),
     ("location", pa.string()), ("target_end_date", pa.date32()), ("output_type", pa.string()),
     ("output_type_id", pa.float64()), ("value", pa.float64())],
)  # fmt: skip
FileFormat = Literal["csv", "parquet"]


@dataclass(frozen=True, eq=False)
class Bands:
    """Quantiles that are kept in place of a forecast's own.

    Attributes
    ----------
    table : pandas.DataFrame
        As :func:`~corredor.fit.backtest.conformal_forecast` returns it.
    backtest : str
        Digest of the backtest by whose misses they were moved.
    """

    table: pd.DataFrame
    backtest: str


def model_id(world: str) -> str:
    """Return the name under which forecasts of a world are handed in.

    It is ``corredor-`` and the world's name with underscores; a name of more than 16 characters
    is cut and ends in four digits of its own, so that two long names stay apart.
    """
    name = re.sub(r"[^A-Za-z0-9_]", "_", world)
    if len(name) > LONGEST_NAME or not name:
        digits = hashlib.sha256(world.encode()).hexdigest()[:4]
        name = f"{name[: LONGEST_NAME - 5]}_{digits}"
    return f"{TEAM}-{name}"


def table(forecast: Forecast, moved: Bands | None = None) -> pd.DataFrame:
    """Return a forecast as rows of a hub.

    Parameters
    ----------
    forecast : Forecast
        What may come.
    moved : Bands, optional
        Its quantiles in place of the forecast's own; series and parts that are not in it have none.

    Returns
    -------
    pandas.DataFrame
        :data:`~corredor.fit.hub_tasks.COLUMNS`: one row for each series, part, month and one of
        :data:`~corredor.fit.scores.HUB_LEVELS`, dates as text, values in the unit of the series.
        No mean: that of a few hundred futures leans on the largest of them.

    Raises
    ------
    UsageError
        If the forecast is empty or a future is not finite.
    """
    date = month_end(forecast.origin)
    rows = [
        (date, series, int((month - forecast.origin).n), part, month_end(month), "quantile", level,
         value)
        for (series, part), quantiles in _quantiles(forecast, moved).items()
        for month, values in zip(forecast.months, _rising(quantiles).tolist(), strict=True)
        for level, value in zip(HUB_LEVELS, values, strict=True)
    ]  # fmt: skip
    if not rows:
        raise UsageError("The forecast holds no series, so there is nothing to keep.")
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _quantiles(forecast: Forecast, moved: Bands | None) -> dict[tuple[str, str], Floats]:
    """Return the quantiles of each series and part, [months, levels]."""
    if moved is None:
        return {key: quantiles_of(futures, levels=HUB_LEVELS)
                for key, futures in forecast.samples.items()}  # fmt: skip
    grouped = moved.table.sort_values("horizon").groupby(["series", "part"], sort=False)
    return {
        (str(series), str(part)): rows[LEVEL_COLUMNS].to_numpy(np.float64)
        for (series, part), rows in grouped
    }


def _rising(quantiles: Floats) -> Floats:
    """Lift a quantile that lies below the one before it by rounding; hubs refuse even that."""
    return np.maximum.accumulate(quantiles, axis=-1) + 0.0  # no file tells -0 from 0


def write(
    forecast: Forecast, hub: Path, model: str, *, file_format: FileFormat | None = None,
    replace: bool = False, kept_on: dt.date | None = None, model_name: str = "",
    moved: Bands | None = None,
) -> Path:  # fmt: skip
    """Keep a forecast in a hub.

    Parameters
    ----------
    forecast : Forecast
        What may come.
    hub : Path
        The hub's folder; it is made if it is not there.
    model : str
        Team and model, such as :func:`model_id` gives.
    file_format : str, optional
        ``csv`` or ``parquet``; the first of them that the hub takes, if left out.
    replace : bool
        Replace what is kept of the same model and date.
    kept_on : datetime.date, optional
        The day of keeping; today, in UTC, if left out.
    model_name : str
        What the model is called in its page, if it has none yet.
    moved : Bands, optional
        Keep these quantiles in place of the forecast's own; give them a model of their own.

    Returns
    -------
    Path
        The file; it is written whole or not at all.

    Raises
    ------
    UsageError
        If the model's name is not one of a hub, the hub does not take files of that format, or the
        forecast cannot be stated.
    OutputError
        If a forecast of that model and date is kept already, or nothing can be written.
    InputError
        If the hub's configuration is at fault, or does not ask for such a forecast.
    """
    if MODEL_ID.fullmatch(model) is None:
        raise UsageError(
            f"{model!r} is no name of a model in a hub, expected TEAM-MODEL, each of letters, "
            "digits and underscores, 16 at most."
        )
    rows = table(forecast, moved)
    date = str(rows["reference_date"].iloc[0])
    admin = _admin_of(hub)
    folder = _output_folder(hub, admin) / model
    path = folder / f"{date}-{model}.{_format(admin, file_format)}"
    there = _kept_already(folder, date, model)
    for beside in (folder, record_path(hub, date, model).parent, hub / "hub-config"):
        sweep(beside)  # a refusal may be all that comes
    if there and not replace:
        raise OutputError(f"{there[0]}: is kept already; replace it, or leave it as it was made.")
    refuse_unwritable(path)
    configuration = _configuration(hub, rows)
    text = rows.map(text_of).set_axis(range(2, len(rows) + 2))
    OutputFile(path).checked(text, configuration.tasks.model_tasks)
    configuration.put(hub)
    _put_page(hub, model, model_name, moved=moved is not None)
    about = {} if moved is None else {"bands": "conformal", "backtest": moved.backtest}
    day = kept_on or dt.datetime.now(dt.UTC).date()
    if not there:  # the record comes first: no forecast stands without the day it was kept on
        put_record(forecast, rows, hub, model, day, about)
        _put_rows(rows, path)
        return path
    record_path(hub, date, model).unlink(missing_ok=True)  # it is of what is replaced
    _put_rows(rows, path)
    for old in there:
        if old != path:
            old.unlink()
    put_record(forecast, rows, hub, model, day, about)
    return path


def read(hub: Path) -> pd.DataFrame:
    """Return every forecast of every model in a hub.

    Returns
    -------
    pandas.DataFrame
        ``model_id`` and :data:`~corredor.fit.hub_tasks.COLUMNS`, by model and date: dates as text,
        ``output_type_id`` NaN for a mean or a median. Other output types are left out.

    Raises
    ------
    UsageError
        If the folder is no hub.
    InputError
        With the first problem found in the configuration or in a forecast.
    """
    tasks, admin = read_tasks(_known(hub)), read_admin(hub)
    parts = [_read(file, hub, tasks) for file in _files(hub, admin)]
    if not parts:
        return pd.DataFrame(columns=["model_id", *COLUMNS])
    return pd.concat(parts, ignore_index=True)


def check(hub: Path, file: Path | None = None) -> None:
    """Refuse a hub, or one file of its model output, that breaks the hub's rules.

    Raises
    ------
    UsageError
        If the folder is no hub.
    InputError
        With the first problem found: in the configuration, in a forecast, or in the page that each
        model must have.
    """
    tasks, admin = read_tasks(_known(hub)), read_admin(hub)
    for each in _files(hub, admin) if file is None else [file]:
        output = OutputFile(each)
        _read(each, hub, tasks)
        read_metadata(hub, output.model_id)


def _known(hub: Path) -> Path:
    if not (hub / "hub-config" / "tasks.json").exists():
        raise UsageError(f"{hub}: no forecast is kept there; it has no hub-config/tasks.json.")
    return hub


def _admin_of(hub: Path) -> Admin:
    there = (hub / "hub-config" / "admin.json").exists()
    return read_admin(hub) if there else Admin.model_validate(own_admin())


def _output_folder(hub: Path, admin: Admin) -> Path:
    return hub / admin.model_output_dir


def _format(admin: Admin, asked: FileFormat | None) -> FileFormat:
    """Return the format that was asked for, or the first that a hub takes of ours."""
    ours: tuple[FileFormat, ...] = ("csv", "parquet")
    taken = [each for each in ours if each in admin.file_format]
    if not taken or (asked and asked not in taken):
        known = ", ".join(admin.file_format)
        raise UsageError(f"{admin.name}: takes files in {known}, not in {asked or ours[0]}.")
    return asked or taken[0]


def _files(hub: Path, admin: Admin) -> list[Path]:
    """Return the files of forecasts, by model and date; pages for readers are none."""
    found = [
        path
        for path in sorted(_output_folder(hub, admin).glob("*/*"))
        if path.suffix not in (".md", ".txt") and not path.name.startswith(".")
    ]
    for path, after in pairwise(found):
        if path.with_suffix("") == after.with_suffix(""):
            raise InputError(
                Problem(str(after), f"one file of a forecast; there is {path.name} too")
            )
    return found


def _read(file: Path, hub: Path, tasks: Tasks) -> pd.DataFrame:
    rows = OutputFile(file).read(tasks.model_tasks)
    refuse_changed(rows, file, hub)
    return rows


def _kept_already(folder: Path, date: str, model: str) -> list[Path]:
    named = (folder / f"{date}-{model}.{suffix}" for suffix in ("csv", "parquet"))
    return [path for path in named if path.exists()]


@dataclass(frozen=True)
class _Configuration:
    """What a hub asks for, and the files that have to be written so that it does."""

    tasks: Tasks
    files: Mapping[str, Mapping[str, Any]]

    def put(self, hub: Path) -> None:
        """Write the files, each whole; one that says the same already is left alone."""
        for name, content in self.files.items():
            path = hub / "hub-config" / f"{name}.json"
            text = json.dumps(content, indent=2, ensure_ascii=False) + "\n"
            if not path.exists() or path.read_bytes() != text.encode():
                with whole_or_absent(path, replace=True) as temporary:
                    temporary.write_bytes(text.encode())


def _configuration(hub: Path, rows: pd.DataFrame) -> _Configuration:
    """Return what a hub asks for; one of one's own asks for every forecast that is kept."""
    folder = hub / "hub-config"
    before = read_tasks(hub) if (folder / "tasks.json").exists() else None
    if before and not before.is_own:
        return _Configuration(before, {})
    tasks = own_tasks(rows, before)
    first = {"admin": own_admin(), "model-metadata-schema": own_metadata_schema()}
    missing = {name: own for name, own in first.items() if not (folder / f"{name}.json").exists()}
    return _Configuration(Tasks.model_validate(tasks), {"tasks": tasks, **missing})


def _put_page(hub: Path, model: str, model_name: str, *, moved: bool) -> None:
    """Write who made a model, unless that is said already."""
    path = hub / "model-metadata" / f"{model}.yml"
    if path.exists():
        return
    team, name = model.split("-")
    content = {
        "team_name": team.capitalize(), "team_abbr": team, "model_name": model_name or name,
        "model_abbr": name, "designated_model": not moved,
        "methods": METHODS + MOVED * moved,
    }  # fmt: skip
    with whole_or_absent(path) as temporary:
        text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True)
        temporary.write_bytes(text.encode())


def _put_rows(rows: pd.DataFrame, path: Path) -> None:
    """Write the file of a forecast, every number to its last digit."""
    with whole_or_absent(path, replace=True) as temporary:
        if path.suffix == ".csv":
            rows.to_csv(temporary, index=False, lineterminator="\n")
        else:
            days = {name: rows[name].map(dt.date.fromisoformat)
                    for name in ("reference_date", "target_end_date")}  # fmt: skip
            pq.write_table(
                pa.Table.from_pandas(rows.assign(**days), _SCHEMA, preserve_index=False), temporary
            )
