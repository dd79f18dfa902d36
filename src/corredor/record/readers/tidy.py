"""From counted cells to tidy tables: one row a figure, and no month that has not happened."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from corredor.record.readers import months
from corredor.record.readers.reading import Check

ALL = "all"


def frame(records: Mapping[str, Sequence[object]]) -> pd.DataFrame:
    """Return columns as a table without the rows that have no value.

    Parameters
    ----------
    records : mapping
        At least ``month`` (whole numbers as in :mod:`~corredor.record.readers.months`) and
        ``value`` (NaN where the file gives none).
    """
    table = pd.DataFrame(dict(records))
    table["value"] = table["value"].astype(float)
    return table[table["value"].notna()].reset_index(drop=True)


def happened(
    table: pd.DataFrame, notes: list[str], last: int | None = None
) -> tuple[pd.DataFrame, int | None]:
    """Leave out the months after the last that the file counts, and say which these were.

    A file of a running year may hold its future months as 0. They lie at the end and are 0
    everywhere, or after the month that the file names as its last.

    Parameters
    ----------
    table : DataFrame
        With ``month`` and ``value``.
    notes : list of str
        To which a note is added if something is left out.
    last : int, optional
        The last month that the file says it covers.

    Returns
    -------
    DataFrame, int or None
        The months that happened and the last of them; None where there is none.
    """
    if table.empty:
        return table, None
    totals = table.groupby("month")["value"].sum()
    counted = totals.index[totals > 0]
    end = int(counted.max()) if len(counted) else int(totals.index.min()) - 1
    end = end if last is None else min(end, last)
    after = sorted(set(totals.index[totals.index > end]))
    if after:
        named = months.named(after[0])
        named += f" to {months.named(after[-1])}" if len(after) > 1 else ""
        notes.append(f"{named}: nothing counted yet, so left out and not taken for 0.")
    kept = table[table["month"] <= end]
    return kept, end if len(kept) else None


def tidy(
    table: pd.DataFrame,
    dims: Iterable[str],
    unit: str,
    *,
    named: Sequence[str] | None = None,
    months_long: int = 1,
) -> pd.DataFrame:
    """Return a table with the columns that every reading has, rows of one key added up.

    Parameters
    ----------
    table : DataFrame
        ``month``, ``place``, the dims, ``value``.
    dims : iterable of str
        Columns that split the total, such as ``citizenship``; in each ``all`` means no split.
        ``category`` names them together: ``Brazil; single adults``, or ``all``.
    unit : str
        Unit of the values.
    named : sequence of str, optional
        The dims that ``category`` names; all of them where left out.
    months_long : int
        Length of each window.
    """
    dims = list(dims)
    keys = ["month", "place", *dims]
    summed = table.groupby(keys, sort=True, observed=True)[["value"]].sum().reset_index()
    start, end = months.bounds(summed["month"], months_long)
    return pd.DataFrame(
        {
            "start": start,
            "end": end,
            "place": summed["place"].astype(object),
            "category": _categories(summed, dims if named is None else named),
            **{dim: summed[dim].astype(object) for dim in dims},
            "value": summed["value"].astype(float),
            "unit": unit,
        }
    )


def _categories(table: pd.DataFrame, dims: Sequence[str]) -> list[str]:
    """Return one name for what several columns split: their parts other than ``all``, joined."""
    if not dims:
        return [ALL] * len(table)
    parts = zip(*(table[dim].tolist() for dim in dims), strict=True)
    return ["; ".join(part for part in row if part != ALL) or ALL for row in parts]


def with_total(table: pd.DataFrame, dim: str) -> pd.DataFrame:
    """Return a table with the sums over a dimension added as its ``all``."""
    return pd.concat([table, table.assign(**{dim: ALL})], ignore_index=True)


def check(what: str, own: float, ours: float, within: float = 0.0) -> Check:
    """Compare a file's own total with our sum; they may differ by its rounding."""
    return Check(what, float(own), float(ours), bool(abs(own - ours) <= within + 1e-9))
