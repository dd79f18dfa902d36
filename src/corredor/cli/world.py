"""``corredor world``: start a world, check it and show it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli import world_new
from corredor.cli.options import AsJson, Language, WorldName
from corredor.cli.output import print_json, print_table
from corredor.errors import MOST_TOLD, OutputError, shortened

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from corredor.checks import Outcome
    from corredor.errors import Problem

HASH = 12  # characters of a hash that are shown; all of them would leave no room for a table

app = typer.Typer(
    no_args_is_help=True, help="Start a world, check it, and show it, as a table or a map."
)
app.command(name="new")(world_new.new)


@app.command()
def check(
    world: WorldName,
    lang: Annotated[
        Language, typer.Option(help="Language of the table, of facts and notes.")
    ] = Language.ENGLISH,
    as_json: AsJson = False,
) -> None:
    """Check every table of a world, its priors and what to calibrate it against.

    Names every check with its fact and outcome, lists every problem, says what is assumed and what
    comes next on the way to a first run, and exits with 2 if there is a problem.
    """
    from corredor.checks import check_world, steps_ahead
    from corredor.text.language import speaking

    with speaking(lang.value):
        outcomes, ahead = check_world(world), steps_ahead(world)
        problems = [problem for outcome in outcomes for problem in outcome.problems]
        if as_json:
            print_json({**_document(world, outcomes, problems), "next": ahead})
        else:
            _show(world, outcomes, problems)
            _show_steps(ahead)
    if problems:
        raise typer.Exit(2)


def _document(
    world: str, outcomes: Sequence[Outcome], problems: Sequence[Problem]
) -> dict[str, Any]:
    """Return every check with what it found, and the world's counts where there is no problem."""
    from corredor.corridor.world import load_world
    from corredor.runs.targets import uncounted
    from corredor.text.language import named

    checks = [
        {
            "check": outcome.check.name, "fact": named(outcome.check.fact), "asked": outcome.asked,
            "problems": [vars(p) for p in outcome.problems],
            "notes": [vars(p) for p in outcome.notes],
        }
        for outcome in outcomes
    ]  # fmt: skip
    if problems:
        return {"ok": False, "problems": [vars(p) for p in problems], "checks": checks}
    loaded = load_world(world)
    return {"ok": True, **loaded.summary(), "cannot_count": uncounted(loaded), "checks": checks}


def _show(world: str, outcomes: Sequence[Outcome], problems: Sequence[Problem]) -> None:
    from corredor.corridor.world import load_world
    from corredor.text.language import counted, named, page_words

    words = page_words("checks")
    if not problems:
        typer.echo(words["table"]["ok"].format(**load_world(world).summary()))
    rows = []
    for outcome in outcomes:
        told = [counted(words["outcome"][kind], len(found))
                for kind, found in (("problems", outcome.problems), ("notes", outcome.notes))
                if found]  # fmt: skip
        plain = words["outcome"]["ok" if outcome.asked else "unread"]
        rows.append((outcome.check.name, ", ".join(told) or plain, named(outcome.check.fact)))
    title = words["table"]["title"].format(name=Path(world).name)
    print_table(title, words["table"]["columns"], rows)
    lines = words["line"]
    for outcome in outcomes:
        for note in outcome.notes:
            typer.echo(lines["note"].format(check=outcome.check.name, text=_told(note, lines)))
    if problems:
        text = "\n".join(_told(problem, lines) for problem in problems[:MOST_TOLD])
        typer.echo(lines["problem"].format(text=text), err=True)
    if len(problems) > MOST_TOLD:
        typer.echo(lines["more"].format(number=len(problems) - MOST_TOLD), err=True)


def _show_steps(ahead: Mapping[str, str]) -> None:
    """Say what comes next, one line a step."""
    from corredor.text.language import page_words

    if ahead:
        typer.echo(page_words("checks")["steps"]["title"])
    for number, told in enumerate(ahead.values(), start=1):
        typer.echo(f"  {number}. {told}")


def _told(problem: Problem, lines: Mapping[str, str]) -> str:
    """Return a problem as one line; what readers of files expect is told in English always."""
    where = problem.file
    if problem.row is not None:
        where = lines["row"].format(file=where, row=problem.row)
    if problem.column is not None:
        where = f"{where}, {problem.column}"
    form = lines["missing" if problem.value is None else "found"]
    value = shortened(problem.value)
    line = form.format(where=where, value=value, expected=problem.expected)
    return f"{line} {problem.hint}".rstrip()


@app.command()
def show(
    world: Annotated[str, typer.Argument(help="A world that ships, or a folder.")],
    map_file: Annotated[
        Path | None, typer.Option("--map", help="Draw the map to this file, .png or .svg.")
    ] = None,
    as_json: AsJson = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the map file.")] = False,
) -> None:
    """Count what a world holds; with ``--map``, draw it."""
    from corredor.corridor.world import load_world

    loaded = load_world(world)
    summary = loaded.summary()
    if map_file is not None:
        _save_map(loaded, map_file, force)
        summary["map"] = str(map_file)
    if as_json:
        print_json(summary)
    else:
        short = {**summary, "hash": f"{summary['hash'][:HASH]}…"}  # whole in --json
        print_table(f"World {loaded.name}", ("what", "value"), _rows(short))


def _save_map(world: Any, target: Path, force: bool) -> None:
    if target.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise OutputError(f"{target}: a map is written as .png, .svg or .pdf.")
    from corredor.inputs.whole_files import refuse_unwritable, sweep, whole_or_absent

    sweep(target.parent)
    if target.exists() and not force:
        raise OutputError(f"{target}: exists already. Give another name, or --force.")
    from corredor.show.map.draw import draw_map

    refuse_unwritable(target)
    figure = draw_map(world)
    with whole_or_absent(target, replace=force) as temporary:
        figure.savefig(temporary, dpi=200)


def _rows(summary: dict[str, Any]) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for key, value in summary.items():
        name = key.replace("_", " ")
        if isinstance(value, dict):
            rows.extend((f"{name}: {part.replace('_', ' ')}", n) for part, n in value.items())
        else:
            rows.append((name, value))
    return rows
