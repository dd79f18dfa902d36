"""``corredor record effects`` and ``breaks``: what the record tells of measures and of shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import typer

from corredor.cli.options import AsJson, Category, Place, Series
from corredor.cli.output import print_json, print_table

if TYPE_CHECKING:
    from corredor.record.evidence import Effect, Estimate

READING = (
    "Change: encounters in the n months after, against what the five years before let expect.",
    "Interval: 90 %, made wide enough that one earlier date in twenty would show a fall by chance.",
    "Rank: of this change among those of all earlier dates, 1 = the furthest from none.",
    "`--json` has 3, 6 and 12 months, all sectors without a control, sources and reasons.",
)


def effects(as_json: AsJson = False) -> None:
    """Estimate what each dated measure since 2021 did to encounters, and say what can be told."""
    from corredor.record.evidence import estimate_all, load_measures

    found = estimate_all()
    if as_json:
        rules = load_measures().rules.model_dump()
        print_json({"rules": rules, "measures": [_plain(one) for one in found]})
        return
    typer.echo(f"{'measure':<28} from     n  {'change and interval':<20} rank     verdict")
    for one in found:
        typer.echo(_row(one))
    for line in READING:
        typer.echo(line)
    for one in found:
        if one.at_the_same_time and one.headline.told in ("fell", "rose"):
            others = ", ".join(one.at_the_same_time)
            typer.echo(f"{one.measure.id} cannot be told from what began near it: {others}.")


def breaks(
    series: Series, category: Category = None, place: Place = None, as_json: AsJson = False
) -> None:
    """Find when the level of a monthly series shifted, and how surely."""
    from corredor import record
    from corredor.record.evidence import find_breaks

    found = find_breaks(record.monthly(series, category or "all", place))
    if as_json:
        print_json({**vars(found), "breaks": [vars(one) for one in found.breaks]})
        return
    columns = ["new level from", "90 % range", "before", "after", "change %", "found at"]
    rows = [
        (str(b.month), f"{b.low} to {b.high}", b.before, b.after, f"{b.percent:+.0f}",
         f"{100 * b.kept:.0f} % of penalties")
        for b in found.breaks
    ]  # fmt: skip
    print_table(f"Shifts in the level of {record.describe(series).title}", columns, rows)
    typer.echo(
        f"The same changes from month to month in another order, with no shift of level, give "
        f"{found.by_chance:.1f} such breaks on average (90 %: {found.by_chance_low:.0f} to "
        f"{found.by_chance_high:.0f}). A break is a description, not a cause."
    )


def _row(one: Estimate) -> str:
    effect = one.headline
    change = f"{effect.percent:+.0f} % ({effect.low:+.0f} to {effect.high:+.0f})"
    rank = f"{effect.rank}/{effect.placebos.number + 1}"
    start = f"{one.measure.id:<28} {one.measure.first} {effect.months:>2}"
    return f"{start}  {change:<20} {rank:<8} {effect.told}"


def _plain(one: Estimate) -> dict[str, Any]:
    return {
        **one.measure.model_dump(),
        "first_month": one.measure.first,
        "has_control": one.has_control,
        "headline": _effect(one.headline),
        "compared": [_effect(effect) for effect in one.compared],
        "all_sectors_without_control": [_effect(effect) for effect in one.everywhere],
        "at_the_same_time": one.at_the_same_time,
    }


def _effect(effect: Effect) -> dict[str, Any]:
    placebos = effect.placebos
    return {
        **{k: v for k, v in vars(effect).items() if k != "placebos"},
        "placebo_dates": placebos.number,
        "false_alarms": placebos.false_alarms,
        "stretch_low": placebos.stretch_low,
        "stretch_high": placebos.stretch_high,
    }
