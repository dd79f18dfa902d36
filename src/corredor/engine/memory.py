"""How much memory a run will need, estimated before it starts."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Sequence

import numpy as np
import psutil

from corredor.engine.draws.expected import Expected
from corredor.engine.draws.names import DrawName
from corredor.engine.loop import Loop
from corredor.engine.program import Program
from corredor.engine.register import GROWTH, PURGE_EVERY
from corredor.engine.run import MOST_IN_A_BATCH
from corredor.engine.steps import Split
from corredor.errors import UsageError

NUMBER = 8  # bytes
PERSON = 8  # state and number
PERSON_IN_DIARY = 8  # days of coming and leaving
WHILE_PRICED = 4  # arrays as large as the largest step's chances, while these are found
ASK_FOR_LESS = "Ask for fewer replicates or people, or a shorter time."


def bytes_needed(
    program: Program,
    *,
    draw: DrawName,
    replicates: int,
    others: Sequence[Program] = (),
    together: bool = True,
    people_scale: float = 1.0,
    diary: bool = False,
) -> float:
    """Return the bytes that the arrays of a run take at their peak, roughly.

    Parameters
    ----------
    program : Program
        What is run.
    draw : {"exact", "expected", "hybrid", "individual"}
        How people are spread over what may happen.
    replicates : int
        How many are run.
    others : sequence of Program
        Run beside it; of each the results are held from the day on which it parts.
    together : bool
        Whether the results of all programs are wanted together, or one after the other.
    people_scale : float
        People simulated for each person of the tables.
    diary : bool
        Whether a diary of persons is kept.

    Notes
    -----
    A result is counted once more where it is put together at the end. Chances are held of the
    replicates that run side by side, each with its own where parameters differ.
    """
    results = len(program.months) * program.cells * NUMBER
    results += len(program.kept_days) * len(program.counted) * 4
    programs = 1 + len(others)
    held = 1.0 + sum(_own_part(program, other) for other in others)
    working = programs * (program.states + program.cells) * NUMBER
    needed = replicates * ((held + (programs if together else 1)) * results + working)
    moves = [len(step.moves) for _, step in program.steps if isinstance(step, Split)]
    chances = (programs * sum(moves) + WHILE_PRICED * max(moves, default=0)) * NUMBER
    side_by_side = min(replicates, MOST_IN_A_BATCH * (os.cpu_count() or 1))
    needed += float(side_by_side) * (chances + program.while_priced)
    if draw == "individual":
        each = PERSON + (PERSON_IN_DIARY + 4 * len(program.traits) if diary else 0)
        old_and_new = 1 + GROWTH  # side by side while the arrays grow
        needed += most_persons(program) * people_scale * each * old_and_new
    return needed


def _own_part(first: Program, other: Program) -> float:
    """Return the part of its days that a program does not share with the first."""
    parts = other.levers.first_difference(first.levers)
    if parts is None:
        return 0.0
    days = len(first.kept_days)
    return min(days, max(0, (first.end - parts).days + 1)) / days


def most_persons(program: Program) -> float:
    """Return the most persons at a time, from an expected run: present, or lately gone."""
    loop = Loop(program, Expected(), 1)
    most, lately = float(loop.stocks.sum()), deque([0.0] * PURGE_EVERY)
    gone = program.gone.astype(int)
    for day in range(program.days):
        loop.run_day(day)
        lately.append(float(loop.stocks[0, gone].sum()))
        present = float(np.sum(loop.stocks)) - lately[-1]
        most = max(most, present + lately[-1] - lately.popleft())
    return most


def refuse_if_too_large(needed: float, advice: str = ASK_FOR_LESS) -> None:
    """Raise UsageError, with advice, if so many bytes are not free."""
    free = psutil.virtual_memory().available
    if needed > free:
        raise UsageError(
            f"This run would need about {needed / 1e9:,.1f} GB of memory, and {free / 1e9:,.1f} GB "
            f"are free. {advice}"
        )
