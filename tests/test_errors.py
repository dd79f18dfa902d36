"""Errors say where, what was found, what was expected, and what may have been meant."""

from __future__ import annotations

import pytest

from corredor.errors import (
    CorredorError,
    InputError,
    OutputError,
    Problem,
    UsageError,
    did_you_mean,
)
from corredor.text.language import ids_by_name


def test_a_problem_is_one_line_with_all_it_knows() -> None:
    problem = Problem("links.csv", "a number of km", "far", row=3, column="km", hint="Ask a map.")
    assert str(problem) == "links.csv, line 3, km: found 'far', expected a number of km. Ask a map."


def test_what_a_problem_does_not_know_is_left_out() -> None:
    assert str(Problem("a.toml", "a title")) == "a.toml: expected a title."


def test_an_input_error_carries_every_problem() -> None:
    problems = [Problem("a.csv", "x"), Problem("b.csv", "y")]
    error = InputError(problems)
    assert error.problems == problems
    assert str(error).splitlines() == ["a.csv: expected x.", "b.csv: expected y."]
    assert InputError(problems[0]).problems == problems[:1]


@pytest.mark.parametrize("kind", [InputError, UsageError, OutputError])
def test_every_error_is_one_that_the_command_line_catches(kind: type[Exception]) -> None:
    assert issubclass(kind, CorredorError)


def test_the_closest_name_is_offered_and_a_far_one_is_not() -> None:
    assert did_you_mean("tapchula", ["tapachula", "tijuana"]) == "Did you mean 'tapachula'?"
    assert did_you_mean("xyz", ["tapachula"]) == ""


@pytest.mark.parametrize(
    "name",
    ["Ciudad de México", "ciudad de mexico", "CIUDAD DE MEXICO", "Mexico City", "mexico_city",
     "Ciudad  de Mexico ", "mexico-cty", "Ciudad de Mejico"],
)  # fmt: skip
def test_a_place_is_found_by_its_name_in_either_language(name: str) -> None:
    known = ["guatemala-city", "mexico-city", "mexicali", "puebla"]
    others = ids_by_name({"mexico-city": "Mexico City", "puebla": "Puebla"})
    assert did_you_mean(name, known, others) == "Did you mean 'mexico-city'?"


def test_accents_and_case_do_not_hide_a_name() -> None:
    assert did_you_mean("JUCHITÁN", ["juchitan", "jutiapa"]) == "Did you mean 'juchitan'?"
    assert did_you_mean("Base_Line", ["base-line"]) == "Did you mean 'base-line'?"


def test_a_message_stops_at_20_problems_and_counts_the_others() -> None:
    error = InputError([Problem("a.csv", "x", row=row) for row in range(2, 1_236)])
    lines = str(error).splitlines()
    assert len(error.problems) == 1_234
    assert lines[19] == "a.csv, line 21: expected x."
    assert lines[20:] == ["And 1,214 more."]
    assert len(str(InputError(error.problems[:20])).splitlines()) == 20


def test_a_message_does_not_repeat_a_long_value() -> None:
    text = str(Problem("a.toml", "a number", "9" * 5_000, column="x"))
    assert text.startswith("a.toml, x: found '999")
    assert text.endswith("999…, expected a number.")
    assert len(text) < 130
