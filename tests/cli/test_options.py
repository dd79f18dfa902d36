"""Commands take their options in groups; the command line shows each option by itself."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from corredor.cli.flee_options import CaseDraw
from corredor.cli.options import (
    Chance,
    CountedDraw,
    DrawName,
    Months,
    ParameterSource,
    Seed,
    grouped,
)
from corredor.engine.draws.names import COUNTED, DRAWS


@dataclass(frozen=True)
class Paper:
    size: Annotated[str, typer.Option(help="Of the sheet.")]
    pages: Annotated[int, typer.Option(min=1, help="How many.")] = 1


@dataclass(frozen=True)
class ThickPaper(Paper):
    pages: Annotated[int, typer.Option(min=1, help="How many.")] = 9


def test_every_draw_of_the_engine_is_offered() -> None:
    assert {draw.value for draw in DrawName} == set(DRAWS)
    assert {draw.value for draw in CountedDraw} == set(COUNTED)
    assert {draw.value for draw in CaseDraw} == set(DRAWS) - {"hybrid"}


def call(command: Any, *arguments: str) -> Any:
    app = typer.Typer()
    app.command()(command)
    return CliRunner().invoke(app, arguments)


def test_each_option_of_a_group_stands_where_the_group_stands() -> None:
    def printed(*, title: str, paper: Paper, chance: Chance, last: bool = False) -> None:
        """Print."""

    options = inspect.signature(grouped(printed)).parameters
    assert list(options) == ["title", "size", "pages", "replicates", "draw", "seed", "last"]
    assert options["pages"].default == 1
    assert options["size"].default is inspect.Parameter.empty
    assert options["seed"].annotation == Seed


def test_a_command_is_handed_the_groups() -> None:
    found: list[Any] = []

    def printed(*, paper: Paper, months: Months, last: bool = False) -> None:
        found.extend([paper, months, last])

    result = call(grouped(printed), "--size", "A4", "--from", "2024-01", "--last")
    assert result.exit_code == 0, result.output
    assert found == [Paper("A4"), Months("2024-01", None), True]


def test_what_typer_checks_of_an_option_it_checks_in_a_group_too() -> None:
    def printed(*, paper: Paper) -> None:
        """Print."""

    assert call(grouped(printed), "--size", "A4", "--pages", "0").exit_code == 2
    assert call(grouped(printed)).exit_code == 2


def test_a_group_may_change_the_default_of_the_group_it_is_made_from() -> None:
    def printed(*, paper: ThickPaper) -> None:
        """Print."""

    options = inspect.signature(grouped(printed)).parameters
    assert list(options) == ["size", "pages"]
    assert options["pages"].default == 9


def test_two_options_of_one_name_are_refused() -> None:
    def printed(*, size: str, paper: Paper) -> None:
        """Print."""

    with pytest.raises(ValueError, match="duplicate parameter name: 'size'"):
        grouped(printed)


def test_chance_names_its_options_as_the_library_does() -> None:
    chance = Chance(replicates=3, draw=DrawName.EXPECTED, seed=2)
    given = {"replicates": 3, "draw": "expected", "seed": 2}
    assert chance.options(None) == {**given, "parameters": None}
    assert chance.options(ParameterSource.PRIOR) == {**given, "parameters": "prior"}
