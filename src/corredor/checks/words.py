"""Checks of words and colours: what people read of a world, in every language."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from corredor.checks.whole import Finding, Whole, may, must
from corredor.corridor.levers import known_levers
from corredor.show.map.draw import MODES
from corredor.study.report.figures import EVENTS
from corredor.study.subject import BASELINE
from corredor.text.language import LANGUAGES, words


def nationality_names(whole: Whole) -> Iterator[Finding]:
    """Every nationality has a name in every language of the report and the page."""
    for language in LANGUAGES:
        for name in _missing(whole.nationalities, words(language)["nationality"]):
            yield may(f"text/{language}.toml", "named", column=f"nationality.{name}", name=name)


def mode_names(whole: Whole) -> Iterator[Finding]:
    """Every mode of a link has a name in every language of the map."""
    for language in LANGUAGES:
        for name in _missing(whole.keys("mode"), words(language)["map_frame"]["mode"]):
            yield must(f"text/{language}.toml", "named", column=f"map_frame.mode.{name}",
                       name=name)  # fmt: skip


def map_lines(whole: Whole) -> Iterator[Finding]:
    """The map has a line for every mode."""
    for name in _missing(whole.keys("mode"), MODES):
        yield must("show/map/draw.py", "map_lines", column="MODES", name=name)


def harm_names(whole: Whole) -> Iterator[Finding]:
    """Every kind of harm has a name in every language."""
    kinds = [name.partition(".")[2] for name in known_levers() if name.startswith("harm.")]
    for language in LANGUAGES:
        for name in _missing(kinds, words(language)["harm"]["kinds"]):
            yield must(f"text/{language}.toml", "named", column=f"harm.kinds.{name}", name=name)


def study_events(whole: Whole) -> Iterator[Finding]:
    """The events that the study marks in its charts stand in the calendar of its world."""
    if BASELINE in {scenario.name for scenario in whole.baselines.values()}:
        for name in _missing(EVENTS, set(whole.world.calendar["event_id"])):
            yield may(whole.file("calendar.csv"), "study_events", column="event_id", name=name)


def _missing(names: Sequence[str], known: object) -> list[str]:
    return [name for name in names if name not in known]  # type: ignore[operator]


CHECKS = (nationality_names, mode_names, map_lines, harm_names, study_events)
