"""A verdict as the page shows it: words, and charts as plain numbers."""

from __future__ import annotations

from typing import Any

import pandas as pd

from corredor import record
from corredor.claims import Verdict
from corredor.claims.finding import Bars, Chart, Lines, Published, Ranges
from corredor.claims.verdicts import Claim
from corredor.needs import bands
from corredor.show.claims import claims_words, interval, quantity
from corredor.show.claims.page import UNDECIDED, how_to_read

PENDING = "pending"


def waiting_card(claim: Claim, language: str) -> dict[str, Any]:
    """Return the card of a claim that has not been judged yet."""
    words = claims_words(language)
    statement, said_by, note = claim.said(language)
    return {
        "id": claim.id, "statement": statement, "note": note, "model": claim.kind == "model",
        "said_by": words["claim"]["said_by"].format(said_by=said_by) + ".",
        "verdict": "", "kind": PENDING, "sign": "", "reason": "", "found": "", "interval": "",
        "source": "", "charts": [],
    }  # fmt: skip


def card(verdict: Verdict, claim: Claim, language: str) -> dict[str, Any]:
    """Return the card of a verdict in a language; call it inside ``speaking``."""
    words = claims_words(language)
    decided = verdict.verdict not in UNDECIDED and verdict.value is not None
    ends = interval(verdict.interval, words) if decided else ""
    return {
        **waiting_card(claim, language),
        "reason": verdict.reason,
        "verdict": words["verdict"][verdict.verdict],
        "kind": verdict.verdict.replace(" ", "-"),
        "sign": words["verdict_sign"][verdict.verdict],
        "found": quantity(verdict.value, verdict.unit, words) if decided else "",
        "interval": words["claim"]["interval"].format(ends=ends) if ends else "",
        "source": words["claim"]["source"].format(source=verdict.source) if verdict.source else "",
        "charts": [_chart(chart, words) for chart in verdict.charts],
    }  # fmt: skip


def _chart(chart: Chart, words: dict[str, Any]) -> dict[str, Any]:
    unit = "" if isinstance(chart, Lines) else words["unit"].get(chart.unit, chart.unit)
    told: dict[str, Any] = {"title": chart.title, "unit": unit}
    if isinstance(chart, Lines):
        note = " ".join(
            words["chart"][key] for key in ("lines", "record")[: 1 + bool(chart.series)]
        )
        return {**told, "kind": "lines", "note": note, **_lines(chart)}
    told["note"] = how_to_read(chart, words["chart"])
    if isinstance(chart, Ranges):
        rows = [{"name": n, "value": v, "low": a, "high": b} for n, v, a, b in chart.rows]
        return {**told, "kind": "rows", "rows": rows, "claimed": None}
    if isinstance(chart, Bars):
        rows = [{"name": name, "value": value} for name, value in chart.rows]
        return {**told, "kind": "rows", "rows": rows, "claimed": chart.claimed}
    return {**told, "kind": "published", **_published(chart)}


def _lines(chart: Lines) -> dict[str, Any]:
    first = next(iter(chart.by_scenario.values()))
    months = pd.DatetimeIndex(first["month"].to_numpy()).to_period("M")
    lines = []
    for name, values in chart.by_scenario.items():
        levels = bands(values.transpose("replicate", "month").to_numpy()).round(3).tolist()
        lines.append({"name": name, **dict(zip(("low", "middle", "high"), levels, strict=True))})
    found = []
    if chart.series:
        known = record.monthly(chart.series).reindex(months).dropna()
        found = [{"start": str(m), "end": str(m), "value": float(v)} for m, v in known.items()]
    return {"labels": [str(month) for month in months], "lines": lines, "record": found}


def _published(chart: Published) -> dict[str, Any]:
    span = pd.period_range(chart.windows[0][0], chart.windows[-1][1], freq="M")
    return {
        "labels": [str(month) for month in span],
        "record": [
            {"start": a, "end": b, "value": mean, "marked": a in chart.marked}
            for a, b, mean in chart.windows
        ],
        "level": chart.level,
    }
