"""What one edition of a series says otherwise than another."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from corredor.errors import UsageError, did_you_mean
from corredor.record.record import editions_of, load_series
from corredor.record.rows import FIGURE


@dataclass(frozen=True, eq=False)
class Differences:
    """Two editions of a series, figure by figure.

    Attributes
    ----------
    before, after : str
        The editions.
    changed : pandas.DataFrame
        Figures of both that differ: ``start``, ``end``, ``place``, ``category``, ``before``,
        ``after``; in order of time.
    alike, only_before, only_after : int
        Figures of both that are equal, and of one alone.
    """

    before: str
    after: str
    changed: pd.DataFrame
    alike: int
    only_before: int
    only_after: int


def between_editions(
    series: str, before: str | None = None, after: str | None = None
) -> Differences:
    """Compare two editions of a series.

    Parameters
    ----------
    series : str
        Its id.
    before, after : str, optional
        Editions as :func:`~corredor.record.editions_of` names them. Unless told, ``after`` is the
        newest and ``before`` the newest other that have figures of the same windows.

    Raises
    ------
    UsageError
        If the series or an edition is unknown, or there are no two.
    """
    known = list(editions_of(series).index)
    for edition in (before, after):
        if edition is not None and edition not in known:
            raise UsageError(
                f"{series}: unknown edition {edition!r}. {did_you_mean(edition, known)} "
                f"Known: {'; '.join(known)}.".replace("  ", " ")
            )
    table = load_series(series, edition="all")
    pairs = (
        (first, second)
        for second in ([after] if after else known)
        for first in ([before] if before else known)
        if first != second and ((before and after) or _share(table, first, second))
    )
    pair = next(pairs, None)
    if pair is None:
        raise UsageError(f"{series}: no two such editions have figures of the same windows.")
    return _between(table, *pair)


def _share(table: pd.DataFrame, first: str, second: str) -> bool:
    """Return whether two editions have a figure of the same window, place and category."""
    a, b = (table.loc[table["edition"] == name, FIGURE] for name in (first, second))
    return bool(len(a.merge(b, on=FIGURE)))


def _between(table: pd.DataFrame, first: str, second: str) -> Differences:
    a, b = (
        table[table["edition"] == edition].drop_duplicates(FIGURE)[[*FIGURE, "value"]]
        for edition in (first, second)
    )
    both = a.merge(b, on=FIGURE, how="outer", suffixes=("_a", "_b"), indicator=True)
    shared = both[both["_merge"] == "both"].rename(
        columns={"value_a": "before", "value_b": "after"}
    )
    changed = shared.loc[shared["before"] != shared["after"], [*FIGURE, "before", "after"]]
    return Differences(
        first, second, changed.sort_values(FIGURE, ignore_index=True), len(shared) - len(changed),
        int((both["_merge"] == "left_only").sum()), int((both["_merge"] == "right_only").sum()),
    )  # fmt: skip
