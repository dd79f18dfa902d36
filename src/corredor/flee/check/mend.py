"""A corrected copy of a case, as FabFlee lays it out.

Only what has one right reading is corrected: a name that is known but for capitals, blanks or
hyphens, a number with marks between its digits, a date whose parts stand in the right order, a row
that Flee passes over or cannot use. What else is wrong is left as it is, for a person to decide.
"""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from corredor.errors import Problem, plain
from corredor.flee.case import agents, changes, events, hunger, places, record
from corredor.flee.case.floods import FILE as FLOODS
from corredor.flee.case.layout import INPUT, RECORD, SETTINGS, CasePaths, settings_file
from corredor.flee.check.faults import Findings, find_faults
from corredor.inputs.files import read_text

MOST_ROUNDS = 20  # one correction may bring another fault to light
COLUMNS: dict[str, Sequence[str]] = {
    "locations.csv": places.COLUMNS, "routes.csv": places.LINK_COLUMNS,
    "closures.csv": events.CLOSURE_COLUMNS, "sim_period.csv": ("name", "value"),
    "data_layout.csv": ("name", "file"),
    "registration_corrections.csv": record.CORRECTION_COLUMNS, changes.FILE: changes.COLUMNS,
}  # fmt: skip
BY_HEADER = ("conflicts.csv", hunger.FILE, FLOODS, agents.FILE)
DAY_TABLES = ("conflicts.csv", FLOODS)
NAMES = ("name", "name1", "name2", "camp", "location")
DATE = re.compile(r"(\d{4})[-/. ](\d{1,2})[-/. ](\d{1,2})(?:[T ][\d:.]*)?")


@dataclass(frozen=True)
class Correction:
    """One change of the copy: in which file and row, what stood there, and what stands there."""

    file: str
    row: int | None
    found: str
    now: str
    why: str


@dataclass(frozen=True)
class Mended:
    """What was corrected, and what is left for a person."""

    corrections: tuple[Correction, ...]
    left: Findings


def write_corrected(case: CasePaths, target: Path, days: int | None = None) -> Mended:
    """Write a corrected copy of a case to a new folder.

    It has ``input_csv``, ``source_data``, ``simsetting.yml`` if the case has settings, and
    ``corrections.csv`` with a row for each change. The case itself stays as it is.

    Parameters
    ----------
    case : CasePaths
        Where it lies.
    target : Path
        Made here.
    days : int, optional
        Instead of those of sim_period.csv.
    """
    target.mkdir()
    copy = CasePaths(target / INPUT, target / RECORD, None)
    _copy_files(case.folder, copy.folder)
    _copy_files(case.validation, copy.validation)
    chosen = settings_file(case.folder, case.settings)
    if chosen:
        (copy.folder / SETTINGS).unlink(missing_ok=True)
        copy = replace(copy, settings=target / SETTINGS)
        shutil.copyfile(chosen, target / SETTINGS)
    done: list[Correction] = []
    for _ in range(MOST_ROUNDS):
        left = find_faults(copy, days)
        made = _round(copy, target, [fault.problem for fault in left.faults])
        if not made:
            break
        done += made
    with (target / "corrections.csv").open("w", encoding="utf-8", newline="") as opened:
        rows = csv.writer(opened, lineterminator="\n")
        rows.writerow(["file", "row", "found", "now", "why"])
        rows.writerows([c.file, c.row, c.found, c.now, c.why] for c in done)
    return Mended(tuple(done), left)


def _copy_files(source: Path, target: Path) -> None:
    target.mkdir()
    for path in sorted(source.iterdir()):
        if path.is_file():
            shutil.copyfile(path, target / path.name)


def _round(copy: CasePaths, target: Path, problems: Iterable[Problem]) -> list[Correction]:
    """Correct what can be corrected of some problems, file by file."""
    by_file: dict[Path, list[Problem]] = {}
    for problem in problems:
        by_file.setdefault(Path(problem.file), []).append(problem)
    made: list[Correction] = []
    for path, of_file in by_file.items():
        if path.is_file():
            text = Text(path) if path.suffix == ".csv" else None
            found = (
                [c for p in of_file if (c := text.mend(p, copy))] if text
                else _unknown_settings(path, of_file)
            )  # fmt: skip
            if text and found:
                text.write()
            made += [replace(c, file=str(path.relative_to(target))) for c in found]
    return made


class Text:
    """The rows of a CSV file, to be changed cell by cell."""

    def __init__(self, path: Path) -> None:
        self.path = path
        reader = csv.reader(io.StringIO(read_text(path), newline=""))
        self.rows: dict[int, list[str]] = {}
        begins = 1
        for cells in reader:
            self.rows[begins], begins = cells, reader.line_num + 1

    def write(self) -> None:
        """Write the rows that are left."""
        with self.path.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened, lineterminator="\n").writerows(self.rows.values())

    def mend(self, problem: Problem, copy: CasePaths) -> Correction | None:
        """Correct one problem, or return None where a person has to decide."""
        name = self.path.name
        if name in DAY_TABLES and problem.expected.startswith("a row for each of the"):
            return self._more_days(problem)
        if problem.row not in self.rows:
            return None
        if name == "locations.csv" and problem.expected.startswith("each name once"):
            return self._only_last(problem)
        if (name, problem.column) == ("closures.csv", "closure_type"):
            return self._without(problem, "Flee passes over it")
        if (name, problem.column) == ("routes.csv", "forced_redirection") and isinstance(
            problem.value, int
        ):
            return self._cell(problem, "0", "Flee takes it for 0")
        if name == "registration_corrections.csv" and problem.expected.startswith("the date of a"):
            return self._without(problem, "there is no count of that day, so that Flee stops")
        if problem.column is None:
            return self._longer(problem)
        return self._reread(problem, copy)

    def _reread(self, problem: Problem, copy: CasePaths) -> Correction | None:
        """Read a name, a number or a date as it was meant."""
        written = str(problem.value)
        if problem.column in NAMES and "place of locations.csv" in problem.expected:
            alike = [name for name in _names(copy) if plain(name) == plain(written)]
            if len(alike) == 1:
                return self._cell(problem, alike[0], "so it stands in locations.csv")
        elif problem.expected.startswith("a date such as"):
            parts = DATE.fullmatch(written.strip())
            if parts:
                year, month, day = map(int, parts.groups())
                if 1 <= month <= 12 and 1 <= day <= 31:
                    return self._cell(problem, f"{year}-{month:02}-{day:02}", "the same date")
        elif problem.column == "conflict_date" and not written:
            return self._cell(problem, "0", "a place of conflict from the first day")
        elif problem.expected.startswith(("a whole number", "a number")):
            bare = re.sub(r"(?<=\d)[ ,'\u00a0\u202f](?=\d{3}(?!\d))", "", written.strip())
            whole = problem.expected.startswith("a whole number")
            if whole and re.fullmatch(r"-?\d+\.0*", bare):
                bare = bare.partition(".")[0]
            if bare != written and re.fullmatch(r"-?\d+" + ("" if whole else r"(\.\d+)?"), bare):
                return self._cell(problem, bare, "the same number")
        return None

    def _columns(self, line: int) -> list[str]:
        """Return the names of the columns at a line."""
        first = next(iter(self.rows.values()), [])
        if self.path.name in BY_HEADER:
            return [cell.strip() for cell in first]
        columns = list(COLUMNS.get(self.path.name, ("date", "count")))
        for at, cells in self.rows.items():
            if at < line and cells and cells[0].startswith("#") and len(cells) > len(columns):
                columns += [cell.strip() for cell in cells[len(columns) :]]
        return columns

    def _cell(self, problem: Problem, now: str, why: str) -> Correction | None:
        assert problem.row is not None
        columns = self._columns(problem.row)
        cells = self.rows[problem.row]
        if problem.column not in columns or columns.index(problem.column) >= len(cells):
            return None
        at = columns.index(problem.column)
        before, cells[at] = cells[at], now
        return Correction("", problem.row, f"{problem.column}: {before}", now, why)

    def _without(self, problem: Problem, why: str) -> Correction:
        assert problem.row is not None
        cells = self.rows.pop(problem.row)
        return Correction("", problem.row, ",".join(cells), "the row is left out", why)

    def _only_last(self, problem: Problem) -> Correction | None:
        """Leave out the first of the rows with a name."""
        for line, cells in self.rows.items():
            if cells and cells[0].strip() == problem.value and line != problem.row:
                why = "of rows with one name Flee finds the last"
                return self._without(replace(problem, row=line), why)
        return None

    def _longer(self, problem: Problem) -> Correction | None:
        """Add empty cells to a row that lacks further attributes."""
        assert problem.row is not None
        cells, columns = self.rows[problem.row], self._columns(problem.row)
        least = {"locations.csv": len(places.COLUMNS), "routes.csv": 3}.get(self.path.name)
        if least is None or not least <= len(cells) < len(columns):
            return None
        before = ",".join(cells)
        cells += [""] * (len(columns) - len(cells))
        return Correction("", problem.row, before, ",".join(cells), "empty cells for the others")

    def _more_days(self, problem: Problem) -> Correction | None:
        """Repeat the last row of a table by day until it is long enough."""
        days = re.search(r"each of the (\d+) days", problem.expected)
        lines = [line for line, cells in self.rows.items() if cells]
        if days is None or len(lines) < 2:
            return None
        lacking = int(days[1]) - (len(lines) - 1)
        last = self.rows[lines[-1]]
        for more in range(1, lacking + 1):
            first = str(int(days[1]) - lacking + more - 1)
            self.rows[lines[-1] + more] = [first, *last[1:]]
        why = "the last day is repeated; Flee stops there"
        return Correction("", lines[-1], f"{len(lines) - 1} days", f"{days[1]} days", why)


def _names(copy: CasePaths) -> list[str]:
    """Return the names of the places."""
    rows = Text(copy.folder / "locations.csv").rows.values()
    return [cells[0].strip() for cells in rows if cells and not cells[0].startswith("#")]


def _unknown_settings(path: Path, problems: Iterable[Problem]) -> list[Correction]:
    """Leave out settings that Flee does not know, where each stands on one line."""
    lines = read_text(path).split("\n")
    made = []
    for problem in problems:
        if problem.row is None or not problem.expected.startswith("a setting that Flee knows"):
            continue
        line = lines[problem.row - 1]
        one_line = re.fullmatch(r"\s*[\w.]+:[ \t]+[^\s#\[{|>&*!][^#]*(#.*)?", line)
        after = lines[problem.row] if problem.row < len(lines) else ""
        deeper = len(after) - len(after.lstrip()) > len(line) - len(line.lstrip())
        if one_line and not (deeper and after.strip()):
            lines[problem.row - 1] = f"# {line}"
            made.append(Correction("", problem.row, line.strip(), "a comment",
                                   "Flee passes over it"))  # fmt: skip
    if made:
        path.write_text("\n".join(lines), encoding="utf-8")
    return made
