"""A lever set in a scenario with a base is what people are subject to, in every run."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np
import pytest
from helpers import Small
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.corridor.scenario import Scenario, differences, known_by
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.levers import ALWAYS, Factors
from corredor.errors import InputError, UsageError
from corredor.runs.effective import effective, moved_levers

TEMPO = "interdiction.tempo"
FACTORS = {TEMPO: Factors.constant(np.array([2.0, 3.0]))}


def tempi(scenario: Scenario, days: Sequence[dt.date], key: str = "south") -> np.ndarray:
    """Return the tempo of two runs, whose calibrated factors are 2 and 3, [days, runs]."""
    levers = scenario.levers().scaled(FACTORS)
    at = levers.keys[TEMPO].index(key)
    return np.array([levers.value(TEMPO, day)[:, at] for day in days])


def tempo(scenario: Scenario, day: dt.date, key: str = "south") -> list[float]:
    """Return the same on one day."""
    return [float(x) for x in tempi(scenario, [day], key)[0]]


FEBRUARY, MARCH, APRIL = (dt.date(2023, month, 10) for month in (2, 3, 4))


def test_a_level_without_a_base_is_multiplied(small: Small) -> None:
    assert tempo(small.scenario(), MARCH) == pytest.approx([0.04, 0.06])


def test_a_value_is_itself_in_every_run(small: Small) -> None:
    scenario = small.scenario("[interdiction.tempo]\nsouth = 0.05")
    assert tempo(scenario, MARCH) == [0.05, 0.05]
    assert tempo(scenario, MARCH, "north") == pytest.approx([0.02, 0.03])


def test_a_value_holds_from_its_day_on(small: Small) -> None:
    scenario = small.scenario("[interdiction.tempo]\nsouth = { 2023-03-01 = 0.05 }")
    assert tempo(scenario, FEBRUARY) == pytest.approx([0.04, 0.06])
    assert tempo(scenario, MARCH) == [0.05, 0.05]


def test_the_same_number_as_the_level_is_another_value(small: Small) -> None:
    """0.02 is the level, 0.04 and 0.06 what runs have: to set 0.02 is to change something."""
    scenario = small.scenario("[interdiction.tempo]\nsouth = 0.02")
    assert tempo(scenario, MARCH) == [0.02, 0.02]
    assert differences(small.scenario(), scenario) == [TEMPO]
    assert scenario.levers().first_difference(small.scenario().levers()) == ALWAYS
    assert scenario.hash != small.scenario().hash


def test_a_factor_multiplies_what_each_run_has(small: Small) -> None:
    scenario = small.scenario("[interdiction.tempo]\nsouth = { factor = { 2023-03-01 = 1.5 } }")
    assert tempo(scenario, FEBRUARY) == pytest.approx([0.04, 0.06])
    assert tempo(scenario, MARCH) == pytest.approx([0.06, 0.09])
    every = small.scenario("[interdiction]\ntempo = { factor = 0.5 }")
    assert tempo(every, MARCH) == pytest.approx([0.02, 0.03])
    assert tempo(every, MARCH, "north") == pytest.approx([0.01, 0.015])


def test_a_factor_on_a_value_leaves_it_a_value(small: Small) -> None:
    small.write("[interdiction.tempo]\nsouth = 0.05", "valued")
    path = small.folder / "twice.toml"
    path.write_text(
        'title = "Twice"\nbase = "valued"\n[interdiction.tempo]\nsouth = { factor = 2 }'
    )
    assert tempo(load_scenario(path), MARCH) == pytest.approx([0.1, 0.1])


@settings(deadline=None, max_examples=25)  # each reads two scenarios
@given(
    st.lists(st.floats(0.01, 3.0), min_size=1, max_size=3),
    st.lists(st.integers(1, 100), min_size=3, max_size=3, unique=True),
)
def test_factors_are_the_base_times_them_on_every_day(
    small: Small, factors: list[float], after: list[int]
) -> None:
    days = sorted(dt.date(2023, 1, 1) + dt.timedelta(days=n) for n in after)[: len(factors)]
    dated = ", ".join(f"{d} = {f}" for d, f in zip(days, factors, strict=True))
    text = "[interdiction.tempo]\nsouth = { 2023-02-15 = 0.1 }"
    small.write(text, "dated-base")
    path = small.folder / "dated.toml"
    path.write_text(
        'title = "x"\nbase = "dated-base"\n'
        f"[interdiction.tempo]\nsouth = {{ factor = {{ {dated} }} }}"
    )
    base, other = load_scenario(small.folder / "dated-base.toml"), load_scenario(path)
    every = [dt.date(2023, 1, 1) + dt.timedelta(days=number) for number in range(105)]
    held = [[f for d, f in zip(days, factors, strict=True) if d <= day] for day in every]
    times = np.array([[each[-1] if each else 1.0] for each in held])
    assert tempi(other, every) == pytest.approx(np.minimum(tempi(base, every) * times, 1.0))


def test_a_key_that_the_base_left_to_the_default_keeps_it_before_its_own_day(small: Small) -> None:
    small.write("[crossing.attempt]\ndefault = 0.4", "attempts")
    path = small.folder / "honduras.toml"
    path.write_text(
        'title = "x"\nbase = "attempts"\n[crossing.attempt]\nhonduras = { 2023-03-01 = 0.1 }'
    )
    levers = load_scenario(path).levers()
    at = levers.keys["crossing.attempt"].index("honduras")
    assert levers.value("crossing.attempt", FEBRUARY)[0, at] == 0.4
    assert levers.value("crossing.attempt", MARCH)[0, at] == 0.1
    assert levers.as_set["crossing.attempt"]["honduras"] == ALWAYS


def test_what_is_held_is_held_with_its_factor_and_forgets_later_values(small: Small) -> None:
    text = 'hold = { "interdiction.tempo" = 2023-02-20 }\n'
    scenario = small.scenario(text + "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.5 }")
    assert tempo(scenario, APRIL) == pytest.approx([0.04, 0.06])


def test_a_value_set_after_a_day_is_not_known_on_it(small: Small) -> None:
    scenario = small.scenario("[interdiction.tempo]\nsouth = { 2023-03-01 = 0.5 }")
    assert tempo(known_by(scenario, FEBRUARY), APRIL) == pytest.approx([0.04, 0.06])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[interdiction.tempo]\nsouth = { factor = 100 }", "a factor that leaves it within 1"),
        ("[interdiction.tempo]\nsouth = { factor = -1 }", "a number from 0 to 1000 (times what"),
        ("[interdiction.tempo]\nsouth = { factor = true }", "found True"),
        ("[interdiction.tempo]\nsouth = true", "found True"),
        ("[movement.destination_pull]\nLaredo = { factor = 2 }", "a utility has no zero"),
        ("[custody.destination_share]\nsur = 0.9\nistmo = 0.9", "found '1.8'"),
        ("[custody.destination_share]\nistmo = 0.5", "found '1.5'"),
        ("[crossing]\nreturned_share = 0.6\nremoved_share = 0.6", "found '1.2 for mexico'"),
        ("[shutdown]\nreturned_share = 0.9\nremoved_share = { 2023-03-01 = 0.9 }",
         "found '1.4'"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused(small: Small, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        small.scenario(text)
    assert told in str(caught.value)


def test_a_factor_needs_a_base(small: Small) -> None:
    path = small.folder / "alone.toml"
    path.write_text(small.path.read_text() + "\n[removal]\ntry_again_share = { factor = 2 }\n")
    with pytest.raises(InputError, match="there is no base to multiply"):
        load_scenario(path)


def test_yes_and_no_stand_where_a_lever_asks_for_them(small: Small) -> None:
    levers = small.scenario("[appointments]\nopen = false").levers()
    assert levers.value("appointments.open", MARCH)[0, 0] == 0


def test_the_chance_of_being_stopped_is_what_calibration_made_of_it(baseline: Scenario) -> None:
    """12.5 of 1,000 is the level alone; the others are those of the posterior that ships."""
    table = effective(baseline, TEMPO, ["south"]).set_index("month")
    for month, middle in (("2023-02", 12.55), ("2024-01", 26.46), ("2024-05", 27.93)):
        row = table.loc[month]
        assert 1000 * row["middle"] == pytest.approx(middle, abs=0.01)
        assert row["low"] < row["middle"] < row["high"]
        assert row["set"] == pytest.approx(0.0125)
        assert row["moved"]
    assert TEMPO in moved_levers(baseline)


def test_to_set_20_acts_like_20(tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "twenty.toml"
    path.write_text(
        'title = "x"\nbase = "baseline"\n[interdiction.tempo]\nsouth = { 2024-01-01 = 0.02 }'
    )
    table = effective(load_scenario(path), TEMPO, ["south"]).set_index("month")
    assert table.loc["2024-03", ["low", "middle", "high"]].tolist() == [0.02, 0.02, 0.02]
    assert not table.loc["2024-03", "moved"]
    assert table.loc["2023-12", "moved"]


def test_effective_refuses_what_is_no_lever_or_key(small: Small) -> None:
    with pytest.raises(UsageError, match=r"Did you mean 'interdiction\.tempo'"):
        effective(small.scenario(), "interdiction.temp")
    with pytest.raises(UsageError, match="Did you mean 'south'"):
        effective(small.scenario(), TEMPO, ["suoth"])


def test_fixed_parameters_are_the_settings(small: Small) -> None:
    table = effective(small.scenario(), TEMPO, ["south"], "fixed")
    assert (table["middle"] == 0.02).all()
    assert not table["moved"].any()
