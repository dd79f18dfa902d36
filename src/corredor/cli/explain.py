"""``corredor explain``: the order of a day, every lever, and what a lever is in each month."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.options import AsJson, Parameters, ParameterSource
from corredor.cli.output import print_json, print_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from corredor.corridor.levers import Lever

MOST_KEYS = 4  # of a lever in a terminal, unless they are named
DIGITS = 3  # of a value
NUMBERS = ("set", "middle", "low", "high")


def explain(
    lever: Annotated[
        str | None,
        typer.Argument(help="A lever such as interdiction.tempo: what it is in each month."),
    ] = None,
    scenario: Annotated[
        str, typer.Option(help="A scenario that ships with Corredor, or a TOML file.")
    ] = "baseline",
    key: Annotated[
        list[str] | None,
        typer.Option(help="A zone, place, … of the lever; may be given several times."),
    ] = None,
    parameters: Parameters = None,
    as_json: AsJson = False,
) -> None:
    """Print the order of a day and every lever; or what one lever is in each month of a scenario.

    What a lever is in a run is the scenario's setting times the factor that calibration found.
    """
    if lever is None:
        _explain_all(as_json)
    else:
        _explain_one(lever, scenario, key or (), parameters, as_json=as_json)


def _explain_one(
    lever: str,
    scenario: str,
    keys: Sequence[str],
    parameters: ParameterSource | None,
    *,
    as_json: bool,
) -> None:
    from corredor.corridor.levers import known_levers
    from corredor.corridor.scenario_files import load_scenario
    from corredor.runs.effective import effective

    chosen = load_scenario(scenario)
    source: Any = parameters.value if parameters else None
    table = effective(chosen, lever, keys, source)
    about = known_levers()[lever]
    if as_json:
        print_json({"scenario": chosen.name, "scenario_hash": chosen.hash,
                    "lever": vars(about), "months": table.to_dict("records")})  # fmt: skip
        return
    typer.echo(f"{about.name}: {about.meaning} ({about.unit}). Source of the default, "
               f"{about.default:g}: {about.source}.")  # fmt: skip
    _show(chosen.title, table, named=bool(keys))
    typer.echo(
        "Set: what the scenario alone says. In a run: that times the factor of calibration, or the "
        "value itself where a scenario with a base sets one; middle, 5 and 95 % over the sets of "
        "factors. To set it: `lever = value`, or `lever = { factor = 1.5 }` on what each run has."
    )


def _show(title: str, table: pd.DataFrame, *, named: bool) -> None:
    keys = list(dict.fromkeys(table["key"]))
    shown = keys if named else keys[:MOST_KEYS]
    rows: list[tuple[object, ...]] = [
        (row["key"], row["month"], *(_number(row[name]) for name in NUMBERS),
         "yes" if row["moved"] else "no")
        for row in table.to_dict("records")
        if row["key"] in shown
    ]  # fmt: skip
    columns = ("for", "month", "set", "in a run", "5 %", "95 %", "calibrated")
    print_table(title, columns, rows)
    if len(shown) < len(keys):
        typer.echo(f"{len(keys) - len(shown)} more: name them with --key, or see --json.")


def _number(value: Any) -> str:
    return f"{float(value):.{DIGITS}g}"


def _explain_all(as_json: bool) -> None:
    from corredor.corridor import processes
    from corredor.corridor.levers import known_levers

    levers = known_levers().values()
    if as_json:
        print_json({"day": [p.name for p in processes.PROCESSES],
                    "levers": [vars(lever) for lever in levers]})  # fmt: skip
        return
    typer.echo(processes.__doc__)
    rows = [(x.name, _told(x)) for x in levers]
    print_table("Levers of a scenario", ("lever", "default (range) unit: meaning"), rows)
    typer.echo("`corredor explain LEVER` tells what a lever is in each month of a scenario.")


def _told(lever: Lever) -> str:
    """Tell a lever beside its name; a column for each part would be too wide for most consoles."""
    by = f"by {lever.by}, " if lever.by else ""
    span = f"({lever.minimum:g} to {lever.maximum:g})"
    return f"{by}{lever.default:g} {span} {lever.unit}: {lever.meaning}"
