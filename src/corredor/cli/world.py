"""``corredor world``: check a world and show it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from corredor.cli.options import AsJson, WorldName
from corredor.cli.output import print_json, print_table
from corredor.errors import InputError, OutputError

app = typer.Typer(no_args_is_help=True, help="Check a world and show it, as a table or a map.")


@app.command()
def check(
    world: WorldName,
    as_json: AsJson = False,
) -> None:
    """Check every table of a world, its priors and what to calibrate it against.

    Lists every problem, and exits with 2 if there is one.
    """
    from corredor.corridor.priors import load_priors
    from corredor.corridor.world import load_world
    from corredor.runs.targets import FILE, has_targets, load_targets, uncounted

    try:
        loaded = load_world(world)
        load_priors(loaded)
        if has_targets(loaded):
            load_targets(loaded)
        summary, lacking = loaded.summary(), uncounted(loaded)
    except InputError as error:
        if not as_json:
            raise
        print_json({"ok": False, "problems": [vars(p) for p in error.problems]})
        raise typer.Exit(2) from error
    if as_json:
        print_json({"ok": True, **summary, "cannot_count": lacking})
    else:
        typer.echo(
            f"OK: {summary['places']} places, {summary['links']} links, {summary['groups']} groups "
            f"of people, {summary['entry_rows']} rows of entry, {summary['events']} events."
        )
        for series, lacks in lacking.items():
            typer.echo(
                f"{loaded.folder / FILE}: names {series}, but the world has {lacks}. "
                "The series is never set beside its results."
            )


@app.command()
def show(
    world: Annotated[str, typer.Argument(help="A world that ships, or a folder.")] = "mexico",
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
        print_table(f"World {loaded.name}", ("what", "value"), _rows(summary))


def _save_map(world: Any, target: Path, force: bool) -> None:
    if target.suffix.lower() not in (".png", ".svg", ".pdf"):
        raise OutputError(f"{target}: a map is written as .png, .svg or .pdf.")
    if target.exists() and not force:
        raise OutputError(f"{target}: exists already. Give another name, or --force.")
    from corredor.inputs.whole_files import refuse_unwritable
    from corredor.show.map.draw import draw_map

    refuse_unwritable(target)
    figure = draw_map(world)
    try:
        figure.savefig(target, dpi=200)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written ({error.strerror}).") from error


def _rows(summary: dict[str, Any]) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = []
    for key, value in summary.items():
        name = key.replace("_", " ")
        if isinstance(value, dict):
            rows.extend((f"{name}: {part.replace('_', ' ')}", n) for part, n in value.items())
        else:
            rows.append((name, value))
    return rows
