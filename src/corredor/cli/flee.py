"""``corredor flee``: cases in the format of Flee."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.flee_check import check
from corredor.cli.flee_options import CaseChance, CaseFiles, Folder, RunFiles, SettingsFile
from corredor.cli.flee_tune import calibrate
from corredor.cli.options import AsJson, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress

if TYPE_CHECKING:
    from corredor.flee.case.layout import CasePaths
    from corredor.flee.run import FleeRun

app = typer.Typer(no_args_is_help=True, help="Read and run cases in the format of Flee.")


@app.command()
@grouped
def run(*, case: CaseFiles, chance: CaseChance, files: RunFiles, as_json: AsJson = False) -> None:
    """Run Flee's rules on a case and compare the camps with the record."""
    from corredor.flee.run import request_of, run_folder
    from corredor.inputs.ledger import unfinished

    files.check()
    runs, at = chance.runs(), case.found()
    read = (at.folder, at.validation, at.settings)
    with progress(f"Running {case.folder}", shown=not as_json) as on_day, ExitStack() as stack:
        ledger = None
        if files.first:
            kept = unfinished(files.first, request_of(*read, runs), resume=files.resume)
            ledger = stack.enter_context(kept)
        beside = files.flee_out.parent if files.flee_out else None
        found = run_folder(*read, runs, on_day=on_day, ledger=ledger, logs=beside)
        _write(found, at, chance, files)
        if ledger:
            ledger.end()
    draw, seed = chance.draw.value, chance.seed
    if as_json:
        print_json({**found.document(), "draw": draw, "seed": seed,
                    "people_scale": chance.people_scale})  # fmt: skip
    else:
        _show(found, draw, seed)


def _write(found: FleeRun, case: CasePaths, chance: CaseChance, files: RunFiles) -> None:
    """Write the tables that were asked for, chart and page."""
    from corredor.inputs.whole_files import whole_or_absent

    if files.out:
        with whole_or_absent(files.out) as part:
            found.table().to_csv(part, index=False)
    if files.flee_out:
        from corredor.flee.out_csv import as_flee_writes

        with whole_or_absent(files.flee_out) as part:
            as_flee_writes(found, chance.people_scale).to_csv(part, index=False)
    if files.chart or files.page:
        _draw(found, case, chance, files)


def _draw(found: FleeRun, case: CasePaths, chance: CaseChance, files: RunFiles) -> None:
    from corredor.show.flee.chart import save_chart
    from corredor.show.flee.page import Asked, build_page
    from corredor.show.html import save_page
    from corredor.text.language import speaking

    with speaking(files.language.value):
        if files.chart:
            save_chart(found, files.chart)
        if files.page:
            asked = Asked(
                case.folder, case.validation, case.settings, chance.draw.value, chance.seed,
                chance.people_scale, chance.days,
            )  # fmt: skip
            save_page(build_page(found, asked), files.page)


def _show(found: FleeRun, draw: str, seed: int) -> None:
    for note in found.case.notes:
        typer.echo(f"Note: {note}", err=True)
    last = found.simulated[:, -1].mean(axis=0)
    rows = [(name, float(last[i]), float(found.counted[-1, i]),
             float(abs(found.simulated[:, :, i] - found.counted[:, i]).mean()))
            for i, name in enumerate(found.case.camps)]  # fmt: skip
    columns = ("camp", "people, last day", "record, last day", "mean difference over days")
    print_table(f"{found.case.name}: people in camps", columns, rows)
    seconds = found.seconds
    typer.echo(
        f"Averaged relative difference {found.difference.mean():.4f}, rescaled "
        f"{found.rescaled.mean():.4f}; {found.people.mean():,.0f} people."
    )
    typer.echo(
        f"{len(found.simulated)} {draw} run(s), seed {seed}, {found.states:,} states: compiled in "
        f"{seconds['compile']:.2f} s, simulated in {seconds['simulate']:.2f} s."
    )
    if found.followed.by == "counts":  # otherwise a note has said so
        typer.echo(found.followed.why)


@app.command()
@grouped
def validate(
    *,
    sweep: Annotated[
        Path,
        typer.Argument(
            help="A folder of conflicts as FabFlee has them, or one with SWEEP/ and simsetting.yml."
        ),
    ],
    settings: Annotated[
        Path | None, typer.Option(help="For all conflicts, instead of their own and the set's.")
    ] = None,
    chance: CaseChance,
    out: Annotated[
        Path | None, typer.Option(help="Write the table to this new CSV file too.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Run every conflict of a set, and print how far each is from its record, and their mean."""
    from corredor.flee import validate as sets
    from corredor.flee.case.layout import cases_of_set
    from corredor.inputs.whole_files import refuse_existing, whole_or_absent

    refuse_existing(out)
    cases, runs = cases_of_set(sweep, settings), chance.runs()
    with progress(f"Running {len(cases)} conflicts", shown=not as_json, unit="conflicts") as done:
        found = sets.validate(cases, runs, on_case=done)
    if out:
        with whole_or_absent(out) as part:
            found.table().to_csv(part, index=False)
    if as_json:
        print_json({**found.document(), "replicates": runs.replicates, "draw": runs.draw,
                    "seed": runs.seed, "people_scale": runs.people_scale})  # fmt: skip
        return
    for conflict in found.conflicts:
        for note in conflict.notes:
            typer.echo(f"Note: {note}", err=True)
    rows: list[tuple[object, ...]] = [
        (c.name, c.days, round(c.people), f"{c.difference.mean():.4f}", f"{c.rescaled.mean():.4f}")
        for c in found.conflicts
    ]
    rows.append(("mean", None, None, f"{found.difference:.4f}", f"{found.rescaled:.4f}"))
    print_table("Averaged relative difference from the record",
                ("conflict", "days", "people", "as it is", "rescaled"), rows)  # fmt: skip
    typer.echo(
        f"{runs.replicates} {runs.draw} run(s) of each, seed {runs.seed}. Rescaled is what the "
        "validation of FabFlee publishes as the averaged relative difference; it prints half the "
        f"mean, {found.rescaled / 2:.4f}, as the error too."
    )


app.command()(check)


@app.command()
def convert(
    folder: Folder,
    out: Annotated[Path, typer.Option(help="Write the world to this new folder.")],
    validation: Annotated[
        Path | None,
        typer.Option(
            help="The folder with data_layout.csv, if not source_data/: for who enters, a "
            "scenario, the record."
        ),
    ] = None,
    settings: SettingsFile = None,
    as_json: AsJson = False,
) -> None:
    """Carry a case into a world and a scenario, and say what is assumed."""
    from corredor.flee.case.layout import input_folder, record_beside
    from corredor.flee.convert import world as carry
    from corredor.inputs.whole_files import whole_or_absent

    read = input_folder(folder)
    if validation is None and read != folder:
        validation = record_beside(read)
    with whole_or_absent(out) as part:
        carry.convert(read, part, validation, settings)
    missing = carry.lacking(out)
    files = sorted(path.name for path in out.iterdir())
    if as_json:
        print_json({"world": str(out), "ok": not missing, "files": files,
                    "lacking": [vars(m) for m in missing]})  # fmt: skip
        return
    typer.echo(f"{out}: {', '.join(files)}. SOURCES.md says what was carried and what is assumed.")
    if missing:
        rows = [(m.file, m.column, m.rows, m.expected) for m in missing]
        print_table("Not a whole world yet: `corredor world check` misses or refuses",
                    ("file", "column", "rows", "expected"), rows)  # fmt: skip
    elif validation:
        typer.echo(f"The world passes `corredor world check`. Run it: corredor run "
                   f"{out / 'scenario.toml'}")  # fmt: skip
    else:
        typer.echo("The world passes `corredor world check`. With --validation, who enters and a "
                   "scenario are written too.")  # fmt: skip
    typer.echo(
        "This is Corredor's movement on the case's map. For Flee's rules: corredor flee run."
    )


app.command()(calibrate)
