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
