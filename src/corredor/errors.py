"""What can go wrong, as exceptions that say what to do.

::

    CorredorError            base of all; the command line prints it and exits with 2
    ├── InputError           one or more problems in a file: file, row, column, value, expected
    ├── UsageError           a request that makes no sense: unknown series, date outside the record
    ├── OutputError          a result cannot be written: it exists, the disk is full
    └── DamagedError         what was written is not what stands there now; names the file
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

MOST_TOLD = 20  # problems that a message lists; a reader mends those first and asks again
LONGEST_VALUE = 80  # characters of a value that a message repeats


class CorredorError(Exception):
    """Base of every error that a user can mend.

    Examples
    --------
    >>> import corredor
    >>> try:
    ...     corredor.scenario("base-line")
    ... except corredor.CorredorError as error:
    ...     print(str(error).rpartition(". ")[2])
    Did you mean 'baseline'?
    """


class UsageError(CorredorError):
    """The request names something that does not exist or cannot be done.

    Examples
    --------
    >>> import corredor
    >>> try:
    ...     corredor.run(corredor.example_world(), replicates=0)
    ... except corredor.UsageError as error:
    ...     print(error)
    replicates: found 0, expected 1 or more.
    """


class OutputError(CorredorError):
    """A result cannot be written where it was asked for.

    Examples
    --------
    >>> import tempfile
    >>> import corredor
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     try:
    ...         corredor.run(corredor.example_world(), replicates=1, out=folder)
    ...     except corredor.OutputError as error:
    ...         print("exists" in str(error))
    True
    """


class DamagedError(CorredorError):
    """A file is not what Corredor wrote: changed, cut, lost, or added by somebody else.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import corredor
    >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = result.corredor.save(f"{folder}/result")
    ...     _ = (kept / "zarr.json").write_text("{}")
    ...     try:
    ...         corredor.load_result(kept)
    ...     except corredor.DamagedError as error:
    ...         print("zarr.json" in str(error))
    True
    """


@dataclass(frozen=True)
class Problem:
    """One thing wrong in an input file.

    Attributes
    ----------
    file : str
        The file as the user named it.
    expected : str
        What would have been right, in plain words.
    value : object
        What stands there; ``None`` where nothing does.
    row : int or None
        Line of the file, counted from 1 with the header as line 1.
    column : str or None
        Column of a table, or dotted key of a TOML file.
    hint : str
        Further advice, such as the closest known name.
    """

    file: str
    expected: str
    value: object = None
    row: int | None = None
    column: str | None = None
    hint: str = ""

    def __str__(self) -> str:
        """Give the problem as one line."""
        where = self.file
        if self.row is not None:
            where += f", line {self.row}"
        if self.column is not None:
            where += f", {self.column}"
        found = "" if self.value is None else f"found {shortened(self.value)}, "
        hint = f" {self.hint}" if self.hint else ""
        return f"{where}: {found}expected {self.expected}.{hint}"


class InputError(CorredorError):
    """An input file cannot be used; carries every problem found, and tells the first of them.

    Examples
    --------
    >>> import corredor
    >>> try:
    ...     corredor.Scenario(corredor.example_world(), {"movement.leaf": 0.1}, name="mine")
    ... except corredor.InputError as error:
    ...     print(error.problems[0].hint)
    Did you mean 'movement.leave'?
    """

    def __init__(self, problems: Problem | Sequence[Problem]) -> None:
        self.problems = [problems] if isinstance(problems, Problem) else list(problems)
        lines = [str(p) for p in self.problems[:MOST_TOLD]]
        if more := len(self.problems) - len(lines):
            lines.append(f"And {more:,} more.")
        super().__init__("\n".join(lines))


def did_you_mean(name: str, known: Iterable[str], others: Mapping[str, str] | None = None) -> str:
    """Return ``Did you mean 'x'?`` for the closest known name, or an empty string.

    Case, accents and the marks between words do not count.

    Parameters
    ----------
    name : str
        What was given.
    known : iterable of str
        What could have been.
    others : mapping, optional
        Other names, such as those of other languages, and the known name that each stands for.
    """
    said = {plain(other): stands_for for other, stands_for in (others or {}).items()}
    said |= {plain(each): each for each in known}
    close = difflib.get_close_matches(plain(name[:LONGEST_VALUE]), said, n=1, cutoff=0.6)
    return f"Did you mean {said[close[0]]!r}?" if close else ""


def plain(name: str) -> str:
    """Return a name in lower case without accents, its words joined by hyphens."""
    return re.sub(r"[\s_-]+", "-", without_accents(name.casefold()).strip())


def without_accents(text: str) -> str:
    """Return a text with its letters bare of accents."""
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def shortened(value: object) -> str:
    """Return a value as a message repeats it."""
    text = repr(value)
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
