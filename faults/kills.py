"""Interrupt everything that writes, at every kind of moment, and look at what is left of it.

After each interruption: nothing half-written stands under the name of something whole; what stood
there before is as it was; begun anew the command ends well, with the content of one that nobody
interrupted, and nothing is left beside it.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corredor.app.jobs.kept import STATE
from corredor.app.jobs.store import Store
from corredor.errors import CorredorError
from faults.child import Ended, trial
from faults.commands import COMMANDS, Command, Work
from faults.files import Injector, Kind
from faults.found import Fault, Tally
from faults.stage import write_stage
from faults.tree import litter, tree

KILLS = 200
AT_AN_EVENT, AT_A_TIME = "killed at a file event", "killed at a moment"
FULL, BROKEN, CUT = "disk full", "input/output error", "write cut off within a file"
HOW = (AT_AN_EVENT, AT_A_TIME, FULL, BROKEN, CUT)
KINDS: dict[str, Kind] = {
    AT_AN_EVENT: "kill", FULL: "no space", BROKEN: "input/output error"
}  # fmt: skip
SMALLEST = 600  # bytes that a file may have at least; the message needs some of them
IN_THE_WAY = ("exists already", "kept already", "unknown addition", "known already")


@dataclass(frozen=True)
class Undisturbed:
    """What a command does if nobody interrupts it."""

    before: dict[str, str]
    after: dict[str, str]
    events: int
    seconds: float

    @property
    def new(self) -> set[str]:
        """Return what it writes that was not there."""
        return set(self.after) - set(self.before)


@dataclass(frozen=True)
class Place:
    """Where trials are made: always the same path, which is part of what is written."""

    base: Path

    @property
    def folder(self) -> Path:
        """Return the folder of the trial under way."""
        return self.base / "trial"

    def laid_out(self, command: Command) -> dict[str, str]:
        """Begin a trial: lay everything out anew; return what stands there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        write_stage(self.folder)
        if command.before:
            self.do(command.before)
        return tree(self.folder)

    def do(self, work: Work, **how: object) -> Ended:
        """Do some work in a process of its own."""
        environment = {"CORREDOR_HOME": str(self.folder / "home")}
        return trial(work, self.folder, self.base, environment=environment, **how)  # type: ignore[arg-type]


def undisturbed(command: Command, place: Place) -> Undisturbed:
    """Do a command from its start to its end.

    Raises
    ------
    RuntimeError
        If it fails by itself: then it is no command to try.
    """
    if command.prepare:
        command.prepare()
    before = place.laid_out(command)
    counting = Injector(place.folder)
    ended = place.do(command.work, injector=counting)
    after = tree(place.folder)
    if ended.code or litter(after):
        raise RuntimeError(
            f"{command.name} fails by itself, {ended.code}: {ended.said} {litter(after)[:5]}"
        )
    return Undisturbed(before, after, ended.events, ended.seconds)


def interrupt(
    command: Command, usual: Undisturbed, place: Place, how: str, random: np.random.Generator
) -> Iterator[Fault]:
    """Interrupt a command once, begin it anew, and give everything that is not as it should be."""
    place.laid_out(command)
    at = int(random.integers(1, max(2, usual.events + 1)))
    if how == AT_A_TIME:
        after = float(random.uniform(0, usual.seconds * 1.05))
        ended, when = place.do(command.work, kill_after=after), f"after {after:.3f} s"
    elif how == CUT:
        size = int(SMALLEST * 2 ** random.uniform(0, 7))
        ended, when = place.do(command.work, grow=size), f"at {size} bytes"
    else:
        ended = place.do(command.work, injector=Injector(place.folder, at, KINDS[how]))
        when = f"at event {at} of {usual.events}"
    about = (command.name, how, when)
    left = _looked_at(place)
    if how not in (AT_AN_EVENT, AT_A_TIME):
        for what in _unclear(ended):
            yield Fault(*about, "unclear", what)
        if ended.code != 0:
            for name in litter(left):
                if ".unfinished" not in name:
                    yield Fault(*about, "litter", f"{name}, at once")
    for name in sorted(set(usual.after) | set(usual.before)):
        known = {usual.before.get(name, "absent"), usual.after.get(name, "absent")}
        if name in command.replaces:
            known.add("absent")
        if name.endswith(STATE) and is_whole_state(place.folder / name):
            continue  # a run's state changes as it goes on
        if left.get(name, "absent") not in known:
            yield Fault(*about, "wrong", f"{name} is neither absent nor whole")
    yield from _begun_anew(command, usual, place, left, about)


def _begun_anew(
    command: Command, usual: Undisturbed, place: Place, left: dict[str, str],
    about: tuple[str, str, str],
) -> Iterator[Fault]:  # fmt: skip
    work = command.again or command.work
    ended = place.do(work)
    refused = ended.code == 2 and any(words in ended.said for words in IN_THE_WAY)
    if refused and not usual.new <= set(left):  # one of several files stood; as told, it is removed
        for name in usual.new & set(left):
            _remove(place.folder / name)
        ended = place.do(work)
    elif refused:  # all of it stands
        ended = Ended(0, "", 0, 0.0)
    if ended.code:
        yield Fault(*about, "lost", f"begun anew it ends with {ended.code}: {ended.said[-300:]}")
    found = _looked_at(place)
    for name in sorted(set(usual.after) - set(found)):
        yield Fault(*about, "lost", f"{name} is missing")
    for name in sorted(set(found) - set(usual.after)):
        yield Fault(*about, "litter", name)
    for name in sorted(set(found) & set(usual.after)):
        if found[name] != usual.after[name]:
            yield Fault(*about, "wrong", f"{name} differs from that of a command left alone")


def is_whole_state(path: Path) -> bool:
    """Return whether the state of a run of the app is one that was written."""
    runs = Store(path.parents[1]).runs.values() if path.exists() else []
    return bool(runs) and all(run.status != "damaged" for run in runs)


def _looked_at(place: Place) -> dict[str, str]:
    try:
        return tree(place.folder)
    except CorredorError as error:
        return {"": f"damaged: {error}"}


def _unclear(ended: Ended) -> Iterator[str]:
    """Say what is wrong with how a command told of a fault of the disk."""
    if "Traceback" in ended.said:
        yield f"a traceback: {ended.said.strip().splitlines()[-1]}"
    elif ended.code not in (0, 2):
        yield f"exit code {ended.code}"
    elif ended.code == 2 and ended.said.count("Error:") != 1:
        yield f"{ended.said.count('Error:')} messages: {ended.said[-300:]!r}"


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def try_all(
    place: Place, *, times: int = KILLS, seed: int = 1, commands: Iterable[Command] = COMMANDS,
    ways: Iterable[str] = HOW,
) -> Tally:  # fmt: skip
    """Interrupt commands: kills ``times`` in all, and a tenth as many of each other way."""
    listed, tally = list(commands), Tally()
    whole = sum(command.weight for command in listed)
    for number, command in enumerate(listed):
        usual = undisturbed(command, place)
        for each, how in enumerate(ways):
            killing = how in (AT_AN_EVENT, AT_A_TIME)
            share = times * command.weight / whole / (2 if killing else 10)
            for again in range(max(1, math.ceil(share) if killing else round(share))):
                random = np.random.default_rng([seed, number, each, again])
                tally.add(how, command.name, interrupt(command, usual, place, how, random))
    return tally
