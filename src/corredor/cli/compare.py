"""``corredor compare``."""

from __future__ import annotations

from typing import Annotated

import typer

from corredor.cli.output import AsJson, print_json, print_table
from corredor.cli.run import (
    Draw,
    DrawName,
    Parameters,
    Replicates,
    Seed,
    progress,
)

A = Annotated[str, typer.Argument(help="A scenario, or the folder of a result.")]
B = Annotated[str, typer.Argument(help="The scenario or result to set against it.")]


def compare(
    a: A,
    b: B,
    start: Annotated[
        str | None, typer.Option("--from", help="First month, such as 2024-01.")
    ] = None,
    end: Annotated[str | None, typer.Option("--to", help="Last month.")] = None,
    replicates: Replicates = 20,
    draw: Draw = DrawName.EXACT,
    seed: Seed = 1,
    parameters: Parameters = None,
    as_json: AsJson = False,
) -> None:
    """Show what B changes against A, run by run, with a 90 % interval."""
    from corredor import comparison, simulation
    from corredor.results import is_result, load_result

    wanted = [name for name in (a, b) if not is_result(name)]
    with progress(f"Running {' and '.join(wanted)}", shown=bool(wanted) and not as_json) as on_day:
        done = simulation.run_all(
            wanted, replicates=replicates, draw=draw.value, seed=seed,
            parameters=parameters.value if parameters else None, on_day=on_day,
        )  # fmt: skip
    ran = iter(done)
    first, second = (load_result(name) if is_result(name) else next(ran) for name in (a, b))
    table = comparison.compare(first, second, start, end)
    if as_json:
        span = {"from": start, "to": end, "a": first.attrs["scenario"],
                "b": second.attrs["scenario"], "replicates": first.sizes["replicate"]}  # fmt: skip
        print_json({**span, "measures": table.to_dict("records")})
        return
    typer.echo(f"A: {first.attrs['title']}\nB: {second.attrs['title']}")
    rows = [
        (
            row["meaning"],
            *(round(float(row[name])) for name in ("a", "b", "difference", "low", "high")),
            f"{row['percent']:+.1f} %",
        )
        for row in table.to_dict("records")
    ]
    columns = ("", "A", "B", "B less A", "5 %", "95 %", "percent")
    print_table("Paired difference over the months asked for", columns, rows)
