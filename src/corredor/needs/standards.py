"""Minimum standards: what a person needs, or how many people may share one item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from corredor.errors import InputError, Problem
from corredor.inputs.tables import read_table

SHIPPED = Path(__file__).with_name("standards.csv")
PEOPLE, BUSIEST = "people", "people-busiest-evening"  # rows of tables beside the needs


def load_standards(path: str | Path | None = None) -> pd.DataFrame:
    """Read a table of standards; the one that ships with Corredor unless told.

    Returns
    -------
    pandas.DataFrame
        One row per need, indexed by ``need``; columns as in ``schema/standards.csv``.

    Raises
    ------
    InputError
        With every problem found.
    """
    file = SHIPPED if path is None else Path(path)
    table = read_table(file, "standards")
    if problems := list(_problems(str(file), table)):
        raise InputError(problems)
    for column in ("name", "unit", "standard", "source"):
        spanish = table[f"{column}_es"]
        table[f"{column}_es"] = spanish.where(spanish != "", table[column])
    return table.set_index("need")


def _problems(file: str, table: pd.DataFrame) -> Iterator[Problem]:
    if table.empty:
        yield Problem(file, "at least one need below the header")
    both = table[["per_person", "people_per_item"]].notna().sum(axis=1)
    for line in table.index[both != 1]:
        value = "both" if both[line] else None
        yield Problem(
            file, "either per_person or people_per_item in each row", value, int(line), "per_person"
        )
    for line, need in table.loc[table["need"].duplicated(), "need"].items():
        yield Problem(file, "each need once", need, int(str(line)), "need")
    for line, need in table.loc[table["need"].isin([PEOPLE, BUSIEST]), "need"].items():
        yield Problem(file, "another name; this one is taken", need, int(str(line)), "need")


def amount(standard: Mapping[Any, Any], people: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return what so many people need, in the standard's unit; items are rounded up.

    Parameters
    ----------
    standard : mapping
        A row of ``load_standards``: ``per_person`` or ``people_per_item``.
    people : numpy.ndarray
        Whole people, of any shape.
    """
    if np.isfinite(standard["per_person"]):
        return np.asarray(people * standard["per_person"], dtype=float)
    return np.asarray(np.ceil(people / standard["people_per_item"]), dtype=float)
