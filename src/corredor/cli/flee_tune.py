"""``corredor flee calibrate``: settings tuned on one half of a case, and tested on the other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.flee_options import CaseFiles
from corredor.cli.options import AsJson, Seed, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress

if TYPE_CHECKING:
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


@dataclass(frozen=True)
class Tuning:
    """Size of the ensemble that tunes settings, its steps, and the seed of both."""

    members: Annotated[int, typer.Option(help="Size of the ensemble.")] = 100
    iterations: Annotated[int, typer.Option(help="Steps of the smoother.")] = 4
    seed: Seed = 1


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
