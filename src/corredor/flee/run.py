"""Run a case: people in camps by day, beside the record."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, get_args

import numpy as np

from corredor.arrays import BAND, Floats
from corredor.engine.draws.names import check_draw
from corredor.engine.memory import bytes_needed, refuse_if_too_large
from corredor.engine.run import Replication, simulate
from corredor.errors import UsageError
from corredor.flee.case.events import LONGEST
from corredor.flee.case.folder import Case, read_case
from corredor.flee.logs import Logs
from corredor.flee.rules.cost import Follow, Followed
from corredor.flee.rules.ground import FleeProgram
from corredor.flee.rules.program import build_program
from corredor.flee.scores import averaged_relative_difference, rescaled_difference
from corredor.inputs.computed_by import computed_by_request
from corredor.inputs.ledger import Ledger
from corredor.inputs.manifest import known_digest

if TYPE_CHECKING:
    import pandas as pd

# Nothing befalls a whole body of people in Flee, so that a hybrid draw would be the expected one.
CaseDrawName = Literal["exact", "expected", "individual"]
MOST_SEED = 2**63 - 1
MOST_AT_ONCE = 50  # runs that are in memory together


@dataclass(frozen=True)
class Runs:
    """How many runs of how many people, and how chance decides in them.

    Attributes
    ----------
    replicates : int
        How many runs.
    draw : {"exact", "expected", "individual"}
        Whole people drawn at random as counts, expected values, or persons one by one.
    seed : int
        The same seed gives the same bits, for any number of threads.
    people_scale : float
        People simulated for each one counted; capacities and populations follow.
    days : int, optional
        How many days; those of sim_period.csv unless given.
    follow : {"cheaper", "counts", "persons"}
        Whether people are counted in states or followed one by one, in Flee's order; by foreseen
        cost unless told (see ``corredor.flee.rules.cost``). The expected draw has counts only.

    Raises
    ------
    UsageError
        If one makes no sense.
    """

    replicates: int = 1
    draw: CaseDrawName = "exact"
    seed: int = 1
    people_scale: float = 1.0
    days: int | None = None
    follow: Follow = "cheaper"

    @property
    def following(self) -> Follow:
        """Return how people are followed, as far as it is known before a case is read."""
        return "counts" if self.draw == "expected" and self.follow == "cheaper" else self.follow

    def __post_init__(self) -> None:
        scale = self.people_scale
        check_draw(self.draw, get_args(CaseDrawName))
        if self.follow not in get_args(Follow):
            raise UsageError(
                f"follow: found {self.follow!r}, expected one of {', '.join(get_args(Follow))}."
            )
        if self.draw == "expected" and self.follow == "persons":
            raise UsageError(
                "follow: the expected draw splits counts; follow counts, or use the exact draw."
            )
        if self.replicates < 1:
            raise UsageError(f"replicates: found {self.replicates}, expected 1 or more.")
        if not 0 <= self.seed <= MOST_SEED:
            raise UsageError(
                f"seed: found {self.seed}, expected a whole number from 0 to {MOST_SEED}."
            )
        if not (np.isfinite(scale) and 0 < scale <= 1e6):
            raise UsageError(f"people scale: found {scale}, expected more than 0, up to 1e6.")
        if self.days is not None and not 1 <= self.days <= LONGEST:
            raise UsageError(
                f"days: found {self.days}, expected a whole number from 1 to {LONGEST}."
            )


ONE = Runs()


@dataclass(frozen=True, eq=False)
class FleeRun:
    """What a run gave.

    Attributes
    ----------
    simulated : numpy.ndarray
        People in each camp after each day, [R, days, camps].
    counted : numpy.ndarray
        Those of the record at the scale of the run, [days, camps].
    people : numpy.ndarray
        All people at the end, wherever they are, [R].
    states : int
        How many states people could be in.
    followed : Followed
        Whether people were counted in states or followed one by one, and why.
    seconds : dict
        Of reading and laying out (``compile``), and of the days (``simulate``).
    """

    case: Case
    simulated: Floats
    counted: Floats
    people: Floats
    states: int
    followed: Followed
    seconds: dict[str, float]

    @property
    def difference(self) -> Floats:
        """Return the averaged relative difference of each replicate."""
        return averaged_relative_difference(self.simulated, self.counted)

    @property
    def rescaled(self) -> Floats:
        """Return the rescaled one."""
        return rescaled_difference(self.simulated, self.counted)

    def table(self) -> pd.DataFrame:
        """Return people by replicate, date and camp, beside the record, a row for each."""
        import pandas as pd

        shape = self.simulated.shape
        dates = np.datetime64(self.case.period.start, "D") + np.arange(shape[1])
        replicate, day, camp = np.indices(shape)
        return pd.DataFrame(
            {
                "replicate": replicate.ravel(),
                "date": dates[day.ravel()],
                "camp": np.array(self.case.camps, object)[camp.ravel()],
                "people": self.simulated.ravel(),
                "record": np.broadcast_to(self.counted, shape).ravel(),
            }
        )

    def document(self) -> dict[str, Any]:
        """Return numbers and series as JSON takes them; means over the replicates."""
        dates = np.datetime64(self.case.period.start, "D") + np.arange(self.case.period.days)
        low, high = np.quantile(self.simulated, BAND, axis=0)
        mean = self.simulated.mean(axis=0)
        camps = {
            name: {"mean": mean[:, i], "q05": low[:, i], "q95": high[:, i],
                   "record": self.counted[:, i]}
            for i, name in enumerate(self.case.camps)
        }  # fmt: skip
        return {
            "case": self.case.name,
            "replicates": len(self.simulated),
            "states": self.states,
            "followed": self.followed._asdict(),
            "people": float(self.people.mean()),
            "average_relative_difference": float(self.difference.mean()),
            "rescaled": float(self.rescaled.mean()),
            "by_replicate": {"average_relative_difference": self.difference,
                             "rescaled": self.rescaled, "people": self.people},
            "seconds": self.seconds,
            "days": dates.astype(str),
            "camps": camps,
            "notes": list(self.case.notes),
        }  # fmt: skip


def run_folder(
    folder: Path,
    validation: Path,
    settings: Path | None = None,
    runs: Runs = ONE,
    *,
    threads: int | None = None,
    on_day: Callable[[int, int], None] | None = None,
    ledger: Ledger | None = None,
    logs: Path | None = None,
) -> FleeRun:
    """Read a case and run it.

    Parameters
    ----------
    folder, validation, settings : Path
        See ``corredor.flee.case.folder.read_case``.
    runs : Runs
        How many runs of how many people, and how chance decides; one run unless given.
    threads : int, optional
        All processors unless given.
    on_day : callable, optional
        Told the days done and the days to do.
    ledger : Ledger, optional
        Where the runs that are done are kept, to go on after an interruption.
    logs : Path, optional
        The folder in which the logs of the first run that the settings ask for are written.

    Raises
    ------
    InputError, UsageError
        If the case makes no sense, or there is no room for the runs.
    """
    started = time.perf_counter()
    case = read_case(folder, validation, settings, runs.days)
    kept_logs = Logs(case, runs.draw, logs, ledger) if logs else None
    lay_out = partial(
        build_program, case, scale=runs.people_scale, follow=runs.following,
        one_by_one=kept_logs is not None and kept_logs.one_by_one,
    )  # fmt: skip
    program = lay_out()
    compiled = time.perf_counter() - started
    _refuse_if_too_large(program, runs)
    work = _Work(program, lay_out, runs, threads, ledger, kept_logs)
    blocks = _blocks(runs, first_alone=kept_logs is not None and bool(kept_logs.names))
    done = [
        work.done(block, _of_blocks(on_day, number, len(blocks)))
        for number, block in enumerate(blocks)
    ]
    if kept_logs:
        kept_logs.deliver()
    counted = np.array([program.record.of(name) for name in case.camps], np.float64)
    notes = (*program.case.notes, *(kept_logs.notes if kept_logs else ()))
    return FleeRun(
        case=replace(program.case, notes=notes),
        simulated=np.concatenate([part.simulated for part in done]),
        counted=counted.reshape(len(case.camps), case.period.days).T,
        people=np.concatenate([part.people for part in done]),
        states=program.states,
        followed=program.followed,
        seconds={"compile": compiled, "simulate": sum(part.seconds for part in done)},
    )


class _Part(NamedTuple):
    """What some of the runs gave: people in camps, [runs, days, camps], and at the end, [runs]."""

    simulated: Floats
    people: Floats
    seconds: float


@dataclass(frozen=True)
class _Work:
    """What is done block by block.

    Attributes
    ----------
    program : FleeProgram
        Of all runs.
    lay_out : callable
        Makes it for a listener.
    runs : Runs
        How many runs, and how chance decides.
    threads : int, optional
        See ``run_folder``.
    ledger : Ledger, optional
        Where blocks are kept.
    logs : Logs, optional
        Those of the first run.
    """

    program: FleeProgram
    lay_out: Callable[..., FleeProgram]
    runs: Runs
    threads: int | None
    ledger: Ledger | None
    logs: Logs | None

    def done(self, block: range, on_day: Callable[[int, int], None] | None) -> _Part:
        """Return what a block of runs gave; it is run unless that is kept, with all its logs."""
        part, ledger = f"runs-{block[0]:06d}.npz", self.ledger
        logs = self.logs if block[0] == 0 else None
        if ledger is not None and part in ledger and not (logs and not logs.done):
            with np.load(ledger.path(part)) as stored:
                return _Part(stored["arr_0"], stored["arr_1"], float(stored["arr_2"]))
        found = self._run(block, logs if logs and logs.names else None, on_day)
        if ledger is not None:
            with ledger.writing(part) as path, path.open("wb") as opened:
                np.savez(opened, *found)
        return found

    def _run(
        self, block: range, logs: Logs | None, on_day: Callable[[int, int], None] | None
    ) -> _Part:
        with ExitStack() as stack:
            of_block = self.program
            if logs:
                of_block = self.lay_out(listener=stack.enter_context(logs.listening()))
            how = Replication(draw=self.runs.draw, replicates=block, seed=self.runs.seed)
            raw = simulate([of_block], how, threads=self.threads, on_day=on_day)[0]
        case = self.program.case
        at = [case.index[name] for name in case.camps]
        return _Part(
            raw.present[:, :, at].astype(np.float64),
            raw.final.sum(axis=1).astype(np.float64), raw.seconds,
        )  # fmt: skip


def _refuse_if_too_large(program: FleeProgram, runs: Runs) -> None:
    """Refuse runs for which there is no memory."""
    case, at_once = program.case, min(runs.replicates, MOST_AT_ONCE)
    kept = 2.0 * runs.replicates * case.period.days * len(case.camps) * np.dtype(float).itemsize
    kept += at_once * program.bytes_of_persons
    draw = runs.draw if program.space else "exact"  # persons without states are in no register
    refuse_if_too_large(kept + bytes_needed(program, draw=draw, replicates=at_once))


def request_of(folder: Path, validation: Path, settings: Path | None, runs: Runs) -> dict[str, Any]:
    """Return what decides the numbers of runs, for the ledger of their work."""
    files = [*sorted(p for f in (folder, validation) for p in f.rglob("*") if p.is_file())]
    digests = {f"file {path.name}": known_digest(path) for path in files}
    if settings is not None:
        digests[f"settings {settings.name}"] = known_digest(settings)
    return {**asdict(runs), **digests, **computed_by_request()}


def _blocks(runs: Runs, *, first_alone: bool) -> list[range]:
    """Cut the runs into blocks, each noted as a whole: persons one by one, counts side by side."""
    size = 1 if runs.draw == "individual" else MOST_AT_ONCE
    every = range(runs.replicates)
    first, rest = (every[:1], every[1:]) if first_alone else (every[:0], every)
    blocks = [rest[begin : begin + size] for begin in range(0, len(rest), size)]
    return [first, *blocks] if first else blocks


def _of_blocks(
    on_day: Callable[[int, int], None] | None, block: int, blocks: int
) -> Callable[[int, int], None] | None:
    if on_day is None:
        return None
    return lambda done, total: on_day(block * total + done, blocks * total)
