"""The process that holds claims against the record, the map and, if asked, the model."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corredor.app.routes.faults import without_paths

if TYPE_CHECKING:
    from corredor.claims import Results
    from corredor.claims.verdicts import Claim, ClaimsFile

LANGUAGES = ("en", "es")
EVERY = 0.2  # seconds between two words on progress
POLITE = 5  # so much this process stands back behind the one that runs the planner's scenarios


@dataclass(frozen=True)
class Asked:
    """What is to be checked.

    Attributes
    ----------
    folder : Path
        Of files of claims.
    world : Path
        The folder of the world whose record and map are asked.
    known : bool
        Whether record and map were asked before, so that only the model is left.
    replicates, seed : int
        How to run the model; it is not run where ``replicates`` is 0.
    """

    folder: Path
    world: Path
    known: bool
    replicates: int
    seed: int


def check(connection: Connection, asked: Asked) -> None:
    """Check every claim and end; messages are ``(kind, …)``.

    ``files`` of cards by language that wait; ``card`` language, file, position, card;
    ``progress`` share of the model's days; ``done``; ``failed`` message.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the server's to answer
    os.nice(POLITE)
    from corredor.record import with_world

    try:
        with with_world(asked.world):
            _check(connection, asked)
    except (BrokenPipeError, EOFError):  # the app is gone
        return
    except Exception as error:  # a fault must reach the planner
        connection.send(("failed", without_paths(f"{type(error).__name__}: {error}")))
    else:
        connection.send(("done",))


def _check(connection: Connection, asked: Asked) -> None:
    from corredor.app.documents.cards import waiting_card
    from corredor.claims import load_file

    files = {path.stem: load_file(path) for path in sorted(asked.folder.glob("*.toml"))}
    if not asked.known:
        connection.send(("files", {
            language: [
                {
                    "file": name, "title": _title(file, language),
                    "claims": [waiting_card(claim, language) for claim in file.claim],
                }
                for name, file in files.items()
            ]
            for language in LANGUAGES
        }))  # fmt: skip
        everything = [
            (f, i) for f, file in enumerate(files.values()) for i in range(len(file.claim))
        ]
        quick_first = sorted(everything, key=lambda at: _claim(files, at).kind == "model")
        _judge(connection, files, quick_first, asked.world, None)
    if asked.replicates:
        for at, results in _run(connection, files, asked):
            _judge(connection, files, at, asked.world, results)


def _run(
    connection: Connection, files: dict[str, ClaimsFile], asked: Asked
) -> Iterator[tuple[list[tuple[int, int]], Results]]:
    """Run the scenarios of each file, and give its claims of the model to judge."""
    from corredor.claims import Results, scenarios_of

    wanted = [{s.hash: s for s in scenarios_of(file.claim)} for file in files.values()]
    every = len(set().union(*wanted))
    results = Results(asked.replicates, asked.seed)
    before, told = 0, 0.0

    def on_day(done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told > EVERY or done == total:
            told = time.monotonic()
            connection.send(("progress", (before + missing * done / total) / every))

    results.on_day = on_day
    for f, (file, scenarios) in enumerate(zip(files.values(), wanted, strict=True)):
        # What no later claim asks is dropped: results are large.
        results.done = {key: data for key, data in results.done.items() if key in scenarios}
        missing = len(scenarios) - len(results.done)
        results.run(scenarios.values())
        before += missing
        yield [(f, i) for i, claim in enumerate(file.claim) if claim.kind == "model"], results


def _judge(
    connection: Connection,
    files: dict[str, ClaimsFile],
    positions: list[tuple[int, int]],
    folder: Path,
    results: Results | None,
) -> None:
    from corredor.app.documents.cards import card
    from corredor.claims import judge
    from corredor.corridor.world import load_world
    from corredor.text.language import speaking

    world = load_world(folder)
    for at in positions:
        claim = _claim(files, at)
        for language in LANGUAGES:
            with speaking(language):
                (verdict,) = judge([claim], world, results)
                connection.send(("card", language, *at, card(verdict, claim, language)))


def _claim(files: dict[str, ClaimsFile], at: tuple[int, int]) -> Claim:
    return list(files.values())[at[0]].claim[at[1]]


def _title(file: ClaimsFile, language: str) -> str:
    return str(getattr(file, f"title_{language}", "") or file.title)


def plain(value: Any) -> Any:
    """Return a document without what JSON cannot hold: numbers that are none become None."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return None if isinstance(value, float) and value != value else value
