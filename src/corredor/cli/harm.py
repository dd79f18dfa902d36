"""``corredor harm``: expected events of harm and how little is known of them."""

from __future__ import annotations

import enum
from typing import Annotated, Any

import typer

from corredor.cli.needs import Subject, result_of
from corredor.cli.notes import documents, tell
from corredor.cli.output import AsJson, print_json, print_table
from corredor.cli.run import Draw, DrawName, Parameters, Replicates, Seed, months_of


class ApartName(enum.StrEnum):
    """What events of a kind are told apart by."""

    KIND = "kind"
    PLACE = "place"
    MODE = "mode"


def harm(
    scenario: Subject,
    start: Annotated[
        str | None, typer.Option("--from", help="First month, such as 2024-01.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last month.")] = None,
    by: Annotated[
        ApartName, typer.Option(help="Tell each kind apart by nothing more, by place, or by mode.")
    ] = ApartName.KIND,
    replicates: Replicates = 20,
    draw: Draw = DrawName.EXACT,
    seed: Seed = 1,
    parameters: Parameters = None,
    as_json: AsJson = False,
) -> None:
    """Show expected robberies, extortions, kidnappings, threats, abuse, with their ranges."""
    from corredor.harm import NOTES, as_shown, harm_table, load_ranges
    from corredor.runs.audit import notes_of
    from corredor.runs.measures import check_months

    if start or end:
        check_months(*months_of(scenario), start, end)

    options: dict[str, Any] = {
        "replicates": replicates, "draw": draw.value, "seed": seed,
        "parameters": parameters.value if parameters else None,
    }  # fmt: skip
    data = result_of(scenario, options, shown=not as_json)
    table = as_shown(harm_table(data, start, end, by.value))
    if as_json:
        print_json({
            "scenario": data.attrs["scenario"], "replicates": data.sizes["replicate"],
            "from": start, "to": end, "by": by.value, "events": table.to_dict("records"),
            "ranges": load_ranges().reset_index().to_dict("records"), "notes": NOTES,
            "audit": documents(notes_of(data)),
        })  # fmt: skip
        return
    _show(data.attrs["title"], table, by)
    typer.echo("\n".join(NOTES))
    tell(data)


def _show(title: str, table: Any, by: ApartName) -> None:
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
