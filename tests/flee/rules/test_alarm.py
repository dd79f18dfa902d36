"""Forecasts of floods, by the reading of Flee's source: there is no run of Flee's to compare."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_case import write_case

from corredor.errors import InputError
from corredor.flee.case.floods import Forecast
from corredor.flee.run import Runs, run_folder

DAYS = 10
WEIGHTS = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1)
SETTINGS = """spawn_rules:
  flood_zone_spawning_only: true
  conflict_zone_spawning_only: false
  take_from_population: true
  flood_driven_spawn_mode: {displaced_per_flood_day: [0, 0.1, 0.2, 0.5, 0.9]}
move_rules:
  flood_rules:
    flood_movechances: [0.3, 0.4, 0.8, 1, 1]
    flood_loc_weights: [1, 0.9, 0.8, 0.7, 0.6]
    flood_forecaster: true
    flood_forecaster_timescale: 3
    flood_forecaster_end_time: 9
    flood_forecaster_weights: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
    flood_awareness_weights: [0.0, 1.0]
"""
FLOODED = "#Day,A\n" + "".join(f"{day},2\n" for day in range(DAYS))
LOCATIONS = "#\nA,north,Here,1,2,flood_zone,0,1000\nB,north,Here,1,2,town,,\nC,s,Here,2,2,camp,,\n"


def in_the_camp(
    folder: Path, aware: str, settings: str = SETTINGS, floods: str = FLOODED
) -> np.ndarray:
    changed = {
        "locations.csv": LOCATIONS, "routes.csv": "#\nA,C,50,\nB,C,50,\n",
        "simsetting.yml": settings,
        "flood_level.csv": floods, "demographics_floodawareness.csv": aware,
        "data_layout.csv": "total,all.csv\nA,c.csv\nB,c.csv\nC,c.csv\n",
    }  # fmt: skip
    run = run_folder(*write_case(folder, changed), runs=Runs(20))
    return run.simulated[:, :, run.case.camps.index("C")].mean(axis=0)


@given(
    st.lists(st.integers(0, 3), min_size=DAYS, max_size=DAYS), st.integers(1, 6),
    st.integers(0, DAYS - 1),
)  # fmt: skip
def test_what_is_ahead_is_added_up_day_by_day(levels: list[int], days: int, end: int) -> None:
    loc_weights = (1.0, 0.5, 0.2, 0.1, 0.0)
    level = np.array(levels, float)[:, None]
    found = Forecast(days, end, WEIGHTS, (1.0,)).ahead(level, loc_weights)
    for day in range(DAYS):
        expected = 0.0
        for ahead in range(1, days + 1):
            then = min(day + ahead, end)
            expected += loc_weights[levels[then]] * WEIGHTS[then] if levels[then] else 0.0
            if then == end:
                break
        assert found[day, 0] == pytest.approx(expected)


def test_whoever_knows_of_no_flood_ahead_stays(tmp_path: Path) -> None:
    unaware = in_the_camp(tmp_path / "unaware", "floodawareness,Default\n0,1\n")
    aware = in_the_camp(tmp_path / "aware", "floodawareness,Default\n1,1\n")
    half = in_the_camp(tmp_path / "half", "floodawareness,Default\n0,1\n1,1\n")
    assert unaware.tolist() == [0.0] * DAYS
    assert aware[-1] > 100
    assert 0.4 * aware[-1] < half[-1] < 0.6 * aware[-1]


@pytest.mark.parametrize(
    ("aware", "settings", "message"),
    [
        ("floodawareness,Default\n2,1\n", SETTINGS, "from 0 to 1"),
        ("floodawareness,Default\n1,1\n", SETTINGS.replace("[1, 1, 1, 1, 1, 1, 1, 1, 1, 1]", "[1]"),
         "no flood from day 1 on"),
        ("floodawareness,Default\n1,1\n", SETTINGS.replace("timescale: 3", "timescale: 0"),
         "flood_forecaster_timescale beside it"),
    ],
)  # fmt: skip
def test_a_forecast_by_half_is_refused(
    tmp_path: Path, aware: str, settings: str, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        in_the_camp(tmp_path, aware, settings)
