"""The runs that are kept: a folder for each, with its request, its state and its result."""

from __future__ import annotations

import re
import secrets
import shutil
import time
from pathlib import Path
from typing import Any

from corredor.app.jobs.kept import ENDED, STATE, Run, read_run, settle, write_run
from corredor.errors import OutputError, UsageError
from corredor.inputs.manifest import check_files, file_digest
from corredor.inputs.whole_files import sweep, to_disk

SCENARIO, DIGEST = "scenario.toml", "scenario.sha256"
RESULT = "result"
SLICES = "slices"
NEW = ".new-"  # begins the name of a run's folder until its first files are there
_ID = re.compile(r"^[0-9a-f]{16}$")


class Store:
    """Runs in a folder. What cannot be written is kept in memory until the app ends.

    Whoever opens one must be the only one that has the folder open: what an earlier session left
    half-written is swept away.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.runs: dict[str, Run] = {}
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            entries = sorted(folder.iterdir())
        except OSError as error:
            raise OutputError(f"{folder}: cannot be written: {error.strerror}.") from None
        sweep(folder)
        for path in entries:
            if path.name.startswith(NEW):
                _delete(path)
            elif _ID.match(path.name) and not _swept(path):
                self._adopt(read_run(path))

    def _adopt(self, run: Run) -> None:
        """Take up a run of an earlier session; one that was under way then waits to go on."""
        self.runs[run.id] = run
        if run.status not in ENDED:
            run.status, run.days = "waiting", 0
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
        half = self.folder / f"{NEW}{run.id}"
        try:
            half.mkdir(parents=True)
            (half / SCENARIO).write_text(scenario, encoding="utf-8")
            (half / DIGEST).write_text(file_digest(half / SCENARIO))
            write_run(half, run)
            to_disk(half)
            half.rename(self.path(run))
            settle(self.folder)
        except OSError as error:
            for path in (half, self.path(run)):
                shutil.rmtree(path, ignore_errors=True)
            raise OutputError(f"The run cannot be kept: {error.strerror}.") from None
        self.runs[run.id] = run
        return run

    def save(self, run: Run) -> None:
        """Write a run's state; a full disk leaves the one in memory."""
        try:
            write_run(self.path(run), run)
        except OSError:
            return

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
        """Forget a run and delete its folder.

        Raises
        ------
        OutputError
            If it cannot be deleted; it is listed still.
        """
        path = self.path(run)
        _delete(path)
        if path.exists() or path.is_symlink():
            raise OutputError("The run cannot be deleted: its folder is write-protected.")
        self.runs.pop(run.id, None)


def _swept(path: Path) -> bool:
    """Delete what an earlier session left half-written; tell whether nothing of the run is left."""
    try:
        if path.is_symlink() or not path.is_dir():
            return False
        names = {one.name for one in path.iterdir()}
    except OSError:  # it will be told to be unreadable
        return False
    for name in names:
        if name.startswith("."):
            _delete(path / name)
    if STATE not in names:  # deleting it was interrupted
        _delete(path)
    return not path.exists()


def _delete(path: Path) -> None:
    """Delete a file or folder as far as that can be done; of a link, the link alone."""
    try:
        if path.is_symlink() or not path.is_dir():
            path.unlink(missing_ok=True)
            return
        path.chmod(0o700)  # a folder of ours that cannot be looked into could not be emptied
    except OSError:
        return
    shutil.rmtree(path, ignore_errors=True)
