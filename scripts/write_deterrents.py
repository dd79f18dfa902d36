"""Write docs/deterrents.md and a chart for each measure, from the record and nothing else.

``python -m scripts.write_deterrents``
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np

from corredor import record
from corredor.record.evidence import (
    Effect,
    Estimate,
    Rules,
    adjust,
    estimate_all,
    load_measures,
)
from corredor.record.evidence.contrast import BEFORE, LEAST_COUNT
from corredor.text.numbers import month
from scripts.deterrents_chart import chart
from scripts.deterrents_series import breaks, falls
from scripts.deterrents_words import (
    beside,
    change,
    interval,
    number,
    same_months,
    signed,
    size,
    told,
    touched,
)
from scripts.write_forecasting import wrapped

DOCS = Path(__file__).parents[1] / "docs"
FOLDER = "deterrents"
TOTAL = "border_patrol_encounters"
MOST_MONTHS = 12
HIDDEN = -30.0  # percent: a fall that would matter, to see how many intervals leave room for it
SINCE = "2021-03"
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def page(found: Sequence[Estimate], rules: Rules) -> str:
    """Return the whole page."""
    sections = (
        ["# What the record tells of deterrents and other measures", "",
         "Written by `python -m scripts.write_deterrents` from the record that ships with Corredor "
         "and `worlds/mexico/record/measures.toml`. Every number below is computed. "
         "`corredor record effects` and `corredor record breaks` print them."],
        ["## In short", "", *in_short(found, rules)],
        ["## How an effect is estimated", "", *_method(found, rules)],
        ["## Every measure", "", *_headlines(found, rules)],
        ["## All US deterrents since 2021 together", "", *_together(found, rules)],
        ["## One by one", "", *(line for one in found for line in _one(one, rules))],
        ["## The steepest falls from one month to the next", "", *falls()],
        ["## Shifts of level", "", *breaks()],
        ["## Limits", "", *_limits(found)],
    )  # fmt: skip
    return "\n\n".join("\n".join(map(wrapped, lines)) for lines in sections) + "\n"


def in_short(found: Sequence[Estimate], rules: Rules) -> list[str]:
    """Return what the estimates come to."""
    deterrents = [one for one in found if one.measure.kind == "deterrent"]
    fell = [one for one in found if one.headline.told == "fell"]
    narrow = [one for one in deterrents if one.headline.told == "no effect"]
    widest = [one.headline.least_fall for one in deterrents]
    lines = [
        f"- Of {len(deterrents)} US deterrents looked at, encounters fell after "
        f"{number(sum(one in fell for one in deterrents))}, against what was to be expected, and "
        f"the interval is narrow enough to say *no effect larger than "
        f"{rules.no_effect_within_percent:g} %* for {number(len(narrow))}. For the others **the "
        "record cannot tell**: it neither shows an effect nor shows that there was none.",
        f"- That is so because sectors gain and lose people for many reasons. A fall had to reach "
        f"{size(max(widest))} to {size(min(widest))}, by measure, to be told from none.",
    ]
    for one in fell:
        effect = one.headline
        lines.append(
            f"- **{one.measure.name}** ({one.measure.by}, {one.measure.date}): encounters "
            f"{change(effect)} over {effect.months} months, rank {effect.rank} of "
            f"{effect.placebos.number + 1} dates.{beside(one)}"
        )
    for name in ("mexico-crackdown", "june-2024-proclamation"):
        one = next((one for one in found if one.measure.id == name and one not in fell), None)
        if one is not None:
            effect = one.headline
            months = "1 month" if effect.months == 1 else f"{effect.months} months"
            lines.append(
                f"- **{one.measure.name}**: {change(effect)} over {months}, without a control. So "
                f"deep a fall, for its interval, comes at {100 * effect.chance_of_fall:.0f} % of "
                f"all dates; below 5 % it would be called a fall.{beside(one)}"
            )
    return lines


def _method(found: Sequence[Estimate], rules: Rules) -> list[str]:
    alarms = [effect.placebos.false_alarms for one in found for effect in one.compared
              if effect.placebos.number >= rules.least_placebos]  # fmt: skip
    changes = 100 * float(np.log(adjust(record.monthly(TOTAL))).diff().std())
    return [
        "For each measure, the months after it are set against what was to be expected from the "
        f"{BEFORE} months before: a level that wanders, a yearly pattern, and, where only some "
        "sectors (or citizenships) were touched, the encounters of the others in the same months, "
        "as far as the two moved together before. This is the structural time series of "
        "interrupted-series studies, with its uncertain numbers averaged over rather than plugged "
        "in. A month is *after* if the measure held from its day 8 or before; a month in which it "
        f"began later is left out. Months with fewer than {LEAST_COUNT} events are not learnt "
        "from.",
        "",
        "**Placebo dates.** The same estimate is made at every earlier month of the record that "
        f"has {BEFORE} months before it and whose months end before the measure. Nothing of this "
        "measure happened there, so a right 90 % interval would leave out *no effect* at one date "
        f"in ten. The model's own interval does so at {100 * min(alarms):.0f} to "
        f"{100 * max(alarms):.0f} %: **it is too narrow**, since the border is given to sudden "
        "turns. Each side of the interval is therefore stretched until one placebo date in twenty "
        "shows a fall and one in twenty a rise. The rank says where the real date stands among the "
        "placebos by the size of its effect for its interval. Other measures of later years fall "
        "among the placebo dates; they make the interval wider, not narrower.",
        "",
        f"**Verdict.** {rules.headline_reason} *Fell* or *rose*: the whole interval lies on one "
        f"side. *No effect larger than {rules.no_effect_within_percent:g} %*: the whole interval "
        f"lies within ±{rules.no_effect_within_percent:g} %. {rules.no_effect_reason} (That change "
        f"has a standard deviation of {changes:.0f} %.) Else the record cannot tell. "
        f"{rules.least_placebos_reason}",
        "",
        "**Assumptions.** (1) No spillover: what a measure does to one sector does not move people "
        "to the controls. Displacement breaks this: if people go round by another sector, the "
        "comparison shows a fall twice over while as many cross. So the total over all sectors is "
        "estimated too, without a control; a measure that only moved people leaves it as it was. "
        "(2) But for the measure, the touched and the control would have gone on moving together. "
        "(3) Nothing else began at that date; what is known to have is named. (4) The sectors "
        "touched are those of the file, some of them an assumption. (5) Encounters count events, "
        "and not those who pass unseen: fewer encounters may be fewer people, fewer tries, or "
        "fewer tries seen.",
    ]


def _headlines(found: Sequence[Estimate], rules: Rules) -> list[str]:
    lines = [
        "| measure | touched | first month | months | change | 90 % interval | rank | "
        "all sectors, no control | verdict |",
        "| --- | --- | --- | ---: | ---: | --- | ---: | --- | --- |",
    ]
    for one in found:
        effect, total = one.headline, same_months(one)
        everywhere = f"{signed(total.percent)} ({interval(total)})" if one.has_control else "–"
        lines.append(
            f"| [{one.measure.id}](#{one.measure.id}) | {touched(one)} | {one.measure.first} | "
            f"{effect.months} | {signed(effect.percent)} | {interval(effect)} | {effect.rank} of "
            f"{effect.placebos.number + 1} | {everywhere} | {told(effect, rules)} |"
        )
    tries = sum(one.has_control for one in found if one.headline.placebos.number)
    return [
        *lines, "",
        "Change and interval are in percent of what was to be expected; the middle columns are "
        "about what was touched, the last but one about the whole border. A 90 % interval shows a "
        f"fall by chance once in twenty tries, and {tries} measures are tried here with a control: "
        f"about {tries / 20:.1f} falls would come by chance alone.",
    ]  # fmt: skip


def _together(found: Sequence[Estimate], rules: Rules) -> list[str]:
    one = next(o for o in found if o.measure.id == "texas-measures-together")
    effect, total = one.headline, same_months(one)
    return [
        f"From {month(str(one.measure.first))} to {month(str(effect.last))}, {effect.months} "
        f"months, the Texas sectors had {effect.came:,.0f} encounters; going by Tucson, Yuma, "
        f"El Centro and San Diego, {effect.expected:,.0f} were to be expected: {change(effect)}. "
        f"Verdict: **{told(effect, rules)}**. A fall would have had to reach "
        f"{size(effect.least_fall)} to be told from none. Over the whole border, without a "
        f"control, {change(total)}.",
        "",
        "What can be told of *all US deterrents since 2021 had no effect*:",
        "",
        *_what_can_be_told([o for o in found if o.measure.kind == "deterrent"]),
    ]


def _what_can_be_told(deterrents: Sequence[Estimate]) -> list[str]:
    verdicts = [one.headline.told for one in deterrents]
    room = sum(one.headline.low <= HIDDEN <= one.headline.high for one in deterrents)
    fell = [one for one in deterrents if one.headline.told == "fell"]
    listed = {one.measure.id for one in deterrents}
    mixed = sum(bool(set(one.at_the_same_time) - listed) for one in fell)
    series = record.monthly(TOTAL)
    before, since = (float(part.mean()) for part in (series["2016-03":"2021-02"], series[SINCE:]))
    return [
        f"- Can it be shown true? It would take every interval near nothing; "
        f"{number(verdicts.count('no effect'))} of {len(verdicts)} is. A fall of {size(HIDDEN)} "
        f"lies within {room} of them.",
        f"- Can it be shown false? Encounters fell after {number(len(fell))} of them. For "
        f"{number(mixed)} of these, something not on the list began in the same weeks, such as "
        "Mexico's crackdown, and the record cannot tell which of the two it was.",
        "- The measures overlap in time and place, so their effects cannot be added up, and "
        "federal measures that held on the whole border have no untouched counterpart.",
        f"- There were {since:,.0f} encounters a month since {month(SINCE)}, against {before:,.0f} "
        "in the five years before. That says nothing of what they would have been without the "
        "measures.",
    ]  # fmt: skip


def _one(one: Estimate, rules: Rules) -> list[str]:
    measure = one.measure
    reason = "" if measure.touched == "sourced" else "**Assumption.** "
    lines = [
        f"### {measure.id}", "",
        f"**{measure.name}.** {measure.by}, {measure.date} (date {measure.date_status}). Source: "
        f"{measure.source}. Touched: {touched(one)}. {reason}{measure.why_touched} {measure.note}"
        .rstrip(), "",
        f"![{measure.name}: encounters against what was to be expected]({FOLDER}/{measure.id}.svg)",
        "",
        "| on | months | came | expected | change | 90 % interval | before stretching | placebos "
        "(false alarms) | as deep a fall by chance | verdict |",
        "| --- | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: | --- |",
    ]  # fmt: skip
    against = "touched, against the others" if one.has_control else "all sectors, no control"
    lines += [_row(against, effect, rules) for effect in one.compared]
    if one.has_control:
        lines += [_row("all sectors, no control", effect, rules) for effect in one.everywhere]
    return [*lines, "", beside(one).strip() or "Nothing else in the file began near it.", ""]


def _row(on: str, effect: Effect, rules: Rules) -> str:
    placebos = effect.placebos
    alarms = f"{100 * placebos.false_alarms:.0f} %" if placebos.number else "–"
    return (
        f"| {on} | {effect.months} | {effect.came:,.0f} | {effect.expected:,.0f} | "
        f"{signed(effect.percent)} | {interval(effect)} | {signed(effect.model_low)} to "
        f"{signed(effect.model_high)} | {placebos.number} ({alarms}) | "
        f"{100 * effect.chance_of_fall:.0f} % | {told(effect, rules)} |"
    )


def _limits(found: Sequence[Estimate]) -> list[str]:
    alone = [one.measure.id for one in found if not one.has_control]
    dates, months = (
        max(getter(one.headline) for one in found if one.headline.months <= MOST_MONTHS)
        for getter in (lambda e: e.placebos.number, lambda e: e.months)
    )
    return [
        f"- **No control for {len(alone)} measures** ({', '.join(alone)}): they touched the whole "
        "border, so the estimate is of everything that was new in those months.",
        f"- **Placebo dates overlap**: {dates} of them, each with {months} months, are worth some "
        f"{dates // months} separate trials.",
        "- **Months, not days**: what worked for a week is lost in its month.",
        "- **Small stretches of river**: a barrier of 1,000 feet may move people within a sector, "
        "which the count of the sector does not show.",
        "- **Dates were chosen by what the press wrote.** Build-ups of months have no date.",
        "- **Few and unlike years**: the years before 2021 hold sudden turns of their own, the "
        "pandemic among them.",
        f"- **Choices**: {BEFORE} months to learn from were taken among 60, 84 and 120 because "
        "they gave the fewest false alarms at placebo dates; effects were not looked at. That each "
        "side of an interval is stretched by itself was settled after a first look at the effects: "
        "with one and the same stretch for both sides, the interval for Mexico's crackdown ends a "
        "few percent lower or higher, near nothing. Whoever reads *fell* into it, or *did not "
        "fall*, reads more than is there.",
    ]


def main() -> None:
    """Write the page and its charts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=DOCS, help="folder to write to")
    asked = parser.parse_args()
    found, rules = estimate_all(), load_measures().rules
    charts = asked.to / FOLDER
    charts.mkdir(parents=True, exist_ok=True)
    (asked.to / "deterrents.md").write_text(page(found, rules), encoding="utf-8")
    for one in found:
        with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": one.measure.id}):
            chart(one).savefig(charts / f"{one.measure.id}.svg", metadata=NO_METADATA)
    print(f"{asked.to}/deterrents.md, {len(found)} charts in {charts}")


if __name__ == "__main__":
    main()
