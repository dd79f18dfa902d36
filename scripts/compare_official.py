"""Compare official files, as the readers read them, with the record: every figure that both have.

Usage: ``python -m scripts.compare_official FOLDER [TABLES]``. ``FOLDER`` holds official files; the
optional ``TABLES`` holds tidy CSV files (start, end, place, category, value) to compare with too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from corredor import record
from corredor.errors import InputError
from corredor.record import readers
from corredor.record.readers.names import known

KEY = ["start", "end", "place", "category"]
SHOWN = 6  # differences of a series that are printed
AGENCIES = {"all": "Total CBP", "Border Patrol": "USBP", "ports of entry": "OFO"}
# The record names the agency as a place and the outcome as a category.
PLACES = {"all": "Border Patrol and ports of entry", "Border Patrol": "Border Patrol",
          "ports of entry": "ports of entry"}  # fmt: skip
# An exact series stands beside a rounded one of the record; they may differ by 5.
ROUNDED = {
    "border_patrol_encounters_exact": "border_patrol_encounters",
    "border_patrol_by_sector_exact": "border_patrol_by_sector",
}


def main() -> None:
    """Print, for each file and series, how many figures agree and which do not."""
    folders = [Path(each) for each in sys.argv[1:3]]
    if not folders:
        sys.exit(str(__doc__))
    for path in sorted(path for path in folders[0].iterdir() if path.is_file()):
        try:
            reading = readers.read(path)
        except InputError as error:
            print(f"\n{path.name}\n  not read: {str(error)[:100]}")
            continue
        print(f"\n{path.name}\n  {reading.publisher}, {reading.format.name}, {reading.edition}")
        failed = [check for check in reading.checks if not check.ok]
        print(f"  {len(reading.checks)} checks against its own totals, {len(failed)} fail")
        for check in failed:
            print(f"    {check.what}: {check.own:,.0f}, ours {check.ours:,.0f}")
        for words, theirs, ours, within in _pairs(reading, folders[1:]):
            _tell(words, theirs, ours, within)


def _pairs(
    reading: readers.Reading, folders: list[Path]
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame, float]]:
    """Yield what can be compared: words, the other's rows, ours, and how far they may differ."""
    series = set(record.catalogue().index)
    for name, table in reading.tables.items():
        if name in series:
            ours = _by_outcome(table, PLACES) if name == "book_outs_by_outcome" else table
            yield f"record, {name}", _preferred(name), ours, 0.0
        if name in ROUNDED:
            yield f"record, {ROUNDED[name]} (rounded)", _preferred(ROUNDED[name]), table, 5.0
    for folder in folders:
        if "appointments_by_citizenship" in reading.tables:
            theirs = _read(folder / "appointments_by_month.csv")
            yield (
                "appointments_by_month.csv",
                theirs,
                reading.tables["appointments_by_citizenship"],
                0,
            )
        if "book_outs_by_outcome" in reading.tables:
            ours = _by_outcome(reading.tables["book_outs_by_outcome"], AGENCIES)
            ours["category"] = ours["category"].replace("all", "Total Encounters")
            yield "book_outs_by_outcome.csv", _read(folder / "book_outs_by_outcome.csv"), ours, 0
        if "encounters_by_state_citizenship_family" in reading.tables:
            ours = reading.tables["encounters_all_by_citizenship"]
            yield "both tables by area, added up", _added_up(folder), ours, 0


def _by_outcome(table: pd.DataFrame, places: dict[str, str]) -> pd.DataFrame:
    """Return what became of people with the agency as place and the outcome as category."""
    return table.assign(place=table["agency"].map(places), category=table["outcome"])


def _added_up(folder: Path) -> pd.DataFrame:
    """Return sectors and field offices added up by month and citizenship, with the total."""
    names = (
        "border_patrol_by_area_citizenship_family",
        "ports_of_entry_by_area_citizenship_family",
    )
    table = pd.concat([_read(folder / f"{name}.csv") for name in names], ignore_index=True)
    codes = table["category"].str.split(";").str[0]
    table["category"] = codes.map({code: known("country", code) for code in codes.unique()})
    table = pd.concat([table, table.assign(category="all")])
    summed = table.groupby(["start", "end", "category"], as_index=False)["value"].sum()
    return summed.assign(place="southwest border with ports")


def _preferred(name: str) -> pd.DataFrame:
    return record.load_series(name)


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, parse_dates=["start", "end"])


def _tell(words: str, theirs: pd.DataFrame, ours: pd.DataFrame, within: float) -> None:
    """Print the comparison of one series: agreeing, differing, and in one of the two alone."""
    both = theirs.merge(ours, on=KEY, how="outer", suffixes=("_theirs", "_ours"), indicator=True)
    shared = both[both["_merge"] == "both"]
    apart = shared[(shared["value_theirs"] - shared["value_ours"]).abs() > within]
    window = (theirs["start"].max() if len(theirs) else pd.NaT, ours["start"].min())
    lacking = both[
        (both["_merge"] == "left_only") & both["start"].between(window[1], ours["start"].max())
    ]
    new = both[both["_merge"] == "right_only"]
    print(
        f"  {words}: {len(shared) - len(apart):,} agree, {len(apart):,} differ, "
        f"{len(lacking):,} of its months have none of ours, {len(new):,} are new"
    )
    for row in apart.head(SHOWN).itertuples():
        print(
            f"    {row.start:%Y-%m} {row.place}, {row.category}: "
            f"{row.value_theirs:,.0f}, file {row.value_ours:,.0f}"
        )
    if len(apart):
        off = apart["value_ours"] - apart["value_theirs"]
        print(
            f"    all of these: {off.min():+,.0f} to {off.max():+,.0f}, together {off.sum():+,.0f}"
        )
        print(f"    by category: {apart['category'].value_counts().head(SHOWN).to_dict()}")
        print(f"    by year: {apart['start'].dt.year.value_counts().sort_index().to_dict()}")
    if len(lacking):
        print(f"    lacking: {lacking.groupby(['place', 'category']).size().head(SHOWN).to_dict()}")


if __name__ == "__main__":
    main()
