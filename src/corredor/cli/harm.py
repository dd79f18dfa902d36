"""``corredor harm``: expected events of harm and how little is known of them."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.needs import result_of
from corredor.cli.notes import documents, tell
from corredor.cli.options import AsJson, Chance, Months, OfWorld, Parameters, Subject, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import months_of

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr


class ApartName(enum.StrEnum):
    """What events of a kind are told apart by."""

    KIND = "kind"
    PLACE = "place"
    MODE = "mode"


@grouped
def harm(
    *,
    scenario: Subject,
    world: OfWorld = None,
    months: Months,
    by: Annotated[
        ApartName, typer.Option(help="Tell each kind apart by nothing more, by place, or by mode.")
    ] = ApartName.KIND,
    chance: Chance,
    parameters: Parameters = None,
    as_json: AsJson = False,
) -> None:
    """Show expected robberies, extortions, kidnappings, threats, abuse, with their ranges."""
    from corredor.corridor.scenarios_of import scenario_named
    from corredor.harm import NOTES, as_shown, deaths_at_sea, harm_table
    from corredor.runs.measures import check_months

    scenario = str(scenario_named(scenario, world))
    if months.start or months.end:
        check_months(*months_of(scenario), months.start, months.end)
    data = result_of(scenario, chance.options(parameters), shown=not as_json)
    table = as_shown(harm_table(data, months.start, months.end, by.value))
    if as_json:
        print_json(_document(data, table, months, by))
        return
    _show(data.attrs["title"], table, by)
    _show_deaths(deaths_at_sea(data, months.start, months.end))
    typer.echo("\n".join(NOTES))
    tell(data)


def _document(
    data: xr.Dataset, table: pd.DataFrame, months: Months, by: ApartName
) -> dict[str, Any]:
    """Return the table of events, the ranges it rests on and what to know of both."""
    from corredor.harm import NOTES, deaths_at_sea, ranges_of
    from corredor.runs.audit import notes_of

    return {
        "scenario": data.attrs["scenario"], "replicates": data.sizes["replicate"],
        "from": months.start, "to": months.end, "by": by.value,
        "events": table.to_dict("records"),
        "deaths_at_sea": deaths_at_sea(data, months.start, months.end),
        "ranges": ranges_of(data).reset_index().to_dict("records"), "notes": NOTES,
        "audit": documents(notes_of(data)),
    }  # fmt: skip


def _show_deaths(found: dict[str, Any] | None) -> None:
    """Say how many people die or go missing at sea, beside what was published."""
    from corredor.text.numbers import about, whole

    if found is None:
        return
    mean, low, high = (about(found[key]) for key in ("mean", "low", "high"))
    typer.echo(f"People who died or went missing at sea: {mean} ({low} to {high}).")
    for one in found["published"]:
        typer.echo(
            f"{one['title']} ({one['publisher']}): {whole(one['record'])} in the {one['months']} "
            f"of these months that were published; the model has {about(one['model'])} in them. "
            f"{one['compare_with']}"
        )


def _show(title: str, table: pd.DataFrame, by: ApartName) -> None:
    label = {ApartName.KIND: [], ApartName.PLACE: ["name"], ApartName.MODE: ["mode"]}[by]
    numbers = ("mean", "low", "high", "survey_low", "survey_high")
    rows = [
        (
            *(str(row[name]).replace("_", " ") for name in ("kind", *label)),
            *(None if row[name] != row[name] else round(row[name]) for name in numbers),
        )
        for row in table.to_dict("records")
        if row["mean"] > 0 or by is ApartName.KIND
    ]
    columns = ("", *(by.value for _ in label), "mean", "5 %", "95 %", "survey low", "survey high")
    order = "; in the order of the world's table, not ranked" if by is ApartName.PLACE else ""
    print_table(f"{title}: events of harm, mean and 5 to 95 % of runs{order}", columns, rows)
