"""``corredor run``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.notes import documents, tell, warn
from corredor.cli.options import AsJson, Chance, Parameters, ScenarioName, grouped
from corredor.cli.output import print_json, print_table
from corredor.errors import UsageError

if TYPE_CHECKING:
    import xarray as xr
    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID


MOST_SERIES = 3  # beside the record in a terminal
COMPILING = ("Compiling what is needed for the first time. It takes half a minute or more, once "
             "after an installation.")  # fmt: skip


@dataclass(frozen=True)
class Bar:
    """A bar of progress: called with the days done and the days to do, and told of other parts."""

    _bar: RichProgress
    _task: TaskID

    def __call__(self, done: int, total: int) -> None:
        """Show how far the part under way is."""
        self._bar.update(self._task, completed=done, total=total)

    def begin(self, text: str) -> None:
        """Show that another part has begun, whose end nobody knows; the days stay at their end."""
        self._bar.update(self._task, description=text)


@contextmanager
def progress(text: str, *, shown: bool, unit: str = "days") -> Iterator[Bar | None]:
    """Show a bar on standard error while days (or runs) are simulated.

    Compiling, which happens once after an installation, is told there too, bar or not.
    """
    from corredor.engine.compiling import told_of_compiling

    with told_of_compiling(lambda: typer.echo(COMPILING, err=True)):
        if shown:
            with _bar(text, unit) as bar:
                yield bar
        else:
            yield None


@contextmanager
def _bar(text: str, unit: str) -> Iterator[Bar]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    done = TextColumn(f"{{task.completed}}/{{task.total}} {unit}")
    # The text may hold braces and brackets of its own: a path is no format and no markup.
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), done,
               TimeRemainingColumn())  # fmt: skip
    console = Console(stderr=True)
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(text, total=None)
        yield Bar(bar, task)


def months_of(subject: str) -> tuple[str, str]:
    """Return the first and last month of a result, or of what a scenario would give."""
    from corredor.corridor.scenario_files import load_scenario
    from corredor.runs.result import is_result, load_result

    if is_result(subject):
        months = load_result(subject)["month"].values
        return str(months[0])[:7], str(months[-1])[:7]
    chosen = load_scenario(subject)
    return f"{chosen.start:%Y-%m}", f"{chosen.end:%Y-%m}"


@dataclass(frozen=True)
class Kept:
    """Where what is run is kept, and how much of it."""

    out: Annotated[
        Path | None, typer.Option(help="Write the result to this new folder, as Zarr.")
    ] = None
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with an interrupted run to the same folder.")
    ] = False
    persons: Annotated[
        Path | None,
        typer.Option(help="Write a row for each person to this new folder (individual draw)."),
    ] = None
    ways_of_one_in: Annotated[
        int, typer.Option(min=0, help="Write every move of one person in so many beside them.")
    ] = 0

    def check(self) -> None:
        """Raise UsageError if these do not go together."""
        if self.persons and self.out:
            raise UsageError("Persons and the result are written in one go or in blocks, not both: "
                             "leave out --out or --persons.")  # fmt: skip
        if self.resume and not self.out:
            raise UsageError("--resume needs --out: the folder of the interrupted run's result.")


@grouped
def run(
    *,
    scenario: ScenarioName,
    chance: Chance,
    people_scale: Annotated[
        float, typer.Option(help="Simulate so many people for each one in the world's tables.")
    ] = 1.0,
    parameters: Parameters = None,
    kept: Kept,
    as_json: AsJson = False,
) -> None:
    """Run a scenario and show what each official series would have counted."""
    kept.check()
    options = {**chance.options(parameters), "people_scale": people_scale}
    data = _run(scenario, kept, options, shown=not as_json)
    folders = {name: str(folder) if folder else None
               for name, folder in (("out", kept.out), ("persons", kept.persons))}  # fmt: skip
    if as_json:
        print_json({**summary(data), **folders})
    else:
        _show(data, folders)


def _run(scenario: str, kept: Kept, options: dict[str, Any], *, shown: bool) -> xr.Dataset:
    """Run a scenario in one go, or in blocks where its result is to be kept."""
    from corredor.corridor.scenario_files import load_scenario
    from corredor.runs import simulate as simulation
    from corredor.runs.blocks import run_in_blocks

    told = warn if shown else None
    with progress(f"Running {scenario}", shown=shown) as on_day:
        if not kept.out:
            return simulation.run(
                scenario, on_day=on_day, on_audit=told, persons=kept.persons,
                ways_of_one_in=kept.ways_of_one_in, **options,
            )  # fmt: skip
        return run_in_blocks(
            load_scenario(scenario), kept.out, resume=kept.resume, on_day=on_day, on_audit=told,
            **options,
        )  # fmt: skip


def summary(data: xr.Dataset) -> dict[str, Any]:
    """Return what ``run --json`` prints: audit, seconds, memory, seed, monthly totals, record."""
    from corredor.runs.audit import notes_of
    from corredor.runs.measures import measured
    from corredor.runs.observe import declared
    from corredor.runs.reading import days_by_month, whole_months

    months = [str(m)[:7] for m in data["month"].values]
    return {
        **_about(data),
        "audit": documents(notes_of(data)),
        "days_of_month": dict(zip(months, days_by_month(data), strict=True)),
        "whole_months": dict(zip(months, whole_months(data), strict=True)),
        "monthly": _monthly(data, months),
        "measures": measured(data),
        "beside_the_record": {
            series: _beside_the_record(data, series) for series in declared(data)
        },
    }


def _about(data: xr.Dataset) -> dict[str, Any]:
    """Return what was run, and what it took."""
    attributes = dict(data.attrs)
    return {
        "scenario": attributes["scenario"],
        "title": attributes["title"],
        "draw": attributes["draw"],
        "replicates": data.sizes["replicate"],
        "seed": attributes["seed"],
        "people_scale": attributes["people_scale"],
        "parameters": attributes["parameters"],
        "states": attributes["states"],
        "person_days": attributes["person_days"],
        "seconds": {
            "compile": attributes["seconds_compile"],
            "simulate": attributes["seconds_simulate"],
            "all": attributes.get("seconds_run"),
        },
        "peak_memory_mb": attributes["peak_memory_mb"],
        "scenario_hash": attributes["scenario_hash"],
        "world_hash": attributes["world_hash"],
        "corredor_version": attributes["corredor_version"],
    }


def _monthly(data: xr.Dataset, months: list[str]) -> dict[str, dict[str, Any]]:
    """Return mean and band over the runs, by month, of each series that the model counts."""
    from corredor.arrays import BAND
    from corredor.runs.observe import countable, observe

    monthly = {}
    for series in countable(data):
        observed = observe(data, series)
        bands = observed.quantile(BAND, "replicate").values
        monthly[series] = {
            "month": months,
            "mean": observed.mean("replicate").values,
            "q05": bands[0],
            "q95": bands[1],
        }
    return monthly


def _beside_the_record(data: xr.Dataset, series: str) -> list[dict[str, Any]]:
    """Return the model beside the record of a series, window by window."""
    from corredor.runs.observe import against_record

    return [
        {str(k): str(v) if k in ("start", "end") else v for k, v in row.items()}
        for row in against_record(data, series).to_dict("records")
    ]


def _show(data: xr.Dataset, folders: Mapping[str, str | None]) -> None:
    from corredor.runs.observe import declared

    about = _about(data)
    rows: list[tuple[object, ...]] = []
    for series in declared(data)[:MOST_SERIES]:
        for row in _beside_the_record(data, series):
            window = row["start"] if row["months"] == 1 else f"{row['start']} to {row['end']}"
            figures = (round(float(row[name])) for name in ("record", "mean", "low", "high"))
            rows.append((series.replace("_", " "), window, *figures))
    columns = ("series", "months", "record", "model mean", "5 %", "95 %")
    if rows:
        title = f"{about['title']}: the model beside the record (events, not persons)"
        print_table(title, columns, rows)
    else:
        typer.echo(f"{about['title']}: {_why_no_record(data)}")
    tell(data)
    seconds = about["seconds"]
    if seconds["all"] is None:
        spent = f"simulated in {seconds['simulate']:.1f} s"
    else:
        spent = f"simulated and written in {seconds['all']:.1f} s"
    typer.echo(
        f"{about['replicates']} {about['draw']} runs, seed {about['seed']}, "
        f"{about['states']:,} states: compiled in {seconds['compile']:.1f} s, {spent}; "
        f"{about['person_days']:,.0f} person-days; {about['peak_memory_mb']:,.0f} MB."
    )
    if folders["out"]:
        typer.echo(f"Result: {folders['out']}")
    if folders["persons"]:
        typer.echo(f"Persons: {folders['persons']}")


def _why_no_record(data: xr.Dataset) -> str:
    """Say why nothing stands beside a result."""
    from corredor.runs.observe import declared
    from corredor.runs.reading import whole_months

    if not declared(data):
        return (
            "no official series is set beside it, for the world declares none that it could "
            "count (observations.toml)."
        )
    if not whole_months(data).any():
        return "no published figure is set beside it, for no month is simulated whole."
    return "nothing was published for these months of the series that the world declares."
