"""``corredor record add``, ``remove``, ``editions`` and ``diff``: a record that lives."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.options import AsJson, Series, grouped
from corredor.cli.output import print_json, print_table
from corredor.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from corredor.record.adding import Comparison, Plan

SHOWN = 8  # revisions of a series that are printed


class DateOrder(enum.StrEnum):
    """How a day such as 03/04/2024 is read."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


class DecimalMark(enum.StrEnum):
    """What stands before the decimals of a number."""

    POINT = "point"
    COMMA = "comma"


@dataclass(frozen=True)
class OwnSeries:
    """A series of one's own: what it counts, and how its file is to be read."""

    series: Annotated[
        str | None,
        typer.Option("--as", help="Read the file as counts of your own, under this id."),
    ] = None
    title: Annotated[str, typer.Option(help="Of your own series: its name.")] = ""
    counts: Annotated[str, typer.Option(help="What it counts, and who is not among them.")] = ""
    unit: Annotated[str, typer.Option(help="Its unit, such as people or events.")] = ""
    publisher: Annotated[str, typer.Option(help="Who counts.")] = ""
    lag: Annotated[
        int | None, typer.Option(help="Days from the end of a month until its figure is out.")
    ] = None
    place: Annotated[str, typer.Option(help="The place counted, where the file names none.")] = ""
    stock: Annotated[
        bool, typer.Option("--stock", help="It counts people on a day, not over a time.")
    ] = False
    dates: Annotated[DateOrder | None, typer.Option(help="How 03/04/2024 is meant.")] = None
    decimal: Annotated[DecimalMark | None, typer.Option(help="What stands before decimals.")] = None


@dataclass(frozen=True)
class Into:
    """Where additions go and are read: the user's record, or that of a world."""

    world: Annotated[
        Path | None, typer.Option(help="The record of this world's folder, not the user's.")
    ] = None

    @property
    def folder(self) -> Path:
        """Return the folder of additions."""
        from corredor.record import additions, of_world

        if self.world is None:
            return additions.user_folder()
        if not (self.world / "places.csv").is_file():
            raise UsageError(f"{self.world}: is no folder of a world; it has no places.csv.")
        return self.world / of_world.FOLDER

    @property
    def named(self) -> Path | None:
        """Return the folder of the world whose record is read: given, or one that ships."""
        from corredor.inputs.shipped import find

        return None if self.world is None else find("worlds", self.world)


@dataclass(frozen=True)
class HowToAdd:
    """What to do with a file."""

    published: Annotated[
        str | None, typer.Option(help="Day on which the file was published, if it does not say.")
    ] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show it and write nothing.")] = False
    despite_totals: Annotated[
        bool, typer.Option("--despite-totals", help="Take a file that fails its own totals.")
    ] = False
    chart: Annotated[
        Path | None, typer.Option(help="Draw what is new and revised to this .png or .svg file.")
    ] = None


@grouped
def add(
    *,
    files: Annotated[list[Path], typer.Argument(help="Official files under any name.")],
    own: OwnSeries,
    into: Into,
    how: HowToAdd,
    as_json: AsJson = False,
) -> None:
    """Add official files, or counts of your own, to the record; every edition is kept."""
    from corredor import record
    from corredor.record import adding

    folder = into.folder
    if how.chart:
        from corredor.show.charts.record_charts import check_path

        check_path(how.chart)
    adding.refuse_twice(files)
    with record.with_world(into.world):
        plans = _plans(files, folder, own, how)
        if how.chart:
            from corredor.show.charts.additions import save_additions_chart

            save_additions_chart([c for plan in plans for c in plan.comparisons], how.chart)
        if not how.dry_run:
            adding.write_all(plans)
    if as_json:
        print_json({"dry_run": how.dry_run, "folder": str(folder),
                    "chart": str(how.chart) if how.chart else None,
                    "files": [_document(plan) for plan in plans]})  # fmt: skip
        return
    for plan in plans:
        _tell(plan, dry_run=how.dry_run)
    if how.chart:
        typer.echo(f"Chart: {how.chart}")


def _plans(files: Sequence[Path], folder: Path, own: OwnSeries, how: HowToAdd) -> list[Plan]:
    from corredor.record import adding

    published, today = _day(how.published), dt.datetime.now(dt.UTC).date()
    if own.series is None:
        _refuse_left_over(own)
        return [
            adding.plan(
                file, folder, published=published, read_on=today, despite_totals=how.despite_totals
            )
            for file in files
        ]
    if len(files) > 1:
        raise UsageError("--as: one file at a time; a series of your own is one file.")
    from corredor.record.adding_own import plan_own

    card = {
        "series": own.series, "title": own.title, "counts": own.counts, "unit": own.unit,
        "publisher": own.publisher, "lag_days": own.lag, "place": own.place,
        "kind": "stock" if own.stock else "flow",
    }  # fmt: skip
    marks = {"dates": own.dates and own.dates.value, "decimal": own.decimal and own.decimal.value}
    return [plan_own(files[0], folder, card, marks, published=published, read_on=today)]


def _refuse_left_over(own: OwnSeries) -> None:
    given = [f"--{name}" for name, value in vars(own).items() if value not in (None, "", False)]
    if given:
        raise UsageError(f"{', '.join(given)}: only for a series of your own; add --as SERIES.")


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{text!r} is no day; write it like 2024-12-31.") from None


def _document(plan: Plan) -> dict[str, Any]:
    addition = plan.addition
    return {
        "name": addition.name, "file": addition.file, "format": addition.format,
        "publisher": addition.publisher, "edition": addition.edition,
        "published": addition.published or None, "digest": addition.digest,
        "held_already": plan.held, "notes": addition.notes,
        "checks": [check._asdict() for check in plan.checks],
        "series": [_compared(c) for c in plan.comparisons],
    }  # fmt: skip


def _compared(comparison: Comparison) -> dict[str, Any]:
    return {
        "series": comparison.series, "new": len(comparison.new),
        "revised": len(comparison.revised), "alike": comparison.alike,
        "older_than_held": comparison.older, "new_months": _span(comparison.new),
        "revisions": [
            {str(k): str(v.date()) if k in ("start", "end") else v for k, v in row.items()}
            for row in comparison.revised.to_dict("records")
        ],
    }  # fmt: skip


def _span(table: pd.DataFrame) -> str:
    if table.empty:
        return ""
    first, last = f"{table['start'].min():%Y-%m}", f"{table['end'].max():%Y-%m}"
    return first if first == last else f"{first} to {last}"


def _tell(plan: Plan, *, dry_run: bool) -> None:
    addition = plan.addition
    if plan.held:
        typer.echo(f"{addition.file}: this very file is held already; nothing changed.")
        return
    rows = [
        (c.series, c.alike, len(c.revised), len(c.new), _span(c.new), "yes" if c.older else "")
        for c in plan.comparisons
    ]
    columns = ("series", "as held", "revised", "new", "new figures of", "older than held")
    print_table(f"{addition.file}: {addition.publisher}, {addition.edition}", columns, rows)
    if plan.checks:
        failed = sum(not check.ok for check in plan.checks)
        told = "all agree" if not failed else f"{failed} do not agree"
        typer.echo(f"{len(plan.checks)} of the file's own totals checked: {told}.")
    for note in addition.notes:
        typer.echo(f"Note: {note}")
    for comparison in plan.comparisons:
        _tell_revisions(comparison)
    if any(c.older for c in plan.comparisons):
        typer.echo("A newer edition is held of these; this one is kept beside it, not preferred.")
    typer.echo("Nothing was written." if dry_run else f"Added as {addition.name} "
               f"in {addition.folder.parent}.")  # fmt: skip


def _tell_revisions(comparison: Comparison) -> None:
    table = comparison.revised.head(SHOWN)
    if table.empty:
        return
    rows = [
        (f"{r['start']:%Y-%m}", r["place"], r["category"], round(r["was"]), round(r["value"]),
         round(r["value"] - r["was"]))
        for r in table.to_dict("records")
    ]  # fmt: skip
    more = len(comparison.revised) - len(table)
    tail = f", the {SHOWN} largest of {len(comparison.revised):,}" if more else ""
    columns = ("month", "place", "category", "held", "file", "change")
    print_table(f"{comparison.series}: revised{tail}", columns, rows)


@grouped
def remove(
    *,
    name: Annotated[str, typer.Argument(help="Of an addition, as `record editions` shows.")],
    into: Into,
    as_json: AsJson = False,
) -> None:
    """Take an addition out of the record; what it had replaced counts again."""
    from corredor.record import additions

    additions.remove(name, into.folder)
    if as_json:
        print_json({"removed": name})
    else:
        typer.echo(f"Removed {name}.")


@grouped
def editions(
    *,
    series: Annotated[
        str | None, typer.Argument(help="Of a series; all additions if left out.")
    ] = None,
    into: Into,
    as_json: AsJson = False,
) -> None:
    """Show which editions of a series are held, or every file that was added."""
    from corredor import record
    from corredor.record import additions

    with record.with_world(into.named):
        if series is None:
            rows = [_added(addition) for addition in additions.additions()]
        else:
            found = record.editions_of(series).reset_index()
            rows = [
                {str(k): str(v.date()) if hasattr(v, "date") else v for k, v in row.items()}
                for row in found.to_dict("records")
            ]
    if as_json:
        print_json(rows)
    elif not rows:
        typer.echo("Nothing was added to the record; `corredor record add FILE` adds a file.")
    else:
        title = f"Editions held of {series}, the newest first" if series else "Files added"
        print_table(title, list(rows[0]), [list(row.values()) for row in rows])


def _added(addition: Any) -> dict[str, Any]:
    return {
        "name": addition.name, "file": addition.file, "publisher": addition.publisher,
        "published": addition.published or "not known", "read": addition.read[:10],
        "series": ", ".join(addition.tables),
    }  # fmt: skip


@grouped
def diff(
    *,
    series: Series,
    before: Annotated[
        str | None, typer.Option("--from", help="An edition; the one before the other if left out.")
    ] = None,
    after: Annotated[
        str | None, typer.Option("--to", help="An edition; the newest if left out.")
    ] = None,
    into: Into,
    as_json: AsJson = False,
) -> None:
    """Show what one edition of a series says otherwise than another."""
    from corredor import record
    from corredor.record.differences import between_editions

    with record.with_world(into.named):
        found = between_editions(series, before, after)
    if as_json:
        changed = found.changed.assign(
            start=found.changed["start"].dt.date.astype(str),
            end=found.changed["end"].dt.date.astype(str),
        )
        print_json({"series": series, "from": found.before, "to": found.after,
                    "alike": found.alike, "only_in_from": found.only_before,
                    "only_in_to": found.only_after,
                    "changed": changed.to_dict("records")})  # fmt: skip
        return
    rows = [
        (f"{r['start']:%Y-%m}", r["place"], r["category"], r["before"], r["after"],
         r["after"] - r["before"])
        for r in found.changed.to_dict("records")
    ]  # fmt: skip
    columns = ("month", "place", "category", "before", "after", "change")
    print_table(f"{series}: from {found.before} to {found.after}", columns, rows)
    typer.echo(
        f"{found.alike:,} figures are alike, {len(rows):,} differ; {found.only_before:,} stand "
        f"only in the first, {found.only_after:,} only in the second."
    )
