"""A page of verdicts: a card for each claim, with styles and charts inside."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from corredor import __version__
from corredor.claims import Results, Verdict
from corredor.claims.finding import Bars, Chart, Lines, Published, Ranges
from corredor.runs.audit import notes_of_all
from corredor.show.claims.charts import draw
from corredor.show.claims.words import claims_words, interval, quantity
from corredor.show.html import template
from corredor.text.language import page_words, speaking

UNDECIDED = ("not checkable", "needs the model")


def build(
    heading: str, file: str, verdicts: Sequence[Verdict], results: Results | None, language: str
) -> str:
    """Return the verdicts as one HTML document that asks for nothing outside itself.

    Parameters
    ----------
    heading, file : str
        Title of the claims file, and its name.
    verdicts : sequence of Verdict
        What came of its claims.
    results : Results or None
        How the model was run, or that it was not.
    language : str
        ``en`` or ``es``; verdicts carry the reasons in the language in which they were given.
    """
    words = claims_words(language)
    text = words["page"]
    model = text["record_only"]
    if results is not None:
        model = text["model"].format(replicates=results.replicates, seed=results.seed)
    with speaking(language):
        cards = [_card(verdict, language) for verdict in verdicts]
        ran = list(results.done.values()) if results else []
        audit = [str(note) for note in notes_of_all(ran)]
    return template("show/claims/page.html").render(
        w=words,
        heading=heading,
        counts=text["counts"].format(count=len(verdicts), counts=counts(verdicts, words)),
        intro=[text["intro"], model],
        cards=cards,
        audit=audit,
        audit_words=page_words("audit", language)["title"],
        made_by=text["made_by"].format(version=__version__, file=file),
        version=__version__,
    )


def counts(verdicts: Sequence[Verdict], words: dict[str, Any]) -> str:
    """Say how many verdicts there are of each kind."""
    found = Counter(verdict.verdict for verdict in verdicts)
    return ", ".join(
        f"{word} {found[kind]}" for kind, word in words["verdict"].items() if found[kind]
    )


def _card(verdict: Verdict, language: str) -> dict[str, Any]:
    words = claims_words(language)
    statement, said_by, note = verdict.statement, verdict.said_by, verdict.note
    if verdict.claim is not None:
        statement, said_by, note = verdict.claim.said(language)
    ends = interval(verdict.interval, words)
    decided = verdict.verdict not in UNDECIDED
    return {
        "id": verdict.id, "statement": statement, "note": note,
        "said_by": words["claim"]["said_by"].format(said_by=said_by),
        "verdict": words["verdict"][verdict.verdict],
        "sign": words["verdict_sign"][verdict.verdict],
        "kind": verdict.verdict.replace(" ", "-"),
        "found": quantity(verdict.value, verdict.unit, words) if decided else "",
        "interval": words["claim"]["interval"].format(ends=ends) if decided and ends else "",
        "reason": verdict.reason,
        "source": verdict.source and words["claim"]["source"].format(source=verdict.source),
        "charts": [
            _figure(chart, f"{verdict.id}-{position}", words)
            for position, chart in enumerate(verdict.charts)
        ],
    }  # fmt: skip


def _figure(chart: Chart, name: str, words: dict[str, Any]) -> dict[str, Any]:
    text = words["chart"]
    if isinstance(chart, Lines):
        keys = [
            text["key"].format(letter=letter, title=title)
            for letter, title in zip("ABC", chart.by_scenario, strict=False)
        ]
        note = " ".join([text["lines"], *([text["record"]] if chart.series else [])])
    else:
        keys, note = [], how_to_read(chart, text)
    unit = "" if isinstance(chart, Lines) else words["unit"].get(chart.unit, chart.unit)
    alt = text["alt"].format(title=chart.title, note=note)
    return {"title": chart.title, "unit": unit, "legend": keys, "note": note,
            "drawing": draw(chart, name, alt)}  # fmt: skip


def how_to_read(chart: Ranges | Published | Bars, text: dict[str, str]) -> str:
    """Say how to read a chart."""
    if isinstance(chart, Published):
        parts = ["published", *(["marked"] if chart.marked else [])]
        return " ".join(text[p] for p in (*parts, *(["level"] if chart.level is not None else [])))
    if isinstance(chart, Bars):
        return text["bars"] if chart.claimed is None else f"{text['bars']} {text['claimed']}"
    return text["ranges" if chart.of_runs else "estimates"]
