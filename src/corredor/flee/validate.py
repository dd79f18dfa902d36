"""A whole set of conflicts, each run beside its record: how the field publishes what rules give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from corredor.arrays import Floats
from corredor.flee.case.folder import read_case
from corredor.flee.case.layout import CasePaths, case_name
from corredor.flee.run import ONE, FleeRun, Runs, run_folder

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Validated:
    """How one conflict came out.

    Attributes
    ----------
    name : str
        Of the conflict.
    days : int
        How many were simulated.
    people : float
        All people at the end, mean of the runs.
    difference, rescaled : numpy.ndarray
        Averaged relative difference from the record, plain and rescaled, [R].
    seconds : float
        Of reading, laying out and running.
    notes : tuple of str
        What is worth knowing of its files.
    """

    name: str
    days: int
    people: float
    difference: Floats
    rescaled: Floats
    seconds: float
    notes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Validation:
    """How the conflicts of a set came out, in their order."""

    conflicts: tuple[Validated, ...]

    @property
    def difference(self) -> float:
        """Return the mean over the conflicts of the averaged relative difference."""
        return float(np.mean([found.difference.mean() for found in self.conflicts]))

    @property
    def rescaled(self) -> float:
        """Return the mean over the conflicts of the rescaled one."""
        return float(np.mean([found.rescaled.mean() for found in self.conflicts]))

    def table(self) -> pd.DataFrame:
        """Return a row for each conflict, then one for their mean."""
        import pandas as pd

        rows = [
            {"conflict": found.name, "days": found.days, "people": found.people,
             "averaged_relative_difference": found.difference.mean(),
             "rescaled": found.rescaled.mean()}
            for found in self.conflicts
        ]  # fmt: skip
        mean = {"conflict": "mean", "averaged_relative_difference": self.difference,
                "rescaled": self.rescaled}  # fmt: skip
        return pd.DataFrame([*rows, mean])

    def document(self) -> dict[str, Any]:
        """Return it as JSON takes it."""
        return {
            "conflicts": {
                found.name: {
                    "days": found.days, "people": found.people,
                    "averaged_relative_difference": float(found.difference.mean()),
                    "rescaled": float(found.rescaled.mean()),
                    "by_replicate": {"averaged_relative_difference": found.difference,
                                     "rescaled": found.rescaled},
                    "seconds": found.seconds, "notes": list(found.notes),
                }
                for found in self.conflicts
            },
            "mean": {"averaged_relative_difference": self.difference, "rescaled": self.rescaled},
        }  # fmt: skip


def validate(
    cases: Sequence[CasePaths], runs: Runs = ONE, *,
    on_case: Callable[[int, int], None] | None = None,
) -> Validation:  # fmt: skip
    """Run every conflict of a set.

    All are read before the first is run, so that a fault in the last is told at once.

    Parameters
    ----------
    cases : sequence of CasePaths
        As ``corredor.flee.case.layout.cases_of_set`` finds them.
    runs : Runs
        How many runs of each, and how chance decides.
    on_case : callable, optional
        Told how many conflicts are done, and how many there are.

    Raises
    ------
    InputError, UsageError
        If a case makes no sense, or there is no room for its runs.

    Examples
    --------
    >>> from pathlib import Path
    >>> from corredor.flee.case.layout import cases_of_set
    >>> validate(cases_of_set(Path("validation"))).rescaled  # doctest: +SKIP
    0.41
    """
    for case in cases:
        read_case(case.folder, case.validation, case.settings, runs.days)
    found = []
    for done, case in enumerate(cases):
        if on_case:
            on_case(done, len(cases))
        found.append(_validated(case.folder, run_folder(
            case.folder, case.validation, case.settings, runs
        )))  # fmt: skip
    if on_case:
        on_case(len(cases), len(cases))
    return Validation(tuple(found))


def _validated(folder: Path, run: FleeRun) -> Validated:
    return Validated(
        case_name(folder), run.case.period.days, float(run.people.mean()), run.difference,
        run.rescaled, sum(run.seconds.values()), run.case.notes,
    )  # fmt: skip
