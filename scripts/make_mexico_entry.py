"""Write worlds/mexico/entry.csv: who enters the corridor, where, before calibration.

The table is a level for each nationality, the same in every month but for the season: the mean of
encounters at the border (Border Patrol and ports) from January to June 2021, before the first
month that is calibrated, times the entrants for each encounter in ``PER_ENCOUNTER``. How many
people came in which month is not in the table: that is what calibration finds, as factors on it.
So nothing that was published later than January 2023 stands in the table, and a forecast from any
origin since then may use it.

The season is the mean change from month to month of Border Patrol encounters from October 2012 to
September 2022, shrunk by half for ten noisy years. People reach the border some weeks after they
enter, so the season of a month at the border is put on the month before; on the same month for
Mexicans, who have the shortest way.

The share of a nationality that comes through the Darién is Panama's count of 2021 and 2022, by
nationality, over the nationality's entrants of that year; the rest enters at the places in
``ELSEWHERE``.

Run from the checkout: ``python -m scripts.make_mexico_entry``.
"""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pandas as pd

from corredor.corridor.world import load_world
from corredor.record.record import load_series, monthly

MONTHS = pd.period_range("2021-04", "2027-12", freq="M")  # room for forecasts
LEVEL = ("2021-01-01", "2021-06-30")
SEASON = ("2012-09", "2022-09")
SHRINK = 0.5
SOURCE = "border encounters of January to June 2021, and the season; scripts/make_mexico_entry.py"
# Entrants for each encounter at the border: below 1 where many are met again after a return,
# above 1 where many cross unseen, stay in Mexico or turn back. Assumptions, range 0.7 to 1.4
# times the value.
PER_ENCOUNTER = {
    "mexico": 0.72, "guatemala": 1.4, "honduras": 1.25, "el-salvador": 1.2, "nicaragua": 1.3,
    "cuba": 1.1, "haiti": 1.2, "venezuela": 1.0, "andes": 1.25, "world": 1.1,
}  # fmt: skip
DARIEN = {  # nationalities as Panama names them; "world" is every other
    "venezuela": ("Venezuela",), "haiti": ("Haiti", "Haiti (plus Brazil and Chile)"),
    "andes": ("Ecuador", "Colombia"),
}  # fmt: skip
MOST_THROUGH_DARIEN = 0.9
HOMES_IN_MEXICO = (
    "oaxaca", "san-cristobal", "acapulco", "puebla", "leon", "morelia", "guadalajara",
)  # fmt: skip
ELSEWHERE = {
    "mexico": dict.fromkeys(HOMES_IN_MEXICO, 1 / 7),
    "guatemala": {"guatemala-city": 0.4, "quetzaltenango": 0.3, "huehuetenango": 0.3},
    "honduras": {"san-pedro-sula": 0.6, "tegucigalpa": 0.4},
    "el-salvador": {"san-salvador": 1.0},
    "nicaragua": {"managua": 1.0},
    "cuba": {"managua": 1.0},
    "haiti": {"managua": 0.6, "tapachula": 0.4},
    "venezuela": {"danli": 0.5, "mexico-city": 0.3, "cancun": 0.2},
    "andes": {"mexico-city": 0.4, "cancun": 0.3, "managua": 0.3},
    "world": {"managua": 0.6, "mexico-city": 0.2, "tapachula": 0.2},
}  # fmt: skip


def at_border(citizenships: list[str], named: set[str], start: str, end: str) -> float:
    """Return encounters of Border Patrol and ports in a span; no names mean all others."""
    table = load_series("encounters_all_by_citizenship", start=start, end=end)
    table = table[table["category"] != "all"]
    chosen = (
        table["category"].isin(citizenships) if citizenships else ~table["category"].isin(named)
    )
    return float(table.loc[chosen, "value"].sum())


def through_darien(year: int) -> dict[str, float]:
    """Return Panama's count of a year by nationality of the world."""
    table = load_series("darien_crossings", start=f"{year}-01-01", end=f"{year}-12-31")
    whole = table[(table["start"].dt.month == 1) & (table["end"].dt.month == 12)]
    value = whole.set_index("category")["value"]
    found = {n: float(value.reindex(list(names)).sum()) for n, names in DARIEN.items()}
    return {**found, "world": float(value["all"]) - sum(found.values())}


def season() -> dict[int, float]:
    """Return a factor for each month of the year at the border, with mean 1."""
    encounters = monthly("border_patrol_encounters")[SEASON[0] : SEASON[1]]
    change = np.log(encounters).diff().dropna()
    by_month = change.groupby(change.index.month).mean()
    level = np.exp(SHRINK * (by_month - by_month.mean()).cumsum())
    return {int(month): float(value) for month, value in (level / level.mean()).items()}


def main() -> None:
    """Write the table."""
    people = load_world("mexico").people.groupby("nationality", sort=False)["citizenships"].first()
    citizenships = {n: [] if n == "world" else row.split(";") for n, row in people.items()}
    named = {c for listed in citizenships.values() for c in listed}
    profile, rows = season(), []
    for nationality, listed in citizenships.items():
        rate = PER_ENCOUNTER[nationality]
        level = at_border(listed, named, *LEVEL) / 6 * rate
        darien = {}
        for year in (2021, 2022):
            entrants = at_border(listed, named, f"{year}-01-01", f"{year}-12-31") * rate
            share = through_darien(year).get(nationality, 0.0) / entrants
            darien[year] = min(share, MOST_THROUGH_DARIEN)
        for month in MONTHS:
            ahead = month if nationality == "mexico" else month + 1
            people_now = level * profile[ahead.month]
            share = darien[min(month.year, 2022)]
            places = {p: s * (1.0 - share) for p, s in ELSEWHERE[nationality].items()}
            if share:
                places["bajo-chiquito"] = share
            for place, part in places.items():
                people_here = round(people_now * part, 1)
                rows.append((nationality, place, str(month), people_here, "assumption", SOURCE))
    path = Path(__file__).parent.parent / "worlds" / "mexico" / "entry.csv"
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["nationality", "place", "month", "people", "basis", "source"])
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows")


if __name__ == "__main__":
    main()
