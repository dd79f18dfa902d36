"""A forecast uses nothing that came after its origin, and has the same bits for the same seed."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_official import aor, as_csv
from small_forecast import ENSEMBLE, MONTHS, ORIGIN, alone, kept_alone

from corredor import record
from corredor.corridor.priors import load_priors
from corredor.corridor.scenario import Scenario, known_by
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import UsageError
from corredor.fit.calibrate import Ensemble, prepare
from corredor.fit.forecast import LEVEL_COLUMNS, MOST_AHEAD, Forecast, _edge, centred, forecast
from corredor.fit.observations import gather_for_forecast
from corredor.fit.origins import (
    Moment,
    check_origin,
    made_on,
    moment_of,
    newest_figures,
    newest_origin,
)
from corredor.fit.scores import HUB_LEVELS
from corredor.record import adding, additions
from corredor.record import series_info as reading
from corredor.record.of_world import record_folder


@pytest.fixture(scope="module")
def made(shared: Path) -> Forecast:
    return kept_alone(shared)


@pytest.fixture
def another_future(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record in which everything published after the forecast is three times as much."""
    day = pd.Timestamp(made_on(load_scenario("baseline"), pd.Period(ORIGIN, "M")))
    folder = tmp_path / "record"
    shutil.copytree(record_folder(), folder)
    for path in (folder / "series").glob("*.csv"):
        dated = record.load_series(path.stem, edition="all")
        table = pd.read_csv(path, dtype=str, keep_default_na=False)
        later = (dated["published"] > day).to_numpy() & (table["value"] != "").to_numpy()
        table.loc[later, "value"] = (table.loc[later, "value"].astype(float) * 3).astype(str)
        table.to_csv(path, index=False)
    monkeypatch.setattr(reading, "record_folder", lambda: folder)


def rests_on(scenario: Scenario) -> tuple[object, ...]:
    """Return what a forecast takes from the record: figures, centres of its priors, newest ones."""
    moment = moment_of(scenario, ORIGIN, None)
    first, end = moment.origin - 6, moment.origin + MOST_AHEAD
    span = (first.start_time.date(), end.start_time.date())
    priors = load_priors(scenario.world).known_by(moment.day)
    return (
        gather_for_forecast(scenario.world, *span, moment.as_of).listed,
        centred(priors, known_by(scenario, moment.day), first, moment.as_of),
        newest_figures(scenario, moment.as_of),
    )


def test_another_future_leaves_what_the_forecast_rests_on(
    baseline: Scenario, request: pytest.FixtureRequest
) -> None:
    before = rests_on(baseline)
    request.getfixturevalue("another_future")
    later = record.monthly("border_patrol_encounters")["2022-04"]
    assert later == 3 * 203500
    assert rests_on(baseline) == before


@pytest.mark.slow
@pytest.mark.usefixtures("another_future")
def test_another_future_leaves_the_forecast_its_bits(made: Forecast) -> None:
    again = alone()
    assert again.samples.keys() == made.samples.keys()
    for key, values in made.samples.items():
        np.testing.assert_array_equal(again.samples[key], values)


def test_it_says_month_horizon_and_ordered_quantiles(made: Forecast) -> None:
    table = made.table()
    total = table[table["series"] == "border_patrol_encounters"]
    assert list(total["month"]) == ["2022-04", "2022-05", "2022-06", "2022-07"]
    assert list(total["horizon"]) == [1, 2, 3, 4]
    assert list(table.columns[5:8]) == ["q0.01", "q0.025", "q0.05"]
    assert [float(name[1:]) for name in LEVEL_COLUMNS] == list(HUB_LEVELS)
    quantiles = table[LEVEL_COLUMNS].to_numpy()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    parts = table.groupby("series")["part"].nunique()
    assert parts["border_patrol_by_citizenship"] == 10
    assert parts["border_patrol_by_sector"] == 9


@pytest.mark.slow
def test_the_months_ahead_are_drawn_as_whole_people(baseline: Scenario, made: Forecast) -> None:
    """The same unknowns, and so nearly the same numbers, but for what chance does to counts."""
    mean = forecast(baseline, ORIGIN, MONTHS, ENSEMBLE, draw="expected")
    assert (made.provenance["draw"], mean.provenance["draw"]) == ("exact", "expected")
    key = ("border_patrol_encounters", "all")
    assert not np.array_equal(made.samples[key], mean.samples[key])
    np.testing.assert_allclose(made.samples[key], mean.samples[key], rtol=0.05)


def test_people_in_towns_come_from_the_same_futures(made: Forecast) -> None:
    town = made.towns["tapachula"]
    assert town.people.shape == (10, MONTHS)
    assert (town.people > 0).all()
    assert np.isfinite(town.beds) == np.isfinite(town.over).all()


def test_parts_add_up_to_the_total(made: Forecast) -> None:
    total = made.samples["border_patrol_encounters", "all"]
    for series in ("border_patrol_by_citizenship", "border_patrol_by_sector"):
        parts = sum(v for (name, _), v in made.samples.items() if name == series)
        np.testing.assert_allclose(parts, total, rtol=1e-9)


@pytest.mark.parametrize(("origin", "months"), [("2020-01", 1), ("2023-02", 19), ("soon", 1)])
def test_an_origin_that_makes_no_sense_is_refused(
    baseline: Scenario, origin: str, months: int
) -> None:
    with pytest.raises(UsageError, match=r"found|no month"):
        forecast(baseline, origin, months)


@pytest.mark.parametrize("origin", ["2025-01", "2025-05", "2031-01"])
def test_an_origin_after_the_newest_month_held_is_refused_with_that_month(
    baseline: Scenario, origin: str
) -> None:
    told = "newest month held of border_patrol_encounters is 2024-12"
    with pytest.raises(UsageError, match=told):
        forecast(baseline, origin, 1)


@pytest.fixture
def newer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A record to which the Border Patrol's figures of January 2025 were added, by citizenship."""
    monkeypatch.setenv("CORREDOR_HOME", str(tmp_path))
    patrol = ("U.S. Border Patrol", "El Paso Sector", "Single Adults")
    file = tmp_path / "a download"
    names = ("MEXICO", "GUATEMALA", "PERU", "OTHER")
    file.write_bytes(as_csv(aor(*((2025, "JAN", *patrol, name, 900) for name in names))))
    adding.plan(file, additions.user_folder(), read_on=dt.date(2025, 2, 20)).write()


@pytest.mark.usefixtures("newer")
def test_a_file_that_is_added_moves_the_start(baseline: Scenario) -> None:
    assert newest_origin(baseline) == pd.Period("2025-01", "M")
    moment = moment_of(baseline, None, dt.date(2025, 2, 20))
    assert (str(moment.origin), moment.as_of) == ("2025-01", None)


def test_a_series_that_is_newer_than_the_origin_is_used_as_far_as_it_goes(
    baseline: Scenario, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Darién's figures come weeks before the border's."""
    moment = moment_of(baseline, "2023-02", None)
    assert (
        str(_edge(baseline, moment, moment.origin)) == "2023-02"
    )  # on that day nothing newer was out
    held = Moment(moment.origin, moment.day, dt.date(2023, 4, 20))
    assert str(_edge(baseline, held, held.origin)) == "2023-03"


def test_it_starts_at_the_newest_month_held(baseline: Scenario) -> None:
    newest = newest_origin(baseline)
    assert newest == record.monthly("border_patrol_encounters").dropna().index.max()
    assert check_origin(baseline, newest) == newest


def test_it_says_how_old_its_newest_figures_are(made: Forecast) -> None:
    """Mexico's detentions come weeks after the Border Patrol's figures."""
    ages = {age.series: age for age in made.ages(dt.date(2026, 11, 28))}
    border = ages["border_patrol_encounters"]
    assert border.newest == ORIGIN
    assert border.ahead == 1
    assert border.today == int((pd.Period("2026-11", "M") - made.origin).n)
    assert ages["mexico_detentions"].ahead >= 1
    for series, age in ages.items():
        known = record.windows(series, as_of=made.made_on)["end"].max()
        assert age.ahead == (made.months[0] - known).n
    assert {note.kind for note in made.notes} >= {"entries_assumed"}


def test_no_month_after_the_record_is_calibrated(baseline: Scenario) -> None:
    with pytest.raises(UsageError, match=r"newest month held .* is 2024-12"):
        prepare(baseline, dt.date(2024, 7, 1), dt.date(2025, 1, 1), Ensemble(10, 1))
