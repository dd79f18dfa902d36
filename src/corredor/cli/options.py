"""Options that several commands share, each declared once, and commands that take them in groups.

A group is a frozen dataclass whose fields are options. A command asks for one by its type::

    @grouped
    def harm(*, scenario: Subject, months: Months, chance: Chance) -> None: ...

and the command line shows the options of the groups in place of the groups, in this order.
"""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Annotated, Any, get_type_hints

import typer

from corredor.engine.draws.names import DRAW_OF_BANDS


class Language(enum.StrEnum):
    """The languages of what people read."""

    ENGLISH = "en"
    SPANISH = "es"


class DrawName(enum.StrEnum):
    """The ways to split people over what may happen to them."""

    EXACT = "exact"
    EXPECTED = "expected"
    HYBRID = "hybrid"
    INDIVIDUAL = "individual"


class CountedDraw(enum.StrEnum):
    """The draws in which people are counted, not followed one by one."""

    EXACT = "exact"
    EXPECTED = "expected"
    HYBRID = "hybrid"


class ParameterSource(enum.StrEnum):
    """Where a replicate's parameters come from."""

    POSTERIOR = "posterior"
    PRIOR = "prior"
    FIXED = "fixed"


AsJson = Annotated[
    bool, typer.Option("--json", help="Print one JSON document on standard output, nothing else.")
]


def _shipped(kind: str, suffix: str, begun: str) -> list[str]:
    """Return the names that ship of a kind and go on what was typed, for the shell to complete."""
    from corredor.inputs import shipped

    names = sorted(path.name for path in shipped.folder(kind).glob(f"*{suffix}"))
    return [name.removesuffix(suffix) for name in names if name.startswith(begun)]


def _scenarios(incomplete: str) -> list[str]:
    return _shipped("scenarios", ".toml", incomplete)


def _worlds(incomplete: str) -> list[str]:
    return _shipped("worlds", "", incomplete)


def _series(incomplete: str) -> list[str]:
    from corredor.record import catalogue

    return [name for name in map(str, catalogue().index) if name.startswith(incomplete)]


ScenarioName = Annotated[
    str,
    typer.Argument(
        help="A scenario that ships with Corredor, or a TOML file.", autocompletion=_scenarios
    ),
]
WorldName = Annotated[
    str,
    typer.Argument(help="A world that ships with Corredor, or a folder.", autocompletion=_worlds),
]
WorldIfNamed = Annotated[
    str | None,
    typer.Argument(help="A world that ships with Corredor, or a folder.", autocompletion=_worlds),
]
Subject = Annotated[
    str, typer.Argument(help="A scenario, or the folder of a result.", autocompletion=_scenarios)
]
OfWorld = Annotated[
    str | None,
    typer.Option(
        "--world", help="A world that ships with Corredor, or a folder.", autocompletion=_worlds
    ),
]
Seed = Annotated[int, typer.Option(min=0, help="The same seed gives the same bits.")]
Draw = Annotated[
    DrawName,
    typer.Option(
        help="Whole people at random as counts, expected values, expected values with caravans "
        "drawn whole (hybrid), or person by person."
    ),
]
USUAL_DRAW = CountedDraw(DRAW_OF_BANDS)
DrawOfBands = Annotated[
    CountedDraw,
    typer.Option(
        help="Whole people at random as counts, expected values, or expected values with caravans "
        "drawn whole and counts drawn about them (hybrid), whose runs take half the time of exact."
    ),
]
Parameters = Annotated[
    ParameterSource | None,
    typer.Option(
        help="Take each run's factors from the world's calibration, draw them from its priors, or "
        "keep the scenario's own values. Unless told: the calibration if there is one."
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with interrupted work.")]
Series = Annotated[
    str,
    typer.Argument(help="Id of a series, as `corredor record list` shows.", autocompletion=_series),
]
Category = Annotated[str | None, typer.Option(help="Keep one category, such as Venezuela.")]
Place = Annotated[str | None, typer.Option(help="Keep one place, such as Tucson.")]


@dataclass(frozen=True)
class Chance:
    """How many runs of a scenario, and how chance decides in them."""

    replicates: Annotated[int, typer.Option(min=1, help="How many runs of the scenario.")] = 20
    draw: Draw = DrawName.EXACT
    seed: Seed = 1

    def options(self, parameters: ParameterSource | None) -> dict[str, Any]:
        """Return these and where parameters come from, as ``corredor.runs.simulate`` names them."""
        return {
            "replicates": self.replicates,
            "draw": self.draw.value,
            "seed": self.seed,
            "parameters": parameters.value if parameters else None,
        }


@dataclass(frozen=True)
class Months:
    """A span of months; each end may be left open."""

    start: Annotated[str | None, typer.Option("--from", help="First month, such as 2024-01.")] = (
        None
    )
    end: Annotated[str | None, typer.Option("--to", help="Last month.")] = None


@dataclass(frozen=True)
class Ensemble:
    """Size of a calibration's ensemble, steps of its smoother, and the seed of both."""

    members: Annotated[int, typer.Option(min=10, help="How many sets of unknowns.")] = 100
    iterations: Annotated[int, typer.Option(min=1, help="Steps of the smoother.")] = 6
    seed: Seed = 1


def grouped(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command take groups of options, and the command line show each option by itself.

    Parameters
    ----------
    command : callable
        All its parameters are given by name. Where the type of one is a dataclass, the fields of
        that are options: their annotations and defaults are read as those of parameters are.

    Raises
    ------
    ValueError
        If two options have the same name.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, tuple[type[Any], list[str]]] = {}
    flat: list[inspect.Parameter] = []
    for name, parameter in inspect.signature(command).parameters.items():
        if is_dataclass(hints[name]):
            options = _options_of(hints[name])
            groups[name] = hints[name], [option.name for option in options]
            flat += options
        else:
            flat.append(parameter.replace(annotation=hints[name]))

    def called(**given: Any) -> None:
        made = {
            name: kind(**{option: given.pop(option) for option in options})
            for name, (kind, options) in groups.items()
        }
        command(**given, **made)

    called.__name__, called.__doc__ = command.__name__, command.__doc__
    called.__annotations__ = {option.name: option.annotation for option in flat}
    called.__signature__ = inspect.Signature(flat)  # type: ignore[attr-defined]
    return called


def _options_of(group: type[Any]) -> list[inspect.Parameter]:
    """Return the fields of a group as parameters that are given by name."""
    hints = get_type_hints(group, include_extras=True)
    return [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=inspect.Parameter.empty if field.default is MISSING else field.default,
            annotation=hints[field.name],
        )
        for field in fields(group)
    ]
