"""Levers: the table is sound, and a compiled lever gives the value of the day."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from helpers import ZONES, Small

from corredor.corridor.levers import compile_levers, keys_of, known_levers
from corredor.corridor.processes import PROCESSES
from corredor.engine.levers import ALWAYS, NEVER, Factors, Levers

DAY = dt.date(2023, 3, 1)


def compiled(small: Small, text: str) -> Levers:
    scenario = small.scenario(text)
    return compile_levers(scenario.settings, scenario.world)


def test_every_lever_has_a_process_a_range_a_meaning_and_a_source() -> None:
    processes = {process.name for process in PROCESSES}
    for name, lever in known_levers().items():
        assert name.partition(".")[0] in processes
        assert lever.minimum <= lever.default <= lever.maximum
        assert lever.meaning
        assert lever.source
        assert lever.unit


def test_what_is_not_set_has_its_default(small_levers: Levers) -> None:
    assert small_levers.value("harm.robbery", DAY)[0] == pytest.approx(
        known_levers()["harm.robbery"].default
    )


def test_a_key_that_is_not_named_takes_the_default_of_the_setting(small: Small) -> None:
    values = compiled(small, "[harm.robbery]\ndefault = 0.2\nsouth = 0.3").value(
        "harm.robbery", DAY
    )
    assert values[0].tolist() == [0.3 if zone == "south" else 0.2 for zone in ZONES]


def test_a_number_holds_for_every_key(small: Small) -> None:
    assert (compiled(small, "[harm]\nrobbery = 0.3").value("harm.robbery", DAY) == 0.3).all()


def test_a_value_holds_from_its_day_on(small: Small) -> None:
    levers = compiled(small, "[harm.robbery]\nsouth = { 2023-03-01 = 0.3, 2023-04-01 = 0.1 }")
    south = ZONES.index("south")

    def on(*day: int) -> float:
        return float(levers.value("harm.robbery", dt.date(*day))[0, south])

    default = known_levers()["harm.robbery"].default
    days = ((2023, 2, 28), (2023, 3, 1), (2023, 3, 31), (2023, 4, 1), (2030, 1, 1))
    assert [on(*day) for day in days] == [default, 0.3, 0.3, 0.1, 0.1]


def test_dates_for_all_keys_need_no_key(small: Small) -> None:
    levers = compiled(small, "[harm]\nrobbery = { 2023-03-01 = 0.3 }")
    assert (levers.value("harm.robbery", DAY) == 0.3).all()
    assert (levers.value("harm.robbery", dt.date(2023, 2, 28)) < 0.3).all()


def test_the_next_change_is_that_of_the_named_levers_only(small: Small) -> None:
    levers = compiled(small, "[harm]\nrobbery = { 2023-03-01 = 0.3 }")
    first = dt.date(2023, 3, 1)
    assert levers.next_change(["harm.robbery", "harm.threats"], first - dt.timedelta(1)) == first
    assert levers.next_change(["harm.robbery"], first) == NEVER
    assert levers.next_change(["harm.threats"], first - dt.timedelta(1)) == NEVER
    assert levers.next_change([], first) == NEVER


def test_factors_scale_a_lever_or_one_key_and_stay_in_range(small: Small) -> None:
    levers = compiled(small, "[harm]\nrobbery = 0.4")
    factors = {
        "harm.robbery": Factors.constant(np.array([0.5, 9.0])),
        "harm.threats.south": Factors.constant(np.array([2.0, 1.0])),
    }
    scaled = levers.scaled(factors)
    assert scaled.value("harm.robbery", DAY).tolist() == [[0.2] * 5, [1.0] * 5]
    threats, default = scaled.value("harm.threats", DAY), known_levers()["harm.threats"].default
    south = ZONES.index("south")
    assert threats[:, south] == pytest.approx([2 * default, default])
    assert np.delete(threats, south, axis=1) == pytest.approx(default)
    assert (levers.value("harm.robbery", DAY) == 0.4).all()  # the original is untouched


def test_dated_factors_multiply_each_change_of_a_lever(small: Small) -> None:
    levers = compiled(small, "[harm]\nrobbery = { 2023-03-01 = 0.3 }")
    before = levers.value("harm.robbery", dt.date(2023, 2, 1))
    factor = Factors((ALWAYS, dt.date(2023, 2, 15)), np.array([[1.0, 0.5], [2.0, 3.0]]))
    scaled = levers.scaled({"harm.robbery": factor})
    assert scaled.value("harm.robbery", dt.date(2023, 2, 14)) == pytest.approx(
        before * np.array([[1.0], [2.0]])
    )
    assert scaled.value("harm.robbery", dt.date(2023, 2, 15)) == pytest.approx(
        before * np.array([[0.5], [3.0]])
    )
    assert scaled.value("harm.robbery", DAY)[:, 0] == pytest.approx([0.15, 0.9])
    assert scaled.next_change(["harm.robbery"], dt.date(2023, 2, 1)) == dt.date(2023, 2, 15)


def test_keys_come_from_the_world(small: Small) -> None:
    world, levers = small.scenario().world, known_levers()
    assert keys_of(levers["crossing.deterrence"], world) == ("El Paso", "Laredo")
    assert set(keys_of(levers["entry.factor"], world)) == {"mexico", "honduras"}
    assert keys_of(levers["appointments.open"], world) == ("",)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("", None),
        ("[harm]\nrobbery = { 2023-03-01 = 0.3 }", DAY),
        ("[harm]\nrobbery = 0.3", dt.date.min),
        ("[harm]\nrobbery = { 2023-04-01 = 0.3 }\n[crossing]\nevasion = { 2023-03-01 = 0.3 }", DAY),
    ],
)
def test_the_first_difference_is_the_day_on_which_levers_part(
    small: Small, small_levers: Levers, text: str, day: dt.date | None
) -> None:
    assert compiled(small, text).first_difference(small_levers) == day
    assert small_levers.first_difference(compiled(small, text)) == day
