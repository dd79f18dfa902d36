"""What docs/forecasting.md says of the baselines on many origins, without the model."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from corredor import record
from corredor.fit.backtest import HORIZONS, summary
from corredor.fit.baselines import BASELINES
from corredor.text.numbers import month, plain
from scripts.forecasting_words import listed

HEADING = "## The baselines on all origins"
HEAD = (
    "| series | months ahead | method | origins | CRPS | over the random walk | upper tail "
    "| inside 50 % | inside 90 % |"
)
RULER = "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
YARDSTICK = "random walk"


def ranking(forecasts: pd.DataFrame) -> list[str]:
    """Return the section of the page: how the baselines of a world did, best first.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        As :func:`corredor.fit.ranking.rank_baselines` gives.
    """
    scores = summary(forecasts).reset_index()
    shown = scores[scores["horizon"].isin(HORIZONS)]
    origins = sorted(forecasts["origin"].unique())
    places = shown.groupby(["series", "horizon"])["crps"].rank().groupby(shown["method"]).mean()
    ordered = places.sort_values()
    best = listed([f"{name} ({place:.1f})" for name, place in ordered.items()])
    return [
        HEADING, "",
        "The baselines need no model, so they can be held against many more months: "
        f"{len(origins)} origins, {month(origins[0])} to {month(origins[-1])}, each with what had "
        "been published when a forecast from there would have been made. A series is forecast from "
        "the origins before which its months had been out one by one for three years, so the "
        "younger ones have few. All settings were fixed before "
        "([decision 15](decisions/0015-forecasts-beside-more.md)). Written from "
        "`corredor backtest --baselines-only`.",
        "",
        f"Mean place by CRPS over the {shown.groupby(['series', 'horizon']).ngroups} series and "
        f"numbers of months ahead, of {len(BASELINES)}: {best}.",
        "", HEAD, RULER, *_rows(shown),
    ]  # fmt: skip


def _rows(scores: pd.DataFrame) -> Iterator[str]:
    for (series, horizon), here in scores.groupby(["series", "horizon"], sort=False):
        usual = float(here.loc[here["method"] == YARDSTICK, "crps"].iloc[0])
        for row in here.sort_values("crps").to_dict("records"):
            cells = (
                record.describe(str(series)).title, horizon, row["method"], row["forecasts"],
                plain(row["crps"]), f"{row['crps'] / usual:.2f}", plain(row["upper_tail"]),
                *(f"{100 * row[name]:.0f} %" for name in ("inside_50", "inside_90")),
            )  # fmt: skip
            yield f"| {' | '.join(map(str, cells))} |"


def with_section(page: str, lines: list[str], before: str = "## Limits") -> str:
    """Return a page with a section put in, in place of one of the same heading.

    Raises
    ------
    ValueError
        If the page has neither the section nor the heading that it stands before.
    """
    parts = page.split("\n## ")
    heading = lines[0].removeprefix("## ")
    kept = [part for part in parts if part.split("\n")[0] != heading]
    names = [part.split("\n")[0] for part in kept]
    at = names.index(before.removeprefix("## "))
    section = "\n".join([heading, *lines[1:]]) + "\n"
    return "\n## ".join([*kept[:at], section, *kept[at:]])
