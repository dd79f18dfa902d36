"""``corredor flee check``: the faults of a case, and a corrected copy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.flee_options import CaseFiles, Days
from corredor.cli.options import AsJson, grouped
from corredor.cli.output import print_json

if TYPE_CHECKING:
    from corredor.flee.check.faults import Findings
    from corredor.flee.check.mend import Mended


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
