"""Scenarios: differences from a base, dates, keys; every mistake is explained."""

from __future__ import annotations

import datetime as dt

import pytest
from helpers import Small

from corredor.corridor.scenario import Scenario, differences
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.levers import ALWAYS
from corredor.errors import InputError, UsageError


def problems(small: Small, text: str) -> list[str]:
    path = small.write(text, "wrong")
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    listed = [str(problem) for problem in caught.value.problems]
    assert all(str(path) in line for line in listed)
    return listed


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("[interdiction.temppo]\nsouth = 0.1",
         ["interdiction.temppo", "found 'temppo'", "Did you mean 'interdiction.tempo'?"]),
        ("[interdiction.tempo]\nsuoth = 0.1",
         ["interdiction.tempo", "found 'suoth'", "a zone of the world", "Did you mean 'south'?"]),
        ("[interdiction.tempo]\nsouth = -0.1",
         ["interdiction.tempo.south", "found -0.1", "a number from 0 to 1 (chance a day)"]),
        ("[interdiction.tempo]\nsouth = 1.5", ["found 1.5", "a number from 0 to 1"]),
        ("[interdiction.tempo]\nsouth = 'much'", ["found 'much'", "a number from 0 to 1"]),
        ("[interdiction.tempo]\nsouth = nan", ["found nan", "a number from 0 to 1"]),
        ("[interdiction.tempo]\nsouth = { 2023-02-31 = 0.1 }",
         ["interdiction.tempo.south", "found '2023-02-31'", "a date such as 2023-11-30"]),
        ("[interdiction.tempo]\nsouth = [0.1]", ["found [0.1]", "a number"]),
        ("interdiction = 3", ["interdiction", "found 3", "a table of levers"]),
        ("[interdictoin]\ntempo = 0.1",
         ["interdictoin", "Did you mean 'interdiction'?"]),
        ("colour = 'blue'", ["colour", "expected one of title"]),
        ("end = 2031-01-01", ["end", "found '2031-01-01'", "2023-01 to 2023-06"]),
        ("spin_up = 2022-12-31", ["spin_up", "found '2022-12-31'", "2023-01 to 2023-06"]),
        ("start = 2023-06-01\nend = 2023-05-01", ["start", "start on or before end"]),
        ("end = 'soon'", ["end", "found 'soon'"]),
        ("world = 3", ["world", "found 3"]),
        ('hold = { "interdiction.temp" = 2023-03-01 }',
         ["hold", "found 'interdiction.temp'", "Did you mean 'interdiction.tempo'?"]),
        ('hold = { "interdiction.tempo.suoth" = 2023-03-01 }', ["hold", "a lever to hold"]),
        ('hold = { "interdiction.tempo" = "soon" }', ["hold.interdiction.tempo", "found 'soon'"]),
    ],
)  # fmt: skip
def test_a_mistake_is_said_with_file_key_value_and_what_was_expected(
    small: Small, text: str, parts: list[str]
) -> None:
    message = "\n".join(problems(small, text))
    for part in parts:
        assert part in message


def test_all_mistakes_are_listed_at_once(small: Small) -> None:
    text = "[interdiction.tempo]\nsouth = -1\nnorth = 2\n[harm]\nroberry = 0.1"
    assert len(problems(small, text)) == 3


def test_broken_toml_names_the_line(small: Small) -> None:
    (message,) = problems(small, "[interdiction.tempo\nsouth = 1")
    assert "valid TOML" in message
    assert "line 3" in message


def test_text_that_is_not_utf_8_is_explained(small: Small) -> None:
    path = small.folder / "latin.toml"
    path.write_bytes('title = "Situación"'.encode("latin-1"))
    with pytest.raises(InputError, match="text in UTF-8"):
        load_scenario(path)


def test_a_missing_title_is_explained(small: Small) -> None:
    path = small.folder / "untitled.toml"
    path.write_text('base = "small"')
    with pytest.raises(InputError, match="title"):
        load_scenario(path)


def test_bases_that_lead_in_a_circle_are_explained(small: Small) -> None:
    for name, base in (("loop_a", "loop_b"), ("loop_b", "loop_a")):
        (small.folder / f"{name}.toml").write_text(f'title = "Loop"\nbase = "{base}"')
    with pytest.raises(InputError, match="a base that does not lead back here"):
        load_scenario(small.folder / "loop_a.toml")


def test_an_unknown_scenario_names_those_that_ship() -> None:
    with pytest.raises(UsageError, match=r"Known: .*baseline.*Did you mean 'baseline'"):
        load_scenario("baselin")


def test_a_scenario_without_world_and_base_is_explained(small: Small) -> None:
    path = small.folder / "nowhere.toml"
    path.write_text('title = "Nowhere"')
    with pytest.raises(InputError, match="a world, or a base that has one"):
        load_scenario(path)


def test_only_what_a_file_says_differs_from_its_base(small: Small) -> None:
    base, other = small.scenario(), small.scenario("[crossing]\nevasion = 0.3")
    assert differences(base, other) == ["crossing.evasion"]
    assert (other.spin_up, other.start, other.end) == (base.spin_up, base.start, base.end)
    assert differences(base, small.scenario()) == []


def test_scenarios_of_two_worlds_cannot_be_set_apart(small: Small, baseline: Scenario) -> None:
    with pytest.raises(UsageError, match="not of the same world"):
        differences(small.scenario(), baseline)


def test_dates_leave_what_the_base_says_before_them(small: Small) -> None:
    other = small.scenario("[interdiction.tempo]\nsouth = { 2023-03-01 = 0.3 }")
    assert other.settings["interdiction.tempo"]["south"] == (
        (ALWAYS, 0.02),
        (dt.date(2023, 3, 1), 0.3),
    )
    plain = small.scenario("[interdiction.tempo]\nsouth = 0.3")
    assert plain.settings["interdiction.tempo"]["south"] == ((ALWAYS, 0.3),)


def test_hold_freezes_a_lever_at_its_value_of_a_day(small: Small) -> None:
    path = small.write("[interdiction.tempo]\nsouth = { 2023-02-01 = 0.1, 2023-03-01 = 0.3 }", "up")
    assert path.exists()
    held = small.folder / "held.toml"
    held.write_text('title = "Held"\nbase = "up"\nhold = { "interdiction.tempo" = 2023-02-15 }')
    dated = load_scenario(held).settings["interdiction.tempo"]["south"]
    assert dated == ((ALWAYS, 0.02), (dt.date(2023, 2, 1), 0.1))


def test_one_key_of_a_lever_can_be_held(small: Small) -> None:
    small.write(
        "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.3 }\nnorth = { 2023-03-01 = 0.3 }", "up2"
    )
    held = small.folder / "held2.toml"
    held.write_text('title = "H"\nbase = "up2"\nhold = { "interdiction.tempo.south" = 2023-02-15 }')
    settings = load_scenario(held).settings["interdiction.tempo"]
    assert settings["south"] == ((ALWAYS, 0.02),)
    assert settings["north"][-1] == (dt.date(2023, 3, 1), 0.3)


def test_the_hash_follows_what_decides_the_result(small: Small) -> None:
    base = small.scenario()
    assert base.hash == small.scenario().hash
    assert base.hash != small.scenario("[crossing]\nevasion = 0.3").hash
    assert base.hash != base.with_horizon(end=dt.date(2023, 4, 14)).hash


def test_another_start_takes_the_spin_up_with_it(small: Small) -> None:
    later = small.scenario().with_horizon(start=dt.date(2023, 3, 1))
    assert later.spin_up == dt.date(2023, 1, 29)
    assert later.end == small.scenario().end
    with pytest.raises(InputError, match="start on or before end"):
        small.scenario().with_horizon(start=dt.date(2023, 6, 1))


def test_every_scenario_that_ships_can_be_read() -> None:
    for name in ("baseline", "interdiction-november-2023"):
        scenario = load_scenario(name)
        assert scenario.title
        assert scenario.start < scenario.end
