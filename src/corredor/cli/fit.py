"""``corredor calibrate``, ``corredor forecast`` and ``corredor backtest``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli import hub
from corredor.cli import what_ifs as what_ifs_told
from corredor.cli.notes import documents, tell_notes
from corredor.cli.options import (
    AsJson,
    CountedDraw,
    Ensemble,
    OfWorld,
    Resume,
    ScenarioName,
    WorldName,
    grouped,
)
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress
from corredor.errors import UsageError
from corredor.inputs.home import home

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from corredor.corridor.scenario import Scenario
    from corredor.corridor.world import World
    from corredor.engine.draws.names import DrawName
    from corredor.fit import calibrate as fitting
    from corredor.fit.forecast import Forecast
    from corredor.fit.hub import Bands
    from corredor.runs.simulate import OnDay


POSTERIOR = "posterior.parquet"
MOST_TOWNS = 12  # in a terminal, the fullest
SHOWN = ("q0.05", "q0.25", "q0.5", "q0.75", "q0.95")  # of the quantiles, in a terminal


@dataclass(frozen=True)
class Calibrated(Ensemble):
    """The ensemble of a calibration that is kept."""

    members: Annotated[int, typer.Option(min=10, help="How many sets of unknowns.")] = 300


@dataclass(frozen=True)
class Target:
    """Where a posterior is written, and over what."""

    out: Annotated[
        Path | None, typer.Option(help="File to write; that of the world's folder if left out.")
    ] = None
    replace: Annotated[bool, typer.Option("--replace", help="Replace an earlier file.")] = False
    resume: Resume = False

    def path(self, world: World, name: str = POSTERIOR) -> Path:
        """Return the file to write, if it may be written; it is called so if the user says none."""
        from corredor.fit.calibrate import WHOLE
        from corredor.inputs.ledger import clear_ended
        from corredor.inputs.whole_files import refuse_unwritable

        path = self.out or world.folder / name
        clear_ended(path, WHOLE)
        if path.exists() and not self.replace:
            raise UsageError(
                f"{path}: exists already; add --replace, or choose another with --out."
            )
        refuse_unwritable(path)
        return path


@grouped
def calibrate(
    *,
    world: WorldName,
    first: Annotated[str, typer.Option("--from", help="First month of the record.")] = "2021-07",
    last: Annotated[
        str | None, typer.Option("--to", help="Last month; the newest held if left out.")
    ] = None,
    ensemble: Calibrated,
    scenario: Annotated[
        str, typer.Option(help="Whose levers the unknowns move; a scenario of the world.")
    ] = "baseline",
    target: Target,
    as_json: AsJson = False,
) -> None:
    """Find the unknowns of a world from the official record, and write them as its posterior."""
    from corredor.corridor.scenario_files import load_scenario
    from corredor.corridor.scenarios_of import scenario_named
    from corredor.corridor.world import load_world
    from corredor.fit import calibrate as fitting
    from corredor.fit.origins import newest_origin

    wanted, chosen = load_world(world), load_scenario(scenario_named(scenario, world))
    if wanted.hash != chosen.world.hash:
        raise UsageError(f"{scenario}: is no scenario of the world {wanted.name}.")
    path = target.path(wanted)
    asked = fitting.Ensemble(**vars(ensemble))
    end = str(newest_origin(chosen)) if last is None else last
    prepared = fitting.prepare(chosen, month_of(first), month_of(end), asked)
    with progress(f"Calibrating {wanted.name}", shown=not as_json) as on_day:
        posterior, misfits = fitting.calibrate(
            prepared, path, resume=target.resume, on_step=_in_steps(on_day)
        )
    if as_json:
        print_json({"posterior": str(path), "misfit": misfits, **posterior.provenance})
        return
    typer.echo(
        f"{len(prepared.observations)} published totals, {ensemble.members} members. "
        f"Root mean square of (model less record) over the stated error, before each step: "
        f"{', '.join(f'{m:.1f}' for m in misfits)}."
    )
    typer.echo(f"Posterior: {path}")


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
            chosen,
            what_ifs,
            ahead.origin,
            ahead.months,
            asked,
            draw=ahead.drawn,
            on_step=_in_steps(on_day),
        )
    moved = None if before is None else conformal_forecast(made, chosen, before)
    if chart:
        from corredor.show.charts.forecasts import save_forecast_chart

        save_forecast_chart(made, chosen, chart, moved)
    bands = _bands(moved, ahead.conformal)
    kept = keeping.save(made, chosen.world, moved=bands, as_json=as_json)
    if as_json:
        told = {"what_ifs": what_ifs_told.documents_of(beside)} if beside else {}
        files = {"chart": str(chart) if chart else None, **kept}
        towns = _towns_of(made) if ahead.towns else {}
        print_json({**_document(made, moved), **towns, **files, **told})
        return
    _show(made, moved, everything=everything)
    if ahead.towns:
        _show_towns(made, everything=everything)
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


def _document(made: Forecast, moved: pd.DataFrame | None) -> dict[str, Any]:
    """Return a forecast, and what it was made from, as plain values."""
    return {
        "origin": str(made.origin),
        "made_on": str(made.made_on),
        "newest_figures": [vars(age) for age in made.ages(_today())],
        "audit": documents(made.notes),
        "forecasts": made.table().to_dict("records"),
        **({} if moved is None else {"conformal": moved.to_dict("records")}),
        **made.provenance,
    }


def _show(made: Forecast, moved: pd.DataFrame | None, *, everything: bool) -> None:
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


@dataclass(frozen=True)
class Origins:
    """From which months a backtest forecasts, and by what."""

    first: Annotated[
        str | None,
        typer.Option("--from", help="First origin; 2023-01, or 2014-01 of the baselines alone."),
    ] = None
    last: Annotated[
        str | None,
        typer.Option("--to", help="Last origin; 2024-05, or the newest of the baselines alone."),
    ] = None
    baselines_only: Annotated[
        bool,
        typer.Option(
            "--baselines-only",
            help="Forecast the totals by the baselines alone, which need no model: many more "
            "origins, in minutes.",
        ),
    ] = False

    def forecasts(
        self, scenario: Scenario, out: Path, asked: fitting.Ensemble, *, resume: bool,
        on_day: OnDay | None,
    ) -> pd.DataFrame:  # fmt: skip
        """Return the forecasts that were asked for."""
        from corredor.fit.backtest import FIRST_ORIGIN, LAST_ORIGIN, backtest
        from corredor.fit.ranking import FIRST, rank_baselines

        if self.baselines_only:
            return rank_baselines(
                scenario, out, first=self.first or FIRST, last=self.last, resume=resume,
                on_step=on_day,
            )  # fmt: skip
        return backtest(
            scenario, out, first=self.first or FIRST_ORIGIN, last=self.last or LAST_ORIGIN,
            ensemble=asked, resume=resume, on_step=_in_origins(on_day),
        )  # fmt: skip


@grouped
def backtest(
    *,
    scenario: ScenarioName = "baseline",
    world: OfWorld = None,
    origins: Origins,
    ensemble: Ensemble,
    out: Annotated[
        Path, typer.Option(help="New .parquet file for every forecast and what came.")
    ] = Path("results/backtest.parquet"),
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Forecast from every origin of the past and score against what came, beside baselines."""
    from corredor.fit import calibrate as fitting

    asked = fitting.Ensemble(**vars(ensemble))  # refused before what takes long to load
    from corredor.corridor.scenario_files import load_scenario
    from corredor.corridor.scenarios_of import scenario_named
    from corredor.fit.backtest import summary

    chosen = load_scenario(scenario_named(scenario, world))
    with progress("Forecasting from every origin", shown=not as_json) as on_day:
        forecasts = origins.forecasts(chosen, out, asked, resume=resume, on_day=on_day)
    scores = summary(forecasts).reset_index()
    if as_json:
        print_json({"forecasts": str(out), "scores": scores.to_dict("records")})
        return
    _show_scores(scores)
    typer.echo(f"Every forecast: {out}")


def _show_scores(scores: pd.DataFrame) -> None:
    first = scores["series"].iloc[0]
    total = scores[(scores["series"] == first) & (scores["part"] == "all")
                   & scores["horizon"].isin([1, 2, 3, 6])]  # fmt: skip
    rows = [
        (
            row["horizon"], row["method"], row["forecasts"],
            *(round(float(row[name])) for name in ("crps", "upper_tail", "wis", "mae")),
            f"{100 * row['inside_50']:.0f} %", f"{100 * row['inside_90']:.0f} %",
        )
        for row in total.sort_values(["horizon", "crps"]).to_dict("records")
    ]  # fmt: skip
    columns = ("months ahead", "method", "forecasts", "CRPS", "upper tail",
               "weighted interval score", "error of the middle", "inside 50 %",
               "inside 90 %")  # fmt: skip
    title = f"{first.replace('_', ' ')}, all: mean scores, lower is better"
    print_table(title, columns, rows)


def _today() -> dt.date:
    import datetime as dt

    return dt.datetime.now(dt.UTC).date()


def month_of(text: str) -> dt.date:
    """Return the first day of a month such as ``2024-01``."""
    import pandas as pd

    try:
        return pd.Period(text, freq="M").start_time.date()
    except ValueError:
        raise UsageError(f"{text!r} is no month; write it like 2024-01.") from None


def _in_steps(on_day: OnDay | None) -> Callable[[int, int, int, int], None] | None:
    if on_day is None:
        return None
    return lambda step, steps, done, total: on_day(step * total + done, steps * total)


def _in_origins(on_day: OnDay | None) -> Callable[..., None] | None:
    if on_day is None:
        return None

    def told(origin: int, origins: int, step: int, steps: int, done: int, total: int) -> None:
        each: Any = steps * total
        on_day(origin * each + step * total + done, origins * each)

    return told
