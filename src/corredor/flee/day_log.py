"""A log of the first run of a case, as Flee writes it: a header, and rows for each day."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TextIO, TypeVar

from corredor.flee.case.folder import Case
from corredor.flee.rules.network import build_network

Told = TypeVar("Told", contravariant=True)


class DayLog(ABC, Generic[Told]):
    """Writes the log of a run, day by day.

    Parameters
    ----------
    case : Case
        What is run.
    file : file
        Where to write; the header is written at once.
    """

    def __init__(self, case: Case, file: TextIO) -> None:
        self.case, self.file, self.network = case, file, build_network(case)
        file.write(f"{self.header()}\n")

    @abstractmethod
    def header(self) -> str:
        """Return the names of the columns."""

    @abstractmethod
    def note(self, day: int, told: Told) -> None:
        """Write the rows of a day, which has a number, from what is told of it."""
