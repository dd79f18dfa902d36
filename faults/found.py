"""What was tried how often, and what came of it."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

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

    def save(self, path: Path) -> None:
        """Keep it, so that the page can be written of parts that ran at different times."""
        tried = [[how, where, times] for (how, where), times in sorted(self.tried.items())]
        faults = [vars(fault) for fault in self.faults]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"tried": tried, "faults": faults}, indent=1), encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Tally:
        """Read what :meth:`save` kept."""
        kept = json.loads(path.read_text(encoding="utf-8"))
        tried = Counter({(how, where): times for how, where, times in kept["tried"]})
        return cls(tried, [Fault(**fault) for fault in kept["faults"]])

    def count(self, how: str, what: str) -> int:
        """Return in how many trials something was found."""
        found = {(f.where, f.when) for f in self.faults if (f.how, f.what) == (how, what)}
        return len(found)
