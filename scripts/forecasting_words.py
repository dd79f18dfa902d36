"""The sentences of docs/forecasting.md that say who wins; they follow the numbers both ways."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from corredor.fit.backtest import HORIZONS
from scripts.forecasting_numbers import OURS, TOTALS, comparisons, coverage, gaps

BY_NATIONALITY, BY_SECTOR = "border_patrol_by_citizenship", "border_patrol_by_sector"
GROUPS = {BY_NATIONALITY: "nationality groups", BY_SECTOR: "Border Patrol sectors"}
SOON = (1, 2, 3)  # months ahead of which the headline speaks
TOLERANCE = 0.1  # by which a share may miss and still be called about right


def headline(scores: pd.DataFrame, forecasts: pd.DataFrame) -> list[str]:
    """Say where Corredor wins and loses, and how often the truth lay inside its intervals."""
    table, lines = gaps(scores), []
    for series, name in TOTALS.items():
        lines += [f"**{name}**", "", *(f"- {_standing(table, series, m)}" for m in OURS)]
        lines += [*(f"- {_covered(scores, series, m)}" for m in OURS), ""]
    lines += ["**Parts**", ""]
    there = table.index.get_level_values("series")
    lines += [f"- {_of_groups(table, s, m)}" for s in GROUPS if s in there for m in OURS]
    told = [found.told_apart for found in comparisons(forecasts)]
    return [
        *lines, "",
        f"The two totals, {len(HORIZONS)} horizons and {len(OURS)} methods make {len(told)} "
        "comparisons with the best baseline ([below](#could-it-be-chance)). The 90 % interval of "
        "the ratio "
        f"leaves out 1 in favour of Corredor, alone or mixed, in {told.count('better')} of them "
        f"and against it in {told.count('worse')}; in {told.count('no')} it holds 1: the origins "
        f"are too few to tell. If no method were better, about {0.1 * len(told):.0f} would leave "
        "out 1 all the same.",
    ]  # fmt: skip


def _standing(table: pd.DataFrame, series: str, method: str) -> str:
    """Tell at which horizons a method wins and loses against the best baseline."""
    rows = table.reset_index()
    rows = rows[(rows["series"] == series) & (rows["part"] == "all")]
    found = rows.set_index("horizon").to_dict("index")
    won = [h for h in HORIZONS if found[h][method] < 0]
    lost = [h for h in HORIZONS if h not in won]
    soon = sum(h in won for h in SOON)

    def told(horizons: Sequence[int]) -> str:
        return listed([
            f"{months(h)} ahead ({_in_words(found[h]['best'], found[h][method])})"
            for h in horizons
        ]) if horizons else "no horizon"  # fmt: skip

    return (
        f"{method}: its CRPS is below every baseline's at {soon or 'none'} of the "
        f"{len(SOON)} horizons from {SOON[0]} to {SOON[-1]} months. Among {listed(HORIZONS)} "
        f"months it wins at {told(won)}; it loses at {told(lost)}."
    )


def _in_words(best: str, difference: float) -> str:
    size = f"{100 * abs(difference):.0f} %" if abs(difference) >= 0.005 else "less than 1 %"
    return f"{size} {'below' if difference < 0 else 'above'} {best}"


def _covered(scores: pd.DataFrame, series: str, method: str) -> str:
    number, shares = coverage(scores, series, method, SOON)
    told = " and ".join(
        f"{100 * share:.0f} % inside the {percent} % interval ({_judged(share - percent / 100)})"
        for percent, share in shares.items()
    )
    return f"{method}, {SOON[0]} to {SOON[-1]} months ahead: of {number} figures that came, {told}."


def _judged(miss: float) -> str:
    if abs(miss) <= TOLERANCE + 1e-9:
        return "about right"
    return "too few, it is too narrow" if miss < 0 else "too many, it is too wide"


def _of_groups(table: pd.DataFrame, series: str, method: str) -> str:
    here = table.xs(series, level="series")
    won = (here[method] < 0).groupby(level="horizon").sum()
    told = listed([f"for {won[h]} at {months(h)}" for h in HORIZONS])
    number = len(here.index.unique("part"))
    return f"{method}: of {number} {GROUPS[series]} it is below every baseline {told}."


def months(horizon: int) -> str:
    """Write ``1 month`` or ``3 months``."""
    return f"{horizon} month{'s' if horizon > 1 else ''}"


def listed(words: Sequence[object]) -> str:
    """Write ``one, two and three``."""
    *first, last = map(str, words)
    return f"{', '.join(first)} and {last}" if first else last
