"""Add official files to the record: what each brings that is new, what it revises, what it fails.

A file is planned first: read, checked against its own totals, and set beside the figures held. Only
then is it written, whole; of several files all are planned before the first is written.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from corredor.errors import InputError, Problem, plain
from corredor.inputs.whole_files import sweep
from corredor.record import additions, readers
from corredor.record.additions import Addition
from corredor.record.readers import Check, Reading
from corredor.record.record import editions_of, load_series
from corredor.record.rows import FIGURE
from corredor.record.series_info import catalogue, describe

ASSUMED_LAG = 31  # days; assumption for a series of which nobody said when its figures come out
CARD_OF_A_READER = {
    "rounding": "as the publisher's file says", "compare_with": "", "not_comparable_with": "",
    "kind": "flow", "place": "", "frequency": "month",
    "revisions": "every edition that was added is kept", "quality": "A", "address": "",
    "licence_note": "as the publisher's", "published_after_days": str(ASSUMED_LAG),
    "published_after_basis": "assumption: a month; the publisher's delay is not known here",
    "republished": "",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Comparison:
    """A series of a file beside what was held of it.

    Attributes
    ----------
    series : str
        Its id.
    new : pandas.DataFrame
        Figures of windows, places or categories that were not held: ``start``, ``end``, ``place``,
        ``category``, ``value``.
    revised : pandas.DataFrame
        Figures that differ from the preferred edition held: the same columns, and ``was``; the
        largest change first.
    alike : int
        How many figures are equal to those held.
    older : bool
        Whether an edition is held that is newer than the file, which then stays preferred.
    """

    series: str
    new: pd.DataFrame
    revised: pd.DataFrame
    alike: int
    older: bool


@dataclass(frozen=True, eq=False)
class Plan:
    """A file that has been read and not yet written.

    Attributes
    ----------
    addition : Addition
        What it will be.
    tables : mapping
        Its rows by series.
    comparisons : tuple of Comparison
        One for each series.
    checks : tuple of Check
        The file's own totals beside our sums.
    held : bool
        Whether this very file is held already; then nothing is written.
    """

    addition: Addition
    tables: Mapping[str, pd.DataFrame]
    comparisons: tuple[Comparison, ...]
    checks: tuple[Check, ...]
    held: bool

    def write(self) -> Addition:
        """Write it, whole or not at all; a file that is held already is left as it is.

        Raises
        ------
        OutputError
            If the folder cannot be written.
        """
        return self.addition if self.held else additions.write(self.addition, self.tables)


def plan(
    path: str | Path, folder: Path, *, published: dt.date | None = None,
    read_on: dt.date, despite_totals: bool = False,
) -> Plan:  # fmt: skip
    """Read an official file and say what it would add to the record.

    Parameters
    ----------
    path : str or Path
        The file, under any name.
    folder : Path
        The folder of additions that it will go to.
    published : date, optional
        The day of publication, where the file does not say it.
    read_on : date
        Today.
    despite_totals : bool
        Whether to take a file whose parts do not add up to its own totals.

    Raises
    ------
    InputError
        If it cannot be read, is of no format that is known, or fails its own totals.
    """
    reading = readers.read(path)
    _refuse_failing(str(path), reading.checks, despite_totals)
    day = reading.published or published
    _refuse_future(str(path), reading, read_on, day)
    return planned(path, folder, reading, _cards(reading), day, read_on)


def planned(
    path: str | Path, folder: Path, reading: Reading, new_cards: Mapping[str, Mapping[str, str]],
    published: dt.date | None, read_on: dt.date,
) -> Plan:  # fmt: skip
    """Return the plan of what was read from a file, whatever its reader."""
    digest = additions.digest_of(Path(path))
    label = reading.edition or f"read {read_on}"
    name = f"{_slug(reading.format.name)}-{_slug(label)}-{digest[:8]}"
    addition = Addition(
        name=name, folder=folder / name, file=Path(path).name, digest=digest,
        format=reading.format.name, publisher=reading.publisher,
        edition=f"{reading.format.name}, {label}",
        published=str(published or ""), read=f"{read_on}T{_now():%H:%M:%S.%f}",
        tables={}, cards=new_cards, notes=reading.notes,
    )  # fmt: skip
    compared = tuple(
        _compare(series, table, addition) for series, table in reading.tables.items() if len(table)
    )
    tables = {series: table for series, table in reading.tables.items() if len(table)}
    held = any(each.digest == digest for each in additions.additions_in(folder))
    return Plan(addition, tables, compared, reading.checks, held)


def write_all(plans: Sequence[Plan]) -> None:
    """Write plans, all of them or none.

    Raises
    ------
    OutputError
        If one cannot be written; those written before it are taken out again.
    """
    written: list[Addition] = []
    for folder in {each.addition.folder.parent for each in plans}:
        sweep(folder)  # a file that is held already is not written, and nobody else would
    try:
        for each in plans:
            if not each.held:
                written.append(each.write())  # noqa: PERF401, known before the next is written
    except BaseException:
        for addition in written:
            additions.remove(addition.name, addition.folder.parent)
        raise


def _refuse_failing(file: str, checks: Sequence[Check], despite: bool) -> None:
    failed = [check for check in checks if not check.ok]
    if failed and not despite:
        raise InputError(
            [
                Problem(
                    file, f"parts that add up to the file's own total, {check.own:,.0f}",
                    f"{check.ours:,.0f}", column=check.what,
                    hint="Add --despite-totals to take it as it is.",
                )
                for check in failed
            ]
        )  # fmt: skip


def _refuse_future(file: str, reading: Reading, today: dt.date, day: dt.date | None) -> None:
    if day and day > today:
        raise InputError(Problem(file, f"a day of publication until today, {today}", str(day)))
    last = max((t["start"].max() for t in reading.tables.values() if len(t)), default=pd.NaT)
    if not pd.isna(last) and last.date() > today:
        expected = f"no month after today's, {today:%Y-%m}"
        raise InputError(Problem(file, expected, f"{last:%Y-%m}"))


def _cards(reading: Reading) -> dict[str, dict[str, str]]:
    """Return rows of the catalogue for the series of a reading that nothing describes yet."""
    known = set(catalogue().index)
    found = {}
    for series, table in reading.tables.items():
        if series in known or table.empty:
            continue
        title = series.replace("_", " ")
        found[series] = {
            "series": series, "title": title[0].upper() + title[1:],
            "title_es": title[0].upper() + title[1:], "publisher": reading.publisher,
            "unit": _unit(table), "counts": f"as in the publisher's file ({reading.format.name})",
            **CARD_OF_A_READER, "first": "", "last": "",
        }  # fmt: skip
    return found


def _unit(table: pd.DataFrame) -> str:
    units = table["unit"].unique()
    return str(units[0]) if len(units) == 1 else "see column unit"


def _compare(series: str, table: pd.DataFrame, addition: Addition) -> Comparison:
    """Set the figures of a table beside the preferred ones held."""
    shown = [*FIGURE, "value"]
    if series not in catalogue().index:
        return Comparison(series, table[shown], table[shown].assign(was=0.0).iloc[:0], 0, False)
    held = load_series(series)
    both = table[shown].merge(
        held[shown].drop_duplicates(FIGURE).rename(columns={"value": "was"}), on=FIGURE, how="left"
    )
    revised = both[both["was"].notna() & (both["value"] != both["was"])]
    largest = (revised["value"] - revised["was"]).abs().sort_values(ascending=False, kind="stable")
    return Comparison(
        series,
        both.loc[both["was"].isna(), shown].reset_index(drop=True),
        revised.loc[largest.index].reset_index(drop=True),
        int((both["value"] == both["was"]).sum()),
        _older(series, table, addition),
    )


def _older(series: str, table: pd.DataFrame, addition: Addition) -> bool:
    """Return whether an edition is held that is newer than a file that was read."""
    lag = describe(series).published_after_days
    usual = table["end"].max() + pd.Timedelta(days=lag)
    day = pd.Timestamp(addition.published) if addition.published else usual
    return any(day < each for each in editions_of(series)["newest"])


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", plain(text)).strip("-") or "file"


def refuse_twice(paths: Iterable[str | Path]) -> None:
    """Refuse to be given one file twice, by its content.

    Raises
    ------
    InputError
        Naming the second.
    """
    seen: dict[str, str | Path] = {}
    for path in paths:
        if Path(path).is_file():
            first = seen.setdefault(additions.digest_of(Path(path)), path)
            if first is not path:
                raise InputError(Problem(str(path), f"another file; it is the same as {first}"))
