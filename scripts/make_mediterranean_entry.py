"""Write worlds/mediterranean/entry.csv: who sets out for the sea, where, before calibration.

The table is a level for each nationality, the same in every month but for the season: the mean of
Frontex's detections of 2018, before the first month that is calibrated, times the entrants for each
detection in ``PER_DETECTION``. How many people came in which month is not in the table: calibration
finds that, as factors on it. Nothing that happened after 2018 stands in it.

The season is the mean change from month to month of all their detections, 2012 to 2018, shrunk by
half. It is a season of the sea more than of the roads; people wait for it on the coast.

Run from the checkout: ``python -m scripts.make_mediterranean_entry``.
"""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pandas as pd

WORLD = Path(__file__).parents[1] / "worlds" / "mediterranean"
MONTHS = pd.period_range("2018-07", "2027-12", freq="M")  # room for forecasts
LEVEL = ("2018-01", "2018-12")
SEASON = ("2012-01", "2018-12")
SHRINK = 0.5
SOURCE = "Frontex detections of 2018, and the season; scripts/make_mediterranean_entry.py"
# Entrants for each detection in Italy or Malta: some are stopped and try again, some stay on the
# way to work or go home. Set by hand so that the levels of the baseline give about the detections
# of 2018. Assumptions, range half to three times the value.
PER_DETECTION = {
    "tunisia": 1.1, "egypt": 1.3, "bangladesh": 1.3, "syria": 1.2, "pakistan": 1.3,
    "guinea-ivory-coast": 1.4, "sahel": 1.7, "other-west-central": 1.5, "sudan": 1.3, "horn": 1.3,
    "maghreb": 1.2, "others": 1.4,
}  # fmt: skip
# Where they come into the model. Assumptions: the ways are judged from reports, no count by way and
# nationality was found; range half to twice each share.
PLACES = {
    "tunisia": {"sfax": 0.4, "mahdia": 0.2, "tunis": 0.25, "zarzis": 0.15},
    "egypt": {"cairo": 0.6, "benghazi": 0.4},
    "bangladesh": {"benghazi": 0.6, "tripoli": 0.4},
    "syria": {"benghazi": 0.8, "tripoli": 0.2},
    "pakistan": {"benghazi": 0.6, "tripoli": 0.4},
    "guinea-ivory-coast": {"agadez": 0.3, "tamanrasset": 0.3, "tunis": 0.4},
    "sahel": {"niamey": 0.4, "zinder": 0.1, "ndjamena": 0.2, "tamanrasset": 0.3},
    "other-west-central": {"agadez": 0.5, "tamanrasset": 0.2, "tunis": 0.3},
    "sudan": {"khartoum": 0.5, "el-fasher": 0.5},
    "horn": {"khartoum": 1.0},
    "maghreb": {"annaba": 0.55, "tripoli": 0.45},
    "others": {"tripoli": 0.6, "tunis": 0.4},
}  # fmt: skip


def detections() -> pd.DataFrame:
    """Return detections, a row a month and a column a nationality of the world."""
    people = pd.read_csv(WORLD / "people.csv").drop_duplicates("nationality")
    home = {
        code: nationality
        for nationality, codes in zip(people["nationality"], people["citizenships"], strict=True)
        for code in codes.split(";")
    }
    table = pd.read_csv(WORLD / "record" / "series" / "frontex_central_mediterranean.csv")
    table["month"] = pd.PeriodIndex(table["start"], freq="M")
    table["nationality"] = table["category"].map(home)  # boats from Turkey belong to none
    wide = table.pivot_table(index="month", columns="nationality", values="value", aggfunc="sum")
    return wide.fillna(0.0)


def season(total: pd.Series[float]) -> dict[int, float]:
    """Return a factor for each month of the year, with mean 1."""
    change = total[SEASON[0] : SEASON[1]].map(math.log).diff().dropna()
    by_month = change.groupby(pd.PeriodIndex(change.index).month).mean()
    level = np.exp(SHRINK * (by_month - by_month.mean()).cumsum())
    return {int(month): float(value) for month, value in (level / level.mean()).items()}


def main() -> None:
    """Write the table."""
    found = detections()
    profile, rows = season(found.sum(axis=1)), []
    for nationality, places in PLACES.items():
        level = found.loc[LEVEL[0] : LEVEL[1], nationality].mean() * PER_DETECTION[nationality]
        for month in MONTHS:
            for place, share in places.items():
                people = round(level * profile[month.month] * share, 1)
                rows.append((nationality, place, str(month), people, "assumption", SOURCE))
    with (WORLD / "entry.csv").open("w", encoding="utf-8", newline="") as handle:
        writer = csv.writer(handle, lineterminator="\n")
        writer.writerow(["nationality", "place", "month", "people", "basis", "source"])
        writer.writerows(rows)
    print(f"entry.csv: {len(rows)} rows; season {profile}")


if __name__ == "__main__":
    main()
