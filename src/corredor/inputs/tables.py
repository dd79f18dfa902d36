"""Read a CSV table against its schema and report everything that is wrong with it at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import GenericAlias
from typing import Annotated, Any, Literal

import numpy as np
import pandas as pd
from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from corredor.errors import InputError, Problem, did_you_mean
from corredor.inputs import schema
from corredor.inputs.rows import Row, read_rows
from corredor.inputs.schema import Attribute

COMMENT = "#"  # begins a line above the header that says what the table holds


def read_table(path: str | Path, schema_name: str) -> pd.DataFrame:
    """Read a CSV file and check every cell against the schema of that name.

    Parameters
    ----------
    path : str or Path
        The file, in UTF-8 with a header line; lines above it that begin with ``#`` are comments.
    schema_name : str
        ``places``, ``zones``, ``links`` or another that has a schema.

    Returns
    -------
    pandas.DataFrame
        All columns of the schema in its order, indexed by the line of the file. A missing
        number is NaN, a missing text is empty. A whole number that may be missing is a float.

    Raises
    ------
    InputError
        With every problem found: the file, the line, the column and what was expected.
    """
    source = Path(path)
    attributes = schema.load(schema_name)
    header, rows = _split(source)
    problems = _check_header(source, header, attributes)
    if problems:
        raise InputError(problems)
    lines: list[int] = []
    kept: list[list[str]] = []
    for line, cells in rows:
        if len(cells) == len(header):
            lines.append(line)
            kept.append(cells)
        else:
            problems.append(_wrong_width(source, line, header, cells))
    columns: dict[str, list[Any]] = {}
    for attribute in attributes:
        at = header.index(attribute.name) if attribute.name in header else None
        texts = [""] * len(kept) if at is None else [cells[at] for cells in kept]
        columns[attribute.name], wrong = _read_column(texts, schema_name, attribute)
        problems += [_explain(source, lines[row], texts[row], attribute) for row in wrong]
    if problems:
        raise InputError(sorted(problems, key=lambda problem: problem.row or 0))  # as they stand
    return _frame(columns, lines, attributes)


def empty_table(schema_name: str) -> pd.DataFrame:
    """Return a table without rows, with the columns of the schema of that name."""
    attributes = schema.load(schema_name)
    return _frame({a.name: [] for a in attributes}, [], attributes)


def _read_column(
    texts: Sequence[str], schema_name: str, attribute: Attribute
) -> tuple[list[Any], list[int]]:
    """Return the values of a column, and the rows whose text is wrong.

    Each text is read once, however many rows have it. A blank one stands for the default or none.
    """
    reader = _readers(schema_name)[attribute.name]
    every = dict.fromkeys(texts)
    blank = {text for text in every if not text.strip()}
    given = [text for text in every if text not in blank]
    wrong = blank if attribute.required else set()
    default = reader.validate_python([attribute.default])[0] if attribute.default else None
    values: dict[str, Any] = dict.fromkeys(blank, default)
    try:
        values.update(zip(given, reader.validate_python(given), strict=True))
    except ValidationError as error:
        items = error.errors(include_url=False, include_context=False, include_input=False)
        wrong = wrong | {given[int(item["loc"][0])] for item in items}
    of_rows = [] if wrong else list(map(values.__getitem__, texts))
    return of_rows, [row for row, text in enumerate(texts) if text in wrong] if wrong else []


@cache
def _readers(schema_name: str) -> dict[str, TypeAdapter[Any]]:
    """Return what reads the texts of each column of a table."""
    config = ConfigDict(str_strip_whitespace=True)
    kinds: dict[str, Any] = {a.name: GenericAlias(list, _kind(a)) for a in schema.load(schema_name)}
    return {name: TypeAdapter[Any](kind, config=config) for name, kind in kinds.items()}


def _kind(attribute: Attribute) -> Any:
    if attribute.choices:
        return Literal[attribute.choices]
    limits = Field(ge=attribute.minimum, le=attribute.maximum)
    kinds: dict[str, Any] = {
        "slug": Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")],
        "text": str,
        "number": Annotated[float, limits, Field(allow_inf_nan=False)],
        "integer": Annotated[int, limits],
        "boolean": bool,
        "colour": Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")],
        "month": Annotated[str, AfterValidator(_month)],
        "date": Annotated[str, AfterValidator(_day)],
    }
    return kinds[attribute.type]


def _day(text: str) -> str:
    if dt.date.fromisoformat(text).isoformat() != text:
        raise ValueError(text)
    return text


def _month(text: str) -> str:
    return _day(f"{text}-01")[:7]


def _split(source: Path) -> tuple[list[str], list[Row]]:
    """Return the header and the rows with their lines."""
    rows = read_rows(source)
    while rows and rows[0][1][0].startswith(COMMENT):
        rows.pop(0)
    if not rows:
        raise InputError(Problem(str(source), "a header line and rows; the file is empty"))
    return [name.strip() for name in rows[0][1]], rows[1:]


def _check_header(
    source: Path, header: Sequence[str], attributes: Sequence[Attribute]
) -> list[Problem]:
    known = [a.name for a in attributes]
    problems = [
        Problem(str(source), "a column of this table", name, 1, hint=did_you_mean(name, known))
        for name in dict.fromkeys(header)
        if name not in known
    ]
    problems += [
        Problem(str(source), "each column once", name, 1)
        for name in dict.fromkeys(header)
        if name and header.count(name) > 1
    ]
    problems += [
        Problem(str(source), f"a column {a.name!r}: {a.meaning}", row=1)
        for a in attributes
        if a.required and a.name not in header
    ]
    return problems


def _wrong_width(source: Path, line: int, header: Sequence[str], cells: Sequence[str]) -> Problem:
    return Problem(
        str(source),
        f"{len(header)} cells as in the header",
        f"{len(cells)} cells",
        line,
        hint="A comma inside a cell needs quotes around the cell.",
    )


def _explain(source: Path, line: int, text: str, attribute: Attribute) -> Problem:
    """Say what is wrong with a cell in the words of the schema."""
    value = text if text.strip() else None
    hint = did_you_mean(value or "", attribute.choices)
    return Problem(str(source), attribute.expected, value, line, attribute.name, hint)


def _frame(
    columns: dict[str, list[Any]], lines: Sequence[int], attributes: Sequence[Attribute]
) -> pd.DataFrame:
    index = pd.Index(np.array(lines, dtype=np.int64), name="line")
    typed = {
        a.name: _typed(pd.Series(columns[a.name], index, dtype="object"), a) for a in attributes
    }
    return pd.DataFrame(typed, index=index)


def _typed(column: pd.Series[Any], attribute: Attribute) -> pd.Series[Any]:
    if attribute.type == "boolean":
        return column.astype(bool)
    if attribute.type == "integer" and attribute.required:
        return column.astype("int64")
    if attribute.type in ("number", "integer"):
        return column.astype("float64")
    return column.where(column.notna(), "")
