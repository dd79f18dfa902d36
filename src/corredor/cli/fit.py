"""``corredor calibrate`` and ``corredor backtest``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.options import (
    AsJson,
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

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

    from corredor.corridor.scenario import Scenario
    from corredor.corridor.world import World
    from corredor.fit import calibrate as fitting
    from corredor.runs.simulate import OnDay


POSTERIOR = "posterior.parquet"


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
            prepared, path, resume=target.resume, on_step=in_steps(on_day)
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


def month_of(text: str) -> dt.date:
    """Return the first day of a month such as ``2024-01``."""
    import pandas as pd

    try:
        return pd.Period(text, freq="M").start_time.date()
    except ValueError:
        raise UsageError(f"{text!r} is no month; write it like 2024-01.") from None


def in_steps(on_day: OnDay | None) -> Callable[[int, int, int, int], None] | None:
    """Return what tells of days done as one is told of steps, and of days within each."""
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
