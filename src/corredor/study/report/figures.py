"""The figures of the report, as SVG that stands inside the page and asks for nothing outside."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup
from matplotlib.figure import Figure

from corredor.runs.reading import only_whole_months
from corredor.show.charts.style import (
    BLUE,
    RUST,
    Event,
    Line,
    against_record_chart,
    difference_chart,
)
from corredor.show.html import inline
from corredor.show.map.draw import draw_map
from corredor.study.facts import family_share
from corredor.study.report.sources import links
from corredor.study.run import Study
from corredor.study.subject import BORDER_PATROL, DETENTIONS, SERIES
from corredor.study.words import words
from corredor.text.numbers import date

WIDE, TALL_NARROW, SMALL = (720, 330), (370, 320), (370, 235)  # points
MAP_INCHES = 9.0
SHOWN = "2023-10"  # from when on differences are shown
CHANGE = "2023-12"  # first month in which the scenarios differ
EVENTS = (
    "venezuela-t42", "chnv", "cbpone-start", "title42-end", "cbpone-1450", "sb4-signed",
    "amlo-blinken", "us-proclamation",
)  # fmt: skip


def series_figures(study: Study, events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one figure a series; the first also in a wide form for wide pages."""
    marks = [Event(e["day"], e["number"]) for e in events]
    found = []
    for series in SERIES:
        text = words()["series"][series]
        alt = words()["model"]["alt"].format(title=text["title"], note=text["note"])
        chief = series == BORDER_PATROL
        sizes = {"narrow": TALL_NARROW, "wide": WIDE} if chief else {"small": SMALL}
        drawings = [
            (
                form,
                inline(_series_chart(study, series, marks, size, chief), f"{series}-{form}", alt),
            )
            for form, size in sizes.items()
        ]
        found.append(
            {
                "series": series,
                "chief": chief,
                "drawings": drawings,
                "links": links(study, series, run=True),
                **text,
            }
        )
    return found


def _series_chart(
    study: Study, series: str, events: list[Event], size: tuple[int, int], numbered: bool
) -> Figure:
    text = words()["model"]
    baseline, other = study.observed[series]
    changed = other.sel(month=slice(CHANGE, None))
    lines = [
        Line(text["baseline"], baseline),
        Line(text["counterfactual"], changed, RUST, dashed=True, inner=False),
    ]
    windows = study.windows[series]
    return against_record_chart(lines, windows, events, size=size, numbered=numbered)


def held_back_drawings(study: Study) -> list[tuple[str, Markup]]:
    """Return the share of families beside the record that was held back, wide and narrow."""
    text, line = words()["model"], family_share(only_whole_months(study.baseline))
    drawings = []
    for form, size in (("narrow", TALL_NARROW), ("wide", WIDE)):
        drawn = against_record_chart(
            [Line(text["baseline"], line)], study.held_back.months, size=size
        )
        drawings.append((form, inline(drawn, f"held-back-{form}", words()["held_back"]["alt"])))
    return drawings


def difference_figures(study: Study) -> list[dict[str, Any]]:
    """Return the paired differences of encounters and detentions by month."""
    text = words()["counterfactual"]
    found = []
    for series, key in ((BORDER_PATROL, "chart_encounters"), (DETENTIONS, "chart_detentions")):
        baseline, other = study.observed[series]
        gap = (other - baseline).sel(month=slice(SHOWN, None))
        line = Line(text["chart_label"], gap, RUST if series == BORDER_PATROL else BLUE)
        drawn = difference_chart(line, size=SMALL)
        alt = f"{text[key]}. {text['chart_note']}"
        drawings = [("small", inline(drawn, f"difference-{series}", alt))]
        found.append({"title": text[key], "note": text["chart_note"], "drawings": drawings})
    return found


def map_figure(study: Study) -> Markup:
    """Return the map of people present."""
    text = words()["map"]
    drawn = draw_map(
        study.scenarios[0].world,
        sizes={str(place): n for place, n in study.present["mean"].items()},
        title=text["title"].format(day=date(study.day)),
        subtitle=text["subtitle"].format(replicates=study.baseline.sizes["replicate"]),
        width=MAP_INCHES,
    )
    drawn.set_facecolor("none")
    return inline(drawn, "map", text["alt"])


def credits() -> list[str]:
    """Return whom to thank for map and figures."""
    return [words()["map_frame"]["credit"], *words()["provenance"]["credits"]]
