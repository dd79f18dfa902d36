"""What one scenario sets otherwise than another is told by lever, keys, day and values."""

from __future__ import annotations

import datetime as dt

from helpers import Small

from corredor.corridor.changes import LeverChange, changes

MARCH = dt.date(2023, 3, 1)


def found(small: Small, text: str) -> list[LeverChange]:
    return changes(small.scenario(), small.scenario(text))


def test_a_scenario_does_not_differ_from_itself(small: Small) -> None:
    assert changes(small.scenario(), small.scenario()) == []


def test_a_lever_without_keys(small: Small) -> None:
    assert found(small, "[appointments]\ndaily_cap = { 2023-03-01 = 30 }") == [
        LeverChange("appointments.daily_cap", (), MARCH, 15.0, 30.0)
    ]


def test_keys_that_change_alike_stand_together(small: Small) -> None:
    text = "[settlement.jobs_factor]\nsur = {d}\nistmo = {d}\nvalle = {e}"
    text = text.format(d="{ 2023-03-01 = 5 }", e="{ 2023-03-01 = 2 }")
    assert found(small, text) == [
        LeverChange("settlement.jobs_factor", ("sur", "istmo"), MARCH, 1.0, 5.0),
        LeverChange("settlement.jobs_factor", ("valle",), MARCH, 1.0, 2.0),
    ]


def test_all_keys_alike_are_not_listed(small: Small) -> None:
    (change,) = found(small, "[crossing]\ndeterrence = { 2023-03-01 = 0.5 }")
    assert change == LeverChange("crossing.deterrence", (), MARCH, 0.0, 0.5)


def test_a_change_that_ends_and_comes_back_is_told_again(small: Small) -> None:
    text = "[appointments]\ndaily_cap = { 2023-03-01 = 30, 2023-03-10 = 15, 2023-03-20 = 30 }"
    days = [change.day.day for change in found(small, text)]
    assert days == [1, 20]


def test_a_lever_that_is_held_is_told_with_its_day(small: Small) -> None:
    assert found(small, 'hold = { "interdiction.tempo" = 2023-03-01 }') == [
        LeverChange("interdiction.tempo", (), MARCH, None, None)
    ]
    assert found(small, 'hold = { "interdiction.tempo.south" = 2023-03-01 }') == [
        LeverChange("interdiction.tempo", ("south",), MARCH, None, None)
    ]


def test_a_value_of_the_same_number_as_the_level_is_a_change(small: Small) -> None:
    """Calibration multiplies the level of the base, not the value."""
    assert found(small, "[appointments]\ndaily_cap = 15") == [
        LeverChange("appointments.daily_cap", (), dt.date.min, 15.0, 15.0)
    ]
