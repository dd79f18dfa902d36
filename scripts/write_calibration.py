"""Write docs/calibration.md and its charts from the posterior that ships.

``python -m scripts.write_calibration [--twins FILE [FILE]] [--causes FILE] [--particles FILE]
[--repeats FILE]``; some minutes. The files are written by ``python -m scripts.run_twins FILE``, the
same with ``--causes``, ``scripts.compare_inference FILE`` and ``scripts.run_repeats FILE``; a
second file of twins has more ``--members``. A part whose file is not given stays as it stands, and
the page says so if world or priors have changed.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import pandas as pd

from corredor import record
from corredor.cli.run import progress
from corredor.corridor.posterior import load_posterior
from corredor.corridor.scenario_files import load_scenario
from corredor.fit.checks import (
    RECORD,
    SPANS,
    fit_by_series,
    identified,
    predictive,
    prior_variability,
)
from corredor.fit.observations import STOCK
from corredor.fit.repeats import beside
from corredor.fit.twins import coverage
from corredor.show.charts.predictive import predictive_chart
from scripts.kept_parts import made_from, made_or_kept
from scripts.write_forecasting import names_of, wrapped

DOCS = Path(__file__).parent.parent / "docs"
UNTOLD, LITTLE = 0.9, 0.7  # of the width left: the record has told nothing, little
ASKED = {50: (0.40, 0.60), 90: (0.80, 0.97)}  # coverage of twins that is aimed at
NOT_MET = "people not met in the 12 months before"
RIGHT = (0.85, 0.95)  # coverage of all 90 % intervals together that is aimed at
NO_METADATA = {"Date": None, "Creator": None}


@dataclass(frozen=True, eq=False)
class MadeUp:
    """What took long: tables that other scripts wrote; None where a part stays as it stands.

    Attributes
    ----------
    twins, causes, particles, repeats : pandas.DataFrame, optional
        Of ``scripts.run_twins``, of the same with ``--causes``, of ``scripts.compare_inference``,
        of ``scripts.run_repeats``.
    larger : pandas.DataFrame, optional
        The first of the twins once more, with more members.
    page : str
        The page as it stands.
    now : str
        What world and priors are now.
    """

    twins: pd.DataFrame | None = None
    causes: pd.DataFrame | None = None
    particles: pd.DataFrame | None = None
    repeats: pd.DataFrame | None = None
    larger: pd.DataFrame | None = None
    page: str = ""
    now: str = ""

    def parts(self) -> list[str]:
        """Return the parts of the page that are written from these tables, or kept."""
        twins = "python -m scripts.run_twins FILE"
        told: list[tuple[str, pd.DataFrame | None, Callable[[pd.DataFrame], str], str]] = [
            ("## Twins", self.twins, lambda table: _twins(table, self.larger), twins),
            ("## Twins of a cause", self.causes, _causes, f"{twins} --causes"),
            ("## Another method", self.particles, _particles,
             "python -m scripts.compare_inference FILE"),
            ("## Met before", self.repeats, _repeats, "python -m scripts.run_repeats FILE"),
        ]  # fmt: skip
        return [
            made_or_kept(heading, table, write, page=self.page, now=self.now, how=how)
            for heading, table, write, how in told
        ]


def page(
    provenance: dict[str, str | int], fits: pd.DataFrame, told: pd.DataFrame,
    variability: pd.DataFrame, made_up: MadeUp, replicates: int,
) -> str:  # fmt: skip
    """Return the whole page."""
    sections = [
        _method(provenance), _widths(variability), _fits(fits, replicates), _told(told),
    ]  # fmt: skip
    return "\n".join(map(wrapped, "\n\n".join([*sections, *made_up.parts()]).split("\n"))) + "\n"


def _method(provenance: dict[str, str | int]) -> str:
    of = provenance
    return "\n".join(
        [
            "# Calibration",
            "",
            "Written by `python -m scripts.write_calibration`; every number below is computed.",
            "",
            "`corredor calibrate mexico` finds the unknowns of `worlds/mexico/priors.toml` from "
            f"the series in `worlds/mexico/observations.toml`: {of['observations']} published "
            f"totals of {of['from']} to {of['to']}. A total over several months is compared with "
            "the model's total over the same months; all are compared on a logarithmic scale, "
            "with the stated error and the chance of counting.",
            "",
            "The ensemble smoother with multiple data assimilation (Emerick and Reynolds 2013) "
            f"moves {of['members']} members in {of['iterations']} steps; each step is one batch "
            "of expected runs. Every step is kept, so `--resume` goes on after an interruption "
            "to the same bits. [Decision 6](decisions/0006-calibration.md) says what was tried.",
        ]
    )


def _widths(variability: pd.DataFrame) -> str:
    head = " | ".join(f"{n} month{'s' if n > 1 else ''}" for n in SPANS)
    lines = [
        f"| {name} | "
        + " | ".join(f"{row[f'model_{n}']:.2f} / {row[f'record_{n}']:.2f}" for n in SPANS)
        + " |"
        for name, row in variability.iterrows()
    ]
    return "\n".join(
        [
            "## How wide the priors are",
            "",
            "Standard deviation of the change of the logarithm of encounters over so many "
            "months: drawn from the priors without their dated jumps / in the record of "
            f"{RECORD[0]} to {RECORD[1]}.",
            "",
            f"| | {head} |",
            "| --- |" + " ---: |" * len(SPANS),
            *lines,
        ]
    )


def _fits(fits: pd.DataFrame, replicates: int) -> str:
    lines = [
        f"| {series.replace('_', ' ')}{': ' + part if part else ''} | {row['published']:.0f} | "
        f"{row['error']:.1f} % | {row['bias']:+.1f} % | {100 * row['inside_50']:.0f} % | "
        f"{100 * row['inside_90']:.0f} % |"
        for (series, part), row in fits.iterrows()
    ]
    pictures = [
        f"![{series.replace('_', ' ')}](calibration/{series}.svg)"
        for series in dict.fromkeys(series for series, _ in fits.index)
    ]
    return "\n".join(
        [
            "## Does it make the record again?",
            "",
            f"{replicates} exact runs, each with one member, and the stated error of "
            "observation: how far the middle lies from the record, and how often the record lies "
            "inside the intervals. The series were calibrated to, so agreement is no evidence; "
            "misses are worth a look. In the pictures a light box holds 90 %, a dark one 50 %, as "
            "a mean a month over the months of the total; a point is what was published, hollow "
            "where it lies outside. Where a part has several totals of one month, such as one a "
            "sector, the picture has the model's middle and 90 % over what was published.",
            "",
            "| series | totals | error of the middle | bias | inside 50 % | inside 90 % |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
            *lines,
            "",
            *pictures,
        ]
    )


def _told(told: pd.DataFrame) -> str:
    ordered = told.sort_values("narrowed", ascending=False)
    nothing = ordered.index[ordered["narrowed"] > UNTOLD]
    little = ordered.index[(ordered["narrowed"] > LITTLE) & (ordered["narrowed"] <= UNTOLD)]
    lines = [
        f"| `{lever}` | {100 * row['narrowed']:.0f} % | {row['middle']:.2f} | {row['reason']} |"
        for lever, row in ordered.iterrows()
    ]
    return "\n".join(
        [
            "## What the record does not identify",
            "",
            f"Of {len(told)} priors, {len(nothing)} keep more than {100 * UNTOLD:.0f} % of their "
            f"width, so the record says next to nothing of them: {_named(nothing)}. Another "
            f"{len(little)} keep more than {100 * LITTLE:.0f} %: {_named(little)}. For numbers "
            "that walk, width and middle are over all months. Narrow means narrow given the "
            "model's form; it does not mean right.",
            "",
            "| number | width left | middle | why so wide before |",
            "| --- | ---: | ---: | --- |",
            *lines,
        ]
    )


def _named(levers: pd.Index) -> str:
    return ", ".join(f"`{lever}`" for lever in levers) or "none"


def _twins(twins: pd.DataFrame, larger: pd.DataFrame | None) -> str:
    covered, count = coverage(twins), twins["twin"].nunique()
    heard = twins[twins["width"] <= LITTLE * twins["prior_width"]]
    good = {
        percent: int(covered[f"inside_{percent}"].between(*ends).sum())
        for percent, ends in ASKED.items()
    }
    lines = [
        f"| `{lever}` | {row['intervals']:.0f} | {100 * row['inside_50']:.0f} % | "
        f"{100 * row['inside_90']:.0f} % | {100 * row['narrowed']:.0f} % |"
        for lever, row in covered.iterrows()
    ]
    return "\n".join(
        [
            f"{count} made-up worlds with known unknowns, their record read off exact runs with "
            f"the stated errors, each calibrated with {twins.attrs['members']} members in "
            f"{twins.attrs['iterations']} steps over a year. Over all {len(twins):,} intervals the "
            f"truth lay inside {100 * twins['inside_50'].mean():.0f} % of the 50 % and "
            f"{100 * twins['inside_90'].mean():.0f} % of the 90 % intervals, {_verdict(twins)} "
            f"Over those that the record has told something of (at most {100 * LITTLE:.0f} % of "
            f"the width left), it is {100 * heard['inside_50'].mean():.0f} % and "
            f"{100 * heard['inside_90'].mean():.0f} %. Of {len(covered)} "
            f"numbers, {good[50]} lie between 40 and 60 % and {good[90]} between 80 and 97 %. One "
            f"that does not walk has only {count} intervals, so its share is itself unsure by "
            f"{100 * (0.25 / count) ** 0.5:.0f} and {100 * (0.09 / count) ** 0.5:.0f} points; "
            "months of one walk are not independent.",
            *([] if larger is None else ["", _sizes(twins, larger)]),
            "",
            "| number | intervals | inside 50 % | inside 90 % | width left |",
            "| --- | ---: | ---: | ---: | ---: |",
            *lines,
        ]
    )


def _sizes(twins: pd.DataFrame, larger: pd.DataFrame) -> str:
    """Say what more members do for the twins that both tables have."""
    both = sorted(set(twins["twin"]) & set(larger["twin"]))

    def told(table: pd.DataFrame) -> list[float]:
        same = table[table["twin"].isin(both)]
        heard = same[same["width"] <= LITTLE * same["prior_width"]]
        return [100 * part["inside_90"].mean() for part in (same, heard)]

    many, few, sizes = told(larger), told(twins), larger.attrs
    return (
        f"The first {len(both)} of these worlds, calibrated with {sizes['members']} members in "
        f"{sizes['iterations']} steps: the 90 % intervals hold the truth in {many[0]:.0f} % of all "
        f"cases and in {many[1]:.0f} % of those that the record has told something of; with "
        f"{twins.attrs['members']} members it was {few[0]:.0f} and {few[1]:.0f} %."
    )


def _verdict(twins: pd.DataFrame) -> str:
    """Say whether the 90 % intervals are as wide as they say: 85 to 95 % is what is aimed at."""
    inside = twins["inside_90"].mean()
    if inside < RIGHT[0]:
        return "so they are too narrow."
    return "so they are too wide." if inside > RIGHT[1] else "as they should."


def _causes(causes: pd.DataFrame) -> str:
    count = causes["twin"].nunique()
    lines = [
        f"| {row['twin'] + 1} | {row['cause']} | {row['fell']:.0f} % | {row['truth']:.1f} % | "
        f"{row['mean']:.1f} % | {row['low']:.1f} to {row['high']:.1f} % | "
        f"{'yes' if row['inside'] else 'no'} |"
        for row in causes.to_dict("records")
    ]
    told = "; ".join(
        f"of *{cause}* {int(rows['inside'].sum())} of {count}, off by "
        f"{(rows['mean'] - rows['truth']).abs().median():.1f} points in the middle twin, "
        f"{(rows['mean'] - rows['truth']).mean():+.1f} on average"
        for cause, rows in causes.groupby("cause", sort=False)
    )
    return "\n".join(
        [
            f"{count} worlds drawn from the priors in which encounters fell by a quarter or more "
            "from December 2023 to January 2024, each run without the cause, so that the share of "
            "the fall that it explains is known; their records, made up with the stated errors, "
            f"calibrated with {causes.attrs['members']} members in {causes.attrs['iterations']} "
            "steps over six months, and asked as the real one is "
            f"([variants](variants.md)). The 90 % interval held the truth: {told}.",
            "",
            "| twin | cause | fell by | true share | found | 90 % | inside |",
            "| ---: | --- | ---: | ---: | ---: | ---: | --- |",
            *lines,
        ]
    )


def _particles(table: pd.DataFrame) -> str:
    apart = (table["smoother"] - table["particles"]) / table["particles_width"]
    wider = table["smoother_width"] / table["particles_width"]
    lines = [
        f"| `{row['lever']}` | {row['truth']:+.2f} | {row['prior']:.2f} | {row['smoother']:+.2f} | "
        f"{row['smoother_width']:.3f} | {row['particles']:+.2f} | {row['particles_width']:.3f} | "
        f"{a:+.1f} | {w:.2f} |"
        for row, a, w in zip(table.to_dict("records"), apart, wider, strict=True)
    ]
    within = {
        method: int(
            ((table[method] - table["truth"]).abs() < 1.645 * table[f"{method}_width"]).sum()
        )
        for method in ("smoother", "particles")
    }
    return "\n".join(
        [
            f"{len(table)} unknowns that do not walk, a record of three months made up from known "
            "ones, found by the smoother and by tempered particles "
            "([`fit/particles.py`](../src/corredor/fit/particles.py)), which assume nothing of "
            f"straight lines and took {int(table['runs'].iloc[0]):,} runs "
            f"({100 * table['taken'].iloc[0]:.0f} % of the proposals taken). Means differ by "
            f"{apart.abs().median():.1f} of the particles' spread in the middle unknown, by "
            f"{apart.abs().max():.1f} at most; the smoother's spread is {wider.median():.2f} times "
            f"that of the particles in the middle ({wider.min():.2f} to {wider.max():.2f}). The "
            f"truth lies within 1.645 spreads of the mean for {within['smoother']} unknowns by the "
            f"smoother and {within['particles']} by particles; {0.9 * len(table):.0f} "
            "are expected.",
            "",
            "Numbers are logarithms of factors.",
            "",
            "| number | truth | prior's spread | smoother | spread | particles | spread | apart | "
            "spreads' ratio |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
            *lines,
        ]
    )


def _repeats(table: pd.DataFrame) -> str:
    monthly = table.assign(month=pd.PeriodIndex(table["month"], freq="M"))
    monthly = monthly.set_index(["replicate", "month"])
    told, since = beside(monthly, _published()), pd.Period(table.attrs["start"], "M") + 12
    whole = told[told.index >= since]
    lines = [
        f"| {month}{'' if month >= since else ' (less than a year)'} | {row['published']:.0f} % | "
        f"{row['middle']:.0f} % | {row['low']:.0f} to {row['high']:.0f} % | "
        f"{'yes' if row['inside'] else 'no'} |"
        for month, row in zip(told.index, told.to_dict("records"), strict=True)
    ]
    apart = (whole["middle"] - whole["published"]).mean()
    return "\n".join(
        [
            "Of the encounters of a month at and between ports, which share were of people met "
            "there in the twelve months before? CBP printed it (`repeat_encounters` of the "
            "[record](record.md)); persons drawn one by one say it too "
            f"({table['replicate'].nunique()} runs, each with a member of the posterior, from "
            f"{since - 12:%B %Y} on, {100 * table.attrs['people_scale']:.0f} % of all people). "
            f"Nothing was calibrated to it. In the {len(whole)} months that look back a whole year "
            f"the model's middle is {abs(apart):.0f} points too "
            f"{'low' if apart < 0 else 'high'} on average, "
            f"{(whole['middle'] / whole['published']).mean():.2f} times what was published; over "
            f"these months the two have a correlation of "
            f"{whole['middle'].corr(whole['published']):.2f}. A person who is removed to the "
            "country of origin leaves the model for good, and who comes back counts as somebody "
            "new: that alone makes the model's share too low. By how much, no series says.",
            "",
            "| month | published | model | 90 % | inside |",
            "| --- | ---: | ---: | ---: | --- |",
            *lines,
            "",
            _unique(monthly, since),
        ]
    )


def _published() -> pd.Series[float]:
    table = record.load_series("repeat_encounters", category="met in the 12 months before")
    table = table[table["end"] - table["start"] < pd.Timedelta(days=31)]
    months = pd.PeriodIndex(table["start"], freq="M", name="month")
    return pd.Series(table["value"].to_numpy(), months)


def _unique(monthly: pd.DataFrame, since: pd.Period) -> str:
    """Set the people of most of a fiscal year that CBP printed beside those of the model."""
    printed = record.load_series("repeat_encounters", category=NOT_MET)
    of_year = printed[printed["end"] - printed["start"] > pd.Timedelta(days=40)].iloc[-1]
    first, last = of_year["start"], of_year["end"]
    met = record.monthly("encounters_all_by_citizenship", category="all").loc[first:last].sum()
    months = monthly[monthly.index.get_level_values("month") >= since]
    new = ((1.0 - months["met_before"]) * months["encounters"]).sum() / months["encounters"].sum()
    return (
        f"For {first:%B %Y} to {last:%B %Y}, before the model begins, CBP printed "
        f"{of_year['value']:,.0f} people not met before in {met:,.0f} encounters: "
        f"{100 * of_year['value'] / met:.0f} %, one encounter in "
        f"{1 / (1 - of_year['value'] / met):.1f} a repeat. In the model from {since:%B %Y} on "
        f"{100 * new:.0f} % are of people not met before."
    )


def _read(path: Path | None) -> pd.DataFrame | None:
    return pd.read_parquet(path) if path else None


def main() -> None:
    """Run the checks and write page and charts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--twins", type=Path, nargs="+", default=[], help="tables that scripts.run_twins wrote"
    )
    parser.add_argument("--causes", type=Path, help="one that it wrote with --causes")
    parser.add_argument("--particles", type=Path, help="one that scripts.compare_inference wrote")
    parser.add_argument("--repeats", type=Path, help="one that scripts.run_repeats wrote")
    parser.add_argument("--pictures", action="store_true", help="leave the page as it is")
    parser.add_argument("--replicates", type=int, default=100)
    parser.add_argument("--to", type=Path, default=DOCS, help="folder to write to")
    asked = parser.parse_args()
    baseline = load_scenario("baseline")
    posterior = load_posterior(baseline.world)
    first, last = (pd.Period(posterior.provenance[end], "M") for end in ("from", "to"))
    spanned = baseline.with_horizon(
        first.start_time.date(), last.end_time.date(), (first - 2).start_time.date()
    )
    with progress("Running the posterior", shown=True) as on_block:
        table = predictive(spanned, replicates=asked.replicates, on_block=on_block)
    named = table["part"].replace(names_of(baseline.world))
    table["part"] = named.str.replace("+", ", ", regex=False)
    charts = asked.to / "calibration"
    charts.mkdir(parents=True, exist_ok=True)
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "calibration"}):
        flows = table[table["series"] != STOCK]  # counts of people stand in docs/counts.md
        for series, rows in flows.groupby("series", sort=False):
            unit = "share of all" if series == "border_patrol_by_sector" else "a month"
            title = f"{record.describe(str(series)).title}, {unit}"
            predictive_chart(rows, title).savefig(charts / f"{series}.svg", metadata=NO_METADATA)
    if asked.pictures:
        print(charts)
        return
    stands = asked.to / "calibration.md"
    made_up = MadeUp(
        *(_read(path) for path in (next(iter(asked.twins), None), asked.causes, asked.particles)),
        repeats=_read(asked.repeats),
        larger=_read(next(iter(asked.twins[1:]), None)),
        page=stands.read_text(encoding="utf-8") if stands.exists() else "",
        now=made_from(baseline.world),
    )
    text = page(
        dict(posterior.provenance), fit_by_series(table), identified(baseline, posterior),
        prior_variability(baseline), made_up, asked.replicates,
    )  # fmt: skip
    stands.write_text(text, encoding="utf-8")
    print(f"{stands}, {charts}")


if __name__ == "__main__":
    main()
