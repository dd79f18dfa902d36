"""What was tried how often, and what came of it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

WHAT = ("lost", "wrong", "litter", "unclear")


@dataclass(frozen=True)
class Fault:
    """Something that should not have been.

    Attributes
    ----------
    where, how, when : str
        The command or file, what was done to it, and at what point.
    what : str
        One of :data:`WHAT`: work is lost, content is wrong, something is left lying about, or no
        clear message was given.
    told : str
        In words.
    """

    where: str
    how: str
    when: str
    what: str
    told: str

    def __str__(self) -> str:
        return f"{self.what}: {self.where}, {self.how} {self.when}: {self.told}"


@dataclass
class Tally:
    """How often each fault was tried, and what came of it.

    Attributes
    ----------
    tried : Counter
        By what was done, and to what.
    faults : list of Fault
        Everything that was found.
    """

    tried: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)

    def add(self, how: str, where: str, faults: Iterable[Fault] = (), times: int = 1) -> None:
        """Count a trial, and what was found in it."""
        self.tried[how, where] += times
        for fault in faults:
            self.faults.append(fault)
            print(fault, file=sys.stderr, flush=True)

    def join(self, other: Tally) -> None:
        """Take up another tally."""
        self.tried += other.tried
        self.faults += other.faults

    def count(self, how: str, what: str) -> int:
        """Return in how many trials something was found."""
        found = {(f.where, f.when) for f in self.faults if (f.how, f.what) == (how, what)}
        return len(found)
