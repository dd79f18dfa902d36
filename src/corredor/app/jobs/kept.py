"""What is kept of a run beside its result: ``run.json``, read against its schema, written whole."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter, ValidationError

from corredor.app.routes.faults import without_paths
from corredor.app.routes.requests import MOST_REPLICATES, RunRequest
from corredor.inputs.manifest import digest_of

STATE = "run.json"
_SEAL = "sha256_of_this"
MOST_BYTES = 256 * 1024  # forty levers, a note and a long message are a tenth of it
ENDED = ("done", "failed", "cancelled", "damaged")

Count = Annotated[int, Field(ge=0, le=10**9)]
Seconds = Annotated[float, Field(ge=0, le=1e11, allow_inf_nan=False)]


def _request(value: dict[str, Any]) -> dict[str, Any]:
    return RunRequest.model_validate(value).model_dump(mode="json")


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
        As ``RunRequest`` gives it; empty where the run is damaged.
    command : str
        The command that gives the same numbers, with the scenario file beside it.
    status : str
        ``waiting``, ``running``, ``done``, ``failed`` or ``cancelled``; ``damaged`` where what is
        kept of it cannot be read.
    done, total : int
        Days simulated and to simulate.
    days : int
        While it runs and has no part, how many days of its result can be looked at.
    part : int
        How many of the replicates the data that can be looked at hold.
    reason, message : str
        Why it failed: ``input``, ``disk``, ``worker``, ``stopped`` or ``error``; and in words. Of a
        damaged one: ``broken``, ``unreadable`` or ``no_file``.
    note : str
        What the planner wrote about it.
    created, seconds : float
        When it was asked for, in seconds since 1970; how long it ran.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid", strict=True)

    id: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]
    name: Annotated[str, Field(min_length=1, max_length=80)]
    request: Annotated[dict[str, Any], AfterValidator(_request)]
    command: Annotated[str, Field(max_length=1000)]
    status: Literal["waiting", "running", "done", "failed", "cancelled", "damaged"] = "waiting"
    done: Count = 0
    total: Count = 0
    days: Count = 0
    part: Annotated[int, Field(ge=0, le=MOST_REPLICATES)] = 0
    reason: Literal[
        "", "input", "disk", "worker", "stopped", "error", "broken", "unreadable", "no_file"
    ] = ""
    message: Annotated[str, Field(max_length=4000)] = ""
    note: Annotated[str, Field(max_length=300)] = ""
    created: Seconds = 0.0
    seconds: Seconds = 0.0


_SCHEMA = TypeAdapter(Run)


def read_run(folder: Path) -> Run:
    """Return the run that is kept in a folder, or one that says in which way it is damaged."""
    try:
        content = _content(folder)
    except OSError:
        return _damaged(folder, "unreadable")
    if content is None:
        return _damaged(folder, "no_file")
    try:
        document = json.loads(content)
        seal = document.pop(_SEAL, None)  # earlier versions wrote none
        run = _SCHEMA.validate_json(json.dumps(document))
    except (ValidationError, ValueError, AttributeError, TypeError, RecursionError):
        return _damaged(folder, "broken")
    if seal is not None and seal != digest_of(document):
        return _damaged(folder, "broken")
    if run.id != folder.name or run.status == "damaged":
        return _damaged(folder, "broken")
    run.message = without_paths(run.message)  # earlier versions kept them
    return run


def write_run(folder: Path, run: Run) -> None:
    """Write a run's state into its folder, so that it is there whole even if the power fails."""
    path = folder / STATE
    temporary = folder / f".{STATE}.part"
    try:
        with temporary.open("w", encoding="utf-8") as file:
            document = asdict(run)
            file.write(json.dumps({**document, _SEAL: digest_of(document)}))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
    settle(folder)


def settle(folder: Path) -> None:
    """Have the disk keep which files a folder holds."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _content(folder: Path) -> bytes | None:
    """Return what stands in the file; None where what stands there is no file of ours.

    Neither a link is followed nor a pipe waited for: the folder may have been unpacked from
    anywhere.
    """
    if folder.is_symlink() or not folder.is_dir():
        return None
    path = folder / STATE
    if not stat.S_ISREG(path.lstat().st_mode):
        return None
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        content = file.read(MOST_BYTES + 1)
    return content if len(content) <= MOST_BYTES else b""


def _damaged(folder: Path, reason: Literal["broken", "unreadable", "no_file"]) -> Run:
    try:
        created = max(0.0, folder.lstat().st_mtime)
    except OSError:
        created = 0.0
    return Run(
        folder.name, folder.name, {}, "", status="damaged", reason=reason, created=created
    )  # fmt: skip
