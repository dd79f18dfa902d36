"""Nobody waits behind all that another has asked for."""

from __future__ import annotations

import threading

from corredor.app.jobs.fair import FairQueue


def test_people_have_turns_and_each_person_an_order() -> None:
    queue = FairQueue[str]()
    for item in ("a1", "a2", "a3"):
        queue.put("a", item)
    first = queue.get()
    for item in ("b1", "b2", "c1"):
        queue.put(item[0], item)
    assert [first, *(queue.get() for _ in range(5))] == ["a1", "a2", "b1", "c1", "a3", "b2"]


def test_who_waits_gets_what_comes_and_nothing_when_it_is_closed() -> None:
    queue, got = FairQueue[str](), list[str | None]()

    def take() -> None:
        got.extend([queue.get(), queue.get()])

    taking = threading.Thread(target=take)
    taking.start()
    queue.put("a", "x")
    while not got and taking.is_alive() and queue._lines:
        pass
    queue.close()
    taking.join(timeout=5)
    assert got in (["x", None], [None, None])
    assert queue.get() is None
