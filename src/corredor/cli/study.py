"""``corredor study``: the main study and its report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from corredor.cli.options import (
    USUAL_DRAW,
    AsJson,
    DrawOfBands,
    Language,
    OfWorld,
    Resume,
    Seed,
)
from corredor.cli.output import print_json
from corredor.cli.run import progress
from corredor.engine.draws.names import CountedDrawName

PARTS = {
    "record": "Setting the results beside the record",
    "claims": "Checking the claims",
    "consequences": "Working out what follows for people and policy",
    "report": "Writing the report",
}


def study(
    out: Annotated[
        Path,
        typer.Option(
            help="Folder of report.html, informe.html and study.json; replaces earlier ones."
        ),
    ] = Path("results/study"),
    world: OfWorld = None,
    replicates: Annotated[int, typer.Option(min=2, help="How many runs of each scenario.")] = 50,
    draw: DrawOfBands = USUAL_DRAW,
    seed: Seed = 1,
    lang: Annotated[
        Language,
        typer.Option(
            help="Which of the two reports to name: English or Spanish; both are written."
        ),
    ] = Language.ENGLISH,
    resume: Resume = False,
    as_json: AsJson = False,
) -> None:
    """Run the baseline and what it is compared with, check the claims, write the report.

    With --world the report is of that world: what it tells may stand in its study.toml, and what
    it has not is named.
    """
    from corredor.inputs.ledger import unfinished
    from corredor.inputs.shipped import default_world, find
    from corredor.study.report import refuse_foreign, write
    from corredor.study.report.document import document
    from corredor.study.run import request_of_study, run_study

    refuse_foreign(out)
    chosen = default_world() if world is None else find("worlds", world)
    if chosen.resolve() != default_world().resolve():
        _of_world(chosen, out, (replicates, seed, draw.value), lang, resume=resume, as_json=as_json)
        return
    request = request_of_study(replicates, seed, draw.value)
    with (
        progress("Running the scenarios", shown=not as_json) as bar,
        unfinished(out, request, resume=resume, passing=True) as ledger,
    ):

        def begin(part: str) -> None:
            if bar:
                bar.begin(PARTS[part])

        done = run_study(
            replicates, seed, draw=draw.value, on_day=bar, on_part=begin, ledger=ledger
        )
        begin("report")
        report = write(done, out, lang.value)
        ledger.end()
    if as_json:
        print_json({"report": str(report), **document(done)})
        return
    typer.echo(
        f"{replicates} runs of each of {done.scenarios_run} scenarios, "
        f"{len(done.verdicts)} claims checked, {done.seconds:.0f} seconds."
    )
    typer.echo(f"Report: {report}")


def _of_world(
    world: Path, out: Path, runs: tuple[int, int, CountedDrawName], lang: Language, *,
    resume: bool, as_json: bool,
) -> None:  # fmt: skip
    """Study another world; ``runs`` are how many of each scenario, their seed and draw."""
    from corredor.inputs.ledger import unfinished
    from corredor.study.any_world import request_of, run_study, write

    with (
        progress(f"Running the scenarios of {world.name}", shown=not as_json) as on_day,
        unfinished(out, request_of(world, *runs), resume=resume, passing=True) as ledger,
    ):
        replicates, seed, draw = runs
        done = run_study(world, replicates, seed, draw=draw, on_day=on_day, ledger=ledger)
        report = write(done, out, lang.value)
        ledger.end()
    if as_json:
        print_json({"report": str(report), "missing": done.missing})
        return
    typer.echo(f"{replicates} runs of each of {len(done.scenarios)} scenarios. Report: {report}")
