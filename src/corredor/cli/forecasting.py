"""``corredor forecast make``: what the next months may bring, shown and kept."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli import hub
from corredor.cli import what_ifs as what_ifs_told
from corredor.cli.fit import in_steps
from corredor.cli.notes import documents, tell_notes
from corredor.cli.options import AsJson, CountedDraw, Ensemble, OfWorld, ScenarioName, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress
from corredor.inputs.home import home

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from corredor.corridor.world import World
    from corredor.engine.draws.names import DrawName
    from corredor.fit.forecast import Forecast
    from corredor.fit.hub import Bands

MOST_TOWNS = 12  # in a terminal, the fullest
SHOWN = ("q0.05", "q0.25", "q0.5", "q0.75", "q0.95")  # of the quantiles, in a terminal


@dataclass(frozen=True)
class Keeping:
    """Where a forecast is kept, to be scored when its figures are out."""

    keep: Annotated[
        bool, typer.Option("--keep", help="Keep it, to be scored by `corredor forecast score`.")
    ] = False
    hub: Annotated[
        Path | None, typer.Option(help="Keep it in this folder, in the format of a forecast hub.")
    ] = None
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the one kept from the same origin.")
    ] = False

    def save(
        self, made: Forecast, world: World, *, moved: Bands | None, as_json: bool
    ) -> dict[str, str | None]:
        """Keep a forecast where it was asked for, with moved bands too; return the files."""
        if not (self.keep or self.hub):
            return {"kept": None}
        folder = hub.hub_folder(self.hub, home)
        several = {"kept": None, **({} if moved is None else {"kept_conformal": moved})}
        return {
            name: str(
                hub.keep(made, folder, world.name, moved=bands, replace=self.replace,
                         as_json=as_json)
            )
            for name, bands in several.items()
        }  # fmt: skip


@dataclass(frozen=True)
class Ahead:
    """From where, how far, how, and under what else."""

    origin: Annotated[
        str | None,
        typer.Option(
            help="A past month: with what was out when its figure came. The newest month and all "
            "that is held, if left out."
        ),
    ] = None
    months: Annotated[int, typer.Option(min=1, help="How many months ahead.")] = 6
    what_if: Annotated[
        list[str] | None,
        typer.Option(
            help="Run the same futures under this scenario too, and show what it changes; may be "
            "given more than once. What differs must begin after the origin."
        ),
    ] = None
    draw: Annotated[
        CountedDraw,
        typer.Option(
            help="The run of the months ahead: whole people at random, expected values, or "
            "expected values with caravans drawn whole (hybrid)."
        ),
    ] = CountedDraw.EXACT
    towns: Annotated[
        bool,
        typer.Option("--towns", help="People in places too, and days over their published beds."),
    ] = False
    conformal: Annotated[
        Path | None,
        typer.Option(
            help="A backtest: widen or narrow the bands by how its forecasts missed, by a fixed "
            "rule (docs/decisions/0015-forecasts-beside-more.md), in tables and chart; --keep and "
            "--hub keep both, the moved ones as a model of their own."
        ),
    ] = None

    @property
    def drawn(self) -> DrawName:
        """Return how the months ahead are run."""
        return self.draw.value


@grouped
def forecast(
    *,
    scenario: ScenarioName = "baseline",
    world: OfWorld = None,
    ahead: Ahead,
    ensemble: Ensemble,
    chart: Annotated[
        Path | None, typer.Option(help="Draw the bands to this new .png or .svg file.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Show every nationality, sector and town too.")
    ] = False,
    keeping: Keeping,
    as_json: AsJson = False,
) -> None:
    """Say what the next months may bring; `corredor forecast score` scores those kept."""
    from corredor.fit import calibrate as fitting

    asked = fitting.Ensemble(**vars(ensemble))  # refused before what takes long to load
    from corredor.corridor.scenario_files import load_scenario
    from corredor.corridor.scenarios_of import scenario_named
    from corredor.fit.backtest import conformal_forecast, read_backtest
    from corredor.fit.origins import check_origin, newest_origin
    from corredor.fit.what_if import check_what_ifs, forecast_what_if

    chosen = load_scenario(scenario_named(scenario, world))
    what_ifs = [str(scenario_named(name, world)) for name in ahead.what_if or []]
    start = check_origin(chosen, ahead.origin) if ahead.origin else newest_origin(chosen)
    check_what_ifs(chosen, what_ifs, ahead.origin)
    before = read_backtest(ahead.conformal) if ahead.conformal else None
    if chart:
        from corredor.show.charts.record_charts import check_path

        check_path(chart)
    with progress(f"Forecasting from {start}", shown=not as_json) as on_day:
        made, beside = forecast_what_if(
            chosen, what_ifs, ahead.origin, ahead.months, asked, draw=ahead.drawn,
            on_step=in_steps(on_day),
        )  # fmt: skip
    moved = None if before is None else conformal_forecast(made, chosen, before)
    if chart:
        from corredor.show.charts.forecasts import save_forecast_chart

        save_forecast_chart(made, chosen, chart, moved)
    bands = _bands(moved, ahead.conformal)
    kept = keeping.save(made, chosen.world, moved=bands, as_json=as_json)
    if as_json:
        told = {"what_ifs": what_ifs_told.documents_of(beside)} if beside else {}
        files = {"chart": str(chart) if chart else None, **kept}
        print_json({**_document(made, moved, towns=ahead.towns), **files, **told})
        return
    _show(made, moved, everything=everything, towns=ahead.towns)
    what_ifs_told.show(beside, everything=everything)
    if chart:
        typer.echo(f"Chart: {chart}")


def _bands(moved: pd.DataFrame | None, backtest: Path | None) -> Bands | None:
    """Return the bands that can be kept; none if none was moved."""
    if moved is None or backtest is None or moved.empty:
        return None
    from corredor.fit.hub import Bands
    from corredor.inputs.manifest import file_digest

    return Bands(moved, file_digest(backtest))


def _document(made: Forecast, moved: pd.DataFrame | None, *, towns: bool) -> dict[str, Any]:
    """Return a forecast, and what it was made from, as plain values."""
    return {
        "origin": str(made.origin),
        "made_on": str(made.made_on),
        "newest_figures": [vars(age) for age in made.ages(_today())],
        "audit": documents(made.notes),
        "forecasts": made.table().to_dict("records"),
        **({} if moved is None else {"conformal": moved.to_dict("records")}),
        **made.provenance,
        **(_towns_of(made) if towns else {}),
    }


def _show(
    made: Forecast, moved: pd.DataFrame | None, *, everything: bool, towns: bool
) -> None:  # fmt: skip
    print_forecast(
        f"Forecast from {made.origin}, with what had been published by {made.made_on}",
        made.table(), everything=everything,
    )  # fmt: skip
    if moved is not None:
        print_forecast(
            "The same, its bands moved by how forecasts of the backtest missed", moved,
            everything=everything,
        )  # fmt: skip
        if moved.empty:
            typer.echo("The backtest has too few earlier forecasts whose figure had come.")
    for age in made.ages(_today()):
        typer.echo(
            f"{age.series.replace('_', ' ')}: the newest figure used is of {age.newest}, "
            f"{age.today} months before this month; {_past(age.ahead)}."
        )
    tell_notes(made.notes)
    typer.echo("How well such forecasts did: docs/forecasting.md, or `corredor backtest`.")
    if towns:
        _show_towns(made, everything=everything)


def _towns_of(made: Forecast) -> dict[str, Any]:
    """Return people in places as plain values, with what is to be known of them."""
    from corredor.fit.forecast import LEVEL_COLUMNS
    from corredor.fit.towns import CHECKED, towns_table

    table = towns_table(made.towns, made.months, LEVEL_COLUMNS)
    return {"towns": table.to_dict("records"), "towns_checked": CHECKED}


def _show_towns(made: Forecast, *, everything: bool) -> None:
    found = _towns_of(made)
    shown = found["towns"] if everything else found["towns"][: MOST_TOWNS * len(made.months)]
    rows = [
        (
            row["name"], row["month"], *(round(float(row[q])) for q in SHOWN),
            *("not published" if row[x] != row[x] else round(row[x])
              for x in ("beds", "days_over_middle")),
        )
        for row in shown
    ]  # fmt: skip
    columns = ("place", "month", "5 %", "25 %", "middle", "75 %", "95 %", "beds", "days over them")
    print_table("People in places in the evening, mean of the month", columns, rows)
    typer.echo(found["towns_checked"])


def print_forecast(title: str, table: pd.DataFrame, *, everything: bool) -> None:
    """Print five of the quantiles of a forecast; parts only if everything is asked for."""
    shown = table if everything else table[table["part"] == "all"]
    rows = []
    for row in shown.to_dict("records"):
        part = "" if row["part"] == "all" else f": {row['part']}"
        bands = (round(float(row[q])) for q in SHOWN)
        rows.append((row["series"].replace("_", " ") + part, row["month"], *bands))
    columns = ("series", "month", "5 %", "25 %", "middle", "75 %", "95 %")
    if rows:
        print_table(title, columns, rows)


def _past(ahead: int) -> str:
    """Say how far the first month of a forecast lies past the newest figure of a series."""
    if ahead < 1:
        return "it lies within the months above, and is used"
    return f"the first month above lies {ahead} {'month' if ahead == 1 else 'months'} past it"


def _today() -> dt.date:
    import datetime as dt

    return dt.datetime.now(dt.UTC).date()
