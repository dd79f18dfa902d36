"""``corredor compare``."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.notes import documents, tell, warn
from corredor.cli.options import AsJson, Chance, Language, Months, Parameters, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import months_of, progress
from corredor.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from corredor.show.compare.told import Told

Names = Annotated[
    list[str],
    typer.Argument(
        metavar="A B [C ...]",
        help="Scenarios, or folders of results. The others are set against the first.",
    ),
]


@dataclass(frozen=True)
class Files:
    """Files that a comparison writes."""

    chart: Annotated[
        Path | None, typer.Option(help="Draw paths and differences to a new .svg or .png file.")
    ] = None
    page: Annotated[
        Path | None, typer.Option(help="Write words, table and charts to a new .html file.")
    ] = None

    def check(self) -> None:
        """Refuse files that cannot be written, before any time is spent."""
        from corredor.inputs.whole_files import refuse_existing
        from corredor.show.compare.charts import check_path

        if self.chart:
            check_path(self.chart)
        if self.page and self.page.suffix.lower() not in (".html", ".htm"):
            raise UsageError(f"{self.page}: a page is written as .html.")
        refuse_existing(self.chart, self.page)


@grouped
def compare(
    *,
    names: Names,
    months: Months,
    chance: Chance,
    parameters: Parameters = None,
    files: Files,
    language: Annotated[
        Language, typer.Option("--lang", help="Language of page, chart and words.")
    ] = Language.ENGLISH,
    as_json: AsJson = False,
) -> None:
    """Show what scenarios change against the first, run by run, with 90 % intervals."""
    from corredor.runs import compare as comparison
    from corredor.runs.measures import check_months
    from corredor.runs.provenance import in_words_of_worlds
    from corredor.text.language import speaking

    if len(names) < 2:
        raise UsageError("To compare takes two scenarios or results, or more.")
    files.check()
    for name in names if months.start or months.end else ():
        check_months(*months_of(name), months.start, months.end)
    results = _results(names, chance.options(parameters), shown=not as_json)
    table = comparison.compare_all(results, months.start, months.end)
    with speaking(language.value), in_words_of_worlds(*results):
        document = _document(results, table, months, files)
        if as_json:
            print_json(document)
        else:
            _show(results, table, document)


def _results(names: list[str], options: dict[str, Any], *, shown: bool) -> list[xr.Dataset]:
    """Return a result for each name: read, or run together with the same chance."""
    from corredor.runs import simulate as simulation
    from corredor.runs.result import is_result, load_result

    wanted = [name for name in names if not is_result(name)]
    with progress(f"Running {', '.join(wanted)}", shown=bool(wanted) and shown) as on_day:
        told = warn if shown else None
        ran = iter(simulation.run_all(wanted, on_day=on_day, on_audit=told, **options))
    return [load_result(name).load() if is_result(name) else next(ran) for name in names]


def _document(
    results: list[xr.Dataset], table: pd.DataFrame, months: Months, files: Files
) -> dict[str, Any]:
    """Write the files that were asked for, and return the comparison as plain values."""
    from corredor.runs.audit import notes_of
    from corredor.show import compare as shown
    from corredor.show.compare.told import scenario_of
    from corredor.show.html import save_page

    covered = [str(m)[:7] for m in results[0]["month"].values]
    span = (months.start or covered[0], months.end or covered[-1])
    scenarios = [scenario_of(data) for data in results]
    told = shown.tell(results, table, scenarios, span)
    if files.chart:
        shown.save_chart(shown.comparison_chart(results, table, span), files.chart)
    if files.page:
        save_page(shown.build_page(results, table, scenarios, span), files.page)
    reference = results[0].attrs
    return {
        "from": span[0], "to": span[1], "reference": reference["scenario"],
        "replicates": results[0].sizes["replicate"], "draw": reference["draw"],
        "seed": int(reference["seed"]), "parameters": reference["parameters"],
        "audit": {d.attrs["scenario"]: documents(notes_of(d)) for d in results},
        "chart": str(files.chart) if files.chart else None,
        "page": str(files.page) if files.page else None,
        "scenarios": [
            _plain(one, table[table["number"] == i]) for i, one in enumerate(told, start=1)
        ],
    }  # fmt: skip


def _plain(one: Told, measures: pd.DataFrame) -> dict[str, Any]:
    """Return what a scenario changes, measure by measure, as plain values."""
    return {
        "scenario": one.name,
        "title": one.title,
        "differs": one.changed,
        "summary": one.summary,
        "measures": measures.drop(columns=["number", "scenario"]).to_dict("records"),
    }


def _show(results: list[xr.Dataset], table: pd.DataFrame, document: dict[str, Any]) -> None:
    from corredor.runs.compare import absent
    from corredor.runs.measures import measure_named
    from corredor.show.compare.words import (
        absent_note,
        compare_words,
        number,
        signed_number,
        title_of,
    )
    from corredor.text.numbers import signed_percent

    words = compare_words()
    typer.echo(f"{words['table']['reference']}: {title_of(results[0])}")
    heads = tuple(
        words["table"][key]
        for key in ("measure", "reference", "here", "difference", "interval", "percent")
    )
    shown = table[~table["measure"].isin(absent(table))]
    for i, one in enumerate(document["scenarios"], start=1):
        rows = []
        for row in shown[shown["number"] == i].to_dict("records"):
            name = row["measure"]
            low, high = (signed_number(name, row[key]) for key in ("low", "high"))
            rows.append(
                (
                    measure_named(name).words["short"],
                    number(name, row["a"]), number(name, row["b"]),
                    signed_number(name, row["difference"]), f"{low} … {high}",
                    signed_percent(row["percent"]),
                )
            )  # fmt: skip
        print_table(f"{one['title']} ({document['from']} … {document['to']})", heads, rows)
        typer.echo(f"{one['summary']}\n")
    if note := absent_note(table):
        typer.echo(f"{note}\n")
    tell(*results)
    for written in (document["chart"], document["page"]):
        if written:
            typer.echo(written)
