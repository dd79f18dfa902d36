"""Write the own record of the Mediterranean world from a folder of collected figures.

Usage: ``python -m scripts.make_mediterranean_record FOLDER``. FOLDER holds ``sources.csv`` and
``series/*.csv``, one row a figure. Nothing is estimated and no figure is changed: series that mix
what is counted are parted, one name is used for the whole (``all``), figures that a publisher's
percentages give are marked as derived, differences of two editions are left out, and the editions
of a figure are ranked without gaps. ``catalogue.csv`` of the record is kept by hand; its first and
last days and the days of the editions are written here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

RECORD = Path(__file__).parents[1] / "worlds" / "mediterranean" / "record"
FIGURE = ["start", "end", "place", "category"]
LAST_OUTCOME = "2024-12-31"
WHOLE = {
    "dead and missing": "all", "all, at least": "all", "all, National Guard": "all",
    "people in official centres": "all", "sub-Saharan migrants": "all",
    "arrived since April 2023": "all",
}  # fmt: skip
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September",
          "October", "November", "December")  # fmt: skip
UNDATED = ("DERIVED", "Frontex", "incidents")  # editions that name a month of their figures
DATED = re.compile(rf"({'|'.join(MONTHS)}) (\d{{4}})$")
Keep = Callable[[pd.DataFrame], "pd.Series[bool]"]

# Series that were collected in one table and count different things: name, table, which rows.
PARTED: tuple[tuple[str, str, Keep], ...] = (
    ("italy_arrivals_from_libya", "italy_arrivals_by_departure_windows",
     lambda t: t["category"].str.startswith("Libya")),
    ("italy_arrivals_from_tunisia", "italy_arrivals_by_departure_windows",
     lambda t: t["category"] == "Tunisia"),
    ("italy_arrivals_from_algeria", "italy_arrivals_by_departure_windows",
     lambda t: t["category"] == "Algeria"),
    ("italy_sea_arrivals_windows", "italy_arrivals_by_departure_windows",
     lambda t: t["category"] == "all"),
    ("italy_arrivals_from_elsewhere", "italy_arrivals_by_departure_windows",
     lambda t: ~t["category"].isin(["all", "Tunisia", "Algeria"])
     & ~t["category"].str.startswith("Libya")),
    ("interceptions_tunisia_guard", "interceptions_tunisia_windows",
     lambda t: t["category"].str.contains("National Guard")),
    ("interceptions_tunisia_windows", "interceptions_tunisia_windows",
     lambda t: ~t["category"].str.contains("National Guard")),
)  # fmt: skip
RENAMED = {
    "frontex_central_mediterranean_by_nationality": "frontex_central_mediterranean",
    "italy_sea_arrivals_by_nationality_to_date": "italy_sea_arrivals_to_date",
}
COAST = {"Libya": "all", "Tunisia": "all", "Algeria": "all"}
# Sea arrivals in Italy of children without an adult, by year: the ministry's figures as quoted.
ALONE = (
    (2017, 15779, "msna-blog-2023-05", ""), (2018, 3536, "msna-blog-2023-05", ""),
    (2019, 1680, "msna-blog-2023-05", ""), (2020, 4687, "msna-blog-2023-05", ""),
    (2021, 10053, "msna-blog-2023-05", ""),
    (2022, 14044, "msna-blog-2023-05", "13,386 by UNICEF (ANSA, 6 April 2023)"),
    (2023, 17319, "catholicradar-2024-05", "quoted from UNICEF's yearly report on Italy"),
)  # fmt: skip
ADDED_SOURCES = (
    ("msna-blog-2023-05", "A blog on children who travel alone, quoting the Italian ministry of "
     "the interior, May 2023", "https://minoristranierinonaccompagnati.blogspot.com/search/label/"
     "migranti%20arrivati%20via%20mare%20in%20Italia"),
    ("catholicradar-2024-05", "SIR, quoting UNICEF's report for 2023, May 2024",
     "https://catholicradar.com/2024/05/01/migranti-unicef-nel-2023-in-italia-raggiunti-oltre-"
     "37mila-minori-e-giovani-con-il-programma-dellufficio-per-europa-e-asia-centrale/"),
)  # fmt: skip


def tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Return every series by its name in the record."""
    read = {p.stem: _read(p) for p in sorted((folder / "series").glob("*.csv"))}
    found = {name: read[table][keep(read[table])] for name, table, keep in PARTED}
    parted = {table for _, table, _ in PARTED}
    found |= {RENAMED.get(name, name): table for name, table in read.items() if name not in parted}
    for name in ("libya", "tunisia", "algeria"):
        table = found[f"italy_arrivals_from_{name}"]
        found[f"italy_arrivals_from_{name}"] = table.assign(
            category=table["category"].replace(COAST)
        )
    for name in ("libya_migrants_by_nationality", "libya_migrants_by_region"):
        unit = found[name]["note"].str.startswith("percent").map({True: "percent", False: "people"})
        found[name] = found[name].assign(unit=unit)
    found["children_alone_arriving_in_italy"] = _children_alone()
    return {name: _tidy(table) for name, table in found.items()}


def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def _children_alone() -> pd.DataFrame:
    rows = [
        {"start": f"{year}-01-01", "end": f"{year}-12-31", "place": "Italy", "category": "all",
         "value": str(value), "edition": "as quoted", "rank": "1", "source": source, "note": note}
        for year, value, source, note in ALONE
    ]  # fmt: skip
    return pd.DataFrame(rows)


def _tidy(table: pd.DataFrame) -> pd.DataFrame:
    """Leave out what came later and differences, mark what is derived, rank without gaps."""
    table = table[(table["end"] <= LAST_OUTCOME) & ~table["note"].str.startswith("difference of")]
    reckoned = table["note"].str.startswith("reckoned")
    beside = table["category"].eq("attempts").any()  # the dead are no total of those who tried
    table = table.assign(
        category=table["category"].replace({} if beside else WHOLE)
        .str.replace(r"^country of incident ", "", regex=True),
        edition=table["edition"].where(~reckoned, "DERIVED from " + table["edition"]),
        note=table["note"].where(~reckoned, "DERIVED: " + table["note"]),
        rank=table["rank"].astype(int),
    )  # fmt: skip
    table = table.sort_values([*FIGURE, "rank"], kind="stable")
    return table.assign(rank=table.groupby(FIGURE).cumcount() + 1)


def sources(folder: Path, used: set[str]) -> pd.DataFrame:
    """Return citation and address of every source that a row names."""
    table = _read(folder / "sources.csv")
    told = table["publisher"].where(table["note"] == "", table["publisher"] + "; " + table["note"])
    table = pd.DataFrame({"id": table["source"], "citation": told, "address": table["address"]})
    table = pd.concat([table, pd.DataFrame(ADDED_SOURCES, columns=list(table))])
    missing = used - set(table["id"])
    if missing:
        raise SystemExit(f"no such source: {', '.join(sorted(missing))}")
    return table[table["id"].isin(used)].sort_values("id")


def editions(names: set[str]) -> pd.DataFrame:
    """Return the last day of the month that the name of an edition ends with."""
    rows = []
    for name in sorted(names):
        if (found := DATED.search(name)) and not name.startswith(UNDATED):
            month = pd.Period(year=int(found[2]), month=MONTHS.index(found[1]) + 1, freq="M")
            rows.append((name, str(month.end_time.date()), "Last day of the month"))
    return pd.DataFrame(rows, columns=["edition", "published", "note"])


def main(folder: Path) -> None:
    """Write the record."""
    found = tables(folder)
    (RECORD / "series").mkdir(parents=True, exist_ok=True)
    for name, table in found.items():
        table.to_csv(RECORD / "series" / f"{name}.csv", index=False, lineterminator="\n")
    used = {source for table in found.values() for source in table["source"]}
    sources(folder, used).to_csv(RECORD / "sources.csv", index=False, lineterminator="\n")
    named = {edition for table in found.values() for edition in table["edition"]}
    editions(named).to_csv(RECORD / "editions.csv", index=False, lineterminator="\n")
    catalogue = _read(RECORD / "catalogue.csv")
    if unlike := set(catalogue["series"]) ^ set(found):
        raise SystemExit(f"in the catalogue or in the series alone: {', '.join(sorted(unlike))}")
    catalogue["first"] = [found[name]["start"].min() for name in catalogue["series"]]
    catalogue["last"] = [found[name]["end"].max() for name in catalogue["series"]]
    catalogue.to_csv(RECORD / "catalogue.csv", index=False, lineterminator="\n")
    print(f"{len(found)} series, {sum(map(len, found.values()))} rows, {len(used)} sources")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
