"""What the study is about: its scenarios, series, months and claims."""

from __future__ import annotations

import datetime as dt

BASELINE, COUNTERFACTUAL = "baseline", "interdiction-november-2023"
CLAIMS = "amlo-crackdown-2024"
BORDER_PATROL, DETENTIONS = "border_patrol_encounters", "mexico_detentions"
WITH_PORTS = "encounters_all_by_citizenship"
SERIES = (
    BORDER_PATROL,
    DETENTIONS,
    "ports_of_entry_encounters",
    "darien_crossings",
    "honduras_irregular_entries",
    "asylum_applications_mexico",
    "mexico_returns",
)
BEFORE, AFTER = "2023-12", "2024-01"  # the fall that the study is about
# The Border Patrol's families and single adults are not calibrated: their months are a check (their
# mean is not, for the world's shares of families were chosen to meet it).
HELD_BACK = "border_patrol_by_family_status"
HOUSEHOLDS = {"adults": ("single adults",), "families": ("family members", "children alone")}
DETAINED = ("2024-01", "2024-02")
SPAN = ("2024-01", "2024-06")  # months over which the scenarios are compared
DAY = "2024-01-15"  # whom the map shows
LAST_DAY = dt.date(2024, 6, 30)  # of the study, whatever later months the scenarios have
