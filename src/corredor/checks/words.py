"""Checks of words and colours: what people read of a world, in every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corredor.app.documents.words import app_words
from corredor.checks.whole import Finding, Whole, may, must
from corredor.corridor.levers import known_levers
from corredor.inputs import shipped
from corredor.study.report.figures import EVENTS
from corredor.study.subject import BASELINE
from corredor.text.language import LANGUAGES, words

BESIDE_A_SLIDER = ("label", "unit", "help")


def harm_names(whole: Whole) -> Iterator[Finding]:
    """Every kind of harm has a name in every language."""
    kinds = [name.partition(".")[2] for name in known_levers() if name.startswith("harm.")]
    for language in LANGUAGES:
        for name in _missing(kinds, words(language)["harm"]["kinds"]):
            yield must(f"text/{language}.toml", "named", column=f"harm.kinds.{name}", name=name)


def form_has_words(whole: Whole) -> Iterator[Finding]:
    """Every slider of the page's form has its words in every language."""
    for language in LANGUAGES:
        beside, file = app_words(language, whole.folder)["lever"], f"text/app.{language}.toml"
        for item in whole.form["item"]:
            for name in _missing(BESIDE_A_SLIDER, beside.get(item, ())):
                yield must(whole.file(file), "named", column=f"lever.{item}.{name}", name=item)


def study_events(whole: Whole) -> Iterator[Finding]:
    """The events that the study marks in its charts stand in the calendar of its world."""
    of_the_study = whole.folder.resolve().name == shipped.default_world().name
    if of_the_study and BASELINE in {scenario.name for scenario in whole.baselines.values()}:
        for name in _missing(EVENTS, set(whole.world.calendar["event_id"])):
            yield may(whole.file("calendar.csv"), "study_events", column="event_id", name=name)


def _missing(names: Sequence[str], known: object) -> list[str]:
    return [name for name in names if name not in known]  # type: ignore[operator]


CHECKS = (harm_names, form_has_words, study_events)
