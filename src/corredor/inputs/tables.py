"""Read a CSV table against its schema and report everything that is wrong with it at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import pandas as pd
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

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
    model = table_model(schema_name)
    records: dict[int, dict[str, Any]] = {}
    for line, cells in rows:
        if len(cells) != len(header):
            problems.append(_wrong_width(source, line, header, cells))
            continue
        filled = {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()}
        try:
            records[line] = model.model_validate(filled).model_dump()
        except ValidationError as error:
            problems.extend(_explain(source, line, filled, error, attributes))
    if problems:
        raise InputError(problems)
    return _frame(records, attributes)


def empty_table(schema_name: str) -> pd.DataFrame:
    """Return a table without rows, with the columns of the schema of that name."""
    return _frame({}, schema.load(schema_name))


@cache
def table_model(schema_name: str) -> type[BaseModel]:
    """Return the pydantic model of one row of the table ``schema_name``."""
    fields: dict[str, Any] = {a.name: _field(a) for a in schema.load(schema_name)}
    config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)
    return create_model(f"{schema_name.capitalize()}Row", __config__=config, **fields)


def _field(attribute: Attribute) -> tuple[Any, Any]:
    kind = _kind(attribute)
    if attribute.required:
        return kind, ...
    if attribute.default:
        return kind, Field(default=attribute.default, validate_default=True)
    return kind | None, None


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


def _explain(
    source: Path,
    line: int,
    cells: dict[str, str],
    error: ValidationError,
    attributes: Sequence[Attribute],
) -> list[Problem]:
    """Say each problem of a row in the words of the schema."""
    by_name = {a.name: a for a in attributes}
    problems = []
    for name in dict.fromkeys(str(item["loc"][0]) for item in error.errors()):
        value, attribute = cells.get(name), by_name[name]
        hint = did_you_mean(value or "", attribute.choices)
        problems.append(Problem(str(source), attribute.expected, value, line, name, hint))
    return problems


def _frame(records: dict[int, dict[str, Any]], attributes: Sequence[Attribute]) -> pd.DataFrame:
    index = pd.Index(list(records), name="line", dtype="int64")
    columns = {
        a.name: pd.Series([r[a.name] for r in records.values()], index, dtype="object")
        for a in attributes
    }
    return pd.DataFrame({a.name: _typed(columns[a.name], a) for a in attributes}, index=index)


def _typed(column: pd.Series[Any], attribute: Attribute) -> pd.Series[Any]:
    if attribute.type == "boolean":
        return column.astype(bool)
    if attribute.type == "integer" and attribute.required:
        return column.astype("int64")
    if attribute.type in ("number", "integer"):
        return column.astype("float64")
    return column.where(column.notna(), "")
