"""Write worlds/mexico/entry.csv from the record: who enters the corridor, where and when.

Two rules, told apart in the column ``basis``:

record
    People who cross the Darién, by month as Panama published them. Venezuelans by month until
    June 2023; otherwise the nationalities' shares of the year or part-year.
assumption
    Everybody else. No upstream series says when they set out, so the level is the half-year's
    mean of encounters at the border (Border Patrol and ports) one month later, times the entrants
    for each encounter in ``PER_ENCOUNTER``, less those who came through the Darién. The mean runs
    over seven months, so that no single month of the border record is built into the entries; for
    Cuba, Haiti and Nicaragua it does not reach across the parole process of January 2023.

Run from the checkout: ``python -m scripts.make_mexico_entry``.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from corredor.record.record import load_series
from corredor.world import load_world

MONTHS = pd.period_range("2022-06", "2024-06", freq="M")
PAROLE = pd.Period("2022-12", "M")  # entries before the process of 5 January 2023
DARIEN = "darien_crossings; shares of the year"
BORDER = "half-year mean of border encounters; scripts/make_mexico_entry.py"
HALF_WINDOW = 3  # months each side of the mean
# Entrants for each encounter at the border: below 1 where many are met again after a return,
# above 1 where many cross unseen, stay in Mexico or turn back. Assumptions, range 0.7 to 1.4
# times the value.
PER_ENCOUNTER = {
    "mexico": 0.72, "guatemala": 1.4, "honduras": 1.25, "el-salvador": 1.2, "nicaragua": 1.3,
    "cuba": 1.1, "haiti": 1.2, "venezuela": 1.0, "andes": 1.25, "world": 1.1,
}  # fmt: skip
# Shares of the Darién crossings that are not Venezuelan, from the year or part-year totals.
DARIEN_PERIODS = (("2022-01", "2022-12"), ("2023-01", "2023-12"), ("2024-01", "2024-06"))
HOMES_IN_MEXICO = (
    "oaxaca", "san-cristobal", "acapulco", "puebla", "leon", "morelia", "guadalajara",
)  # fmt: skip
WHERE = {
    "mexico": dict.fromkeys(HOMES_IN_MEXICO, 1 / 7),
    "guatemala": {"guatemala-city": 0.4, "quetzaltenango": 0.3, "huehuetenango": 0.3},
    "honduras": {"san-pedro-sula": 0.6, "tegucigalpa": 0.4},
    "el-salvador": {"san-salvador": 1.0},
    "nicaragua": {"managua": 1.0},
    "cuba": {"managua": 1.0},
    "haiti": {"managua": 0.6, "tapachula": 0.4},
    "venezuela": {"danli": 1.0},
    "andes": {"mexico-city": 0.4, "cancun": 0.3, "managua": 0.3},
    "world": {"managua": 0.6, "mexico-city": 0.2, "tapachula": 0.2},
}  # fmt: skip


def by_month(series: str, category: str) -> pd.Series:
    """Return a monthly series of the record around the months of the table."""
    table = load_series(series, start="2022-01-01", end="2024-06-30", category=category)
    single = table[table["start"].dt.to_period("M") == table["end"].dt.to_period("M")]
    return pd.Series(single["value"].to_numpy(), index=single["start"].dt.to_period("M"))


def border(nationality: str, citizenships: list[str], named: set[str]) -> pd.Series:
    """Return encounters by month, Border Patrol and ports, of a nationality of the world."""
    patrol = load_series("border_patrol_by_citizenship", start="2022-01-01", end="2024-06-30")
    month = patrol["start"].dt.to_period("M")
    chosen = patrol["category"].isin(citizenships)
    if nationality == "world":
        chosen = ~patrol["category"].isin(named)
    patrolled = patrol[chosen].groupby(month[chosen])["value"].sum()
    return patrolled.add(ports(nationality, citizenships, named), fill_value=0.0)


def ports(nationality: str, citizenships: list[str], named: set[str]) -> pd.Series:
    """Return people met at ports; after September 2023 by the shares of that half-year."""
    own = {"mexico": "Mexico", "guatemala": "Guatemala", "honduras": "Honduras",
           "el-salvador": "El Salvador"}  # fmt: skip
    if nationality in own:
        return by_month("ports_of_entry_encounters", own[nationality])
    both = load_series("encounters_all_by_citizenship", start="2022-01-01", end="2023-09-30")
    both = both[~both["category"].isin({"all", *own.values()})]
    patrol = load_series("border_patrol_by_citizenship", start="2022-01-01", end="2023-09-30")

    def fine(table: pd.DataFrame) -> pd.Series:
        if nationality == "world":
            chosen = ~table["category"].isin(named)
        else:
            chosen = table["category"].isin(citizenships)
        return table[chosen].groupby(table["start"].dt.to_period("M")[chosen])["value"].sum()

    known = (fine(both) - fine(patrol)).clip(lower=0.0)
    other = by_month("ports_of_entry_encounters", "Other")
    share = (known / other).loc["2023-04":"2023-09"].mean()
    later = other.loc["2023-10":] * share
    return pd.concat([known, later])


def half_year_mean(series: pd.Series, month: pd.Period, breaks: bool) -> float:
    """Return the mean of the seven months around the month after ``month``."""
    lead = pd.period_range(month + 1 - HALF_WINDOW, month + 1 + HALF_WINDOW, freq="M")
    if breaks:
        lead = lead[(lead > PAROLE) == (month + 1 > PAROLE)]
    return float(series.reindex(lead).mean())


def darien() -> dict[str, pd.Series]:
    """Return Darién crossings by nationality and month."""
    total = by_month("darien_crossings", "all").reindex(MONTHS)
    venezuela = by_month("darien_crossings", "Venezuela").reindex(MONTHS)
    table = load_series("darien_crossings")
    found = {n: pd.Series(0.0, index=MONTHS) for n in ("venezuela", "haiti", "andes", "world")}
    for first, last in DARIEN_PERIODS:
        end = (
            "2024-03-31" if first == "2024-01" else pd.Period(last, "M").end_time.date().isoformat()
        )
        window = table[(table["start"] == f"{first}-01") & (table["end"] == end)]
        value = window.drop_duplicates("category").set_index("category")["value"]
        span = MONTHS[(first <= MONTHS) & (last >= MONTHS)]
        known = venezuela.loc[span].dropna()
        whole_ven, whole = float(value["Venezuela"]), float(value["all"])
        rest_total = float(total.loc[span].sum() - total.loc[known.index].sum())
        share = whole_ven / whole
        if len(known) and rest_total and first != "2022-01":
            share = (whole_ven - known.sum()) / rest_total
        found["venezuela"].loc[span] = venezuela.loc[span].fillna(total.loc[span] * share)
        others = whole - whole_ven
        haiti = float(value.get("Haiti", value.get("Haiti (plus Brazil and Chile)", 0.0))) / others
        andes = float(value.get("Ecuador", 0.0) + value.get("Colombia", 0.0)) / others
        rest = total.loc[span] - found["venezuela"].loc[span]
        found["haiti"].loc[span] = rest * haiti
        found["andes"].loc[span] = rest * andes
        found["world"].loc[span] = rest * (1.0 - haiti - andes)
    return found


def main() -> None:
    """Write the table."""
    groups = load_world("mexico").people
    citizenships = {
        n: row.split(";")
        for n, row in groups.groupby("nationality")["citizenships"].first().items()
    }
    named = {c for n, listed in citizenships.items() if n != "world" for c in listed}
    through_darien = darien()
    rows: list[tuple[str, str, str, int, str, str]] = []
    for nationality, listed in citizenships.items():
        crossed = through_darien.get(nationality)
        series = border(nationality, listed, named)
        for month in MONTHS:
            if crossed is not None:
                people = round(crossed[month])
                rows.append((nationality, "bajo-chiquito", str(month), people, "record", DARIEN))
            level = half_year_mean(series, month, nationality in ("cuba", "haiti", "nicaragua"))
            level = level * PER_ENCOUNTER[nationality] - (0 if crossed is None else crossed[month])
            for place, share in WHERE[nationality].items():
                if level > 0:
                    people = round(level * share)
                    rows.append((nationality, place, str(month), people, "assumption", BORDER))
    path = Path(__file__).parent.parent / "worlds" / "mexico" / "entry.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["nationality", "place", "month", "people", "basis", "source"])
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
