"""How ``corredor forecast --what-if`` tells what a scenario would change in a forecast."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from corredor.cli.notes import documents, tell_notes
from corredor.cli.output import print_table

if TYPE_CHECKING:
    from corredor.fit.what_if import WhatIf

EVERY = 3  # months ahead that are shown unless all are asked for, and the last
SHOWN = ("forecast", "what_if", "difference", "difference_low", "difference_high")
HEADS = ("measure", "month", "forecast", "what if", "difference", "5 %", "95 %", "in percent")


def documents_of(beside: Sequence[WhatIf]) -> list[dict[str, Any]]:
    """Return what-ifs as plain values, for JSON."""
    return [
        {
            "scenario": each.scenario.name,
            "title": each.scenario.title,
            "scenario_hash": each.scenario.hash,
            "assumptions": list(each.scenario.assumptions),
            "sources": list(each.scenario.sources),
            "audit": documents(each.notes),
            "differences": each.table().to_dict("records"),
        }
        for each in beside
    ]


def show(beside: Sequence[WhatIf], *, everything: bool) -> None:
    """Print what each what-if changes, some months unless everything is asked for."""
    for each in beside:
        table = each.table()
        months = [str(month) for month in each.months]
        chosen = months if everything else {*months[EVERY - 1 :: EVERY], months[-1]}
        rows = [
            (
                str(row["measure"]).replace("_", " "), row["month"],
                *(round(float(row[name])) for name in SHOWN), f"{row['percent']:+.1f}",
            )
            for row in table[table["month"].isin(chosen)].to_dict("records")
        ]  # fmt: skip
        print_table(f"What if: {each.scenario.title} ({each.scenario.name})", HEADS, rows)
        typer.echo("Middles of the futures; the difference is taken in each future by itself.")
        for text in each.scenario.assumptions:
            typer.echo(f"Assumed: {text}")
        tell_notes(each.notes)
