"""``corredor world new``: a folder with a world that runs at once, for its maker to fill."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.options import AsJson, grouped
from corredor.cli.output import print_json
from corredor.errors import UsageError

if TYPE_CHECKING:
    from corredor.corridor.starting import Stop

DETOUR = 1.3  # assumption: roads are some 1.2 to 1.6 times as long as the great circle
LEAST_PEOPLE = 100_000  # assumption: towns that a first map of a corridor shows


@dataclass(frozen=True)
class From:
    """What the places of a new world come from; three examples where nothing is named."""

    places: Annotated[
        Path | None,
        typer.Option(help="A CSV file with a row a place along the way: name, and what is known."),
    ] = None
    bbox: Annotated[
        str | None,
        typer.Option(
            help="Towns in a window in degrees: WEST,SOUTH,EAST,NORTH; with --enter, --reach."
        ),
    ] = None
    people: Annotated[int, typer.Option(min=500, help="With --bbox: the smallest town.")] = (
        LEAST_PEOPLE
    )
    enter: Annotated[str, typer.Option(help="With --bbox: the town in which people enter.")] = ""
    reach: Annotated[str, typer.Option(help="With --bbox: the town that people make for.")] = ""
    from_flee: Annotated[
        Path | None,
        typer.Option(
            help="The folder of a Flee case: input_csv and source_data, or input and validation."
        ),
    ] = None


@dataclass(frozen=True)
class Filled:
    """What is assumed until somebody knows better."""

    first: Annotated[
        str,
        typer.Option("--from", help="First month in which people enter; last January if left out."),
    ] = ""
    last: Annotated[
        str, typer.Option("--to", help="Last month; the December after if left out.")
    ] = ""
    detour: Annotated[
        float, typer.Option(min=1.0, max=2.0, help="Factor from the great circle to the way.")
    ] = DETOUR


@grouped
def new(
    *,
    folder: Annotated[Path, typer.Argument(help="The new folder; its name is that of the world.")],
    begun: From,
    filled: Filled,
    as_json: AsJson = False,
) -> None:
    """Write a world that runs at once: tables with comments, a baseline, and what is assumed."""
    from corredor.inputs.whole_files import whole_or_absent

    named = [name for name, value in (("--places", begun.places), ("--bbox", begun.bbox),
                                      ("--from-flee", begun.from_flee)) if value]  # fmt: skip
    if len(named) > 1:
        raise UsageError(f"{' and '.join(named)}: give one of them.")
    with whole_or_absent(folder) as part:
        if begun.from_flee:
            _carry(begun.from_flee, part)
        else:
            _write(part, folder.name, _stops(begun), filled)
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    if as_json:
        print_json({"world": str(folder), "files": files})
        return
    typer.echo(f"{folder}: {', '.join(files)}.")
    typer.echo(f"SOURCES.md says what is assumed. Next: corredor world check {folder}")


def _stops(begun: From) -> tuple[Stop, ...]:
    from corredor.corridor.starting import examples, listed
    from corredor.corridor.starting.window import in_window

    if begun.places:
        return listed(begun.places)
    if begun.bbox:
        return in_window(begun.bbox, begun.people, begun.enter, begun.reach)
    return examples()


def _write(part: Path, name: str, stops: tuple[Stop, ...], filled: Filled) -> None:
    from corredor.corridor.starting import Plan, write_world

    year = filled.first[:4] or str(dt.datetime.now(dt.UTC).year - 1)
    first = filled.first or f"{year}-01"
    write_world(part, Plan(stops, first, filled.last or f"{year}-12", filled.detour), name)


def _carry(case: Path, part: Path) -> None:
    """Write the world of a Flee case, with its scenario as the baseline."""
    from corredor.corridor.scenarios_of import BASELINE, FOLDER
    from corredor.flee.case.layout import input_folder, record_beside
    from corredor.flee.convert.world import convert

    read = input_folder(case)
    convert(read, part, record_beside(read) if read != case else None, None)
    scenario = part / "scenario.toml"
    if scenario.exists():
        (part / FOLDER).mkdir()
        text = scenario.read_text(encoding="utf-8").replace('world = "."', 'world = ".."', 1)
        (part / FOLDER / BASELINE).write_text(text, encoding="utf-8")
        scenario.unlink()
