"""``corredor flee``: cases in the format of Flee."""

from __future__ import annotations

import enum
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.options import AsJson, Language, Resume, Seed, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress
from corredor.errors import UsageError

if TYPE_CHECKING:
    from corredor.flee.case.layout import CasePaths
    from corredor.flee.check.faults import Findings
    from corredor.flee.check.mend import Mended
    from corredor.flee.run import FleeRun, Runs
    from corredor.flee.tune.tuned import Tuned

WAYS = {
    "as given": "settings as given",
    "tuned": "tuned: the run nearest to the record",
    "middle of members": "middle of all members",
    "mean of members": "mean score of the members",
    "forecast": "forecast: the model discrepancy carried on",
    "whole forecast": "all of the forecast (CRPS)",
    "unmoved": "no model: shares of camps stay as they are",
}


app = typer.Typer(no_args_is_help=True, help="Read and run cases in the format of Flee.")


Folder = Annotated[
    Path,
    typer.Argument(
        help="Flee's input folder, with locations.csv, or FabFlee's, with input_csv/, source_data/ "
        "and simsetting.yml."
    ),
]
SettingsFile = Annotated[
    Path | None,
    typer.Option(help="Instead of simsetting.yml in the folder, or beside input_csv/."),
]
Record = Annotated[
    Path | None, typer.Option(help="The folder with data_layout.csv, if not source_data/.")
]
Days = Annotated[int | None, typer.Option(help="Instead of the length in sim_period.csv.")]


class CaseDraw(enum.StrEnum):
    """The ways to split the people of a case over what may happen to them."""

    EXACT = "exact"
    EXPECTED = "expected"
    INDIVIDUAL = "individual"


class CaseFollow(enum.StrEnum):
    """How people are followed from state to state."""

    CHEAPER = "cheaper"
    COUNTS = "counts"
    PERSONS = "persons"


@dataclass(frozen=True)
class CaseFiles:
    """Where a case and its record are read from."""

    folder: Folder
    validation: Record = None
    settings: SettingsFile = None

    def found(self) -> CasePaths:
        """Return where the files lie, by either layout."""
        from corredor.flee.case.layout import find_case

        return find_case(self.folder, self.validation, self.settings)


@dataclass(frozen=True)
class CaseChance:
    """How many runs of a case and of how many people, and how chance decides in them."""

    draw: Annotated[
        CaseDraw,
        typer.Option(help="Whole people at random as counts, expected values, or one by one."),
    ] = CaseDraw.EXACT
    replicates: Annotated[int, typer.Option(min=1, help="How many runs.")] = 1
    seed: Seed = 1
    people_scale: Annotated[
        float, typer.Option(help="Simulate so many people for each one counted.")
    ] = 1.0
    days: Days = None
    follow: Annotated[
        CaseFollow,
        typer.Option(
            help="Count people in states, or follow persons one by one: by foreseen cost unless "
            "told."
        ),
    ] = CaseFollow.CHEAPER

    def runs(self) -> Runs:
        """Return the same as the model takes it."""
        from corredor.flee.run import Runs

        return Runs(
            self.replicates, self.draw.value, self.seed, self.people_scale, self.days,
            self.follow.value,
        )  # fmt: skip


@dataclass(frozen=True)
class RunFiles:
    """Files that a run of a case writes."""

    out: Annotated[
        Path | None, typer.Option(help="Write people by day and camp to this new CSV file.")
    ] = None
    flee_out: Annotated[
        Path | None, typer.Option(help="Write the same as Flee does, to this new out.csv.")
    ] = None
    chart: Annotated[
        Path | None,
        typer.Option(help="Draw camps, with bands over the runs, to this new .svg, .png or .pdf."),
    ] = None
    page: Annotated[
        Path | None, typer.Option(help="Write chart, scores and sources to this new HTML file.")
    ] = None
    language: Annotated[Language, typer.Option(help="Of chart and page.")] = Language.ENGLISH
    resume: Resume = False

    @property
    def asked(self) -> list[Path]:
        """Return the files that are asked for; what is done is kept beside the first."""
        return [f for f in (self.out, self.flee_out, self.chart, self.page) if f]

    @property
    def first(self) -> Path | None:
        """Return the first file that is asked for."""
        return next(iter(self.asked), None)

    def check(self) -> None:
        """Refuse files that cannot be written, before any time is spent."""
        from corredor.inputs.ledger import clear_written
        from corredor.inputs.whole_files import refuse_existing

        clear_written(self.asked)
        refuse_existing(*self.asked)
        if self.chart:
            from corredor.show.flee.chart import check_format

            check_format(self.chart)
        if self.resume and self.first is None:
            raise UsageError("--resume needs --out, --flee-out, --chart or --page: the file of the "
                             "interrupted runs.")  # fmt: skip


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


@app.command()
@grouped
def check(
    *,
    case: CaseFiles,
    days: Days = None,
    corrected: Annotated[
        Path | None,
        typer.Option(help="Write a corrected copy, as FabFlee lays it out, to this new folder."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """List every fault of a case with file, row and column, and what Flee would do with it.

    Exits with 2 if the case, or the corrected copy where one is asked for, cannot be run.
    """
    from corredor.flee.check.faults import find_faults
    from corredor.flee.check.mend import write_corrected
    from corredor.inputs.whole_files import refuse_existing, whole_or_absent

    refuse_existing(corrected)
    at = case.found()
    found, mended = find_faults(at, days), None
    if corrected:
        with whole_or_absent(corrected) as part:
            mended = write_corrected(at, part, days)
    if as_json:
        print_json(_checked(found, mended))
    else:
        _show_faults(found, mended, corrected)
    if (mended.left if mended else found).refused:
        raise typer.Exit(2)


def _checked(found: Findings, mended: Mended | None) -> dict[str, object]:
    def listed(findings: Findings) -> list[dict[str, object]]:
        return [{**vars(fault.problem), "flee": fault.flee, "refused": fault.refused}
                for fault in findings.faults]  # fmt: skip

    document: dict[str, object] = {
        "ok": not found.refused, "faults": listed(found), "notes": list(found.notes)
    }  # fmt: skip
    if mended:
        document["corrections"] = [vars(correction) for correction in mended.corrections]
        document["left"] = listed(mended.left)
    return document


def _show_faults(found: Findings, mended: Mended | None, corrected: Path | None) -> None:
    for note in found.notes:
        typer.echo(f"Note: {note}")
    for fault in found.faults:
        also = "" if fault.refused else " So does Corredor."
        typer.echo(f"{fault.problem} Flee {fault.flee}.{also}")
    number = len(found.faults)
    can = "the case cannot be run" if found.refused else "the case can be run"
    told = f"{number:,} fault{'' if number == 1 else 's'}" if number else "No fault"
    typer.echo(f"{told}: {can}.")
    if mended is None:
        return
    for made in mended.corrections:
        row = "" if made.row is None else f", line {made.row}"
        typer.echo(f"{made.file}{row}: {made.found} → {made.now} ({made.why}).")
    typer.echo(f"{len(mended.corrections):,} corrected in {corrected}; "
               f"{len(mended.left.faults):,} left for you to decide.")  # fmt: skip
    for fault in mended.left.faults:
        name = Path(fault.problem.file).name
        typer.echo(f"Left: {replace(fault.problem, file=name)}")


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


@dataclass(frozen=True)
class Tuning:
    """Size of the ensemble that tunes settings, its steps, and the seed of both."""

    members: Annotated[int, typer.Option(help="Size of the ensemble.")] = 100
    iterations: Annotated[int, typer.Option(help="Steps of the smoother.")] = 4
    seed: Seed = 1


@app.command()
@grouped
def calibrate(
    *,
    files: CaseFiles,
    tuning: Tuning,
    out: Annotated[
        Path | None, typer.Option(help="Write the tuned settings, as Flee reads them, to a file.")
    ] = None,
    members_out: Annotated[
        Path | None, typer.Option(help="Write settings and scores of every member, as CSV.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Tune six settings on the first half of a case's days; test them on the second half."""
    from corredor.flee.case.folder import read_case
    from corredor.flee.case.layout import settings_file
    from corredor.flee.tune.files import members_table, read_given, settings_text
    from corredor.flee.tune.tune import tune
    from corredor.inputs.whole_files import refuse_existing, whole_or_absent

    refuse_existing(out, members_out)
    at = files.found()
    case = read_case(at.folder, at.validation, at.settings)
    given = read_given(settings_file(at.folder, at.settings))
    with progress(f"Tuning {files.folder}", shown=not as_json, unit="runs") as on_run:
        tuned = tune(case, on_run=on_run, **vars(tuning))
    about = {"case": case.name, **vars(tuning)}
    if out:
        with whole_or_absent(out) as part:
            part.write_text(settings_text(tuned, given, about), encoding="utf-8")
    if members_out:
        with whole_or_absent(members_out) as part:
            members_table(tuned).to_csv(part, index=False)
    if as_json:
        print_json({**about, **tuned.document()})
    else:
        _show_tuned(tuned)


def _show_tuned(tuned: Tuned) -> None:
    for note in tuned.case.notes:
        typer.echo(f"Note: {note}", err=True)
    found = tuned.document()
    rows = [(row["key"], row["as_given"], row["tuned"], row["q05"], row["q95"])
            for row in found["settings"]]  # fmt: skip
    print_table(f"{tuned.case.name}: settings tuned on the first {tuned.half} days",
                ("setting", "as given", "tuned", "5 %", "95 %"), rows)  # fmt: skip
    columns = ("first half", "first half, rescaled", "second half", "second half, rescaled")
    scores = [(WAYS[way], *(of.get(column) for column in columns))
              for way, of in found["scores"].items()]  # fmt: skip
    print_table("Averaged relative difference; lower is better", ("", *columns), scores)
    typer.echo(
        f"{found['verdict']} {found['inside_90']} of {found['counts_tested']} counts of the second "
        f"half lie inside the forecast's 90 % band, {found['inside_90_rules_alone']} inside that "
        "of the rules alone. How many people flee comes from the record in both halves; only "
        "where they are is tested."
    )


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
