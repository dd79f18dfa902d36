"""``corredor verify`` and ``corredor rerun``: whether results are as written, and come again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.options import AsJson
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress
from corredor.errors import DamagedError

if TYPE_CHECKING:
    from corredor.runs.rerun import Rerun


def verify(
    paths: Annotated[
        list[Path], typer.Argument(help="Results, posteriors, backtests, or folders that hold any.")
    ],
    as_json: AsJson = False,
) -> None:
    """Hold everything that Corredor wrote below these paths against its digests."""
    from corredor.runs.verify import verify as look

    found = [each for path in paths for each in look(path)]
    faulty = [each for each in found if each.fault]
    if as_json:
        print_json([{"path": str(v.path), "kind": v.kind, "fault": v.fault or None} for v in found])
    else:
        rows = [(v.kind, str(v.path), "damaged" if v.fault else "whole") for v in found]
        print_table("What was looked at", ("what", "where", "state"), rows)
    if faulty:
        raise DamagedError("\n".join(each.fault for each in faulty))


def rerun(
    path: Annotated[
        Path, typer.Argument(help="The folder of a result or an ensemble, or a posterior.")
    ],
    world: Annotated[
        Path | None, typer.Option(help="Where its world lies now, if elsewhere than then.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a result, ensemble or posterior again, and say whether it is the same to the bit."""
    with progress(f"Making {path} again", shown=not as_json) as on_day:
        again = _again(path, world, on_day)
    if as_json:
        differs = {name: dict(zip(("numbers", "at_most"), of, strict=True))
                   for name, of in again.differs.items()}  # fmt: skip
        print_json(
            {"path": str(path), "equal": again.equal, "changed": list(again.changed),
             "differs": differs}
        )  # fmt: skip
    else:
        _tell(path, again)
    if not again.equal:
        raise typer.Exit(1)


def _again(path: Path, world: Path | None, on_day: Any) -> Rerun:
    if path.is_file():
        from corredor.fit.rerun import rerun_posterior

        def on_step(step: int, steps: int, done: int, total: int) -> None:
            if on_day:
                on_day(step * total + done, steps * total)

        return rerun_posterior(path, on_step=on_step)
    from corredor.runs.rerun import rerun as make

    return make(path, world=world, on_day=on_day)


def _tell(path: Path, again: Rerun) -> None:
    if again.equal:
        typer.echo(f"{path}: equal to the bit.")
    else:
        rows = [(name, number, gap) for name, (number, gap) in again.differs.items()]
        columns = ("array", "numbers that differ", "by at most")
        print_table(f"{path}: not the same", columns, rows)
    if again.changed:
        typer.echo("Not as when it was made first:")
        for text in again.changed:
            typer.echo(f"- {text}")
    elif not again.equal:
        typer.echo("Nothing that decides it has changed: this is a fault of Corredor; report it.")
