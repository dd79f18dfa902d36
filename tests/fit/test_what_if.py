"""A what-if is the forecast's futures with a measure laid over, and nothing that was not known."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from small_forecast import FREE, MADE, MONTHS, ORIGIN, kept_alone, kept_with_measure

from corredor.corridor.scenario import Scenario, known_by
from corredor.corridor.scenario_files import load_scenario, load_what_if
from corredor.engine.levers import ALWAYS
from corredor.errors import UsageError
from corredor.fit.forecast import Forecast
from corredor.fit.what_if import COLUMNS, WhatIf, check_what_ifs
from corredor.inputs import shipped as assets

DAY = dt.date(2023, 3, 25)
PROMISES = sorted((assets.folder("scenarios") / "promises-2024").glob("*.toml"))
DOUBLED = """
title = "Twice as many appointments as were known"
base = "baseline"
[appointments]
daily_cap = { factor = { 2023-04-01 = 2 } }
"""


def written(folder: Path, text: str, name: str = "free") -> Path:
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def made(shared: Path) -> tuple[Forecast, tuple[WhatIf, ...]]:
    return kept_with_measure(shared)


def test_the_forecast_keeps_the_bits_that_it_has_alone(
    shared: Path, made: tuple[Forecast, tuple[WhatIf, ...]]
) -> None:
    alone = kept_alone(shared)
    assert made[0].samples.keys() == alone.samples.keys()
    for key, values in alone.samples.items():
        np.testing.assert_array_equal(made[0].samples[key], values)


def test_the_futures_are_the_same_until_the_measure_begins(
    made: tuple[Forecast, tuple[WhatIf, ...]],
) -> None:
    (free,) = made[1]
    for measure, plain in free.plain.items():
        changed = free.changed[measure]
        assert plain.shape == changed.shape == (10, MONTHS)
        np.testing.assert_array_equal(plain[:, 0], changed[:, 0], err_msg=measure)
    assert (free.changed["mexico_detentions"][:, 1:] == 0).all()
    assert (free.plain["mexico_detentions"] > 0).all()
    assert (free.changed["people_to_shelter"] <= free.changed["people_in_jurisdictions"]).all()


def test_its_table_tells_the_middle_of_the_differences(
    made: tuple[Forecast, tuple[WhatIf, ...]],
) -> None:
    (free,) = made[1]
    table = free.table()
    assert tuple(table.columns) == COLUMNS
    row = table[(table["measure"] == "mexico_detentions") & (table["month"] == "2022-06")].iloc[0]
    assert row["difference"] == np.median(-free.plain["mexico_detentions"][:, 2])
    assert row["percent"] == -100
    assert row["difference_low"] <= row["difference"] <= row["difference_high"]


def test_it_says_what_was_known(made: tuple[Forecast, tuple[WhatIf, ...]]) -> None:
    first = made[1][0].notes[0]
    assert first.kind == "what_if"
    assert first.about["made_day"] == str(MADE)
    assert "25" in str(first)


def test_later_measures_of_the_base_are_unknown_and_its_own_stand(tmp_path: Path) -> None:
    """The cap of appointments rises in May 2023; a factor of February multiplies what was known."""
    path = written(tmp_path, DOUBLED)
    then = load_what_if(path, DAY)
    assert then.settings["appointments.daily_cap"][""][-1] == (dt.date(2023, 4, 1), 1480.0)
    now = load_scenario(path)
    assert now.settings["appointments.daily_cap"][""][-1] == (dt.date(2023, 6, 30), 2900.0)


def test_a_base_between_stands_as_the_file_does(tmp_path: Path) -> None:
    written(tmp_path, FREE.replace("2022", "2023"), "between")
    path = written(tmp_path, 'title = "t"\nbase = "between"', "above")
    read = load_what_if(path, DAY)
    known = known_by(load_scenario("baseline"), DAY).levers()
    assert read.levers().first_difference(known) == dt.date(2023, 5, 1)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[interdiction.tempo]\nsouth = 0", "before any date"),
        ("[interdiction.tempo]\nsouth = { 2022-03-01 = 0 }", "from 2022-03-01 on"),
        ("", "changes nothing of what was known on 2022-04-25"),
    ],
)
def test_what_would_change_the_past_or_nothing_is_refused(
    baseline: Scenario, tmp_path: Path, text: str, told: str
) -> None:
    path = written(tmp_path, f'title = "t"\nbase = "baseline"\n{text}')
    with pytest.raises(UsageError, match=told):
        check_what_ifs(baseline, [path], ORIGIN)


def test_a_scenario_without_a_base_is_refused() -> None:
    with pytest.raises(UsageError, match="has no base"):
        load_what_if("baseline", DAY)


@pytest.mark.parametrize("path", PROMISES, ids=lambda path: path.stem)
def test_a_promise_of_2024_begins_after_june_2024_and_says_on_what_it_rests(
    baseline: Scenario, path: Path
) -> None:
    check_what_ifs(baseline, [path], "2024-06")
    read = load_what_if(path, dt.date(2024, 7, 25))
    assert read.end == dt.date(2025, 12, 31)
    assert read.assumptions
    assert read.sources
    known = known_by(baseline, dt.date(2024, 7, 25))
    after = [
        day
        for lever, keys in read.settings.items()
        for key, dated in keys.items()
        for day, _ in dated
        if day not in [d for d, _ in known.settings.get(lever, {}).get(key, ())] and day != ALWAYS
    ]
    dates = {dt.date(2024, 7, 1), dt.date(2024, 10, 1), dt.date(2025, 1, 20)}
    assert set(after) <= dates  # the origin, the inaugurations of Mexico and of the United States
