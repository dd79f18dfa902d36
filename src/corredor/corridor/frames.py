"""A world from tables in memory: written to a folder of their own, and read like any other."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from corredor.corridor.table_checks import NAMED
from corredor.errors import UsageError, did_you_mean
from corredor.inputs import schema
from corredor.inputs.home import home
from corredor.inputs.whole_files import whole_or_absent

FOLDER = "worlds"  # of the user's own folder
COLOURS = ("#1f6f8b", "#b5501b", "#7a2fb8", "#4f7a28", "#a8324a", "#8a6d1d")  # of zones and modes
SAFE = re.compile(r"^[a-z0-9]+([-_][a-z0-9]+)*$")
LISTED_BY = {  # tables that say no more than names, and the columns that name what stands in them
    "zones": ("places", "zone"),
    "modes": ("links", "mode"),
    "nationalities": ("people", "nationality"),
    "households": ("people", "household"),
}

SAID_BY = {  # columns of names that may be left out, and the column whose names then stand there
    "places": {"name": "place"},
    "people": {"name_en": "group", "name_es": "group", "citizenships": "nationality"},
    **{table: dict.fromkeys(("name_en", "name_es"), key) for table, key in NAMED.items()},
}


def write_frames(
    name: str, frames: Mapping[str, pd.DataFrame | None], series: Mapping[str, Mapping[str, Any]],
    folder: Path | None,
) -> Path:  # fmt: skip
    """Write the tables of a world to a folder and return it.

    Parameters
    ----------
    name : str
        What the world is called.
    frames : mapping of str to DataFrame or None
        By table, as ``corredor.World.from_frames`` takes them.
    series : mapping
        How each series of a record counts, as ``[series.NAME]`` of ``observations.toml`` says it.
    folder : Path, optional
        A new folder; below the user's own one if left out, named after what the tables hold.

    Raises
    ------
    UsageError
        If the name could be none of a folder.
    OutputError
        If the folder is there already, with other tables, or cannot be written.
    """
    if not SAFE.match(name):
        raise UsageError(f"{name!r}: expected a name of small letters and digits, such as 'mine'.")
    files = {f"{table}.csv": _csv(table, frame) for table, frame in _all(frames).items()}
    if series:
        files["observations.toml"] = _toml(series)
    digest = hashlib.sha256(json.dumps(files, sort_keys=True).encode()).hexdigest()
    target = folder or home() / FOLDER / digest[:12] / name
    if folder is None and target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with whole_or_absent(target) as temporary:
        temporary.mkdir(exist_ok=True)
        for file, text in files.items():
            (temporary / file).write_text(text, encoding="utf-8")
    return target


def _all(frames: Mapping[str, pd.DataFrame | None]) -> dict[str, pd.DataFrame]:
    """Return the frames that were given, and those that only list what these name."""
    given = {table: _flat(table, frame) for table, frame in frames.items() if frame is not None}
    for table, (source, column) in LISTED_BY.items():
        if table in given or source not in given or column not in given[source]:
            continue
        names = list(dict.fromkeys(given[source][column]))
        made = pd.DataFrame({NAMED[table]: names})
        columns = {attribute.name for attribute in schema.load(table)}
        if "colour" in columns:
            made["colour"] = [COLOURS[i % len(COLOURS)] for i in range(len(names))]
        if "width" in columns:
            made["width"] = 1.5
        given[table] = made
    return {table: _named(table, frame) for table, frame in given.items()}


def _named(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame in which what has no name of its own goes by its short name."""
    missing = {column: key for column, key in SAID_BY.get(table, {}).items()
               if column not in frame and key in frame}  # fmt: skip
    return frame.assign(**{column: frame[key] for column, key in missing.items()})


def _flat(table: str, frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose index, where it has a name, is a column like any other."""
    return frame.reset_index() if frame.index.name and frame.index.name != "line" else frame


def _csv(table: str, frame: pd.DataFrame) -> str:
    known = {attribute.name: attribute for attribute in schema.load(table)}
    for column in frame.columns:
        if column not in known:
            hint = did_you_mean(str(column), known)
            raise UsageError(f"{table}: no column {column!r} in this table. {hint}".rstrip())
    written = frame.copy()
    for column in frame.columns:
        if known[column].type == "boolean":
            written[column] = frame[column].map(_cell)
        elif known[column].type == "month":
            written[column] = frame[column].astype(str).str[:7]
        elif known[column].type == "integer":
            written[column] = frame[column].astype(object).map(_whole)
    return str(written.to_csv(index=False, lineterminator="\n"))


def _cell(value: object) -> object:
    """Return a yes or no as a table has it, and anything else, for the reader to refuse, as is."""
    return str(value).lower() if isinstance(value, bool) or value in (True, False) else value


def _whole(value: Any) -> object:
    """Return a whole number without the point that a column with gaps gives it."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _toml(series: Mapping[str, Mapping[str, Any]]) -> str:
    lines = []
    for name, counting in series.items():
        lines.append(f"[series.{json.dumps(name)}]")
        lines += [f"{key} = {_value(value)}" for key, value in counting.items()]
        lines.append("")
    return "\n".join(lines)


def _value(value: object) -> str:
    """Return a text, a list or a table as TOML has it; its strings are those of JSON."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{json.dumps(k)} = {_value(v)}" for k, v in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_value(each) for each in value)}]"
    return json.dumps(value)
