"""The runs that are kept: a folder for each, with its request, its state and its result."""

from __future__ import annotations

import json
import re
import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corredor.app.routes.faults import without_paths
from corredor.errors import OutputError, UsageError
from corredor.inputs.manifest import check_files, digest_of, file_digest
from corredor.inputs.whole_files import discard, sweep, whole_or_absent

STATE = "run.json"
SCENARIO, DIGEST = "scenario.toml", "scenario.sha256"
RESULT = "result"
SLICES = "slices"
_SEAL = "sha256_of_this"
ENDED = ("done", "failed", "cancelled")
_ID = re.compile(r"^[0-9a-f]{16}$")


@dataclass
class Run:
    """A run and how far it is.

    Attributes
    ----------
    id : str
        Chosen by the server; its folder's name.
    name : str
        What the planner calls it.
    request : dict
        As ``RunRequest`` gives it.
    command : str
        The command that gives the same numbers, with the scenario file beside it.
    status : str
        ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``.
    done, total : int
        Days simulated and to simulate.
    days : int
        While it runs and has no part, how many days of its result can be looked at.
    part : int
        How many of the replicates the data that can be looked at hold.
    reason, message : str
        Why it failed: ``input``, ``disk``, ``worker``, ``stopped`` or ``error``; and in words.
    note : str
        What the planner wrote about it.
    created, seconds : float
        When it was asked for, in seconds since 1970; how long it ran.
    """

    id: str
    name: str
    request: dict[str, Any]
    command: str
    status: str = "waiting"
    done: int = 0
    total: int = 0
    days: int = 0
    part: int = 0
    reason: str = ""
    message: str = ""
    note: str = ""
    created: float = 0.0
    seconds: float = 0.0


class Store:
    """Runs in a folder. What cannot be written is kept in memory until the app ends.

    Attributes
    ----------
    damaged : list of Path
        The states of runs that are not as they were written; those runs are not shown.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs: dict[str, Run] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written: {error.strerror}.") from None
        sweep(folder)
        self.damaged: list[Path] = []
        for path in sorted(folder.glob(f"*/{STATE}")):
            sweep(path.parent)
            run = _read(path)
            if run is not None:
                self._adopt(run)
            elif _ID.match(path.parent.name):
                self.damaged.append(path)

    def _adopt(self, run: Run) -> None:
        """Take up a run of an earlier session; what was under way then will not end."""
        self.runs[run.id] = run
        if run.status not in ENDED:
            run.status, run.reason, run.days = "failed", "stopped", 0
            self.save(run)

    def listed(self) -> list[Run]:
        """Return the runs, the newest first."""
        return sorted(self.runs.values(), key=lambda run: run.created, reverse=True)

    def get(self, run_id: str) -> Run:
        """Return a run.

        Raises
        ------
        UsageError
            If there is none of that id.
        """
        if run_id not in self.runs:
            raise UsageError("There is no such run.")
        return self.runs[run_id]

    def path(self, run: Run, *parts: str) -> Path:
        """Return the run's folder, or a path inside it."""
        return self.folder.joinpath(run.id, *parts)

    def add(self, name: str, request: dict[str, Any], command: str, scenario: str) -> Run:
        """Keep a new run.

        Raises
        ------
        OutputError
            If its folder cannot be written, for instance because the disk is full.
        """
        run = Run(secrets.token_hex(8), name, request, command, created=time.time())
        try:
            with whole_or_absent(self.path(run)) as temporary:
                temporary.mkdir()
                (temporary / SCENARIO).write_text(scenario, encoding="utf-8")
                (temporary / DIGEST).write_text(file_digest(temporary / SCENARIO))
                _write(temporary / STATE, run)
        except OutputError as error:  # less the path, which a page need not tell
            reason = str(error).rpartition(": ")[2]
            raise OutputError(f"The run cannot be kept: {reason}") from None
        self.runs[run.id] = run
        return run

    def save(self, run: Run) -> None:
        """Write a run's state; a full disk leaves the one in memory."""
        with suppress(OSError, OutputError):
            _write(self.path(run, STATE), run)

    def scenario(self, run: Run) -> Path:
        """Return the scenario file of a run, after a look at whether it is what was written.

        Raises
        ------
        DamagedError
            If it is not.
        """
        noted = self.path(run, DIGEST)
        if noted.exists():  # earlier versions wrote none
            told = noted.read_text(encoding="utf-8", errors="replace")
            check_files(self.path(run), {SCENARIO: told})
        return self.path(run, SCENARIO)

    def remove(self, run: Run) -> None:
        """Forget a run and delete its folder."""
        self.runs.pop(run.id, None)
        with suppress(OSError):
            discard(self.path(run))


def _write(path: Path, run: Run) -> None:
    document = asdict(run)
    with whole_or_absent(path, replace=True) as temporary:
        text = json.dumps({**document, _SEAL: digest_of(document)})
        temporary.write_text(text, encoding="utf-8")


def _read(path: Path) -> Run | None:
    """Return a run, or None where the file is none of ours, or not as it was written."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        seal = document.pop(_SEAL, None)  # earlier versions wrote none
        if seal is not None and seal != digest_of(document):
            return None
        run = Run(**document)
    except (OSError, ValueError, TypeError, AttributeError, RecursionError):
        return None
    run.message = without_paths(str(run.message))  # earlier versions kept them
    return run if run.id == path.parent.name and _ID.match(run.id) else None
