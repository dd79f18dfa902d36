"""A branch of a recorder holds its own days only, and shows all of them."""

from __future__ import annotations

import numpy as np
from small_programs import delay_line

from corredor.engine.recorder import Recorder

LINE = delay_line(1000, [0.1, 0.2], 60)
DAYS, MONTHS, PARTS = len(LINE.kept_days), len(LINE.months), 40


def people(replicates: int, count: float) -> np.ndarray:
    return np.full((replicates, len(LINE.counted)), count)


def cells(replicates: int, count: float) -> np.ndarray:
    return np.full((replicates, LINE.cells), count)


def test_a_branch_shows_the_past_and_what_it_noted_itself_and_holds_no_more() -> None:
    first = Recorder(LINE, 2, np.int64)
    first.note_flows(0, cells(2, 3))
    for day in range(PARTS):
        first.note_present(day, people(2, day))
    branch = first.branch(LINE)
    first.note_present(PARTS, people(2, -1))
    first.note_flows(1, cells(2, -1))
    for day in range(PARTS, DAYS):
        branch.note_present(day, people(2, 100 + day))
    branch.note_flows(1, cells(2, 4))
    assert branch.flows[:, :2, 0].tolist() == [[3, 4], [3, 4]]
    assert branch.flows.shape == first.flows.shape
    assert branch.flows.dtype == first.flows.dtype
    seen = [*range(PARTS), *range(100 + PARTS, 100 + DAYS)]
    assert branch.present[0, :, 0].tolist() == seen
    assert first.flows[0, :2, 0].tolist() == [3, -1]
    held = branch._flows.shape[1], branch._present.shape[1]
    assert held == (MONTHS - 1, DAYS - PARTS)


def test_who_parts_after_the_last_day_has_numbers_of_its_own() -> None:
    first = Recorder(LINE, 1, np.float64)
    for day in range(DAYS):
        first.note_present(day, people(1, 1.0))
    branch = first.branch(LINE)
    assert np.array_equal(branch.present, first.present)
    assert not np.shares_memory(branch.present, first.present)
