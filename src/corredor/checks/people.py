"""Checks of people: who enters, where home is, which places anybody comes to."""

from __future__ import annotations

from collections.abc import Iterator

from corredor.checks.whole import Finding, Whole, may, must
from corredor.corridor.geography import Ways, ends_of
from corredor.corridor.harm_ranges import NAME as RANGES
from corredor.corridor.harm_ranges import load_ranges
from corredor.corridor.levers import known_levers

TAKEN_TO = ("custody.destination_share", "removal.destination_share")


def events_once(whole: Whole) -> Iterator[Finding]:
    """An event stands once in calendar.csv."""
    events = whole.world.calendar["event_id"]
    for event in events[events.duplicated()]:
        yield must(whole.file("calendar.csv"), "once", event, "event_id")


def people_enter(whole: Whole) -> Iterator[Finding]:
    """Every nationality enters somewhere, by a row of entry.csv."""
    entering = set(whole.world.entry["nationality"])
    if missing := [name for name in whole.nationalities if name not in entering]:
        names = ", ".join(missing)
        yield may(whole.file("entry.csv"), "people_enter", column="nationality", names=names)


def entry_places_used(whole: Whole) -> Iterator[Finding]:
    """Somebody enters at every place where places.csv lets people enter."""
    places = whole.world.places
    used = set(whole.world.entry["place"])
    if unused := [str(name) for name in places.index[places["entry"]] if name not in used]:
        names = ", ".join(unused)
        yield may(whole.file("entry.csv"), "entry_places_used", column="place", names=names)


def homes_told(whole: Whole) -> Iterator[Finding]:
    """Every nationality has a home in places.csv, to which who is sent back can come."""
    homes = set(whole.world.places["home_of"])
    if missing := [name for name in whole.nationalities if name not in homes]:
        names = ", ".join(missing)
        yield may(whole.file("places.csv"), "homes_told", column="home_of", names=names)


def places_reached(whole: Whole) -> Iterator[Finding]:
    """Every place can be reached from where people enter, have a home, or are taken to."""
    places, links = whole.world.places, whole.world.links
    starts = set(places.index[places["entry"] | (places["home_of"] != "")])
    for scenario in whole.baselines.values():
        starts |= {key for lever in TAKEN_TO for key in scenario.settings.get(lever, {})}
    ways = Ways.of(*ends_of(links, places.index), len(places))
    found = ways.reached(places.index.isin(list(starts)))
    if lonely := [str(name) for name in places.index[~found]]:
        names = ", ".join(lonely)
        yield may(whole.file("links.csv"), "places_reached", column="destination", names=names)


def harm_ranges(whole: Whole) -> Iterator[Finding]:
    """Every kind of harm has a range of a survey for where the world's places lie."""
    ranges = load_ranges(whole.world)
    known = set(zip(ranges["kind"], ranges["where"], strict=True))
    kinds = [name.partition(".")[2] for name, x in known_levers().items()
             if name.startswith("harm.") and x.by == "zone"]  # fmt: skip
    for where in dict.fromkeys(where or zone for zone, where in whole.world.zones["harm"].items()):
        if missing := [kind for kind in kinds if (kind, where) not in known]:
            kinds_told = ", ".join(missing)
            yield may(whole.file(RANGES), "harm_ranges", column="where", where=where,
                      kinds=kinds_told)  # fmt: skip


CHECKS = (events_once, people_enter, entry_places_used, homes_told, places_reached, harm_ranges)
