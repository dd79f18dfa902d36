"""Figures that were quoted, as rows of the record: dated, named alike, with edition and rank.

A collected table has one row a figure: period, geography, category, value, unit, source, note.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from scripts import official_tables as official
from scripts.official_tables import KEY

ONLY = "only edition seen"
PUBLISHED_2024 = "first published 2024"
PLACES = {
    "US southwest land border": "southwest border",
    "US southwest land border (USBP)": "southwest border",
    "US southwest land border (USBP+OFO)": "southwest border with ports",
    "US southwest land ports of entry (OFO)": "southwest ports of entry",
    "US southwest border": "southwest border",
    "Panama (Darien)": "Darien",
    "Chiapas+Tabasco+Campeche+Quintana Roo": "four southern states",
    "approach to Juchitan, Oaxaca": "Juchitan, Oaxaca",
    "Juchitan, Oaxaca (over 390 km)": "Juchitan, Oaxaca",
    "Arriaga, Chiapas (about 260 km)": "Arriaga, Chiapas",
}
CATEGORIES = {
    "China, People's Republic": "China",
    "China, Peoples Republic Of": "China",
    "Myanmar (Burma)": "Myanmar",
    "Single Adults": "single adults",
    "Family Unit Individuals": "family members",
    "Unaccompanied Children": "children alone",
    "demographic: Single Adults": "single adults",
    "demographic: FMUA": "family members",
    "demographic: UAC": "children alone",
    "demographic: Accompanied Minors": "accompanied minors",
    "presentados only": "presented at stations",
    "INM own count": "all",
    "channelled to DIF (canalizados), minors": "minors channelled to family services",
}
WORDING = {
    " (see next row)": "",
    "see caravan_viacrucis_2024_track.csv": "press, as in the series caravan_track_2024",
    "see cbp_one_history.csv": "see the series appointments",
    "same EFE report": "INM Honduras via EFE",
    "this session": "when the record was compiled",
    " (search index gave no address for the page)": " (no page address kept)",
    "general knowledge of the event, not looked up when the record was compiled": (
        "general knowledge of the event; no page looked up"
    ),
}
# (words in the source, words in the note) -> name of the edition; the first match counts.
# A name that tells when it was published needs a line in editions.csv, which is kept by hand.
EDITIONS = [
    ("DHS Office of Homeland", "", "November 2024"),
    ("Southwest Land Border Encounters CSV", "", "August 2025"),
    ("Nationwide Encounters by state", "", "final fiscal 2023"),
    ("UPMRIP Boletines", "", "bulletin, June 2025"),
    ("", "preliminary total published Feb 2024", PUBLISHED_2024),
    ("WOLA (A. Isacson) quoting Mexico UPMRIP, daily update 2024-09-03", "", "September 2024"),
    ("", "alternative edition", "alternative, as quoted April 2024"),
    ("quoting UPMRIP, 2024-03-27", "", PUBLISHED_2024),
    ("Jan-Apr 2024", "edition of mid 2024", "mid 2024"),
    ("Jan-May 2024", "edition of mid 2024", "mid 2024"),
    ("Jan-Apr 2024", "", PUBLISHED_2024),
    ("Jan-May 2024", "", PUBLISHED_2024),
    ("as quoted in the article of April 2024 (UPMRIP first release)", "", PUBLISHED_2024),
    ("IOM Mexico quarterly", "", "November 2023"),
    ("Sintesis 2022", "", "first published 2022"),
    ("Animal Politico", "", "first published 2021"),
    ("Intolerancia", "", "first published 2022"),
    ("July 2022", "first reported", "first published 2022"),
    ("Infographic", "", "first published 2023"),
    ("infographic", "", "first published 2023"),
    ("Bautista", "", "first published 2023"),
    ("sergiovalle", "", "first published 2023"),
    ("", "spring of 2023", "spring 2023"),
    ("", "edition of spring 2023", "spring 2023"),
    ("Milenio, 2023", "", "first published 2023"),
    ("La Jornada, 2023", "", "2023 edition"),
    ("La Jornada quoting UPMRIP, 2023", "", "2023 edition"),
    ("Proceso/LJA", "", "early 2023"),
    ("", "first reported", "first published"),
    ("", "final", "final"),
]
# Where two editions of a figure exist: words in the edition or source, best first.
PREFERENCE = [
    "September 2024", "UNHCR", "2023", "EFE/Coral", "COMAR via EFE", "Ahora Oaxaca",
]  # fmt: skip


def span(period: str) -> tuple[str, str]:
    """Return first and last day of a period: a year, a month, a day, or two joined by a slash."""
    first, _, last = period.partition("/")
    frequency = {4: "Y", 7: "M", 10: "D"}
    opens = pd.Period(first, frequency[len(first)])
    closes = pd.Period(last or first, frequency[len(last or first)])
    return str(opens.start_time.date()), str(closes.end_time.date())


def edition(source: str, note: str) -> str:
    """Name the edition of a figure from who printed it and what was noted of it."""
    hits = (name for s, n, name in EDITIONS if s in source and n in note)
    return next(hits, ONLY)


def reword(text: str) -> str:
    """Replace wording of the collection by wording of the record."""
    for old, new in WORDING.items():
        text = text.replace(old, new)
    return text


def tidy(raw: pd.DataFrame) -> pd.DataFrame:
    """Date, rename and clean the rows of a collected table."""
    spans = [span(p) for p in raw["period"]]
    out = pd.DataFrame({"start": [s for s, _ in spans], "end": [e for _, e in spans]})
    place = raw["geography"].reset_index(drop=True)
    out["place"] = place.replace(PLACES).str.replace(r", (TX|AZ|CA) sector$", "", regex=True)
    category = raw["category"].reset_index(drop=True).replace(CATEGORIES)
    out["category"] = category.str.replace(" (INM own count)", "", regex=False)
    for column in ("value", "unit"):
        out[column] = raw[column].to_numpy()
    out["source"] = [reword(s) for s in raw["source"]]
    out["note"] = [reword(n) for n in raw["note"]]
    out["edition"] = [edition(s, n) for s, n in zip(raw["source"], raw["note"], strict=True)]
    return out


def rank(table: pd.DataFrame) -> pd.DataFrame:
    """Order the editions of each figure, 1 for the preferred one, and sort the table."""

    def merit(row: pd.Series) -> int:
        text = f"{row['edition']} {row['source']}"
        if row["edition"] in official.OFFICIAL:
            return -1
        if row["edition"].startswith("DERIVED"):
            return 90
        if "article of April 2024" in row["source"]:
            return 80
        return next((i for i, word in enumerate(PREFERENCE) if word in text), 50)

    table = table.assign(merit=table.apply(merit, axis=1))
    table = table.sort_values([*KEY, "merit"], kind="stable")
    table["rank"] = table.groupby(KEY, sort=False).cumcount() + 1
    return table.drop(columns="merit").reset_index(drop=True)


def quiet(table: pd.DataFrame) -> pd.DataFrame:
    """Drop notes that stand on more than twenty rows: the catalogue says them once."""
    common = table["note"].value_counts()
    loud = {note for note in common[common > 20].index if not note.startswith("the sum of")}
    return table.assign(note=table["note"].where(~table["note"].isin(loud), ""))


def derived(period: str, value: int, name: str, note: str, like: pd.Series) -> dict[str, object]:
    """Return a row that follows from published figures by a sum."""
    start, end = span(period)
    return {**like, "start": start, "end": end, "value": str(value), "edition": name, "note": note}


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read a collected table as text."""
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
