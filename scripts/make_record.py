"""Re-tabulate a folder of collected figures into ``src/corredor/record/series``.

Usage: ``python scripts/make_record.py FOLDER``, where FOLDER holds the collected tables, one row a
figure with the columns period, geography, category, value, unit, source, note. Nothing is
estimated. Rows are dated, named alike, given an edition and a rank; exact repetitions go; outcomes
after June 2024 go; figures that follow from published ones by plain sums are added as DERIVED.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

RECORD = Path(__file__).parents[1] / "src" / "corredor" / "record"
LAST_OUTCOME = "2024-06-30"
KEY = ["start", "end", "place", "category"]
COLUMNS = [*KEY, "value", "edition", "rank", "source", "note"]
ONLY = "only edition seen"
PUBLISHED_2024 = "first published 2024"

SOURCE_IDS = {
    "DHS Office of Homeland Security Statistics": "ohss",
    "US CBP, Southwest Land Border": "cbp-land",
    "US CBP, Nationwide Encounters by state": "cbp-state",
}
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
    ("minus OHSS", "", "DERIVED: all encounters less Border Patrol"),
    ("Southwest Land Border Encounters CSV", "", "August 2025"),
    ("Nationwide Encounters by state", "", "final fiscal 2023"),
    ("DERIVED", "", "DERIVED: half year less its other months"),
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
    "bulletin", "September 2024", "UNHCR", "2023", "EFE/Coral", "COMAR via EFE", "Ahora Oaxaca",
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
    loud = set(common[common > 20].index)
    return table.assign(note=table["note"].where(~table["note"].isin(loud), ""))


def derived(period: str, value: int, name: str, note: str, like: pd.Series) -> dict[str, object]:
    """Return a row that follows from published figures by a sum."""
    start, end = span(period)
    return {**like, "start": start, "end": end, "value": str(value), "edition": name, "note": note}


def read(folder: Path, name: str) -> pd.DataFrame:
    """Read a collected table as text."""
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def several(*names: str, keep: Callable[[pd.DataFrame], pd.Series] | None = None) -> Recipe:
    """Return a recipe that joins collected tables and keeps some of their rows."""

    def cook(folder: Path) -> pd.DataFrame:
        table = tidy(pd.concat([read(folder, n) for n in names], ignore_index=True))
        return table if keep is None else table[keep(table)].reset_index(drop=True)

    return cook


Recipe = Callable[[Path], pd.DataFrame]
DETENTIONS = (
    "mexico_detentions_monthly",
    "mexico_detentions_annual",
    "mexico_detentions_cumulative_and_state",
)


def apart(table: pd.DataFrame) -> pd.Series:
    """Tell INM's own counts and part counts from the detentions of everybody."""
    own = table["unit"].str.contains("own count|presented|located")
    return own | table["category"].str.contains("presented|channelled")


def detentions(folder: Path) -> pd.DataFrame:
    """Join all published totals of detentions and add May 2024 as first releases imply it."""
    table = several(*DETENTIONS, keep=lambda t: ~apart(t))(folder)
    like = table[(table["end"] == "2024-05-31") & (table["value"] == "590401")].iloc[0]
    note = "DERIVED: January-May 590,401 less January-April 481,025, both first releases"
    extra = derived("2024-05", 590401 - 481025, f"DERIVED from {PUBLISHED_2024}", note, like)
    table.loc[table["value"] == "47686", "edition"] = "spring 2023"
    looking_back = table["start"].str.startswith("2023") & (table["edition"] == PUBLISHED_2024)
    table.loc[looking_back & (table["end"] == "2023-04-30"), "edition"] = "mid 2024"
    return pd.concat([table, pd.DataFrame([extra])], ignore_index=True)


def returns(folder: Path) -> pd.DataFrame:
    """Add two sums that show the other edition of a published figure."""
    table = several("mexico_returns")(folder)
    months = table[(table["start"] == "2022-01-01") & (table["end"] == "2022-01-31")].iloc[0]
    quarter = "DERIVED: sum of the three months of the 2023 edition"
    later = derived(
        "2022-01/2022-03", 7865 + 10774 + 10434, "DERIVED from 2023 edition", quarter, months
    )
    both = "DERIVED: formal deportations 466 and assisted returns 4,586"
    first = table[table["category"] == "assisted return"].iloc[0]
    sum_ = derived("2023-01", 466 + 4586, "DERIVED from first published 2023", both, first)
    sum_["category"] = "all"
    return pd.concat([table, pd.DataFrame([later, sum_])], ignore_index=True)


def appointments(folder: Path) -> pd.DataFrame:
    """Keep rules of any date, and outcomes until June 2024."""
    rules = "daily cap|geofence|request window|allocation"
    return several(
        "cbp_one_history",
        keep=lambda t: (t["end"] <= LAST_OUTCOME) | t["category"].str.contains(rules),
    )(folder)


def caravans(folder: Path) -> pd.DataFrame:
    """Give each caravan one row as an event and one for each published size."""
    raw = read(folder, "caravans")
    rows = []
    for _, c in raw[~raw["caravan_id"].str.startswith("ALL")].iterrows():
        start, first_end = span(c["start_date"])
        end = span(c["end_date"])[1] if c["end_date"] else first_end
        told = [c["farthest_place"] and f"reached {c['farthest_place']}"]
        told += [c["outcome"], c["authorities_action"]]
        base = {"place": c["start_place"], "event": c["caravan_id"], "source": reword(c["source"])}
        base |= {"edition": ONLY, "note": "", "text": ""}
        text = "; ".join(t for t in told if t)
        whole = {"start": start, "end": end, "category": "event", "value": "", "text": text}
        rows.append(base | whole | {"note": reword(c["note"])})
        for column, name in (("low", "low"), ("high", "high")):
            size = {"category": f"people at the start, {name} estimate", "start": start}
            rows.append(base | size | {"end": first_end, "value": c[f"start_size_{column}"]})
        last = {"start": end, "end": end, "category": "people at the end"}
        rows.append(base | last | {"value": c["end_size"]})
    table = pd.DataFrame(rows)
    return table[(table["value"] != "") | (table["category"] == "event")].reset_index(drop=True)


def events(folder: Path) -> pd.DataFrame:
    """Re-tabulate the calendar of policies; values are empty, the text says what happened."""
    raw = read(folder, "policy_events")
    spans = [span(d) for d in raw["date"]]
    pairs = zip(raw["status_of_date"], raw["note"], strict=True)
    notes = [f"date {status}; {note}".strip("; ") for status, note in pairs]
    return pd.DataFrame(
        {
            "start": [s for s, _ in spans],
            "end": [e for _, e in spans],
            "place": raw["actor"],
            "category": "event",
            "value": "",
            "edition": ONLY,
            "source": [reword(s) for s in raw["source"]],
            "note": [reword(n) for n in notes],
            "event": raw["event_id"],
            "text": raw["event"],
        }
    )


def darien(folder: Path) -> pd.DataFrame:
    """Join months, part years and years; a press count of all of Panama is not the Darién."""
    return several("darien_monthly", "darien_annual_and_nationality")(folder)


def track(folder: Path) -> pd.DataFrame:
    """Keep the place as printed in the note where places were named alike."""
    raw = read(folder, "caravan_viacrucis_2024_track")
    renamed = raw["geography"].isin(PLACES)
    raw.loc[renamed, "note"] = "printed place: " + raw["geography"] + "; " + raw["note"]
    return tidy(raw)


MIXED_UNITS = {
    "appointments", "caravan_track_2024", "survey_rates", "detention_and_shelter_capacity",
    "travel_and_transit", "mexico_inm_counts",
}  # fmt: skip
OPEN_ENDED = {"policy_events", "survey_rates", "travel_and_transit", "appointments"}
RECIPES: dict[str, Recipe] = {
    "border_patrol_encounters": several("usbp_sw_monthly_total"),
    "border_patrol_encounters_exact": several("usbp_sw_monthly_total_cbp_exact"),
    "border_patrol_by_citizenship": several("usbp_sw_monthly_by_citizenship"),
    "border_patrol_by_citizenship_exact": several(
        "usbp_sw_monthly_by_citizenship_coarse_fy22_aug2025"
    ),
    "border_patrol_by_sector": several("usbp_sw_monthly_by_sector"),
    "border_patrol_by_family_status": several("usbp_sw_monthly_by_family_status"),
    "border_patrol_by_legal_authority": several("us_sw_title8_title42_monthly"),
    "ports_of_entry_encounters": several("ofo_sw_monthly"),
    "encounters_all_by_citizenship": several("cbp_sw_all_monthly_by_citizenship_fy20_fy23"),
    "mexico_detentions": detentions,
    "mexico_inm_counts": several(*DETENTIONS, keep=apart),
    "mexico_returns": returns,
    "darien_crossings": darien,
    "honduras_irregular_entries": several("honduras_irregular_entries"),
    "asylum_applications_mexico": several("comar_asylum_applications"),
    "appointments": appointments,
    "caravans": caravans,
    "caravan_track_2024": track,
    "policy_events": events,
    "survey_rates": several(
        "abuse_and_survey_rates", keep=lambda t: ~t["category"].str.startswith("deaths")
    ),
    "detention_and_shelter_capacity": several("detention_and_shelter_capacity"),
    "travel_and_transit": several(
        "travel_and_transit", keep=lambda t: ~t["category"].str.startswith("wait for CBP One")
    ),
}


def finish(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Cut at the last outcome, drop repetitions, rank the editions, order the columns."""
    if name not in OPEN_ENDED:
        table = table[table["end"] <= LAST_OUTCOME]
    keys = [*KEY, "value", "edition"] + (["event"] if "event" in table else [])
    table = table.drop_duplicates(keys).reset_index(drop=True)
    table = quiet(rank(table) if "event" not in table else table.assign(rank="1"))
    extra = [c for c in ("unit", "event", "text") if c in table]
    extra = [c for c in extra if c != "unit" or name in MIXED_UNITS]
    return table[[*COLUMNS, *extra]]


def identify(sources: list[str]) -> dict[str, str]:
    """Give each source a short id made of its first words."""
    ids: dict[str, str] = {}
    for text in sources:
        short = next((v for k, v in SOURCE_IDS.items() if text.startswith(k)), None)
        words = re.findall(r"[a-z0-9]+", re.sub(r"https?://", "", text.lower()))
        base = short if short and "minus" not in text else "-".join(words[:4])
        taken = set(ids.values())
        ids[text] = next(
            i for i in [base, *(f"{base}-{n}" for n in range(2, 99))] if i not in taken
        )
    return ids


def main(folder: Path) -> None:
    """Write every series and the table of sources."""
    tables = {name: finish(name, cook(folder)) for name, cook in RECIPES.items()}
    texts = list(dict.fromkeys(s for t in tables.values() for s in t["source"]))
    ids = identify(texts)
    (RECORD / "series").mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table = table.assign(source=table["source"].map(ids))
        table.to_csv(RECORD / "series" / f"{name}.csv", index=False, lineterminator="\n")
    rows = []
    for text in texts:
        links = [link.rstrip(",") for link in re.findall(r"https?://[^\s;]+", text)]
        citation = re.sub(r"\s*https?://[^\s;]+", "", text).strip(" ,;")
        citation = re.sub(r"[\s,;]+(and|via|at)?$", "", re.sub(r",?\s*,\s*;", ";", citation))
        rows.append((ids[text], citation or links[0], " ".join(links)))
    sources = pd.DataFrame(rows, columns=["id", "citation", "address"])
    sources.to_csv(RECORD / "sources.csv", index=False, lineterminator="\n")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
