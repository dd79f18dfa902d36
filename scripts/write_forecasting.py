"""Write docs/forecasting.md and its charts from a backtest, and from nothing else.

``python -m scripts.write_forecasting results/backtest.parquet``, and ``--baselines
results/baselines.parquet`` for the section on the baselines alone.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from corredor import record
from corredor.corridor.world import World, load_world
from corredor.fit.backtest import (
    CONFORMAL,
    HORIZONS,
    METHODS,
    MIXED,
    MODEL,
    PARTNER,
    QUANTILE_COLUMNS,
    read_backtest,
    summary,
)
from corredor.fit.baselines import MOST_MONTHS, STATISTICAL, TREES, WALK
from corredor.fit.forecast import WINDOW
from corredor.fit.scores import UPPER, score
from corredor.show.charts.forecasts import backtest_chart, scores_chart
from corredor.study.subject import BORDER_PATROL, DETENTIONS
from corredor.text.numbers import month, plain, whole
from scripts.forecasting_numbers import BLOCK, DRAWS, PORTS, TOTALS, comparisons
from scripts.forecasting_ranking import ranking, with_section
from scripts.forecasting_words import BY_NATIONALITY, BY_SECTOR, headline, listed, months

DOCS = Path(__file__).parent.parent / "docs"
LINE = 110  # letters of the page
HEAD = (
    "| months ahead | method | forecasts | CRPS | upper tail | WIS | MAE | inside 50 % "
    "| inside 90 % |"
)
RULER = "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
CHARTS = (
    ("border-patrol", BORDER_PATROL, MODEL), ("border-patrol-mixed", BORDER_PATROL, MIXED),
    ("border-patrol-partner", BORDER_PATROL, PARTNER), ("ports", PORTS, MODEL),
    ("ports-mixed", PORTS, MIXED), ("detentions", DETENTIONS, MODEL),
)  # fmt: skip


def names_of(world: World) -> dict[str, str]:
    """Return the plain English name of each nationality, without the household."""
    people = world.people.drop_duplicates("nationality")
    full = zip(people["nationality"], people["name_en"], strict=True)
    return {str(key): str(name).rpartition(", ")[0] or str(name) for key, name in full}


def page(forecasts: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Return the whole page."""
    scores = summary(forecasts)
    origins = sorted(forecasts["origin"].unique())
    sections = (
        ["# Forecasts, and how they did", "",
         f"Written by `python -m scripts.write_forecasting` from a backtest of {len(origins)} "
         f"origins, {month(origins[0])} to {month(origins[-1])}. The numbers below are computed "
         "from it."],
        ["## In short", "", *headline(scores, forecasts)],
        ["## What a forecast is here", "", *_what()],
        ["## Could it be chance?", "", *chance(forecasts)],
        ["## Pictures", "", *_pictures()],
        ["## Mexico's detentions", "", *detentions(forecasts)],
        ["## Limits", "", *_limits(forecasts)],
        ["## Every score", "", *every_score(scores, names)],
    )  # fmt: skip
    return "\n\n".join("\n".join(map(wrapped, lines)) for lines in sections) + "\n"


def wrapped(line: str) -> str:
    """Break a paragraph or point of a list; headings, tables and pictures stay as they are."""
    if not line or line.startswith(("#", "|", "!")):
        return line
    indent = "  " if line.startswith("- ") else ""
    return textwrap.fill(
        line, LINE, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )


def _what() -> list[str]:
    wait = record.describe("border_patrol_encounters").published_after_days
    return [
        "The **origin** is the last month whose Border Patrol figures are known. The forecast is "
        f"made {wait} days after that month ends, with only what had been published by then "
        "([which figures that is](publication-dates.md)): the unknowns of the model are calibrated "
        f"on the {WINDOW} months up to the origin, and no measure dated later is foreseen. Then "
        "the months go on: unknowns that walk from month to month walk on with fresh steps, so "
        "the intervals widen. A **horizon** is the number of months after the origin.",
        "",
        f"The **baselines** are {listed(STATISTICAL)}, as statsforecast has them, on log(1 + "
        f"count); the {WALK}, a Poisson random walk with stochastic volatility (Zens and Bijak "
        f"2026); and {TREES}, one gradient-boosted model of all series (after Boss, Groeger and "
        f"others 2024). All have the last {MOST_MONTHS // 12} years, the same origins and the same "
        "figures. "
        f"**{MIXED}** is the mean of the quantiles of {MODEL} and {PARTNER}; the equal weights "
        f"were fixed in advance. **{CONFORMAL}** is {MODEL} with its intervals moved by how "
        "earlier forecasts missed, by a rule fixed in advance "
        "([decision 15](decisions/0015-forecasts-beside-more.md)).",
        "",
        "The **CRPS** is the error of a whole distribution, in events; for a forecast without "
        "spread it is the absolute error. The weighted interval score (**WIS**) is nearly the "
        "same, over fewer quantiles. **Upper tail** is the part of the CRPS that lies in levels "
        f"above {100 * UPPER:.0f} % (Gneiting and Ranjan 2011): how well surges were foreseen. "
        "Lower is better. **MAE** is the mean error of the median. "
        "*The best baseline* is whichever had the lowest CRPS at that horizon in this backtest, "
        "which nobody could have picked beforehand: a stricter test than any one baseline.",
    ]


def chance(forecasts: pd.DataFrame) -> list[str]:
    """Return a table of CRPS ratios to the best baseline, with their bootstrap intervals."""
    rows = [
        f"| {TOTALS[c.series]} | {c.horizon} | {c.method} | {c.origins} | {c.best} "
        f"| {c.ratio:.2f} | {c.low:.2f} to {c.high:.2f} | {c.told_apart} |"
        for c in comparisons(forecasts)
    ]
    return [
        "The CRPS over that of the best baseline; below 1 is better. Its 90 % interval over "
        f"origins comes from a paired bootstrap: {DRAWS:,} draws of blocks of {BLOCK} origins in a "
        "row, all methods on the same origins, the baseline fixed. An interval that holds 1 leaves "
        "open which is better.",
        "",
        "| series | months ahead | method | origins | best baseline | ratio | 90 % interval "
        "| told apart? |",
        "| --- | ---: | --- | ---: | --- | ---: | --- | --- |",
        *rows,
    ]


def _pictures() -> list[str]:
    lines = ["![CRPS of every method relative to the random walk](forecasting/scores.svg)"]
    for name, series, method in CHARTS:
        if series in TOTALS:
            lines += ["", f"![{TOTALS[series]}: forecasts by {method} and what came]"
                          f"(forecasting/{name}.svg)"]  # fmt: skip
    return lines


def detentions(forecasts: pd.DataFrame) -> list[str]:
    """Tell how the model alone did where the record has a total over months it forecast."""
    chosen = forecasts[(forecasts["series"] == DETENTIONS) & forecasts["observed"].notna()]
    observed, median = chosen["observed"].to_numpy(), chosen["q50"].to_numpy()
    found = score(chosen[QUANTILE_COLUMNS].to_numpy(), observed)
    off = np.abs(median - observed).mean() / observed.mean()
    return [
        "Most months of Mexico's detentions were only published as parts of longer totals, too "
        "few alone for a statistical baseline, so the model stands alone here and nothing says "
        "whether a simpler method would do better. Each total that lies wholly in the months "
        "forecast is compared with the forecast of the same months together.",
        "",
        f"There are {len(chosen)} such forecasts, of {chosen['month'].nunique()} different "
        f"windows; {100 * found.inside_50.mean():.0f} % of what came lay inside the 50 % interval "
        f"and {100 * found.inside_90.mean():.0f} % inside the 90 % interval. The median was off "
        f"by {100 * off:.0f} % of what came on average, and too low in "
        f"{100 * (median < observed).mean():.0f} % of cases.",
        "",
        "![Mexico's detentions: forecasts and what came](forecasting/detentions.svg)",
    ]


def _limits(forecasts: pd.DataFrame) -> list[str]:
    totals = forecasts[(forecasts["series"] == BORDER_PATROL) & forecasts["observed"].notna()]
    came = totals.drop_duplicates("month").set_index("month")["observed"]
    low, high = str(came.idxmin()), str(came.idxmax())
    most, longest = forecasts["origin"].nunique(), max(HORIZONS)
    last = totals.loc[totals["horizon"] == longest, "origin"].nunique()
    fewer = f", and only {last} can be checked {months(longest)} ahead" if last < most else ""
    return [
        f"- **Few origins.** There are {most}{fewer}. They overlap: neighbours share most of the "
        "months they forecast, so they are worth less than as many separate trials. The bootstrap "
        f"allows for that by blocks of {BLOCK}, hardly enough for the longest horizon; its "
        "intervals are, if anything, too narrow.",
        f"- **An extraordinary time.** Border Patrol encounters ranged from {whole(came[low])} in "
        f"{month(low)} to {whole(came[high])} in {month(high)} among the months forecast. "
        "Another time may rank the methods otherwise.",
        "- **Hindsight in the design.** Figures and measures of later dates are kept out, but "
        "whoever built the model and chose its priors knew how these months went. A first backtest "
        "with narrower priors had shown too narrow bands before the widths were set to how the "
        "record varied from 2013 to 2022; the dated measures that may move things at once were "
        "chosen by people who knew which did. A second backtest showed forecasts that rose with "
        "every month ahead. The cause was found in the arithmetic (log-normal steps grow on "
        "average) and mended, but it was looked for because the backtest had missed. Of two ways "
        "to give back the spread that the smoother loses, both as good in made-up worlds, the one "
        "that widens after every step was given up after a third backtest, in which it did worse "
        "than this one ([decision 6](decisions/0006-calibration.md)). So three rounds of these "
        "same months stand behind the table.",
        "- **No earlier editions** of the Border Patrol figures are kept. Revised figures stand in "
        "for those first printed; they differ by a few events, below 0.1 %.",
        "- **The days of publication are assumed** lags for most series "
        "([publication dates](publication-dates.md)).",
    ]


def every_score(scores: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """Return the whole table, part by part; the best CRPS at each horizon is bold."""
    lines = ["The lowest CRPS is bold. For Mexico's detentions, months ahead are those of the end "
             "of the window."]  # fmt: skip
    whole_table = scores.reset_index()
    for series, part in dict.fromkeys(zip(whole_table["series"], whole_table["part"], strict=True)):
        lines += ["", f"### {_title(series, part, names)}", "", HEAD, RULER]
        at = whole_table[(whole_table["series"] == series) & (whole_table["part"] == part)]
        for horizon in HORIZONS:
            lines += _rows(at[at["horizon"] == horizon])
    return lines


def _rows(table: pd.DataFrame) -> Iterator[str]:
    ordered = sorted(table.to_dict("records"), key=lambda row: METHODS.index(row["method"]))
    for row in ordered:
        best = len(ordered) > 1 and row["crps"] == table["crps"].min()
        crps = f"**{plain(row['crps'])}**" if best else plain(row["crps"])
        cells = (
            row["horizon"], row["method"], row["forecasts"], crps, plain(row["upper_tail"]),
            plain(row["wis"]), plain(row["mae"]),
            *(f"{100 * row[name]:.0f} %" for name in ("inside_50", "inside_90")),
        )  # fmt: skip
        yield f"| {' | '.join(map(str, cells))} |"


def _title(series: str, part: str, names: Mapping[str, str]) -> str:
    if series == DETENTIONS:
        return "Mexico's detentions"
    if series == BY_SECTOR:
        return f"Border Patrol, {part} sector"
    return TOTALS.get(series) or f"Border Patrol, {names.get(part, part)}"


def draw(forecasts: pd.DataFrame, names: Mapping[str, str], folder: Path) -> None:
    """Write all charts to a folder; the same numbers give the same files."""
    folder.mkdir(parents=True, exist_ok=True)
    totals = {BORDER_PATROL: "Border Patrol, all", PORTS: "Ports of entry, all"}
    scores = scores_chart(summary(forecasts), {**names, **totals}, (*totals, BY_NATIONALITY))
    _save(scores, folder / "scores.svg")
    for name, series, method in CHARTS:
        _save(backtest_chart(forecasts, series, "all", method), folder / f"{name}.svg")


def _save(figure: Figure, path: Path) -> None:
    with mpl.rc_context({"svg.hashsalt": path.stem}):
        figure.savefig(path, metadata={"Date": None})


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the backtest and write page and charts, and the section on the baselines."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("backtest", type=Path, nargs="?", help="as `corredor backtest` writes it")
    parser.add_argument("--baselines", type=Path, help="as `--baselines-only` writes it; alone, "
                        "its section of the page is all that is written")  # fmt: skip
    parser.add_argument("--docs", type=Path, default=DOCS, help="folder to write to")
    parser.add_argument("--pictures", action="store_true", help="leave the page as it is")
    chosen = parser.parse_args(arguments)
    path = chosen.docs / "forecasting.md"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    if chosen.backtest:
        forecasts, names = read_backtest(chosen.backtest), names_of(load_world("mexico"))
        draw(forecasts, names, chosen.docs / "forecasting")
        text = text if chosen.pictures else page(forecasts, names)
    if chosen.baselines:
        section = [wrapped(line) for line in ranking(read_backtest(chosen.baselines))]
        text = with_section(text, section)
    if not chosen.pictures:
        path.write_text(text, encoding="utf-8")
    print(path)


if __name__ == "__main__":
    main()
