"""Run what was promised in 2024 over the futures forecast from June 2024; write docs/promises.md.

The page states what is run and assumed, what each promise changes by month, and by which numbers it
is held against what came: months of which the record holds a figure are scored when the page is
written, so that it fills as figures of 2025 are added. Nothing of them is used in the forecast.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from corredor import record
from corredor.arrays import BAND, Floats
from corredor.cli.run import progress
from corredor.corridor.scenario_files import load_scenario
from corredor.fit.calibrate import Ensemble
from corredor.fit.forecast import WHOLE, Forecast
from corredor.fit.scores import HUB_LEVELS, score
from corredor.fit.what_if import PEOPLE, SHELTER, WhatIf, forecast_what_if
from corredor.inputs import shipped as assets
from corredor.needs.standards import load_standards
from corredor.text.numbers import about, signed_percent, whole
from corredor.text.numbers import month as month_name
from corredor.text.numbers import signed as with_sign

PAGE = Path(__file__).parents[1] / "docs" / "promises.md"
FOLDER = "promises-2024"
ORIGIN, MONTHS = "2024-06", 18
ENCOUNTERS, DETENTIONS, PORTS = (
    "border_patrol_encounters", "mexico_detentions", "ports_of_entry_encounters",
)  # fmt: skip
NAMES = {
    ENCOUNTERS: "Border Patrol encounters",
    DETENTIONS: "Mexico's detentions",
    PORTS: "Encounters at ports of entry",
}
SCORED = (ENCOUNTERS, DETENTIONS, PORTS)
NEEDS = ("water", "shelter-places")
WIDTH = 110
ABOUT = """\
# What was promised in 2024, over the futures of June 2024

Written by `python -m scripts.write_promises`; every number is computed. Forecast from {origin}
as it could have been made on {made_on}: {members} futures, calibrated in {iterations} steps to
the months up to then, seed {seed}.{few}

In the spring of 2024 candidates and presidents spoke of shutting asylum, of mass removal, of
work for people on the way, and of Mexico's cooperation with Washington. Each is a scenario here,
with a date, a number taken from what had been said **by June 2024**, a range, and its sources
(`scenarios/promises-2024/`). None of it says what should be done, or that it could be.

    corredor forecast --origin 2024-06 --months 18 --what-if promises-2024/promise-work

## What is run

- **The forecast** uses what had been published by {made_on}, and of measures those dated up to
  that day: the proclamation of June 2024 is in it, the rule of September and the requests for
  appointments from southern Mexico of August are not. Numbers that walk from month to month, who
  enters among them, go on with fresh steps.
- **A promise** is laid over each of these futures: the same people enter, the same steps are
  walked, the same errors of publication are made. What differs is the promise alone, so its band
  is narrow where the forecast's is wide. What differs before July 2024 is refused.
- The entry table of the world has a level of early 2021 and the seasons; calibration moves it up
  to June 2024, and from there on its expected level stays. No figure after that is in these
  numbers.

## What has to be known

- **Who enters is the same with and without a promise**, but in `promise-border-closed-answered`.
  A promise that keeps people at home, or draws them, does more or less than is shown. So a closed
  border *adds* encounters: whoever is returned tries again. How far people answer to what they
  can expect [is not known](answers.md). Where the proclamation's threshold is set they expect
  asylum to be shut already, so a closed border changes less for them than its words say.
- **Hindsight remains.** While asylum is shut, the shares returned and removed are the program's,
  set by hand to the releases of May and July 2024 (`scenarios/asylum-shutdown.toml`). Widths of
  priors and the smoother were chosen in 2026. Whoever wrote the scenarios in 2026 knew how 2025
  went; the numbers come from pages of before July 2024, or say that they are assumed.
- **The bands widen until they say little.** By December 2025 the 90 % band of encounters is
  {wide} times as wide as its middle. Entries walk so that their expected number stays level; the
  wider their band, the further the middle sinks below it. A sinking middle is no forecast of a
  fall.
- People in Mexico are calibrated to a few counts of people in towns only ([counts](counts.md)).
"""
HELD = """\
## Held against what came

How it will be held was written before any figure of 2025 was added to the record: for each month
of which a figure is held, whether it lies inside the 90 % band, and the CRPS (the error of a
whole distribution; lower is nearer). A promise that comes nearest was not shown to be kept, nor
to have worked: other things happened too, and twelve months of one world are one case, not
twelve. Told apart they are only where their bands lie apart. Bands that hold what came by being
wide are worth little.

To hold them against newer figures: `corredor record add FILE…`, then write this page again.

"""


@dataclass(frozen=True)
class Scored:
    """How near one set of futures came to what was published, over some months of a series."""

    months: int
    inside: int
    crps: float
    middle: float


def names() -> list[str]:
    """Return the promises, in alphabetical order."""
    folder = assets.folder("scenarios") / FOLDER
    return [f"{FOLDER}/{path.stem}" for path in sorted(folder.glob("*.toml"))]


def scored(samples: Floats, months: Sequence[pd.Period], came: pd.Series[float]) -> Scored:
    """Score futures, [futures, months], against the months of which a figure is held."""
    held = [h for h, m in enumerate(months) if np.isfinite(came.get(m, np.nan))]
    if not held:
        return Scored(0, 0, float("nan"), float("nan"))
    truth = np.array([float(came.loc[months[h]]) for h in held])
    quantiles = np.quantile(samples[:, held], HUB_LEVELS, axis=0).T
    low, high = np.quantile(samples[:, held], BAND, axis=0)
    found = score(quantiles, truth, HUB_LEVELS)
    return Scored(
        len(held), int(((low <= truth) & (truth <= high)).sum()), float(np.mean(found.crps)),
        float(np.median(samples[:, held], axis=0).mean()),
    )  # fmt: skip


def page(made: Forecast, beside: Sequence[WhatIf], ensemble: Ensemble) -> str:
    """Return the page."""
    came = {series: record.monthly(series) for series in SCORED}
    few = " Few futures: the ends of bands are rough." if ensemble.members < 100 else ""
    low, middle, high = np.quantile(made.samples[ENCOUNTERS, WHOLE][:, -1], (BAND[0], 0.5, BAND[1]))
    head = ABOUT.format(
        origin=_named(made.origin), made_on=made.made_on, members=ensemble.members,
        iterations=ensemble.iterations, seed=ensemble.seed, few=few,
        wide=f"{(high - low) / middle:.1f}"
    )  # fmt: skip
    parts = [head, "## The forecast alone\n", *_plain(made, beside[0], came)]
    parts += ["\n## What each promise changes\n", *_overview(beside), ""]
    for each in beside:
        parts += _promise(each)
    parts += [HELD, *_held(made, beside, came), ""]
    return "\n".join(parts)


def _plain(made: Forecast, beside: WhatIf, came: Mapping[str, pd.Series[float]]) -> Iterator[str]:
    """Give the table of the forecast, by month."""
    yield "Middle and 90 % band of the futures; *came*: the figure held in the record now, unused."
    yield ""
    heads = [f"{NAMES[s]} | came" for s in (ENCOUNTERS, DETENTIONS)]
    yield f"| month | {' | '.join(heads)} | people in Mexico |"
    yield "| --- |" + " ---: |" * 5
    for h, month in enumerate(made.months):
        cells = []
        for series in (ENCOUNTERS, DETENTIONS):
            figure = came[series].get(month, np.nan)
            cells += [
                _band(made.samples[series, WHOLE][:, h]),
                whole(float(figure)) if np.isfinite(figure) else "",
            ]
        yield f"| {_named(month)} | {' | '.join(cells)} | {_band(beside.plain[PEOPLE][:, h])} |"


def _overview(beside: Sequence[WhatIf]) -> Iterator[str]:
    """Give one row for each promise: what it changes in December 2025 and over all months."""
    yield "The middle of the differences and 90 % band over the futures: encounters and detentions"
    yield "added up over 2025, people on the mean evening of December 2025."
    yield ""
    yield "| promise | encounters in 2025 | in percent | detentions in 2025 | in percent | people in Mexico | in percent |"  # noqa: E501
    yield "| --- |" + " ---: |" * 6
    for each in beside:
        year = [h for h, m in enumerate(each.months) if m.year == each.months[-1].year]
        cells = []
        for measure, months in ((ENCOUNTERS, year), (DETENTIONS, year), (PEOPLE, year[-1:])):
            plain = each.plain[measure][:, months].sum(axis=1)
            more = each.changed[measure][:, months].sum(axis=1) - plain
            cells += [
                _band(more, signed=True),
                signed_percent(float(np.median(100 * more / plain))),
            ]
        name = each.scenario.name
        yield f"| [{each.scenario.title}](#{name}) | {' | '.join(cells)} |"


def _promise(each: WhatIf) -> Iterator[str]:
    """Give the section of a promise."""
    yield f"### {each.scenario.name}\n"
    yield f"**{each.scenario.title}.** " + " ".join(each.scenario.description.split())
    yield ""
    for text in each.scenario.assumptions:
        yield f"- Assumed. {text}"
    for text in each.scenario.sources:
        yield f"- Source. {text}"
    standards = load_standards()
    shared = 1.0 / standards["people_per_item"].astype(float)
    each_person = standards["per_person"].astype(float).fillna(shared)
    heads = [str(standards.loc[need, "name"]).lower() for need in NEEDS]
    units = [str(standards.loc[need, "unit"]) for need in NEEDS]
    needs = " | ".join(f"{head}, {unit}" for head, unit in zip(heads, units, strict=True))
    yield ""
    yield f"| month | encounters | detentions | people in Mexico | {needs} |"
    yield "| --- |" + " ---: |" * (3 + len(NEEDS))
    for h, month in enumerate(each.months):
        more = {m: each.changed[m][:, h] - each.plain[m][:, h] for m in each.plain}
        if not any(values.any() for values in more.values()):
            continue  # it has not begun
        cells = [_band(more[m], signed=True) for m in (ENCOUNTERS, DETENTIONS, PEOPLE)]
        cells += [with_sign(float(np.median(more[SHELTER])) * each_person[need]) for need in NEEDS]
        yield f"| {_named(month)} | {' | '.join(cells)} |"
    yield ""


def _held(
    made: Forecast, beside: Sequence[WhatIf], came: Mapping[str, pd.Series[float]]
) -> Iterator[str]:
    """Give a table for each series and year of which a figure is held."""
    for year in sorted({m.year for m in made.months}):
        months = [h for h, m in enumerate(made.months) if m.year == year]
        wanted = [made.months[h] for h in months]
        for series in SCORED:
            plain = scored(made.samples[series, WHOLE][:, months], wanted, came[series])
            if not plain.months:
                yield f"**{NAMES[series]}, {year}**: no figure is held.\n"
                continue
            truth = came[series].reindex(pd.PeriodIndex(wanted)).dropna()
            yield f"**{NAMES[series]}, {year}**: {plain.months} months held, {whole(truth.mean())} a month.\n"  # noqa: E501
            yield "| futures | middle, mean a month | inside 90 % | CRPS |"
            yield "| --- | ---: | ---: | ---: |"
            rows = [("the forecast alone", plain)]
            for each in beside:
                found = scored(each.changed[series][:, months], wanted, came[series])
                rows.append((each.scenario.name, found))
            for name, one in rows:
                yield (
                    f"| {name} | {whole(one.middle)} | {one.inside} of {one.months} | "
                    f"{whole(one.crps)} |"
                )
            yield ""


def _band(values: Floats, *, signed: bool = False) -> str:
    low, middle, high = np.quantile(values, (BAND[0], 0.5, BAND[1]))
    told = with_sign if signed else about
    return f"{told(middle)} ({told(low)} to {told(high)})"


def _named(month: pd.Period) -> str:
    return month_name(str(month)).replace("\u00a0", " ")


def wrapped(text: str) -> str:
    """Return a page with its paragraphs and list items broken at the width of the others."""
    lines = []
    for line in text.split("\n"):
        if len(line) <= WIDTH or line.startswith(("|", "    ")):
            lines.append(line)
            continue
        after = "  " if line.startswith("- ") else ""
        lines += textwrap.wrap(
            line, WIDTH, subsequent_indent=after, break_long_words=False, break_on_hyphens=False
        )
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the page; ``--members`` and ``--seed`` as in ``corredor forecast``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, default=PAGE)
    asked = parser.parse_args()
    ensemble = Ensemble(asked.members, seed=asked.seed)
    with progress("Running the promises", shown=True) as on_day:
        made, beside = forecast_what_if(
            load_scenario("baseline"), names(), ORIGIN, MONTHS, ensemble,
            on_step=lambda step, steps, done, total: on_day(step * total + done, steps * total)
            if on_day
            else None,
        )  # fmt: skip
    asked.to.write_text(wrapped(page(made, beside, ensemble)), encoding="utf-8")
    print(asked.to)


if __name__ == "__main__":
    main()
