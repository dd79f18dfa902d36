"""The command line: every command is a few lines that call the library.

Heavy libraries are imported inside the commands, so that ``corredor --help`` answers at once.
"""

from __future__ import annotations

import errno
import os
import sys

import typer

from corredor import __version__
from corredor.cli import (
    claims,
    compare,
    counts,
    ensemble,
    explain,
    fit,
    flee,
    forecasts,
    harm,
    needs,
    proof,
    record,
    run,
    study,
    variants,
    web,
    world,
)
from corredor.cli.streams import (
    READER_GONE,
    reader_is_gone,
    say_no_more,
    show_what_can_be_shown,
    write_out,
)
from corredor.errors import CorredorError

INTERRUPTED = 130  # the exit code of a program that Ctrl-C ended

app = typer.Typer(
    name="corredor",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Simulate how people move through the migration corridor from the Darién to the United "
        "States border, under rules that you can change, and compare with the official record. "
        "Corredor works on counts of people only; it tracks nobody."
    ),
)
app.add_typer(world.app, name="world")
app.add_typer(record.app, name="record")
app.add_typer(claims.app, name="claims")
app.add_typer(flee.app, name="flee")
app.command(name="run")(run.run)
app.command(name="ensemble")(ensemble.ensemble)
app.command(name="explain")(explain.explain)
app.command(name="compare")(compare.compare)
app.command(name="needs")(needs.needs)
app.command(name="counts")(counts.counts)
app.command(name="harm")(harm.harm)
app.command(name="study")(study.study)
app.command(name="verify")(proof.verify)
app.command(name="rerun")(proof.rerun)
app.add_typer(web.app, name="app")
app.command(name="calibrate")(fit.calibrate)
app.command(name="variants")(variants.variants)
app.add_typer(forecasts.app, name="forecast")
app.command(name="backtest")(fit.backtest)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"corredor {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    pass


def main() -> None:
    """Run the command line; turn expected errors into one message and exit code 2."""
    show_what_can_be_shown()
    try:
        _run()
    except CorredorError as error:
        _fail(str(error))
    except OSError as error:
        say_no_more()
        if reader_is_gone(error):
            sys.exit(READER_GONE)
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}")
    except KeyboardInterrupt as stopped:
        _interrupted(stopped)


def _run() -> None:
    try:
        app(standalone_mode=True)
    except SystemExit as end:  # typer and rich turn what they meet into this, without a word
        if end.code == INTERRUPTED:
            raise KeyboardInterrupt from end
        if reader_is_gone(end):
            raise BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)) from None
        write_out()
        raise


def _interrupted(stopped: BaseException) -> None:
    """Say so, with what is known of work that can go on."""
    link: BaseException | None = stopped
    while link is not None:
        for note in getattr(link, "__notes__", ()):
            typer.echo(note, err=True)
        link = link.__context__
    typer.echo("Interrupted; nothing half-written is left.", err=True)
    sys.exit(INTERRUPTED)


def _fail(message: str) -> None:
    typer.echo(f"Error: {message}", err=True)
    sys.exit(2)
