"""``corredor demo``: an answer from what ships, before anything is compiled or run."""

from __future__ import annotations

import shlex
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.options import AsJson, Language, WorldIfNamed
from corredor.cli.output import print_json

if TYPE_CHECKING:
    import pandas as pd

    from corredor.corridor.world import World
    from corredor.runs.structures import Compared, Structures

AROUND = 6  # months shown before and after the fall
BAR = 40  # characters of the longest bar
WIDTH, NO_BREAK = 80, "\u00a0"


def demo(
    world: WorldIfNamed = None,
    language: Annotated[Language, typer.Option("--lang", help="Language of the answer.")] = (
        Language.ENGLISH
    ),
    as_json: AsJson = False,
) -> None:
    """Answer something real in seconds, from what ships: why a number fell, and how sure we are."""
    from corredor.corridor.world import load_world
    from corredor.inputs.shipped import default_world
    from corredor.record import with_world
    from corredor.runs.structures import load_compared, load_variants
    from corredor.text.language import in_words_of, speaking

    wanted = load_world(default_world() if world is None else world)
    structures, found = load_variants(wanted), load_compared(wanted)
    with with_world(wanted.folder), speaking(language.value), in_words_of(wanted.folder):
        monthly = _published(structures)
        if as_json:
            print_json(_document(structures, found, monthly))
        else:
            _tell(wanted, structures, found, monthly)


def _published(structures: Structures) -> pd.Series[float]:
    """Return what was published by month, around the fall that the world asks about."""
    import pandas as pd

    from corredor.record import monthly

    question = structures.question
    first, last = pd.Period(question.month_a, "M"), pd.Period(question.month_b, "M")
    known = monthly(question.series)
    return known[(known.index >= first - AROUND) & (known.index <= last + AROUND)].dropna()


def _document(
    structures: Structures, found: Compared, monthly: pd.Series[float]
) -> dict[str, object]:
    from corredor.show.variants import answer

    causes = structures.question.without
    return {
        "question": structures.question.model_dump(),
        "published": {str(month): float(value) for month, value in monthly.items()},
        "answers": {cause.name: answer(found, structures, cause)[1] for cause in causes},
    }


def _tell(world: World, structures: Structures, found: Compared, monthly: pd.Series[float]) -> None:
    from corredor.record import describe
    from corredor.show.variants import answer, titled
    from corredor.text.language import month, page_words
    from corredor.text.numbers import whole

    text, question = page_words("demo"), structures.question
    title = titled(describe(question.series))
    before, after = month(question.month_a), month(question.month_b)
    _say(text["question"].format(title=title, before=before, after=after))
    typer.echo(f"\n{text['record']}\n")
    for each, value in monthly.items():
        bar = "#" * round(BAR * value / monthly.max())
        mark = "<" if str(each) in (question.month_a, question.month_b) else ""
        typer.echo(f"  {each}  {whole(value):>9}  {bar} {mark}".rstrip())
    for cause in question.without:
        typer.echo()
        _say(text["taken_away"].format(without=titled(cause)))
        typer.echo()
        _say(answer(found, structures, cause)[1], indent="  ")
    typer.echo(f"\n{text['next_head']}\n")
    for key, command in next_commands(world, question.scenario).items():
        typer.echo(f"  {shlex.join(command)}")
        _say(text[key], indent="      ")


def next_commands(world: World, scenario: str) -> dict[str, list[str]]:
    """Return what to call next in a world, by the key of the words that say what for.

    Parameters
    ----------
    world : World
        The world that was asked about.
    scenario : str
        The scenario of its question; it is compared with the first beside it that differs from it,
        if there is one.
    """
    from corredor.inputs.shipped import default_world, world_named

    place = str(world.places["shelter_beds"].fillna(0).idxmax())
    other = _differing(scenario)
    shown = world.folder.resolve() != default_world().resolve()
    return {
        "next_run": ["corredor", "run", scenario],
        **({"next_compare": ["corredor", "compare", scenario, other]} if other else {}),
        "next_needs": ["corredor", "needs", scenario, "--place", place],
        "next_app": ["corredor", "app", *(("--world", world_named(world.folder)) if shown else ())],
        "next_all": ["corredor", "--help"],
    }


def _differing(scenario: str) -> str | None:
    """Return the first scenario beside this one whose base it is, named as this one is."""
    from corredor.inputs.shipped import find
    from corredor.inputs.toml import read_toml

    path = find("scenarios", scenario, ".toml")
    for beside in sorted(path.parent.glob("*.toml")):
        if beside != path and read_toml(beside).get("base") == path.stem:
            return str(Path(scenario).with_name(beside.stem + Path(scenario).suffix))
    return None


def _say(sentence: str, indent: str = "") -> None:
    kept = sentence.replace(" %", f"{NO_BREAK}%")
    lines = textwrap.wrap(kept, WIDTH - 2 - len(indent))
    typer.echo(textwrap.indent("\n".join(lines), indent).replace(NO_BREAK, " "))
