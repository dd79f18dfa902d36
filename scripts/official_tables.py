"""Official monthly tables as rows of the record: US encounters, Mexico, the Darién, Honduras.

``folder/monthly`` holds tables, most of them as cleaned by others, which each source names; the
workbook of OHSS is read as published. ``make_record`` joins them with what was quoted.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from corredor.record import readers
from corredor.record.readers.names import known

KEY = ["start", "end", "place", "category"]
SOUTHWEST, PORTS, BOTH = (
    "southwest border",
    "southwest ports of entry",
    "southwest border with ports",
)
FIRST_EXACT = "2021-10-01"  # from here on the table by area adds up to CBP's totals exactly
COPY = "as cleaned by IOM's Global Data Institute (repository iom/gdidata)"
CBP_AREA = (
    f"US CBP, Nationwide Encounters by area of responsibility CSV, edition of May 2025, {COPY}, "
    "https://www.cbp.gov/document/stats/nationwide-encounters"
)
OHSS = (
    'DHS Office of Homeland Security Statistics (OHSS), KHSM "CBP Encounters - USBP" workbook, '
    "November 2024 edition (file fy25m11/FY2025 M2; data to Nov 2024), "
    "https://ohss.dhs.gov/khsm/cbp-encounters"
)
OHSS_TABLES = (
    "OHSS, Immigration Enforcement and Legal Processes Monthly Tables, edition of August 2024 "
    "(file 2024_1206), https://ohss.dhs.gov"
)
UPMRIP = (
    "UPMRIP, Boletín mensual de estadísticas migratorias, table {}, bulletin of June 2025, "
    f"{COPY}, "
    "https://portales.segob.gob.mx/es/PoliticaMigratoria/Boletines_Estadisticos"
)
PANAMA = (
    "Panama, Servicio Nacional de Migración, irregular transit at the border with Colombia, "
    f"edition of May 2025, {COPY}, https://www.migracion.gob.pa"
)
HONDURAS = (
    "Honduras, Instituto Nacional de Migración, dashboard of irregular entries, June 2025, "
    f"{COPY}, https://inm.gob.hn"
)
GUATEMALA = (
    f"Guatemala, people returned from Mexico and the United States, {COPY}; the copy does not name "
    "the office that counted"
)
MISSING_MIGRANTS = (
    "International Organization for Migration, Missing Migrants Project, CC BY 4.0, "
    "https://missingmigrants.iom.int"
)
WORKBOOK = "November 2024"
AREA = "May 2025"
BULLETIN = "bulletin, June 2025"
SNM = "SNM, May 2025"
DASHBOARD = "INM dashboard, June 2025"
RETURNED = "found in November 2026"
TABLES = "monthly tables, August 2024"
# Editions that are a publisher's own table: better than any figure that was quoted.
OFFICIAL = (BULLETIN, SNM, DASHBOARD, AREA, WORKBOOK, TABLES, RETURNED)

# Degrees of the corridor, from Colombia to the northern border of the United States.
LONGITUDES, LATITUDES = (-125.0, -66.0), (-5.0, 49.1)

AGENCIES = {"Total CBP": "Border Patrol and ports of entry", "USBP": "Border Patrol",
            "OFO": "ports of entry"}  # fmt: skip
ORIGINS = {"MEX": "Mexico", "USA": "the United States", "": "a country not named"}


def listed(
    folder: Path, name: str, edition: str, source: str, note: str | None = None
) -> pd.DataFrame:
    """Return a monthly table that has the record's columns already, with one edition and source.

    Parameters
    ----------
    folder : Path
        That of the collected figures; the table is in its ``monthly``.
    name : str
        Name of the table.
    edition, source : str
        As every row shall say.
    note : str, optional
        As every row shall say; the table's own notes where left out.
    """
    table = pd.read_csv(folder / "monthly" / f"{name}.csv", dtype=str, keep_default_na=False)
    notes = table["note"] if note is None else note
    return _rows(table.assign(note=notes), edition, source)


def counted(
    folder: Path, name: str, splits: list[str], place: str, edition: str, source: str
) -> pd.DataFrame:
    """Return a monthly table of counts ``n`` by ``month`` and some splits, as rows of the record.

    The category names the splits together, as in ``male; 18+``.
    """
    table = pd.read_csv(folder / "monthly" / f"{name}.csv", dtype=str, keep_default_na=False)
    if "origin" in table:
        table["origin"] = "from " + table["origin"].map(ORIGINS)
    month = pd.PeriodIndex(table["month"], freq="M")
    table = table.assign(
        start=month.start_time.strftime("%Y-%m-%d"),
        end=month.end_time.strftime("%Y-%m-%d"),
        place=place,
        category=table[splits].agg("; ".join, axis=1),
        value=whole(table["n"].astype(float)),
        note="",
    )
    return _rows(table.sort_values(["start", "category"], kind="stable"), edition, source)


def by_area(folder: Path, agency: str) -> pd.DataFrame:
    """Return encounters by sector or field office, citizenship and family status.

    Parameters
    ----------
    folder : Path
        That of the collected figures.
    agency : str
        ``border_patrol`` or ``ports_of_entry``.
    """
    table = listed(folder, f"{agency}_by_area_citizenship_family", AREA, CBP_AREA)
    parts = table["category"].str.split("; ", expand=True)
    names = {code: known("country", code) for code in parts[0].unique()}
    table["citizenship"], table["family"] = parts[0].map(names), parts[1]
    table["category"] = table["citizenship"] + "; " + table["family"]
    return table.sort_values(KEY, kind="stable", ignore_index=True)


def added_up(table: pd.DataFrame, place: str | None, split: str | None = None) -> pd.DataFrame:
    """Return a table by area added up over what is not asked for.

    Parameters
    ----------
    table : DataFrame
        As :func:`by_area` gives it.
    place : str or None
        One name for all areas; None keeps each area.
    split : str, optional
        ``citizenship`` or ``family``, which becomes the category; ``all`` where left out.
    """
    table = table.assign(
        place=table["place"] if place is None else place,
        category="all" if split is None else table[split],
        value=table["value"].astype(int),
    )
    summed = table.groupby(KEY, as_index=False)["value"].sum()
    return _rows(summed.assign(value=summed["value"].astype(str), note=""), AREA, CBP_AREA)


def grouped(table: pd.DataFrame, kept: Iterable[str]) -> pd.DataFrame:
    """Return a table by area with the citizenships that are not kept pooled as ``Other``."""
    kept = set(kept)
    citizenship = table["citizenship"]
    return table.assign(citizenship=citizenship.where(citizenship.isin(kept), "Other"))


def between(table: pd.DataFrame, first: str, last: str = "9999") -> pd.DataFrame:
    """Return the rows that start from a day to another, both included."""
    return table[table["start"].between(first, last)].reset_index(drop=True)


def workbook(official: Path) -> dict[str, pd.DataFrame]:
    """Return the tables of OHSS's workbook for the southwest border, by series."""
    (path,) = official.glob("KHSM*.xlsx")
    tables = readers.read(path).tables
    return {name: _of_the_southwest(table) for name, table in tables.items()}


def pooled(table: pd.DataFrame, kept: Iterable[str]) -> pd.DataFrame:
    """Return the workbook's citizenships, those not kept added up as ``Other``, no total."""
    kept = set(kept)
    table = table[table["category"] != "all"]
    named = table["category"].where(table["category"].isin(kept), "Other")
    table = table.assign(category=named, value=table["value"].astype(int))
    summed = table.groupby(KEY, as_index=False)["value"].sum()
    return _rows(summed.assign(value=summed["value"].astype(str), note=""), WORKBOOK, OHSS)


def sums(months: pd.DataFrame, printed: pd.DataFrame, edition: str) -> pd.DataFrame:
    """Return what an edition's months add up to, for each window that somebody printed.

    Parameters
    ----------
    months : DataFrame
        The single months of one edition.
    printed : DataFrame
        Rows of any editions; a category such as ``Cuba+Haiti`` is the sum of its parts.
    edition : str
        The edition; a window that it prints itself is left alone.

    Returns
    -------
    DataFrame
        A row for each window and category of which the edition has every month.
    """
    own = set(_keys(months)) | set(_keys(printed[printed["edition"] == edition]))
    rows = []
    for start, end, place, category in dict.fromkeys(_keys(printed)):
        if (start, end, place, category) in own:
            continue
        parts = category.split("+")
        inside = (months["start"] >= start) & (months["end"] <= end) & (months["place"] == place)
        held = months[inside & months["category"].isin(parts)]
        count = len(pd.period_range(start, end, freq="M"))
        if len(held) < count * len(parts) or held["end"].max() != end:
            continue
        note = f"the sum of its {len(held)} figures by month" + " and nationality" * (
            len(parts) > 1
        )
        first = held.iloc[0]
        rows.append(
            {**first, "start": start, "end": end, "category": category, "note": note,
             "value": str(held["value"].astype(int).sum())}
        )  # fmt: skip
    return pd.DataFrame(rows, columns=months.columns)


def book_outs(folder: Path) -> pd.DataFrame:
    """Return what became of people encountered; the place is the agency, ``all`` every outcome."""
    table = listed(folder, "book_outs_by_outcome", TABLES, OHSS_TABLES, "")
    table["place"] = table["place"].map(AGENCIES)
    table["category"] = table["category"].replace("Total Encounters", "all")
    return table.sort_values(KEY, kind="stable", ignore_index=True)


def incidents(folder: Path) -> pd.DataFrame:
    """Return every recorded death and disappearance, one row an incident, with its coordinates."""
    path = folder / "monthly" / "missing_migrants_incidents_corridor.csv"
    raw = pd.read_csv(path, dtype=str, keep_default_na=False)
    raw = raw.sort_values("t", kind="stable", ignore_index=True)
    number = raw.groupby("t").cumcount() + 1
    people = [known("country", code) or "Unknown" for code in raw["nat"]]
    origin = ["" if name == "Unknown" else f"; from {name}" for name in people]
    table = raw.assign(
        start=raw["t"], end=raw["t"], place=[known("country", code) or code for code in raw["geo"]],
        category=raw["cause"], value=whole(raw["dead"].astype(float)),
        event=raw["t"] + " no. " + number.astype(str),
        text=raw["location"].str.split().str.join(" ") + origin,
    )  # fmt: skip
    table = located(table)
    rows = _rows(table, RETURNED, MISSING_MIGRANTS)
    return rows.join(table[["event", "lon", "lat", "text"]])


def located(table: pd.DataFrame) -> pd.DataFrame:
    """Give a longitude its sign where it lost it; leave out coordinates far from the corridor."""
    lon, lat = table["lon"].astype(float), table["lat"].astype(float)
    unsigned = (-lon).between(*LONGITUDES)
    away = ~(unsigned | lon.between(*LONGITUDES)) | ~lat.between(*LATITUDES)
    printed = "printed with " + table["lon"] + ", " + table["lat"]
    kind = table["type"].where(table["type"] != "Incident", "")
    note = kind.mask(unsigned, printed + ": longitude without its sign")
    return table.assign(
        lon=table["lon"].mask(unsigned, "-" + table["lon"]).mask(away, ""),
        lat=table["lat"].mask(away, ""),
        note=note.mask(away, printed + ": far from the place told, left out"),
    )


def whole(values: pd.Series[float]) -> pd.Series[str]:
    """Write counts without decimals."""
    return values.astype(int).astype(str)


def _of_the_southwest(table: pd.DataFrame) -> pd.DataFrame:
    borders = table["region"] if "region" in table else table["place"]
    table = table[borders == SOUTHWEST]
    dates = {name: table[name].dt.strftime("%Y-%m-%d") for name in ("start", "end")}
    table = table.assign(**dates, value=whole(table["value"]), note="")
    return _rows(table, WORKBOOK, OHSS)


def _rows(table: pd.DataFrame, edition: str, source: str) -> pd.DataFrame:
    table = table[[*KEY, "value", "note"]].assign(edition=edition, source=source)
    return table.reset_index(drop=True)


def _keys(table: pd.DataFrame) -> list[tuple[str, str, str, str]]:
    return list(table[KEY].itertuples(index=False, name=None))
