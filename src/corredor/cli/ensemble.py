"""``corredor ensemble``: scenarios × members × seeds, here or on a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.options import AsJson, Resume, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress
from corredor.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from corredor.runs.executors import Executor


@dataclass(frozen=True)
class Where:
    """Who does the work."""

    threads: Annotated[
        int | None,
        typer.Option(min=1, help="Threads of this process; all unless told."),
    ] = None
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine, as a cluster of Dask.")
    ] = None
    scheduler: Annotated[
        str | None, typer.Option(help="A scheduler of Dask, such as tcp://10.0.0.1:8786.")
    ] = None

    @contextmanager
    def executor(self) -> Iterator[Executor]:
        """Give who does the blocks.

        Raises
        ------
        UsageError
            If more than one was asked for.
        """
        from corredor.runs.executors import Threads

        asked = [each for each in (self.threads, self.workers, self.scheduler) if each is not None]
        if len(asked) > 1:
            raise UsageError("Ask for --threads, --workers or --scheduler, not for two of them.")
        if self.workers is None and self.scheduler is None:
            yield Threads(self.threads)
            return
        from corredor.runs.cluster import connected

        with connected(self.scheduler, self.workers) as cluster:
            yield cluster


@grouped
def ensemble(
    *,
    design: Annotated[Path, typer.Argument(help="A TOML file: scenarios, members, seeds, keep.")],
    out: Annotated[
        Path | None, typer.Option(help="Write stores and summary to this new folder.")
    ] = None,
    where: Where,
    slurm: Annotated[
        Path | None,
        typer.Option(help="Run nothing: write a script that runs it on a SLURM cluster."),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Jobs that the SLURM script asks for.")] = 16,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Run scenarios × members × seeds with flat memory; the same bits wherever it runs."""
    from corredor.runs.design import load_design

    if out is None:
        raise UsageError("Say where to write: --out FOLDER.")
    read = load_design(design)
    if slurm is not None:
        from corredor.runs.slurm import save_script

        save_script(slurm, design, out, jobs)
        typer.echo(f"Script: {slurm}")
        return
    from corredor.runs.ensemble import run_ensemble

    runs = len(read.scenarios) * len(read.seeds) * read.members
    with (
        where.executor() as executor,
        progress(f"{runs:,} runs", shown=not as_json, unit="days of blocks") as on_day,
    ):
        table = run_ensemble(read, design, out, resume=resume, executor=executor, on_day=on_day)
    if as_json:
        print_json({"out": str(out), "title": read.title, "summary": table.to_dict("records")})
        return
    _show(read.title or design.stem, table)
    typer.echo(f"{runs:,} runs. Ensemble: {out}")


def _show(title: str, table: pd.DataFrame) -> None:
    """Print each variable by scenario over all its months: the mean, and its spread by seed."""
    sums = table.groupby(["variable", "scenario", "seed"], sort=False)["mean"].mean()
    rows = [
        (str(variable).replace("_", " "), scenario, round(float(by_seed.mean()), 1),
         round(float(by_seed.min()), 1), round(float(by_seed.max()), 1))
        for (variable, scenario), by_seed in sums.groupby(["variable", "scenario"], sort=False)
    ]  # fmt: skip
    columns = ("variable", "scenario", "mean a month", "lowest seed", "highest seed")
    print_table(f"{title}: means over the members", columns, rows)
