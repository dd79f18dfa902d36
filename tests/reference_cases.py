"""Compare Corredor with Flee's own camps by day in the cases of ``flee-reference``.

Each case is a small world with rules switched on in pairs, run by Flee's development version with
several seeds. A camp *differs* where its mean is beyond three standard errors, always on the same
side, on more than a tenth of the days; the errors of both programs count. Ten seeds tell little of
the spread, and often nothing where a camp has hardly anybody: with the spread that they show, a
fifth of the cases would differ by chance (runs of Corredor against ten others of the same). So
the larger of both spreads holds; by chance about one case in a hundred then differs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from corredor.engine.draws.protocol import DrawName
from corredor.flee.run import FleeRun, Runs, run_folder

CASES = Path(__file__).resolve().parents[2] / "shared" / "flee-reference" / "cases"
ERRORS = 3.0  # standard errors
DAYS = 0.1  # of all days
SLACK = 1e-6  # people


@dataclass(frozen=True)
class Reference:
    """What Flee gives in one case, by day and camp."""

    folder: Path

    @cached_property
    def about(self) -> dict[str, object]:
        found: dict[str, object] = json.loads((self.folder / "expected.json").read_text())
        return found

    @cached_property
    def camps(self) -> list[str]:
        return [str(name) for name in self.about["camps"]]  # type: ignore[attr-defined]

    @cached_property
    def table(self) -> pd.DataFrame:
        return pd.read_csv(self.folder / "expected.csv")

    def by_day(self, column: str) -> np.ndarray:
        """Return a column by day and camp."""
        return self.table.pivot_table(index="day", columns="camp", values=column)[
            self.camps
        ].to_numpy()

    @cached_property
    def people(self) -> np.ndarray:
        """Return the mean number of all people by day, and its standard error."""
        table = pd.read_csv(self.folder / "expected_totals.csv")
        return np.array([table["people_mean"], table["people_sd"] / np.sqrt(table["n_seeds"])])

    def run(self, draw: DrawName, replicates: int) -> FleeRun:
        return run_folder(
            self.folder / "input_csv", self.folder / "source_data",
            self.folder / "simsetting.yml", Runs(replicates, draw), threads=1,
        )  # fmt: skip

    def differs(self, found: FleeRun) -> list[str]:
        """Say in which camps a run differs, in its record, and in how many people there are."""
        camps = [found.case.camps.index(name) for name in self.camps]
        said = []
        if len(self.by_day("mean")) != found.simulated.shape[1]:
            return [f"{len(self.by_day('mean'))} days by Flee, {found.simulated.shape[1]} here"]
        apart, error = self.apart(found)
        for i, name in enumerate(self.camps):
            for side, word in ((1, "more"), (-1, "fewer")):
                share = (side * apart[:, i] > ERRORS * error[:, i] + SLACK).mean()
                if share > DAYS:
                    worst = np.argmax(side * apart[:, i])
                    said.append(
                        f"{name}: {word} on {share:.0%} of days, by {abs(apart[worst, i]):.1f} of "
                        f"{self.by_day('mean')[worst, i]:.1f} on day {worst}"
                    )
        record = found.counted[:, camps] - self.by_day("record")
        if (record != 0).any():
            day, camp = np.argwhere(record != 0)[0]
            said.append(f"record of {self.camps[camp]}: by {record[day, camp]:g} on day {day}")
        mean, spread = self.people[0, -1], self.people[1, -1]
        error_here = found.people.std(ddof=1) / np.sqrt(len(found.people))
        if abs(found.people.mean() - mean) > 4 * np.hypot(spread, error_here) + SLACK:
            said.append(f"all people: {found.people.mean():g} for {mean:g}")
        return said

    def apart(self, found: FleeRun) -> tuple[np.ndarray, np.ndarray]:
        """Return by day and camp how many more people there are here, and its standard error."""
        here = found.simulated[:, :, [found.case.camps.index(name) for name in self.camps]]
        spread = np.maximum(self.by_day("sd"), here.std(axis=0, ddof=1))
        error = spread * np.sqrt(1.0 / self.by_day("n_seeds") + 1.0 / len(here))
        return here.mean(axis=0) - self.by_day("mean"), error
