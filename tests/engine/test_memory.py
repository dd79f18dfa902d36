"""A run that would not fit in memory is refused before it starts."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest
from helpers import Small
from small_programs import delay_line

from corredor.engine import memory
from corredor.engine.memory import bytes_needed, most_persons
from corredor.engine.program import Program
from corredor.engine.run import MOST_IN_A_BATCH
from corredor.errors import UsageError
from corredor.runs.simulate import run


def test_the_estimate_grows_with_replicates_and_with_persons_only_one_by_one() -> None:
    line = delay_line(1000, [0.1, 0.2], 60)
    one = bytes_needed(line, draw="exact", replicates=1)
    assert bytes_needed(line, draw="exact", replicates=10) == pytest.approx(10 * one)
    assert bytes_needed(line, draw="exact", replicates=1, people_scale=1e6) == one
    rules = replace(line, while_priced=10**9)  # only of the replicates that run side by side
    more = bytes_needed(rules, draw="exact", replicates=3) - 3 * one
    assert more == pytest.approx(3e9)
    most = bytes_needed(rules, draw="exact", replicates=10**6) - bytes_needed(
        line, draw="exact", replicates=10**6
    )
    assert most == pytest.approx(MOST_IN_A_BATCH * (os.cpu_count() or 1) * 1e9)
    persons = bytes_needed(line, draw="individual", replicates=1, people_scale=1e6)
    assert persons > 1e9 * 8
    assert most_persons(line) == pytest.approx(1000)


def test_of_a_program_that_parts_late_little_is_held(small: Small) -> None:
    first = small.model()
    early, late = (
        small.model(f"[interdiction]\ntempo = {{ {day} = 0.01 }}\n")
        for day in (first.keep, first.end)
    )

    def needed(*others: Program, together: bool) -> float:
        return bytes_needed(first, draw="exact", replicates=1, others=others, together=together)

    assert needed(late, together=False) < needed(early, together=False)
    assert needed(late, together=False) < needed(late, together=True)
    alone = needed(together=False)
    assert needed(together=True) == alone
    assert alone < needed(first, together=False) < needed(late, together=False)


def test_a_run_that_does_not_fit_is_refused_with_the_estimate(
    small: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Free:
        available = 1_000_000

    monkeypatch.setattr(memory.psutil, "virtual_memory", Free)
    with pytest.raises(UsageError, match=r"would need about .* GB of memory, and 0\.0 GB are free"):
        run(small.scenario(), replicates=50)
