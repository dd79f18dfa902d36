"""``corredor record``: what the official record holds, as a list, a table or a chart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from corredor.cli import evidence, record_add
from corredor.cli.options import AsJson, Category, OfWorld, Place, Series, grouped
from corredor.cli.output import print_json, print_table

app = typer.Typer(
    no_args_is_help=True,
    help="Show the official record: what each series counts, its figures and their editions.",
)
app.command(name="effects")(evidence.effects)
app.command(name="breaks")(evidence.breaks)
app.command(name="add")(record_add.add)
app.command(name="remove")(record_add.remove)
app.command(name="editions")(record_add.editions)
app.command(name="diff")(record_add.diff)

# Told once where all rows agree.
ALIKE = ("place", "category", "edition", "source", "unit", "published")

From = Annotated[str | None, typer.Option("--from", help="First day, month or year.")]
To = Annotated[str | None, typer.Option("--to", help="Last day, month or year.")]


@dataclass(frozen=True)
class Chosen:
    """Which figures of a series are asked for, and whose additions are read."""

    category: Category = None
    place: Place = None
    start: From = None
    end: To = None
    world: OfWorld = None


@app.command("list")
def list_series(world: OfWorld = None, as_json: AsJson = False) -> None:
    """List every series with its unit and the days it covers."""
    from corredor import record

    with _reading(world):
        table = record.catalogue().reset_index()
    if as_json:
        print_json(table.to_dict("records"))
        return
    if table.empty:
        typer.echo("The world has no record yet; docs/record.md tells how to bring one.")
        return
    for row in table.to_dict("records"):
        covers = f"{row['first'][:7]} to {row['last'][:7]}"
        typer.echo(f"{row['series']:<34}  {covers}  {row['title']}")
    typer.echo("`corredor record show SERIES` tells what a series counts.")


@app.command()
@grouped
def show(
    *,
    series: Series,
    chosen: Chosen,
    edition: Annotated[str, typer.Option(help="preferred, first published, or all.")] = "preferred",
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", help="Show only what had been published by this day."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Print the figures of a series and what they count."""
    with _reading(chosen.world):
        _print_series(series, chosen, edition, as_of, as_json=as_json)


def _print_series(
    series: str, chosen: Chosen, edition: str, as_of: str | None, *, as_json: bool
) -> None:
    from corredor import record

    info = record.describe(series)
    table = record.load_series(
        series, chosen.start, chosen.end, chosen.place, chosen.category, edition, as_of=as_of
    )
    rows = [_row(r) for r in table.to_dict("records")]
    if as_json:
        print_json({"series": vars(info), "sources": _cited(rows), "rows": rows})
        return
    _print_rows(info.title, rows)
    if not rows:
        by_then = f" by {as_of}" if as_of else ""
        typer.echo(f"No figure was published for this{by_then}; nothing is filled in.")
    _explain(series)


@app.command()
@grouped
def plot(
    *,
    series: Series,
    chosen: Chosen,
    out: Annotated[
        Path | None, typer.Option(help="File to write, .png or .svg; SERIES.png where left out.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it exists.")] = False,
    as_json: AsJson = False,
) -> None:
    """Draw a series as a chart, months as bars or a line and longer windows as flat lines."""
    from corredor.show.charts.record_charts import plot_series

    target = out if out is not None else Path(f"{series}.png")
    with _reading(chosen.world):
        plot_series(
            series, target, chosen.category, chosen.place, chosen.start, chosen.end,
            overwrite=force,
        )  # fmt: skip
    if as_json:
        print_json({"series": series, "file": str(target)})
    else:
        typer.echo(f"Wrote {target}.")


@contextmanager
def _reading(world: str | None) -> Iterator[None]:
    """Read the record of a world, if one is named."""
    from corredor import record
    from corredor.inputs.shipped import find

    with record.with_world(find("worlds", world) if world else None):
        yield


def _row(row: dict[Any, Any]) -> dict[str, Any]:
    """Write days as ISO dates."""
    days = ("start", "end", "published")
    return {str(k): str(v.date()) if k in days else v for k, v in row.items()}


def _print_rows(title: str, rows: list[dict[str, Any]]) -> None:
    """Print what differs between rows as a table, and below it what is alike, sources, notes."""
    cited = _cited(rows)
    numbers = {name: f"[{i}]" for i, name in enumerate(cited, 1)}
    shown = [_shorter(row, numbers[row["source"]]) for row in rows]
    alike = {c for c in ALIKE if len({row.get(c) for row in shown}) == 1}
    columns = [c for c in (shown[0] if shown else ()) if c not in alike]
    print_table(title, columns, [[row[c] for c in columns] for row in shown])
    for column in ALIKE:
        if shown and column in alike and column in shown[0]:
            typer.echo(f"In every row: {column} {shown[0][column]}")
    for name, source in cited.items():
        typer.echo(f"Source {numbers[name]}: {source['citation']} {source['address']}".rstrip())
    for row in rows:
        if row["note"]:
            typer.echo(f"Note on {_window(row)}, {row['category']}: {row['note']}")


def _shorter(row: dict[str, Any], source: str) -> dict[str, Any]:
    """Join the two days to a window, number the source, and leave the note for later."""
    kept = {k: v for k, v in row.items() if k not in ("start", "end", "rank", "note")}
    return {"window": _window(row)} | kept | {"source": source}


def _window(row: dict[str, Any]) -> str:
    """Name a window by its months where it is whole months, else by its days."""
    start, end = dt.date.fromisoformat(row["start"]), dt.date.fromisoformat(row["end"])
    if start.day == 1 and (end + dt.timedelta(days=1)).day == 1:
        first, last = row["start"][:7], row["end"][:7]
    else:
        first, last = row["start"], row["end"]
    return first if first == last else f"{first} to {last}"


def _cited(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return citation and address of the sources that the rows name."""
    from corredor import record

    known = record.sources()
    ids = list(dict.fromkeys(r["source"] for r in rows))
    return {i: known.loc[i].to_dict() for i in ids}


def _explain(series: str) -> None:
    from corredor import record

    info = record.describe(series)
    for name, text in (
        ("Unit", info.unit),
        ("Counts", info.counts),
        ("Rounding", info.rounding),
        ("Editions", info.revisions),
        ("Compare with", info.compare_with),
        ("Not with", info.not_comparable_with),
        ("Published by", f"{info.publisher} {info.address}".strip()),
    ):
        if text:
            typer.echo(f"{name}: {text}")
