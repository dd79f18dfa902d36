"""Compare Corredor with Flee's own camps by day, in cases that lie where FLEE_REFERENCE says.

Each case is a small world with rules switched on in pairs, run by Flee's development version with
several seeds: a folder with ``input_csv``, ``source_data``, ``simsetting.yml``, and what Flee gave,
``expected.csv`` (day, camp, mean and spread over seeds), ``expected_totals.csv`` and
``expected.json``.

What is compared in each case and draw: people in each camp on each day; people in each camp, mean
over the days, which shows a small error that lasts; people in all at the end. Each difference is
measured in its standard error, in which the runs of both programs count. Of a few seeds the spread
is known badly, so the larger of both spreads holds. If both programs agree, the chance that *any*
comparison of all cases in both draws is called different is below ``FAMILY``, by Bonferroni's
inequality, which needs no independence: one half of it is shared out among camps and days, the
other among camps. Thresholds are those of Student's t, for the spread is that of our own runs.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.stats import t as student

from corredor.flee.run import CaseDrawName, FleeRun, Runs, run_folder

CASES = Path(os.environ.get("FLEE_REFERENCE", "flee-reference")) / "cases"
FAMILY = 0.01  # chance that right programs fail anywhere
RUNS: dict[CaseDrawName, int] = {"exact": 100, "individual": 60}
SLACK = 1e-6  # people


@cache
def comparisons() -> tuple[int, int]:
    """Return how many numbers by day and camp are compared, and how many by camp, in all draws."""
    days = camps = 0
    for path in CASES.glob("*/expected.json"):
        about = Reference(path.parent)
        days += len(about.table)
        camps += len(about.camps) + 1
    return len(RUNS) * days, len(RUNS) * camps


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
        return list(dict.fromkeys(map(str, self.about["camps"])))  # type: ignore[call-overload]

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

    def run(self, draw: CaseDrawName, replicates: int) -> FleeRun:
        return run_folder(
            self.folder / "input_csv", self.folder / "source_data",
            self.folder / "simsetting.yml", Runs(replicates, draw), threads=1,
        )  # fmt: skip

    def differs(self, found: FleeRun) -> list[str]:
        """Say in which camps a run differs, in its record, and in how many people there are."""
        if len(self.by_day("mean")) != found.simulated.shape[1]:
            return [f"{len(self.by_day('mean'))} days by Flee, {found.simulated.shape[1]} here"]
        here = found.simulated[:, :, [found.case.camps.index(name) for name in self.camps]]
        by_day, by_camp = comparisons()
        runs = len(here)
        apart, error = self._apart(here)
        most = student.isf(FAMILY / 4 / by_day, runs - 1)  # two sides, and half of the family
        said = []
        for i, name in enumerate(self.camps):
            beyond = np.abs(apart[:, i]) - most * error[:, i]
            day = int(np.argmax(beyond))
            if beyond[day] > SLACK:
                said.append(self._told(name, apart[day, i], error[day, i], day))
        most = student.isf(FAMILY / 4 / by_camp, runs - 1)
        over_days = np.sqrt(self._spread_over_days(here) * (1 / self.seeds + 1 / runs))
        mean = apart.mean(axis=0)
        for i, name in enumerate(self.camps):
            if abs(mean[i]) > most * over_days[i] + SLACK:
                said.append(self._told(name, mean[i], over_days[i], None))
        record = found.counted[:, [found.case.camps.index(name) for name in self.camps]]
        record = record - self.by_day("record")
        if (record != 0).any():
            day, camp = np.argwhere(record != 0)[0]
            said.append(f"record of {self.camps[camp]}: by {record[day, camp]:g} on day {day}")
        people, spread = self.people[0, -1], self.people[1, -1]
        spread = np.hypot(spread, found.people.std(ddof=1) / np.sqrt(runs))
        if abs(found.people.mean() - people) > most * spread + SLACK:
            said.append(f"all people: {found.people.mean():g} for {people:g}")
        return said

    def of(self, found: FleeRun, chosen: np.ndarray) -> FleeRun:
        """Return some of the runs."""
        return replace(found, simulated=found.simulated[chosen], people=found.people[chosen])

    def standing_in(self, found: FleeRun, chosen: np.ndarray) -> Reference:
        """Return a reference of some of our own runs in the place of Flee's."""
        here = found.simulated[chosen][:, :, [found.case.camps.index(n) for n in self.camps]]
        table = self.table.set_index(["day", "camp"]).sort_index()
        day, camp = np.indices(here.shape[1:])
        names = np.array(self.camps, object)[camp.ravel()]
        own = pd.DataFrame(
            {"day": day.ravel(), "camp": names, "mean": here.mean(axis=0).ravel(),
             "sd": here.std(axis=0, ddof=1).ravel(), "n_seeds": len(chosen)}
        ).set_index(["day", "camp"])  # fmt: skip
        twin = Reference(self.folder)
        twin.__dict__["table"] = own.join(table["record"]).reset_index()
        people = found.people[chosen]
        spread = people.std(ddof=1) / np.sqrt(len(chosen))
        twin.__dict__["people"] = np.array([[people.mean()], [spread]])
        return twin

    def _told(self, camp: str, apart: float, error: float, day: int | None) -> str:
        when = "in the mean over days" if day is None else f"on day {day}"
        return f"{camp}: {apart:+.2f} people {when}, {abs(apart) / max(error, 1e-9):.1f} errors"

    @cached_property
    def seeds(self) -> int:
        """Return how many runs of Flee there are."""
        return int(self.table["n_seeds"].min())

    def _apart(self, here: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return by day and camp how many more people there are here, and its standard error."""
        spread = np.maximum(self.by_day("sd"), here.std(axis=0, ddof=1))
        error = spread * np.sqrt(1.0 / self.by_day("n_seeds") + 1.0 / len(here))
        return here.mean(axis=0) - self.by_day("mean"), error

    def _spread_over_days(self, here: np.ndarray) -> np.ndarray:
        """Return the variance of each camp's mean over days, no less than by Flee's spread.

        Flee's figures do not tell how its days go together; they are taken to do as here, and where
        none of our runs differs from another, as if all days were one.
        """
        own = here.mean(axis=1).var(axis=0, ddof=1)
        by_day = here.var(axis=0, ddof=1).mean(axis=0)
        theirs = self.by_day("sd")
        more = (theirs**2).mean(axis=0) / np.where(by_day > 0, by_day, 1.0)
        return np.where(own > 0, own * np.maximum(1.0, more), theirs.mean(axis=0) ** 2)
