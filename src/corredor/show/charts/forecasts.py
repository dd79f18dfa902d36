"""Charts of forecasts: what may come, what was forecast beside what came, and the scores."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from corredor import record
from corredor.arrays import QUANTILES
from corredor.corridor.scenario import Scenario
from corredor.errors import UsageError
from corredor.fit.backtest import CONFORMAL, HORIZONS, MIXED, MODEL
from corredor.fit.baselines import BASELINES, TREES, WALK
from corredor.fit.forecast import WHOLE, Forecast, published
from corredor.inputs.whole_files import whole_or_absent
from corredor.show.charts import boxes
from corredor.show.charts.record_charts import check_path
from corredor.show.charts.style import BLUE, GREY, INK, RULE, RUST, VIOLET, finish
from corredor.text.numbers import whole

MOST_PANELS = 6
MONTHS_BEFORE = 24  # of the record, up to the origin
HEADROOM = 1.08  # above the forecasts, for the name of the origin
STEEPEST = 2.2  # times the highest figure that came: boxes are cut off there
YARDSTICK = "random walk"
EDGES = (0.125, 8.0)  # ratios beyond stand at the edge of the chart
TICKS = (0.25, 0.5, 1, 2, 4)
MARKS = {
    "seasonal naive": "x", "AutoETS": "s", "AutoARIMA": "^", "Theta": "P", WALK: "*", TREES: "1",
}  # fmt: skip
OURS = {  # colour, shape, step from the row
    MODEL: (BLUE, "o", -0.24), CONFORMAL: (VIOLET, "v", 0.0), MIXED: (RUST, "D", 0.24),
}  # fmt: skip
INSIDE, OUTSIDE = (INK, INK), ("white", RUST)  # face and edge of what came
MARK_SIZE, MARK_EDGE = 6.5, 1.8  # points
NAME_WIDTH = 26  # letters in a line


def save_forecast_chart(
    made: Forecast, scenario: Scenario, path: Path, moved: pd.DataFrame | None = None
) -> Path:  # fmt: skip
    """Draw a forecast and write the chart to a new ``.png`` or ``.svg`` file.

    Parameters
    ----------
    made : Forecast
        What may come.
    scenario : Scenario
        Of which it was made; its world says whose record stands beside it.
    path : Path
        File to write.
    moved : pandas.DataFrame, optional
        As in :func:`forecast_chart`.

    Raises
    ------
    UsageError, OutputError
        As :func:`check_path`.
    """
    check_path(path)
    metadata = {"Date": None} if path.suffix.lower() == ".svg" else {}
    with whole_or_absent(path) as temporary, record.with_world(scenario.world.folder):
        forecast_chart(made, scenario, moved).savefig(temporary, dpi=160, metadata=metadata)
    return path


def forecast_chart(
    made: Forecast, scenario: Scenario, moved: pd.DataFrame | None = None
) -> Figure:  # fmt: skip
    """Draw the record of two years as known on the day of the forecast, and what may come.

    A panel for each series that is forecast as a whole.

    Parameters
    ----------
    made : Forecast
        What may come.
    scenario : Scenario
        Of which it was made.
    moved : pandas.DataFrame, optional
        Its bands moved by how earlier forecasts missed
        (:func:`corredor.fit.backtest.conformal_forecast`), drawn in place of its own where it has
        them.
    """
    shown = [series for series, part in made.samples if part == WHOLE][:MOST_PANELS]
    figure, grid = boxes.panels(9.0, 0.8 + 2.8 * len(shown), len(shown), 1)
    first, known = made.origin - MONTHS_BEFORE + 1, published(scenario, made.made_on)
    for axes, series in zip(grid, shown, strict=True):
        if known[series, WHOLE].reindex(pd.period_range(first, made.origin, freq="M")).isna().any():
            span = (str(first), str(made.origin))
            boxes.draw_windows(axes, record.disjoint_windows(series, *span, as_of=made.made_on))
        else:
            boxes.draw_months(axes, known[series, WHOLE][first : made.origin])
        own = np.quantile(made.samples[series, WHOLE], QUANTILES, axis=0).T
        levels = pd.DataFrame(own, columns=boxes.LEVELS)
        name = record.describe(series).title
        if moved is not None and (moved["series"] == series).any():
            rows = moved[(moved["series"] == series) & (moved["part"] == WHOLE)]
            levels = rows[[f"q{level:g}" for level in QUANTILES]].reset_index(drop=True)
            levels.columns = pd.Index(boxes.LEVELS)
            name = f"{name}, bands moved by how forecasts missed"
        boxes.draw_boxes(axes, boxes.spans(made.months, made.months), levels)
        finish(axes)
        axes.set_ylim(0, HEADROOM * axes.get_ylim()[1])
        boxes.mark_origin(axes, made.origin)
        boxes.title(axes, name)
        axes.set_ylabel(f"{record.describe(series).unit} a month", color=GREY)
    figure.align_ylabels()
    boxes.key(figure, [*boxes.published_keys(), *boxes.box_keys()], 5)
    publishers = "; ".join(record.describe(series).publisher for series in shown)
    newest = ", ".join(f"{record.describe(s).title} {m}" for s, m in made.newest.items())
    boxes.foot(
        figure,
        f"Forecast with what had been published by {made.made_on}: "
        f"{len(made.samples[shown[0], WHOLE])} futures, equally likely. Sources of the "
        f"published figures: {publishers}."
        + (f" Newest figure of each: {newest}." if newest else ""),
    )
    return figure


def backtest_chart(
    forecasts: pd.DataFrame, series: str, part: str, method: str, name: str = ""
) -> Figure:
    """Draw every forecast of a method against what came, one panel for each horizon.

    Parameters
    ----------
    forecasts : pandas.DataFrame
        As :func:`corredor.fit.backtest.read_backtest` gives.
    series, part, method : str
        Which of them; months that were not published yet are left out.
    name : str
        Of the part in the title; as in the table if left out.

    Raises
    ------
    UsageError
        If there is nothing to draw.
    """
    chosen = forecasts[
        (forecasts["series"] == series) & (forecasts["part"] == part)
        & (forecasts["method"] == method) & forecasts["observed"].notna()
    ]  # fmt: skip
    if chosen.empty:
        raise UsageError(f"{series}, {part}: no forecast by {method} that could be checked.")
    table = _by_month(chosen)
    windows = bool((table["months"] > 1).any())
    figure, grid = boxes.panels(11.0, 7.2, 2, 2, share=True)
    for axes, horizon in zip(grid, HORIZONS, strict=True):
        here = table[table["horizon"] == horizon]
        _draw_came(axes, table, here)
        boxes.draw_boxes(axes, here, here)
        finish(axes)
        boxes.title(axes, _counted_inside(here, horizon, windows))
    highest, reach = float(table["observed"].max()), float(table["q95"].max())
    limit = STEEPEST * highest
    grid[0].set_ylim(0, min(1.04 * max(highest, reach), limit))
    info = record.describe(series)
    of_part = f": {name or part}" if part != "all" else ""
    figure.supylabel(f"{info.unit} a month", color=GREY, fontsize=10)
    keys = [*_came_keys(windows), *boxes.box_keys()]
    boxes.key(figure, keys, len(keys), f"{info.title}{of_part}. Forecasts by {method}")
    cut = f" The tallest boxes reach up to {whole(reach)} and are cut off." if reach > limit else ""
    boxes.foot(figure, f"Source of the record: {info.publisher}.{cut}")
    return figure


def scores_chart(
    summary: pd.DataFrame,
    names: Mapping[str, str] | None = None,
    series: Sequence[str] | None = None,
) -> Figure:
    """Draw the CRPS of every method relative to the random walk, one panel for each horizon.

    The marks of Corredor, alone and mixed, are filled where they are below every baseline.

    Parameters
    ----------
    summary : pandas.DataFrame
        As :func:`corredor.fit.backtest.summary` gives.
    names : dict, optional
        What the chart shall call parts, such as nationalities, and series that are forecast as a
        whole; they bear the names of the record where it is left out.
    series : sequence of str, optional
        Which series are drawn, in this order; all that were scored at every horizon if left out.
    """
    crps = summary.pivot_table(
        index=["series", "part", "horizon"], columns="method", values="crps", sort=False
    )
    ratios = crps.div(crps[YARDSTICK], axis=0)
    given = [
        row
        for row in dict.fromkeys((series, part) for series, part, _ in ratios.index)
        if all((*row, horizon) in ratios.index for horizon in HORIZONS)
    ]
    wanted = dict.fromkeys(row[0] for row in given) if series is None else series
    rows = [row for name in wanted for row in given if row[0] == name]
    figure, grid = boxes.panels(12.0, 1.7 + 0.46 * len(rows), 1, len(HORIZONS), share=True)
    for axes, horizon in zip(grid, HORIZONS, strict=True):
        keys = pd.MultiIndex.from_tuples(
            [(*row, horizon) for row in rows], names=ratios.index.names
        )
        _draw_ratios(axes, ratios.reindex(keys))
        boxes.title(axes, _ahead(horizon))
    grid[0].set_yticks(range(len(rows)), [_row_name(*row, names or {}) for row in rows])
    grid[0].set_ylim(len(rows) - 0.5, -0.5)
    heading = "CRPS relative to the random walk: left of the line is better"
    boxes.key(figure, _method_keys(), 5, heading)
    boxes.foot(
        figure, f"Marks at the edges stand for ratios below {EDGES[0]:g} or above {EDGES[1]:g}."
    )
    return figure


def _by_month(chosen: pd.DataFrame) -> pd.DataFrame:
    """Return forecasts and what came as means a month, with where their windows stand."""
    ends = chosen["month"].str.split("/")
    starts = [pd.Period(months[0], "M") for months in ends]
    lasts = [pd.Period(months[-1], "M") for months in ends]
    months = np.array([(last - start).n + 1 for start, last in zip(starts, lasts, strict=True)])
    columns = ["observed", *boxes.LEVELS]
    table = pd.concat(
        [chosen[["horizon"]].reset_index(drop=True), boxes.spans(starts, lasts),
         chosen[columns].div(months, axis=0).reset_index(drop=True)],
        axis=1,
    )  # fmt: skip
    return table.assign(
        start=pd.PeriodIndex(starts, freq="M"), end=pd.PeriodIndex(lasts, freq="M"),
        months=months, value=months * table["observed"],
    )  # fmt: skip


def _draw_came(axes: Axes, table: pd.DataFrame, here: pd.DataFrame) -> None:
    """Draw what came: the whole record, and on it the months or windows of these forecasts."""
    record_ = table.drop_duplicates(["start", "end"]).sort_values("start")
    if (record_["months"] == 1).all():
        axes.plot(record_["middle"], record_["observed"], color=INK, lw=1.0, zorder=3)
    else:
        boxes.draw_windows(axes, record_)
    inside = _within(here, "q05", "q95")
    for rows, (face, edge) in ((here[inside], INSIDE), (here[~inside], OUTSIDE)):
        axes.plot(rows["middle"], rows["observed"], "o", mfc=face, mec=edge, mew=MARK_EDGE,
                  ms=MARK_SIZE, zorder=4)  # fmt: skip


def _within(table: pd.DataFrame, low: str, high: str) -> pd.Series[bool]:
    return (table[low] <= table["observed"]) & (table["observed"] <= table[high])


def _counted_inside(here: pd.DataFrame, horizon: int, windows: bool) -> str:
    wide, narrow = (int(_within(here, *ends).sum()) for ends in (("q05", "q95"), ("q25", "q75")))
    ends = "ends " if windows else ""
    return f"{ends}{_ahead(horizon)}: of {len(here)}, {wide} inside 90 %, {narrow} inside 50 %"


def _ahead(horizon: int) -> str:
    return f"{horizon} month{'s' if horizon > 1 else ''} ahead"


def _draw_ratios(axes: Axes, ratios: pd.DataFrame) -> None:
    rows = np.arange(len(ratios), dtype=float)
    shown = ratios.clip(*EDGES)
    axes.axvline(1, color=INK, lw=1.1, zorder=1)
    for method, mark in MARKS.items():
        axes.plot(shown[method], rows, mark, color=GREY, ms=4.5, mfc="none", mew=1.0, zorder=2)
    best = ratios[list(BASELINES)].min(axis=1)
    for method, (colour, mark, step) in OURS.items():
        for won, face in ((True, colour), (False, "white")):
            here = ((ratios[method] < best) == won).to_numpy()
            axes.plot(shown[method][here], rows[here] + step, mark, color=colour, mfc=face,
                      ms=MARK_SIZE, mew=MARK_EDGE, zorder=3)  # fmt: skip
    axes.set_xscale("log")
    axes.set_xlim(EDGES[0] / 1.1, EDGES[1] * 1.1)
    axes.xaxis.set_major_locator(FixedLocator(TICKS))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:g}"))
    axes.hlines(rows[:-1] + 0.5, *axes.get_xlim(), color=RULE, lw=0.8, zorder=0)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(colors=INK, labelsize=10, left=False)


def _row_name(series: str, part: str, names: Mapping[str, str]) -> str:
    if part == WHOLE:
        name = names.get(series) or record.describe(series).title
    else:
        name = names.get(part, part)
    return "\n".join(textwrap.wrap(name, NAME_WIDTH))


def _came_keys(windows: bool) -> list[Artist]:
    marks = [
        Line2D([], [], ls="", marker="o", ms=MARK_SIZE, mew=MARK_EDGE, mfc=face, mec=edge,
               label=label)
        for (face, edge), label in ((INSIDE, "came, inside 90 %"), (OUTSIDE, "came, outside 90 %"))
    ]  # fmt: skip
    name = "record, mean a month" if windows else "record"
    return [Line2D([], [], color=INK, lw=1.0, label=name), *marks]


def _method_keys() -> list[Artist]:
    ours = [
        Line2D([], [], ls="", marker=mark, color=colour, mfc=face, mew=MARK_EDGE, ms=MARK_SIZE,
               label=f"{method}: {words}")
        for method, (colour, mark, _) in OURS.items()
        for face, words in ((colour, "below every baseline"), ("white", "not below"))
    ]  # fmt: skip
    theirs = [
        Line2D([], [], ls="", marker=mark, color=GREY, mfc="none", ms=4.5, label=method)
        for method, mark in MARKS.items()
    ]
    return [*ours, *theirs, Line2D([], [], color=INK, lw=1.1, label=YARDSTICK)]
