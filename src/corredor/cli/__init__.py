"""The command line: every command is a few lines that call the library.

Heavy libraries are imported inside the commands, so that ``corredor --help`` answers at once.
"""

from __future__ import annotations

import atexit
import errno
import gc
import importlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli import configuration
from corredor.cli.streams import (
    READER_GONE,
    reader_is_gone,
    say_no_more,
    show_what_can_be_shown,
    write_out,
)
from corredor.errors import CorredorError

if TYPE_CHECKING:
    app: typer.Typer

OBJECTS = 100_000  # made before Python looks for garbage: importing libraries makes few
INTERRUPTED = 130  # the exit code of a program that Ctrl-C ended

# By what people come for: the group in --help, then name, where the command is, and one
# line, 56 letters at most.
_GROUPS: dict[str, tuple[tuple[str, str, str], ...]] = {
    "Start here": (
        ("demo", "demo.demo", "An answer in seconds, from what ships."),
        ("app", "web.app", "Map, charts, levers and comparisons in your browser."),
        ("study", "study.study", "The whole study of an article, and its report."),
    ),
    "Ask what would change": (
        ("run", "run.run", "Run a scenario and set it beside the record."),
        ("compare", "compare.compare", "What policies change, with 90 % intervals."),
        ("explain", "explain.explain", "The order of a day; what a lever is in each month."),
        ("ensemble", "ensemble.ensemble", "Scenarios × members × seeds, on any machines."),
    ),
    "See what it means for people": (
        ("needs", "needs.needs", "Water, food, beds in places; days over capacity."),
        ("counts", "counts.counts", "People in places beside published counts of them."),
        ("harm", "harm.harm", "Expected events of harm, with the surveys' range."),
    ),
    "Look ahead": (
        ("forecast", "forecasts.app", "What may come; and how kept forecasts did."),
        ("backtest", "fit.backtest", "Forecasts from every past origin, scored."),
    ),
    "Hold against what is known": (
        ("record", "record.app", "The official record: series, editions, your own files."),
        ("claims", "claims.app", "Claims of others, each with a verdict and its number."),
        ("variants", "variants.variants", "How far an answer depends on the model's structure."),
    ),
    "Make it yours": (
        ("world", "world.app", "Make a world of your own, check it, show it."),
        ("calibrate", "fit.calibrate", "Find the unknowns of a world from the record."),
        ("flee", "flee.app", "Read, check and run cases in the format of Flee."),
    ),
    "Prove it": (
        ("verify", "proof.verify", "Whether files are what Corredor wrote."),
        ("rerun", "proof.rerun", "Make a result again: equal to the bit, or why not."),
    ),
}


def _version(value: bool) -> None:
    if value:
        from corredor import __version__  # to look it up takes a tenth of the start

        typer.echo(f"corredor {__version__}")
        raise typer.Exit


def _config(ctx: typer.Context, value: Path | None) -> None:
    if value is not None:
        ctx.default_map = configuration.defaults(value, ctx.command)


def _options(
    config: Annotated[
        Path | None,
        typer.Option(
            callback=_config,
            is_eager=True,
            help="Take options from this TOML file: a table a command, a key an option.",
        ),
    ] = None,
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version and leave."
    ),
) -> None:
    pass


def application(only: str | None = None) -> typer.Typer:
    """Return the command line.

    Parameters
    ----------
    only : str, optional
        The one command that is wanted: to import and describe all takes an eighth of a short one.
    """
    made = typer.Typer(
        name="corredor",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=(
            "Simulate how people move through a migration corridor, under rules that you can "
            "change, and compare with the official record. Corredor works on counts of people "
            "only; it tracks nobody."
        ),
    )
    made.callback()(_options)
    for panel, commands in _GROUPS.items():
        for name, where, line in commands:
            if only in (None, name):
                module, attribute = where.split(".")
                command = getattr(importlib.import_module(f"{__name__}.{module}"), attribute)
                if isinstance(command, typer.Typer):
                    made.add_typer(command, name=name, short_help=line, rich_help_panel=panel)
                else:
                    made.command(name=name, short_help=line, rich_help_panel=panel)(command)
    return made


def __getattr__(name: str) -> typer.Typer:
    if name != "app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = made = application()
    return made


def main() -> None:
    """Run the command line; turn expected errors into one message and exit code 2."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # starting more takes a tenth of one, too
    gc.set_threshold(OBJECTS)  # to look more often takes a tenth of a short command's time
    atexit.register(gc.freeze)  # to look at the end, when all is given back, takes another tenth
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
    first = sys.argv[1] if len(sys.argv) > 1 else None
    known = {name for commands in _GROUPS.values() for name, *_ in commands}
    try:
        application(first if first in known else None)(standalone_mode=True)
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
