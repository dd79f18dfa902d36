"""The Central Mediterranean runs, nobody vanishes, and its record says what the model counts."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

import corredor
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world
from corredor.fit.backtest import METHODS, MODEL, backtest
from corredor.fit.calibrate import Ensemble, prepare
from corredor.record import with_world
from corredor.runs.observe import observe
from corredor.runs.targets import observed_series, uncounted

BASELINE = "mediterranean/baseline"


@cache
def half_a_year() -> xr.Dataset:
    """Run July to September 2023 from four months before, in which the corridor fills."""
    scenario = load_scenario(BASELINE).with_horizon(
        dt.date(2023, 7, 1), dt.date(2023, 9, 30), dt.date(2023, 3, 1)
    )
    return corredor.run(scenario, replicates=1, draw="expected", parameters="fixed")


def test_people_are_stopped_and_die_at_sea_and_are_put_at_borders() -> None:
    data = half_a_year()
    by_zone = data["intercepted_at_sea"].sum(["replicate", "month", "group"]).groupby("zone").sum()
    for zone in ("sea_libya", "sea_tunisia", "sea_algeria"):
        assert float(by_zone.sel(zone=zone)) > 0, zone
    assert float(data["deaths_at_sea"].sum()) > 0
    for place in ("assamaka", "ras-ajdir", "tebessa"):
        assert float(data["sent_south"].sel(place=place).sum()) > 0, place
    assert float(data["sent_south"].sum()) == pytest.approx(
        float(data["sent_south"].sel(place=["assamaka", "ras-ajdir", "tebessa"]).sum())
    )


def test_whom_the_record_counts_the_model_counts() -> None:
    data, world = half_a_year(), load_world("mediterranean")
    assert uncounted(world) == {}
    with with_world(world.folder):
        for series in observed_series(world):
            assert float(observe(data, series).sum()) > 0, series
    dead = observe(data, "deaths_central_mediterranean")
    assert np.allclose(dead.sum(), data["deaths_at_sea"].sum())


def test_nobody_is_at_home_in_a_station_of_their_own_country() -> None:
    data = half_a_year()
    stopped = data["detentions"].sum(["replicate", "month"])
    country = data["country"]
    for group, own in (("tunisia-adults", "TUN"), ("maghreb-adults", "DZA")):
        at_home = stopped.sel(group=group).where(country == own, drop=True)
        assert float(at_home.sum()) == 0, group


@pytest.mark.parametrize("name", ["no-pull-backs", "rescue-ships-doubled"])
def test_fewer_stops_at_sea_let_more_people_land(name: str) -> None:
    def landed(scenario: str) -> float:
        short = load_scenario(f"mediterranean/{scenario}").with_horizon(
            dt.date(2023, 7, 1), dt.date(2023, 7, 31), dt.date(2023, 6, 1)
        )
        data = corredor.run(short, replicates=1, draw="expected", parameters="fixed")
        return float(data["encounters"].sum())

    assert landed(name) > landed("baseline")


@pytest.mark.slow
def test_a_short_calibration_comes_nearer_to_the_record() -> None:
    scenario = load_scenario(BASELINE)
    first, last = dt.date(2019, 1, 1), dt.date(2019, 6, 30)
    calibration = prepare(scenario, first, last, Ensemble(members=20, iterations=2))
    _, misfits = calibration.run()
    assert misfits[-1] < 0.7 * misfits[0]


@pytest.mark.slow
def test_a_backtest_forecasts_beside_baselines_fitted_from_the_same_day(tmp_path: Path) -> None:
    found = backtest(
        load_scenario(BASELINE), tmp_path / "backtest.parquet", first="2023-06", last="2023-06",
        months=2, ensemble=Ensemble(members=10, iterations=1),
    )  # fmt: skip
    arrivals = found[found["series"] == "italy_sea_arrivals"]
    assert set(arrivals["method"]) == set(METHODS)
    assert set(arrivals["observed"]) == {23_420.0, 25_673.0}
    assert set(found.loc[found["series"] == "interceptions_libya", "method"]) == {MODEL}
