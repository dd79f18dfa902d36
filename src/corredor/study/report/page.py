"""Put words, tables and figures into the template."""

from __future__ import annotations

from typing import Any

from corredor.runs.audit import notes_of_all
from corredor.show.html import template
from corredor.study.report import consequences, figures, prose, sources, tables
from corredor.study.run import Study
from corredor.study.subject import AFTER, BEFORE, BORDER_PATROL, HELD_BACK
from corredor.study.words import words
from corredor.text.language import LANGUAGES, in_words_of, page_words, spoken
from corredor.text.numbers import date, month

PAGES = {"en": "report.html", "es": "informe.html"}  # each links to the others, by these names


def build(study: Study) -> str:
    """Return the report as one page of HTML, with its styles and pictures inside.

    It is in the language that ``corredor.text.language`` speaks.

    Parameters
    ----------
    study : Study
        What ``corredor.study.run.run_study`` gives.
    """
    with in_words_of(study.scenarios[0].world.folder):
        return template("study/report/report.html").render(_context(study))


def _context(study: Study) -> dict[str, Any]:
    events = prose.events(study, figures.EVENTS)
    return {
        "w": words(),
        "version": study.baseline.attrs["corredor_version"],
        "short": prose.in_short(study),
        "headline": prose.headline_figures(study),
        "model_intro": prose.model_intro(study),
        "how_to_read": prose.how_to_read(study),
        "events": events,
        "charts": figures.series_figures(study, events),
        "windows": {series: tables.windows(study, series) for series in study.windows},
        "misses": tables.misses(study),
        "calibration": prose.calibration(study),
        "held_back": {
            "paragraph": prose.held_back(study),
            "drawings": figures.held_back_drawings(study),
            "rows": tables.held_back(study),
        },
        **tables.parts(study),
        "map": figures.map_figure(study),
        "present": tables.present(study),
        "falls": tables.falls(study),
        "fall_beside": prose.fall_beside(study),
        "falls_share": prose.falls_share(study),
        "paragraphs": _paragraphs(study),
        "paired": tables.paired(study),
        "limits": prose.limits(study),
        "differences": figures.difference_figures(study),
        **consequences.context(study),
        "claims": tables.claims(study),
        "factors": tables.factors(study),
        "levers": tables.levers(study),
        "changed": tables.changed(study),
        "audit": [str(note) for note in notes_of_all([study.baseline, study.counterfactual])],
        "audit_words": page_words("audit")["title"],
        "provenance": tables.provenance(study),
        "links": _links(study),
        "sources": sources.series_listed(),
        "quoted": sources.quoted(study),
        "others": [(name, PAGES[name], words(name)["title"]) for name in _others()],
        "credits": figures.credits(),
        "day": date(study.day),
        "before": month(BEFORE),
        "after": month(AFTER),
        "span": {"first": month(study.span[0]), "last": month(study.span[1])},
        **tables.first_and_last(study),
    }


def _paragraphs(study: Study) -> list[str]:
    """Say the differences of encounters and detentions in sentences."""
    rows = study.differences.to_dict("records")
    wanted = [row for row in rows if row["measure"] in ("encounters", "detentions")]
    return [prose.difference_sentence(row, *study.span) for row in wanted]


def _links(study: Study) -> dict[str, list[sources.Link]]:
    """Return the links below tables and figures that have no series of their own."""
    return {
        "run": sources.links(study, run=True),
        "misses": sources.links(study, *study.fit.index, run=True),
        "held_back": sources.links(study, HELD_BACK, run=True),
        "sectors": sources.links(study, "border_patrol_by_sector", run=True),
        "nationalities": sources.links(study, "border_patrol_by_citizenship", run=True),
        "falls": sources.links(study, BORDER_PATROL, run=True),
        "deterrents": sources.links(
            study, "border_patrol_by_sector", "border_patrol_by_citizenship", "policy_events"
        ),
        "harm": sources.links(study, "survey_rates", run=True),
    }


def _others() -> list[str]:
    return [name for name in LANGUAGES if name != spoken()]
