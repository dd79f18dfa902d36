"""``corredor demo``: an answer from what ships, before anything is compiled or run.

A world with a comparison of structures (``variants.parquet``) says why a number fell. Another that
has statements on its record in ``claims/`` says what the record tells of them.
"""

from __future__ import annotations

import re
import shlex
import textwrap
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.options import AsJson, Language, WorldIfNamed
from corredor.cli.output import print_json
from corredor.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from corredor.claims.verdicts import Claim, Verdict
    from corredor.corridor.world import World
    from corredor.runs.structures import Compared, Structures

AROUND = 6  # months shown before and after the fall
BAR = 40  # characters of the longest bar
WIDTH, NO_BREAK = 80, "\u00a0"
MONTH = re.compile(r"\d{4}-\d{2}")
Show = Callable[[], None]


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
    from corredor.runs.structures import has_variants
    from corredor.text.language import in_words_of, speaking

    wanted = load_world(default_world() if world is None else world)
    with with_world(wanted.folder), speaking(language.value), in_words_of(wanted.folder):
        document, show = _compared(wanted) if has_variants(wanted) else _said(wanted)
        if as_json:
            print_json(document)
        else:
            show()


def _compared(world: World) -> tuple[dict[str, object], Show]:
    """Return what the comparison of structures that ships with a world answers."""
    from corredor.runs.structures import load_compared, load_variants

    structures, found = load_variants(world), load_compared(world)
    monthly = _published(structures)
    document = _document(structures, found, monthly)
    return document, lambda: _tell(world, structures, found, monthly)


def _said(world: World) -> tuple[dict[str, object], Show]:
    """Return what the record that ships with a world says of what was said of it.

    Raises
    ------
    UsageError
        If nothing was said that the record can tell, or the world has no baseline.
    """
    from corredor.claims.verdicts import judge, load_claims
    from corredor.corridor.scenarios_of import scenarios_folder
    from corredor.inputs.shipped import world_named

    scenario = scenarios_folder(world.folder) / "baseline.toml"
    files = sorted((world.folder / "claims").glob("*.toml"))
    claims = [claim for file in files for claim in load_claims(file) if claim.kind == "record"]
    if not claims:
        raise UsageError(
            f"{world.folder}: nothing here answers without a run of the model; there are neither "
            f"variants.toml nor statements on the record in claims/. Run corredor run {scenario}."
        )
    verdicts = judge(claims, world)
    months = [_months_of(claim) for claim in claims]
    document: dict[str, object] = {
        "statements": [
            {**verdict.plain(), "published": {str(m): float(value) for m, value in known.items()}}
            for verdict, (known, _) in zip(verdicts, months, strict=True)
        ]
    }
    named = world_named(world.folder)
    known = scenario if Path(named).is_dir() else f"{named}/baseline"
    return document, lambda: _tell_said(world, verdicts, months, str(known))


def _months_of(claim: Claim) -> tuple[pd.Series[float], set[str]]:
    """Return the months published of what a statement speaks of, and those that it names."""
    import pandas as pd

    from corredor.record import monthly

    check = claim.checks[0].model_dump()
    if "series" not in check:
        return pd.Series(dtype=float), set()
    known = monthly(check["series"]).dropna()
    named = {text for value in check.values() for text in _texts(value) if MONTH.fullmatch(text)}
    if not named:
        return known.tail(AROUND * 4), set()
    first, last = pd.Period(min(named), "M"), pd.Period(max(named), "M")
    return known[(known.index >= first) & (known.index <= last)], named


def _texts(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else (value,) if isinstance(value, str) else ()


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

    text, question = page_words("demo"), structures.question
    title = titled(describe(question.series))
    before, after = month(question.month_a), month(question.month_b)
    _say(text["question"].format(title=title, before=before, after=after))
    _bars(text["record"], monthly, {question.month_a, question.month_b})
    for cause in question.without:
        typer.echo()
        _say(text["taken_away"].format(without=titled(cause)))
        typer.echo()
        _say(answer(found, structures, cause)[1], indent="  ")
    _next(world, question.scenario)


def _tell_said(
    world: World,
    verdicts: Sequence[Verdict],
    months: Sequence[tuple[pd.Series[float], set[str]]],
    scenario: str,
) -> None:
    from corredor.show.claims import claims_words, quantity
    from corredor.text.language import page_words, spoken

    text, words = page_words("demo"), claims_words(spoken())
    for verdict, (monthly, named) in zip(verdicts, months, strict=True):
        statement, said_by, note = verdict.claim.said(spoken()) if verdict.claim else ("", "", "")
        _say(statement)
        _say(text["said_by"].format(said_by=said_by), indent="  ")
        if not monthly.empty:
            _bars(text["record"], monthly, named)
        found = quantity(verdict.value, verdict.unit, words)
        typer.echo()
        _say(f"{words['verdict'][verdict.verdict]}: {found}".strip(": ").capitalize() + ".")
        _say(" ".join(part for part in (verdict.reason, note) if part), indent="  ")
        typer.echo()
    _say(text["record_only"])
    _next(world, scenario)


def _bars(heading: str, monthly: pd.Series[float], marked: set[str]) -> None:
    """Draw the months that were published, one a line, with a mark at some."""
    from corredor.text.numbers import whole

    typer.echo(f"\n{heading}\n")
    for each, value in monthly.items():
        bar = "#" * round(BAR * value / monthly.max())
        typer.echo(f"  {each}  {whole(value):>9}  {bar} {'<' * (str(each) in marked)}".rstrip())


def _next(world: World, scenario: str) -> None:
    """Name what to call next."""
    from corredor.text.language import page_words

    text = page_words("demo")
    typer.echo(f"\n{text['next_head']}\n")
    for key, command in next_commands(world, scenario).items():
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

    # Where no authority of the corridor acts, the way ends and nobody is left to be counted.
    beds = world.places["shelter_beds"].where(world.roles.jurisdiction != "").dropna()
    place = ("--place", str(beds.idxmax())) if len(beds) else ()
    other = _differing(scenario)
    shown = world.folder.resolve() != default_world().resolve()
    return {
        "next_run": ["corredor", "run", scenario],
        **({"next_compare": ["corredor", "compare", scenario, other]} if other else {}),
        "next_needs": ["corredor", "needs", scenario, *place],
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
