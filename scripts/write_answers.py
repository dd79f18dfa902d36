"""Write docs/answers.md: how people answer to what they can expect, and what follows of it.

Three parts: what studies say, read and quoted by hand; what dated measures allow, estimated here
from counts at the Darién, far from the border; and what the range changes in the scenarios.
"""

from __future__ import annotations

import argparse
import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import BAND, Floats
from corredor.corridor.compile import compile_model
from corredor.corridor.model import Model
from corredor.corridor.outlook import Outlook
from corredor.corridor.posterior import load_posterior
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.steps import Today
from corredor.fit.observations import pooled
from corredor.runs.measures import total
from corredor.runs.simulate import run_all
from corredor.runs.targets import load_targets
from corredor.text.numbers import about, signed_percent
from scripts.write_promises import wrapped

PAGE = Path(__file__).parents[1] / "docs" / "answers.md"
FAMILIES = {
    "asylum-shutdown": ("answers-shutdown-low", "answers-shutdown-high"),
    "interdiction-november-2023": ("answers-interdiction-low", "answers-interdiction-high"),
}
SPAN = ("2023-07", "2024-06")
SHOWN = ("entries", "encounters", "detentions", "gave_up")
HEADS = (
    "people who enter",
    "Border Patrol encounters",
    "Mexico's detentions",
    "people who go home",
)
UPSTREAM, GATE = "darien_crossings", "bajo-chiquito"
LEFT_OUT = ("haiti",)  # to the ports by appointment, which the outlook does not hold
STUDIES = Path(__file__).with_name("answers_studies.csv")
MONTHS, APART = 3, 4  # before and after a measure; placebo months lie so far from each of them
MEASURES = {
    "2022-10": "Venezuelans returned to Mexico under Title 42; parole opened for them the same day",
    "2023-01": "Haitians and others returned to Mexico; parole opened for them the same day",
    "2023-05": "Title 42 ends; the rule on lawful pathways begins",
    "2024-01": "Mexico stops more people",
    "2024-06": "Asylum is shut above a threshold",
}
HORIZON, MEMBERS = 180.0, 50
SHIFT = 0.05  # a change of the outlook's logarithm below this tells nothing
NORMAL_90 = 1.645
ABOUT = """\
# If people answer to what they can expect

Written by `python -m scripts.write_answers`; every number but those of studies is computed.

In most scenarios the same people enter, whatever a measure changes. A scenario may say otherwise:

    [entry]
    answer = { 2023-07-01 = 1 }       # entries change by as many percent as the outlook
    answer_lag_days = 30              # heard of after so many days, from the next month on

    [settlement]
    answer = { 2023-07-01 = 0.5 }     # going home gets likelier as the outlook falls

**The outlook** of somebody in a place is the chance to reach the United States and stay there, let
in or unseen, if the levers of the day held for ever: the value of an absorbing chain over places
and returns, with the roads of the model's route choice, stops and buses in Mexico, tries, returns
and removals at the border, giving up, work, and a time that people give themselves (180 days on
average). It follows from levers alone. What people answer to is **the outlook over that of the
scenario's last base on the same day in the same run**: where nothing changes, who enters is the
same to the bit, and answers of the past, which calibration holds already, are not counted twice.
`corredor/corridor/outlook.py` is the whole of it. Everything is off (0) unless a scenario sets it.

What it leaves out: appointments and walk-ups, whose wait depends on how many others come; parole
and other ways that are no part of the corridor; wages, safety, and who is already there; removals
from inside the United States; rumours ahead of a measure, and haste before it begins.

## What studies say

None measures an elasticity to this chance. No paper was read as a whole, only what is named:

"""
RANGE = """
The range of `entry.answer` here, **0.3 to 1.5, is an assumption** that leans on one of these: if
people weigh the fee by the chance that it buys, a chance that falls by a fifth costs as much as a
fee that rises by a quarter, and Orrenius' 0.65 to 1.05 is of that kind. All are of Mexicans, mostly
before 2010; people who flee may answer less, and people who wait for better days more. For
`settlement.answer` no study was found: 0 to 1 is assumed.

"""
DATED = """\
## What dated measures allow

Counts at the Darién lie weeks before the border and are of people who had just set off. For each
measure and group: crossings in the three months after it over the three before, the month of the
measure left out, and the outlook at the Darién in the month after over that in the month before
(middle of {members} calibrated members). Their logarithms' ratio would be the elasticity, were
nothing else the matter. The noise is that of the same ratio around months without a measure within
{apart} months; the interval is what 90 % of such noise leaves.

"""
NOT_TOLD = """
Where the interval holds both 0 and 1.5, or the outlook hardly moved, the elasticity is **unknown**.
Where it does not, something else happened at the same time. In October 2022 parole opened a way by
air for Venezuelans as the way by land was shut, so fewer at the Darién is not fewer who left. In
July 2024 Panama began to fence trails, and Venezuela voted: the one keeps people from the count,
the other made some leave. Haitians are left out, for most came to the ports by appointment, which
the outlook does not hold. Outlooks come from the calibration that also held these counts. So **the
elasticity is unknown here, not estimated**; scenarios show a range.

"""


@dataclass(frozen=True)
class Told:
    """What a dated measure says of the elasticity of a group.

    Attributes
    ----------
    month, group : str
        Of the measure; the nationality.
    crossings, outlook : float
        Logarithm of after over before.
    noise : float
        Standard deviation of the first around other months.
    """

    month: str
    group: str
    crossings: float
    outlook: float
    noise: float

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the ends of the elasticity's 90 % interval; None if the outlook hardly moved."""
        if abs(self.outlook) < SHIFT:
            return None
        ends = [(self.crossings + z * self.noise) / self.outlook for z in (-NORMAL_90, NORMAL_90)]
        return min(ends), max(ends)

    @property
    def verdict(self) -> str:
        """Say what it tells."""
        if self.interval is None:
            return "unknown: the outlook hardly moved"
        low, high = self.interval
        if low <= 0 and high >= 1.5:
            return "unknown: anything from none to the whole range"
        return "not none, but see below" if low > 0 else "less than the whole range, but see below"


def outlooks(months: Sequence[str]) -> pd.DataFrame:
    """Return the middle of the members' outlook at the Darién, by month and nationality."""
    scenario = load_scenario("baseline")
    compiled = compile_model(scenario)
    found = Outlook(Model(compiled.space, compiled.levers, compiled.book))
    members = load_posterior(scenario.world).of(range(MEMBERS))
    levers = compiled.levers.scaled(members)
    stocks = np.zeros((1, compiled.states))
    people, gate = scenario.world.people, compiled.space.places.index(GATE)
    rows = {}
    for month in months:
        day = dt.date.fromisoformat(f"{month}-15")
        today = Today(day, levers, stocks, 1.0, lambda chances: chances)
        chance = found.chances(today, np.array([[HORIZON]]))[:, gate, :, 0]
        middle = pd.Series(np.median(chance, axis=0), index=people.index)
        by = people["nationality"]
        rows[month] = (middle * people["share"]).groupby(by).sum() / people["share"].groupby(
            by
        ).sum()
    return pd.DataFrame(rows).T


def changes(counted: pd.Series[float], month: pd.Period) -> float:
    """Return the logarithm of crossings in the months after one over those before it."""
    before = counted.reindex(pd.period_range(month - MONTHS, month - 1, freq="M")).mean(
        skipna=False
    )
    after = counted.reindex(pd.period_range(month + 1, month + MONTHS, freq="M")).mean(skipna=False)
    return float(np.log(after / before)) if before > 0 and after > 0 else float("nan")


def told() -> list[Told]:
    """Estimate what each measure tells of each group that is counted at the Darién."""
    world = load_scenario("baseline").world
    target = next(t for t in load_targets(world) if t.series == UPSTREAM and t.by == "nationality")
    counted = pooled(world, UPSTREAM, target.pooled, None, target.parts)
    measures = [pd.Period(month, "M") for month in MEASURES]
    wanted = sorted({str(m + step) for m in measures for step in (-1, 1)})
    outlook = outlooks(wanted)
    rows = []
    for month in measures:
        for group in (part for part in target.parts if part not in LEFT_OUT):
            quiet = [
                value
                for other in counted[group].index
                if all(abs((other - m).n) >= APART for m in measures)
                and np.isfinite(value := changes(counted[group], other))
            ]
            before, after = (float(outlook[group].loc[str(month + step)]) for step in (-1, 1))
            moved = float(np.log(after / before))
            change = changes(counted[group], month)
            if np.isfinite(change) and len(quiet) > 1:
                rows.append(Told(str(month), group, change, moved, float(np.std(quiet, ddof=1))))
    return rows


def table(rows: Sequence[Told]) -> Iterator[str]:
    """Give the table of the estimates."""
    yield "| measure | group | crossings | outlook | ratio of logarithms, 90 % | told |"
    yield "| --- | --- | ---: | ---: | ---: | --- |"
    for row in rows:
        ends = row.interval
        ratio = (
            "–"
            if ends is None
            else f"{row.crossings / row.outlook:.1f} ({ends[0]:.1f} to {ends[1]:.1f})"
        )
        percents = (signed_percent(100 * float(np.expm1(x))) for x in (row.crossings, row.outlook))
        name = f"{row.month}: {MEASURES[row.month]}"
        cells = (name, row.group, *percents, ratio.replace("-", "−"), row.verdict)
        yield f"| {' | '.join(cells)} |"


def studies() -> Iterator[str]:
    """Give the table of the studies."""
    yield "| study | of what | found | seen |"
    yield "| --- | --- | --- | --- |"
    for row in pd.read_csv(STUDIES, dtype=str).to_dict("records"):
        yield f"| [{row['study']}]({row['url']}) | {row['of']} | {row['found']} | {row['seen']} |"


def families(results: dict[str, xr.Dataset]) -> Iterator[str]:
    """Give what each scenario changes against the baseline, none, low and high answer."""
    yield f"| scenario | {' | '.join(HEADS)} |"
    yield "| --- |" + " ---: |" * len(HEADS)
    for base, (low, high) in FAMILIES.items():
        for name, answer in ((base, "nobody answers"), (low, "low"), (high, "high")):
            cells = [_change(results["baseline"], results[name], measure) for measure in SHOWN]
            yield f"| `{name}`: {answer} | {' | '.join(cells)} |"


def _change(base: xr.Dataset, other: xr.Dataset, measure: str) -> str:
    before, after = (total(data, measure, *SPAN) for data in (base, other))
    percent: Floats = 100 * (after - before) / before
    low, high = np.quantile(percent, BAND)
    return f"{signed_percent(float(percent.mean()))} ({low:+.1f} to {high:+.1f})".replace("-", "−")


def page(replicates: int, seed: int) -> str:
    """Return the page."""
    names = ["baseline", *(n for base, pair in FAMILIES.items() for n in (base, *pair))]
    results = dict(
        zip(names, run_all(names, replicates=replicates, draw="expected", seed=seed), strict=True)
    )
    enter = about(float(total(results["baseline"], "entries", *SPAN).mean()))
    found = list(table(told()))
    lines = [
        ABOUT, *studies(), RANGE, DATED.format(members=MEMBERS, apart=APART), *found, NOT_TOLD,
        "## What the range changes\n",
        f"Percent against the baseline, July 2023 to June 2024, where {enter} people enter: "
        f"mean of {replicates} calibrated members (expected draw), and 90 % of them.\n",
        *families(results),
        "",
        "A measure at the border that adds tries where nobody answers may take away more than it "
        "adds where many do: the sign of its effect on encounters is not known. What Mexico's "
        "interdiction changes hardly depends on it.\n",
        "To try other numbers: a scenario with `base = \"asylum-shutdown\"` and `[entry] answer`. "
        "Over futures: [promises of 2024](promises.md).",
    ]  # fmt: skip
    return "\n".join(lines)


def main() -> None:
    """Write the page; ``--replicates`` and ``--seed`` as in ``corredor run``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, default=PAGE)
    asked = parser.parse_args()
    asked.to.write_text(wrapped(page(asked.replicates, asked.seed)), encoding="utf-8")
    print(asked.to)


if __name__ == "__main__":
    main()
