"""Keep forecasts in a forecast hub, and ``corredor forecast score``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.options import AsJson
from corredor.cli.output import print_json, print_table
from corredor.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from corredor.corridor.scenario import Scenario
    from corredor.fit.forecast import Forecast, Key
    from corredor.fit.hub import Bands

FOLDER = "forecasts"  # in Corredor's own folder, where no hub is named


def hub_folder(hub: Path | None, home: Callable[[], Path]) -> Path:
    """Return the hub that was named, or the one in Corredor's own folder.

    Parameters
    ----------
    hub : Path or None
        As named on the command line.
    home : callable
        Gives Corredor's own folder; asked only where no hub is named.
    """
    return home() / FOLDER if hub is None else hub


def keep(
    made: Forecast, hub: Path, world: str, *, moved: Bands | None = None, replace: bool = False,
    as_json: bool = False,
) -> Path:  # fmt: skip
    """Keep a forecast in a hub under the name of its world, and say where.

    Parameters
    ----------
    made : Forecast
        What was forecast.
    hub : Path
        The hub's folder; it is made if it is not there.
    world : str
        Name of the world that was forecast.
    moved : Bands, optional
        Keep these bands, as a model of their own, and not the forecast's own.
    replace : bool
        Replace what is kept of the same world and origin.
    as_json : bool
        Say nothing: the caller's document has the path.

    Raises
    ------
    UsageError, OutputError, InputError
        As :func:`corredor.fit.hub.write`.
    """
    from corredor.fit.hub import model_id, write

    name, called = (world, "") if moved is None else (f"{world}-conformal", ", conformal bands")
    path = write(
        made, hub, model_id(name), replace=replace, model_name=f"Corredor, {world}{called}",
        moved=moved,
    )  # fmt: skip
    if not as_json:
        typer.echo(f"Kept: {path}")
    return path


def scoring(home: Callable[[], Path]) -> Callable[..., None]:
    """Return the command ``score``, which looks in Corredor's own folder unless told otherwise."""

    def score(
        *,
        hub: Annotated[
            Path | None, typer.Option(help="Folder of the forecasts; the one in Corredor's own.")
        ] = None,
        scenario: Annotated[
            str, typer.Option(help="A scenario of the world whose series were forecast.")
        ] = "baseline",
        everything: Annotated[
            bool, typer.Option("--all", help="Show every nationality and sector too.")
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        """Score the forecasts that were kept against the figures that have come since."""
        from corredor.extras import require

        require("scoringrules")
        from corredor.corridor.scenario_files import load_scenario
        from corredor.fit.hub import read
        from corredor.fit.hub_records import kept_days
        from corredor.fit.kept import score_rows, summary

        folder = hub_folder(hub, home)
        kept = read(folder)
        keys = dict.fromkeys(zip(kept["target"], kept["location"], strict=True))
        held = figures(load_scenario(scenario), keys)
        scored = score_rows(kept, held, kept_days(folder))
        table = summary(scored)
        if as_json:
            print_json({"hub": str(folder), "scores": table.to_dict("records"),
                        "forecasts": scored.to_dict("records")})  # fmt: skip
        else:
            _show(folder, table, everything)

    return score


def figures(scenario: Scenario, keys: Iterable[Key]) -> dict[Key, pd.Series[float]]:
    """Return the figures held now of what was forecast, in the editions the record prefers.

    Parameters
    ----------
    scenario : Scenario
        Of the world whose parts are told apart.
    keys : iterable of (series, part)
        What was forecast; the record may know nothing of what others forecast.
    """
    from corredor import record
    from corredor.fit.forecast import published

    held = published(scenario)
    with record.with_world(scenario.world.folder):
        for series, part in keys:
            if part == "all" and (series, part) not in held:
                with suppress(UsageError):  # no such series, or none without parts
                    held[series, part] = record.monthly(series)
    return held


def _show(hub: Path, table: pd.DataFrame, everything: bool) -> None:
    shown = table if everything else table[table["location"] == "all"]
    rows = []
    for row in shown.to_dict("records"):
        part = "" if row["location"] == "all" else f": {row['location']}"
        rows.append((
            row["model_id"], str(row["target"]).replace("_", " ") + part, row["horizon"],
            row["forecasts"], *(float(row[name]) for name in ("crps", "wis", "mae")),
            *(_share(row[f"inside_{percent}"]) for percent in (50, 80, 90)),
            row["waiting"], row["next_expected"],
        ))  # fmt: skip
    columns = ("model", "series", "months ahead", "scored", "CRPS", "weighted interval score",
               "error of the middle", "inside 50 %", "inside 80 %", "inside 90 %", "waiting",
               "next month")  # fmt: skip
    print_table(f"Forecasts kept in {hub}: mean scores, lower is better", columns, rows)
    waiting, scored = int(table["waiting"].sum()), int(table["forecasts"].sum())
    typer.echo(f"{scored:,} forecasts of a month are scored; {waiting:,} wait for their figure.")


def _share(share: float) -> str:
    return "–" if math.isnan(share) else f"{100 * share:.0f} %"
