"""A queue in which nobody waits behind all that another has asked for."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class FairQueue(Generic[Item]):
    """What several people ask for: each person's in order, the people by turns."""

    def __init__(self) -> None:
        self._lines: OrderedDict[str, deque[Item]] = OrderedDict()
        self._open = True
        self._changed = threading.Condition()

    def put(self, whose: str, item: Item) -> None:
        """Put a thing behind those that the same person has asked for."""
        with self._changed:
            self._lines.setdefault(whose, deque()).append(item)
            self._changed.notify()

    def get(self) -> Item | None:
        """Return the next thing, once there is one; None if the queue was closed."""
        with self._changed:
            while self._open and not self._lines:
                self._changed.wait()
            if not self._open:
                return None
            whose, line = self._lines.popitem(last=False)
            item = line.popleft()
            if line:
                self._lines[whose] = line  # behind the others
            return item

    def close(self) -> None:
        """Give nothing any more."""
        with self._changed:
            self._open = False
            self._changed.notify_all()
