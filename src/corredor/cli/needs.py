"""``corredor needs``: people in each place, what they need, and days over capacity."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.notes import documents, warn
from corredor.cli.options import AsJson, Chance, Language, OfWorld, Parameters, Subject, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

MOST_COLUMNS = 4  # of a table in a terminal
MOST_PLACES = 15


class PeriodName(enum.StrEnum):
    """The periods of the table."""

    MONTH = "month"
    WEEK = "week"


@dataclass(frozen=True)
class Wanted:
    """Whose needs are asked for: which places and days, which people, by which standards."""

    place: Annotated[
        list[str] | None,
        typer.Option(help="A place of the world; may be given several times."),
    ] = None
    start: Annotated[
        str | None, typer.Option("--from", help="First day or month, such as 2024-01-01.")
    ] = None
    end: Annotated[str | None, typer.Option("--to", help="Last day or month.")] = None
    by: Annotated[PeriodName, typer.Option(help="The periods of the table.")] = PeriodName.MONTH
    share_sheltered: Annotated[
        float,
        typer.Option(
            min=0,
            max=1,
            help="Share of the people present who look for a shelter. It is not known: 1 plans "
            "for everybody present, the most it can be.",
        ),
    ] = 1.0
    standards: Annotated[
        Path | None,
        typer.Option(help="Your own table of standards (CSV), in place of the Sphere Handbook's."),
    ] = None

    def check(self, scenario: str) -> None:
        """Refuse places and days that a scenario does not have, before it is run."""
        from corredor.corridor.scenario_files import load_scenario
        from corredor.needs.people import check_days, check_places
        from corredor.runs.result import is_result

        if not is_result(scenario):
            chosen = load_scenario(scenario)
            names = {str(key): str(name) for key, name in chosen.world.places["name"].items()}
            check_places(self.place or (), names)
            check_days(chosen.start, chosen.end, self.start, self.end)


@dataclass(frozen=True)
class Written:
    """In which language the table is written, and to which files."""

    language: Annotated[Language, typer.Option("--lang", help="Language of the table.")] = (
        Language.ENGLISH
    )
    out: Annotated[
        Path | None,
        typer.Option(help="Write needs by place and day to this new .csv, .parquet or .xlsx."),
    ] = None
    html: Annotated[
        Path | None, typer.Option(help="Write the table to this new file, to print on A4.")
    ] = None

    def check(self) -> None:
        """Refuse files that cannot be written, before any time is spent."""
        from corredor.inputs.whole_files import refuse_existing
        from corredor.needs.save import check_target

        if self.out:
            check_target(self.out)
        refuse_existing(self.out, self.html)


@grouped
def needs(
    *,
    scenario: Subject,
    world: OfWorld = None,
    wanted: Wanted,
    chance: Chance,
    parameters: Parameters = None,
    written: Written,
    as_json: AsJson = False,
) -> None:
    """Show what people in each place need, by minimum standards, and days over capacity."""
    from corredor import needs as library
    from corredor.corridor.scenarios_of import scenario_named
    from corredor.runs.provenance import in_words_of_worlds

    written.check()
    scenario = str(scenario_named(scenario, world))
    table = library.load_standards(wanted.standards)
    wanted.check(scenario)
    data = result_of(scenario, chance.options(parameters), shown=not as_json)
    people = library.people_in_places(data, wanted.place or (), wanted.start, wanted.end)
    asked = _Asked(data, people, table, wanted.by.value, wanted.share_sheltered)
    language = written.language.value
    with in_words_of_worlds(data):
        if written.out:
            _save(asked, written.out, language)
        if written.html:
            _save_page(asked, written.html, language)
        if as_json:
            print_json({**_document(asked), "out": written.out, "html": written.html})
            return
        show = _show if wanted.place else _show_summary
        show(asked, language)
    for file in filter(None, (written.out, written.html)):
        typer.echo(str(file))


def result_of(scenario: str, options: dict[str, Any], *, shown: bool) -> xr.Dataset:
    """Read a result, or run a scenario and warn of slips before it."""
    from corredor.runs import simulate as simulation
    from corredor.runs.result import is_result, load_result

    if is_result(scenario):
        return load_result(scenario)
    with progress(f"Running {scenario}", shown=shown) as on_day:
        return simulation.run(scenario, on_day=on_day, on_audit=warn if shown else None, **options)


class _Asked:
    """What was asked for, with the tables that answer it."""

    def __init__(
        self,
        data: xr.Dataset,
        people: xr.DataArray,
        standards: pd.DataFrame,
        by: Any,
        share_sheltered: float,
    ) -> None:
        from corredor.needs import needs_by_period, over_capacity
        from corredor.needs.counted import counts_beside

        self.data, self.people, self.standards = data, people, standards
        self.by, self.share_sheltered = by, share_sheltered
        self.counts = counts_beside(data)
        self.needs = needs_by_period(people, standards, by, share_sheltered)
        self.capacity = over_capacity(people, by, share_sheltered)

    def about(self) -> dict[str, Any]:
        """Return where the numbers come from and what is assumed."""
        from corredor.runs.audit import notes_of

        attributes = self.data.attrs
        kept = ("title", "scenario", "draw", "seed", "parameters", "scenario_hash", "world_hash",
                "corredor_version")  # fmt: skip
        return {
            **{name: attributes[name] for name in kept},
            "replicates": self.data.sizes["replicate"],
            "share_sheltered": self.share_sheltered,
            "checked": "a world may be calibrated to a few counts of everybody in a town; those of "
            "each place stand beside it (counts)",
            "audit": documents(notes_of(self.data)),
            "bands": "low, middle and high are the 5, 50 and 95 % quantiles over the runs; they "
            "are of the model and known to be too narrow",
        }


def _save(asked: _Asked, out: Path, language: str) -> None:
    """Write the tables in words of a language, or, as Parquet for programs, the one by day."""
    from corredor.needs import needs_by_day
    from corredor.needs.save import save_tables
    from corredor.show.needs import (
        about_sheet,
        in_words,
        needs_words,
        of_the_bands,
        standards_sheet,
        with_facts,
    )

    words, standards, data = needs_words(language), asked.standards, asked.data
    titles = words["sheet"]
    by_day = needs_by_day(asked.people, standards, asked.share_sheltered)
    if out.suffix == ".parquet":
        save_tables({titles["day"]: by_day}, out)
        return
    table = in_words(by_day, standards, words)
    if out.suffix == ".csv":
        save_tables({titles["day"]: with_facts(table, data, words)}, out)
        return
    save_tables(
        {
            titles["day"]: table,
            titles[asked.by]: in_words(asked.needs, standards, words),
            titles["over"]: in_words(asked.capacity, standards, words),
            titles["standards"]: standards_sheet(standards, words),
            titles["about"]: about_sheet(
                data,
                asked.people,
                standards,
                words,
                asked.share_sheltered,
                of_the_bands(data, words),
            ),
        },
        out,
    )


def _save_page(asked: _Asked, html: Path, language: str) -> None:
    from corredor.show.html import save_page
    from corredor.show.needs import build_page, grids, needs_words

    words = needs_words(language)
    tables = grids(
        asked.people, asked.standards, words, asked.by, asked.share_sheltered, asked.counts
    )
    page = build_page(
        asked.data, asked.people, tables, asked.standards, words, asked.share_sheltered
    )
    save_page(page, html)


def _document(asked: _Asked) -> dict[str, Any]:
    from corredor.needs.people import on_land

    columns = ["first", "last", "days", "need", "unit", "low", "middle", "high"]
    ashore = dict(zip(asked.people["place"].to_numpy(), on_land(asked.people), strict=True))
    places = []
    for place, of_place in asked.needs.groupby("place", sort=False):
        capacity = asked.capacity[asked.capacity["place"] == place]
        places.append({
            "place": place, "name": of_place["name"].iloc[0], "at_sea": not ashore[place],
            "published_beds": capacity["beds"].iloc[0],
            "days_over_capacity": _records(
                capacity.drop(columns=["place", "name", "beds"])
            ),
            "counts": _records(asked.counts[asked.counts["place"] == place]),
            "needs": _records(of_place[columns]),
        })  # fmt: skip
    return {**asked.about(), "standards": _records(asked.standards.reset_index()),
            "places": places}  # fmt: skip


def _records(table: pd.DataFrame) -> list[Any]:
    return table.to_dict("records")


def _show(asked: _Asked, language: str) -> None:
    from corredor.show.needs import grids, needs_words, notes, provenance, sources
    from corredor.text.language import page_words

    words = needs_words(language)
    for grid in grids(
        asked.people, asked.standards, words, asked.by, asked.share_sheltered, asked.counts
    ):
        title = f"{words['title']['place'].format(name=grid.name)}, {grid.span}"
        for a in range(0, len(grid.columns), MOST_COLUMNS):
            part = slice(a, a + MOST_COLUMNS)
            rows = [
                (words["row"]["label"].format(name=row.name, unit=row.unit),
                 *(cell.line for cell in row.cells[part]))
                for row in grid.rows
            ]  # fmt: skip
            print_table(title, ("", *grid.columns[part]), rows)
        typer.echo("\n".join([grid.beds, *grid.counts]))
    typer.echo("\n".join(notes(asked.data, words, asked.share_sheltered)))
    typer.echo(f"{words['read']['standards']}: {' '.join(sources(asked.standards, words))}")
    typer.echo(provenance(asked.data, words))
    typer.echo(page_words("audit", language)["title"]["limits"])


def _show_summary(asked: _Asked, language: str) -> None:
    from corredor.needs import bands
    from corredor.needs.people import on_land
    from corredor.show.needs import at_sea, needs_words, notes, provenance
    from corredor.show.needs.grid import span
    from corredor.show.needs.words import place_name
    from corredor.text.language import page_words
    from corredor.text.numbers import about

    words = needs_words(language)
    text, people = words["summary"], asked.people
    low, middle, high = bands(people.mean("day").to_numpy())
    over = asked.capacity.groupby("place")["middle"].sum(min_count=1)
    beds = people["shelter_beds"].to_numpy()
    keys, names = (people[x].to_numpy().astype(str).tolist() for x in ("place", "place_name"))
    order, ashore = (-middle).argsort(kind="stable"), on_land(people)
    rows = [
        (
            place_name(names[p], words), *(about(x[p]) for x in (middle, low, high)),
            text["at_sea"] if not ashore[p]
            else text["not_published"] if beds[p] != beds[p] else about(beds[p]),
            "" if beds[p] != beds[p] else f"{over[keys[p]]:.0f}",
        )
        for p in order[:MOST_PLACES]
    ]  # fmt: skip
    days = [asked.needs["first"].min(), asked.needs["last"].max()]
    columns = [text[k] for k in ("place", "people", "low", "high", "beds", "over")]
    print_table(text["title"].format(span=span(days[0], days[1], words)), columns, rows)
    if len(order) > MOST_PLACES:
        typer.echo(text["more"].format(count=len(order) - MOST_PLACES))
    told = [*at_sea(people, words), *notes(asked.data, words, asked.share_sheltered)[1:]]
    typer.echo("\n".join(told))
    typer.echo(provenance(asked.data, words))
    typer.echo(page_words("audit", language)["title"]["limits"])
