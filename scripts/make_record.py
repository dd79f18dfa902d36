"""Re-tabulate a folder of collected figures into ``worlds/mexico/record/series``.

Usage: ``python -m scripts.make_record FOLDER OFFICIAL``. FOLDER holds the collected tables, one row
a figure with the columns period, geography, category, value, unit, source, note, and the official
tables by month in its ``monthly``; OFFICIAL holds the workbook of OHSS. Nothing is estimated. Rows
are dated, named alike, given an edition and a rank; exact repetitions go; outcomes after December
2024 go; figures that follow from quoted ones by plain sums are added as DERIVED.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from scripts import official_tables as official
from scripts.official_tables import KEY
from scripts.quoted_figures import (
    ONLY,
    PLACES,
    PUBLISHED_2024,
    derived,
    quiet,
    rank,
    read,
    reword,
    span,
    tidy,
)

RECORD = Path(__file__).parents[1] / "worlds" / "mexico" / "record"
LAST_OUTCOME = "2024-12-31"
COLUMNS = [*KEY, "value", "edition", "rank", "source", "note"]

SOURCE_IDS = {
    "DHS Office of Homeland Security Statistics": "ohss",
    "OHSS, Immigration Enforcement": "ohss-monthly",
    "US CBP, Southwest Land Border": "cbp-land",
    "US CBP, Nationwide Encounters by state": "cbp-state",
    "US CBP, Nationwide Encounters by area": "cbp-area",
    "UPMRIP, Boletín mensual de estadísticas migratorias, table 3.1.1": "upmrip-3-1-1",
    "UPMRIP, Boletín mensual de estadísticas migratorias, table 3.1.3": "upmrip-3-1-3",
    "UPMRIP, Boletín mensual de estadísticas migratorias, table 3.2.4": "upmrip-3-2-4",
    "Panama, Servicio Nacional de Migración, irregular": "snm-table",
    "Honduras, Instituto": "inm-honduras-dashboard",
    "Guatemala, people returned": "returns-to-guatemala",
    "International Organization for Migration, Missing": "iom-missing-migrants",
}
Recipe = Callable[..., pd.DataFrame]  # of the folder; some also of the workbook's folder
# Whether assisted returns of children are in what was quoted of a year, against the bulletin.
CHILDREN = {
    "2019": "not said whether assisted returns of children are in it",
    "2021": "not said whether assisted returns of children are in it",
    "2022 2023": "without assisted returns of children",
    "2024": "with assisted returns of children",
}
SIX_MONTHS = (
    'published on 3 August 2023 as "more than 170,000" in six months; the last day is not printed: '
    "ASSUMPTION, six months from the launch on 18 January. By month 143,770 until 30 June and "
    "188,580 until 31 July"
)
LARGER_POOL = "a larger pool than in other months: every citizenship that CBP's table does not name"
ALL_TITLE_8 = "DERIVED: all encounters; Title 42 ended on 11 May 2023 and none was counted after it"
DETENTIONS = (
    "mexico_detentions_monthly",
    "mexico_detentions_annual",
    "mexico_detentions_cumulative_and_state",
)


def several(*names: str, keep: Callable[[pd.DataFrame], pd.Series] | None = None) -> Recipe:
    """Return a recipe that joins collected tables and keeps some of their rows."""

    def cook(folder: Path) -> pd.DataFrame:
        table = tidy(pd.concat([read(folder, n) for n in names], ignore_index=True))
        return table if keep is None else table[keep(table)].reset_index(drop=True)

    return cook


def apart(table: pd.DataFrame) -> pd.Series:
    """Tell INM's own counts and part counts from the detentions of everybody."""
    own = table["unit"].str.contains("own count|presented|located")
    return own | table["category"].str.contains("presented|channelled")


def with_table(printed: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Join what was quoted of a series with the table, and with its sums where one was quoted."""
    edition = str(table["edition"].iloc[0])
    return pd.concat([printed, table, official.sums(table, printed, edition)], ignore_index=True)


def detentions(folder: Path) -> pd.DataFrame:
    """Join all published totals of detentions; what was quoted as Russia is Romania's."""
    table = several(*DETENTIONS, keep=lambda t: ~apart(t))(folder)
    table.loc[table["value"] == "47686", "edition"] = "spring 2023"
    looking_back = table["start"].str.startswith("2023") & (table["edition"] == PUBLISHED_2024)
    table.loc[looking_back & (table["end"] == "2023-04-30"), "edition"] = "mid 2024"
    romania = (table["category"] == "Russia") & (table["value"] == "271")
    told = (
        "Rumania in the table, taken for Russia (10 that month); 268 in the bulletin of June 2025"
    )
    table.loc[romania, ["category", "note"]] = ["Romania", told]
    source = official.UPMRIP.format("3.1.1")
    months = official.listed(folder, "mexico_detentions", official.BULLETIN, source)
    return with_table(table, months)


def of_returns(folder: Path, *, by_kind: bool) -> pd.DataFrame:
    """Return the quoted returns: those of everybody, or those by kind."""
    table = several("mexico_returns")(folder)
    table["category"] = table["category"].replace("formal deportation", "deportation")
    kinds = table["category"].isin(["deportation", "assisted return"])
    return table[kinds == by_kind].reset_index(drop=True)


def returns(folder: Path) -> pd.DataFrame:
    """Add two sums that show the other edition of a published figure; say if children are in."""
    table = of_returns(folder, by_kind=False)
    months = table[(table["start"] == "2022-01-01") & (table["end"] == "2022-01-31")].iloc[0]
    quarter = "DERIVED: sum of the three months of the 2023 edition"
    later = derived(
        "2022-01/2022-03", 7865 + 10774 + 10434, "DERIVED from 2023 edition", quarter, months
    )
    both = "DERIVED: formal deportations 466 and assisted returns 4,586"
    first = of_returns(folder, by_kind=True).iloc[0]
    sum_ = derived("2023-01", 466 + 4586, "DERIVED from first published 2023", both, first)
    sum_["category"] = "all"
    table = pd.concat([table, pd.DataFrame([later, sum_])], ignore_index=True)
    for years, words in CHILDREN.items():
        within = table["start"].str[:4].isin(years.split())
        table.loc[within, "note"] = (table.loc[within, "note"] + "; " + words).str.strip("; ")
    source = official.UPMRIP.format("3.2.4")
    return with_table(table, official.listed(folder, "mexico_returns", official.BULLETIN, source))


def returns_by_kind(folder: Path) -> pd.DataFrame:
    """Join the table by kind with the two kinds that were quoted for January 2023."""
    source = official.UPMRIP.format("3.2.4")
    table = official.listed(folder, "mexico_returns_by_kind", official.BULLETIN, source)
    return with_table(of_returns(folder, by_kind=True), table)


def appointments(folder: Path) -> pd.DataFrame:
    """Keep rules of any date, outcomes until the last; date the count of the first six months."""
    rules = "daily cap|geofence|request window|allocation"
    table = several(
        "cbp_one_history",
        keep=lambda t: (t["end"] <= LAST_OUTCOME) | t["category"].str.contains(rules),
    )(folder)
    first = table["value"] == "170000"
    table.loc[first, ["start", "end", "note"]] = ["2023-01-18", "2023-07-18", SIX_MONTHS]
    return table


def asylum_applications(folder: Path) -> pd.DataFrame:
    """Join the collected figures with those of 2024, which were looked up since."""
    since = read(Path(__file__).parent, "asylum_applications_2024")
    collected = read(folder, "comar_asylum_applications")
    return tidy(pd.concat([collected, since], ignore_index=True))


def repeats(_: Path) -> pd.DataFrame:
    """Return the shares of people met before, which were looked up since."""
    return tidy(read(Path(__file__).parent, "repeat_encounters"))


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
    """Join the table with what was quoted; a difference of quoted totals is no figure."""
    quoted = several(
        "darien_monthly", "darien_annual_and_nationality",
        keep=lambda t: ~t["source"].str.startswith("DERIVED"),
    )(folder)  # fmt: skip
    return with_table(
        quoted, official.listed(folder, "darien_crossings", official.SNM, official.PANAMA)
    )


def honduras(folder: Path) -> pd.DataFrame:
    """Join the table with what was quoted; the copy holds 109 Chinese, for 12,184 in 2023 alone."""
    table = official.listed(
        folder, "honduras_irregular_entries", official.DASHBOARD, official.HONDURAS
    )
    table = table[table["category"] != "China"].reset_index(drop=True)
    return with_table(several("honduras_irregular_entries")(folder), table)


def patrol(name: str, split: str | None = None) -> Recipe:
    """Return a recipe for OHSS's workbook, and December 2024 from the table by area."""

    def cook(folder: Path, workbook: Path) -> pd.DataFrame:
        place = None if name == "border_patrol_by_sector" else official.SOUTHWEST
        area = official.between(official.by_area(folder, "border_patrol"), "2024-12-01")
        table = official.workbook(workbook)[name]
        if split == "citizenship":
            collected = tidy(read(folder, "usbp_sw_monthly_by_citizenship"))["category"]
            table = official.pooled(table, collected)
            area = official.grouped(area, collected)
        december = official.added_up(area, place, split)
        december.loc[december["category"] == "Other", "note"] = LARGER_POOL
        return pd.concat([table, december], ignore_index=True)

    return cook


def exact(name: str, agency: str, place: str, splits: list[str | None]) -> Recipe:
    """Return a recipe for the table by area added up, and CBP's own totals as a second edition."""

    def cook(folder: Path) -> pd.DataFrame:
        older = official.between(several(name)(folder), official.FIRST_EXACT)
        area = official.grouped(official.by_area(folder, agency), older["category"])
        if agency == "border_patrol":
            area = official.between(area, official.FIRST_EXACT)
        parts = [official.added_up(area, place, split) for split in splits]
        return pd.concat([*parts, older], ignore_index=True)

    return cook


def legal_authority(folder: Path) -> pd.DataFrame:
    """Join CBP's counts with the months since, all of them under Title 8."""
    table = several("us_sw_title8_title42_monthly")(folder)
    area = official.added_up(official.by_area(folder, "border_patrol"), official.SOUTHWEST)
    since = official.between(area, "2024-07-01").assign(
        category="Title 8", edition=f"DERIVED from {official.AREA}", note=ALL_TITLE_8
    )
    return pd.concat([table, since], ignore_index=True)


def areas(agency: str) -> Recipe:
    """Return a recipe for a table by area, citizenship and family status."""
    return lambda folder: official.by_area(folder, agency)[
        [*KEY, "value", "note", "edition", "source"]
    ]


def ports_by_citizenship(folder: Path) -> pd.DataFrame:
    """Return encounters at ports of entry by citizenship, with their total."""
    area = official.by_area(folder, "ports_of_entry")
    parts = [official.added_up(area, official.PORTS, split) for split in (None, "citizenship")]
    return pd.concat(parts, ignore_index=True)


def all_by_citizenship(folder: Path) -> pd.DataFrame:
    """Return encounters between and at ports by citizenship; an older edition says the same."""
    agencies = ("border_patrol", "ports_of_entry")
    area = pd.concat([official.by_area(folder, a) for a in agencies], ignore_index=True)
    parts = [official.added_up(area, official.BOTH, split) for split in (None, "citizenship")]
    older = several("cbp_sw_all_monthly_by_citizenship_fy20_fy23")(folder)
    return without_repetitions(pd.concat([*parts, older], ignore_index=True))


def without_repetitions(table: pd.DataFrame) -> pd.DataFrame:
    """Keep one edition of each value: those of a series that is republished say nothing more."""
    return table.drop_duplicates([*KEY, "value"]).reset_index(drop=True)


def by_sex_and_age(name: str, splits: list[str], place: str, edition: str, source: str) -> Recipe:
    """Return a recipe for a monthly table of counts by sex and age."""
    return lambda folder: official.counted(folder, name, splits, place, edition, source)


def track(folder: Path) -> pd.DataFrame:
    """Keep the place as printed in the note where places were named alike."""
    raw = read(folder, "caravan_viacrucis_2024_track")
    renamed = raw["geography"].isin(PLACES)
    raw.loc[renamed, "note"] = "printed place: " + raw["geography"] + "; " + raw["note"]
    return tidy(raw)


MIXED_UNITS = {
    "appointments", "caravan_track_2024", "survey_rates", "detention_and_shelter_capacity",
    "travel_and_transit", "mexico_inm_counts", "repeat_encounters",
}  # fmt: skip
OPEN_ENDED = {"policy_events", "survey_rates", "travel_and_transit", "appointments"}
PARTS: list[str | None] = [None, "citizenship", "family"]
RECIPES: dict[str, Recipe] = {
    "border_patrol_encounters": patrol("border_patrol_encounters"),
    "border_patrol_encounters_exact": exact(
        "usbp_sw_monthly_total_cbp_exact", "border_patrol", official.SOUTHWEST, [None]
    ),
    "border_patrol_by_citizenship": patrol("border_patrol_by_citizenship", "citizenship"),
    "border_patrol_by_citizenship_exact": exact(
        "usbp_sw_monthly_by_citizenship_coarse_fy22_aug2025", "border_patrol",
        official.SOUTHWEST, ["citizenship"],
    ),
    "border_patrol_by_sector": patrol("border_patrol_by_sector"),
    "border_patrol_by_family_status": patrol("border_patrol_by_family_status", "family"),
    "border_patrol_by_legal_authority": legal_authority,
    "border_patrol_by_area_citizenship_family": areas("border_patrol"),
    "ports_of_entry_encounters": exact(
        "ofo_sw_monthly", "ports_of_entry", official.PORTS, PARTS
    ),
    "ports_of_entry_by_citizenship": ports_by_citizenship,
    "ports_of_entry_by_area_citizenship_family": areas("ports_of_entry"),
    "encounters_all_by_citizenship": all_by_citizenship,
    "book_outs_by_outcome": official.book_outs,
    "repeat_encounters": repeats,
    "mexico_detentions": detentions,
    "mexico_detentions_by_sex_and_age": by_sex_and_age(
        "mexico_detentions_by_sex_and_age", ["sex", "age"], "Mexico", official.BULLETIN,
        official.UPMRIP.format("3.1.3"),
    ),
    "mexico_inm_counts": several(*DETENTIONS, keep=apart),
    "mexico_returns": returns,
    "mexico_returns_by_kind": returns_by_kind,
    "darien_crossings": darien,
    "darien_by_sex_and_age": by_sex_and_age(
        "darien_by_sex_and_age", ["demog"], "Darien", official.SNM, official.PANAMA
    ),
    "honduras_irregular_entries": honduras,
    "honduras_by_sex_and_age": by_sex_and_age(
        "honduras_by_sex_and_age", ["demog"], "Honduras", official.DASHBOARD, official.HONDURAS
    ),
    "returns_to_guatemala_by_sex_and_age": by_sex_and_age(
        "returns_to_guatemala_by_sex_and_age", ["origin", "sex", "age"], "Guatemala",
        official.RETURNED, official.GUATEMALA,
    ),
    "asylum_applications_mexico": asylum_applications,
    "appointments": appointments,
    "appointments_by_citizenship": lambda folder: official.listed(
        folder, "appointments_by_month", official.TABLES, official.OHSS_TABLES, ""
    ),
    "deaths_and_disappearances": official.incidents,
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
}  # fmt: skip
FROM_WORKBOOK = {
    "border_patrol_encounters", "border_patrol_by_citizenship", "border_patrol_by_sector",
    "border_patrol_by_family_status",
}  # fmt: skip


def finish(name: str, table: pd.DataFrame) -> pd.DataFrame:
    """Cut at the last outcome, drop repetitions, rank the editions, order the columns."""
    if name not in OPEN_ENDED:
        table = table[table["end"] <= LAST_OUTCOME]
    keys = [*KEY, "value", "edition"] + (["event"] if "event" in table else [])
    table = table.drop_duplicates(keys).reset_index(drop=True)
    table = quiet(rank(table) if "event" not in table else table.assign(rank="1"))
    extra = [c for c in ("unit", "event", "lon", "lat", "text") if c in table]
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


def main(folder: Path, workbook: Path) -> None:
    """Write every series and the table of sources."""
    tables = {}
    for name, cook in RECIPES.items():
        made = cook(folder, workbook) if name in FROM_WORKBOOK else cook(folder)
        tables[name] = finish(name, made)
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
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]))
