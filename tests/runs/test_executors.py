"""No processor waits while results are written, and all blocks come, each once."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest

from corredor.runs.executors import Block, Threads

SOON = 20.0  # seconds; only a defect takes so long


@dataclass
class Made:
    """Blocks that note when they begin, instead of running anything."""

    begun: dict[int, threading.Event] = field(
        default_factory=lambda: {n: threading.Event() for n in range(5)}
    )
    asked: Any = field(default_factory=lambda: SimpleNamespace(draw="exact"))

    def run_each(self, numbers: range, **_: object) -> list[int]:
        self.begun[numbers[0]].set()
        return [numbers[0]]


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_next_block_begins_before_one_that_ended_is_written(threads: int) -> None:
    job: Any = Made()
    blocks, given = [Block(0, n, 1) for n in range(5)], []
    for block, _ in Threads(threads).run([job], blocks, None, None):
        given.append(block)
        following = min(len(given) + threads, len(blocks)) - 1
        assert job.begun[following].wait(SOON)
    assert sorted(given, key=lambda block: block.first) == blocks


def test_no_more_blocks_begin_than_threads_and_those_to_be_written() -> None:
    job: Any = Made()
    done = Threads(1).run([job], [Block(0, n, 1) for n in range(5)], None, None)
    next(done)
    assert job.begun[1].wait(SOON)
    assert not job.begun[2].is_set()
    done.close()


def test_a_processor_that_is_free_while_results_are_written_takes_the_next_block() -> None:
    job: Any = Made()
    done = Threads(2).run([job], [Block(0, n, 1) for n in range(5)], None, None)
    next(done)
    assert job.begun[3].wait(SOON)  # three have ended or run beside the one that is being written
    assert not job.begun[4].is_set()
    done.close()
