"""A scenario as plain values, so that a result can carry what it was made of and be made again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from corredor.corridor.model import Process
from corredor.corridor.own_rules import check_rules, described
from corredor.corridor.scenario import Contents, Scenario
from corredor.corridor.world import World
from corredor.errors import UsageError


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """Return everything of a scenario but its world, as JSON takes it."""
    return {
        "name": scenario.name,
        "title": scenario.title,
        "description": scenario.description,
        "spin_up": str(scenario.spin_up),
        "start": str(scenario.start),
        "end": str(scenario.end),
        "settings": {
            lever: {key: [[str(day), value] for day, value in dated] for key, dated in keys.items()}
            for lever, keys in scenario.settings.items()
        },
        "held": {name: str(day) for name, day in scenario.held.items()},
        "as_set": {
            lever: {key: str(day) for key, day in keys.items()}
            for lever, keys in scenario.as_set.items()
        },
        "own": sorted(map(list, scenario.own)) if scenario.own is not None else None,
        "assumptions": list(scenario.assumptions),
        "sources": list(scenario.sources),
        **({"processes": described(scenario.processes)} if scenario.processes else {}),
        **(
            {"reference": scenario_document(scenario.reference)}
            if scenario.reference and scenario.answers
            else {}
        ),
    }


def scenario_from(
    document: Mapping[str, Any], world: World, processes: Sequence[Process] = ()
) -> Scenario:
    """Return the scenario that a document is of, in a world, with rules of one's own if it has any.

    Raises
    ------
    KeyError, ValueError
        If the document is of no scenario.
    UsageError
        If it has rules of somebody's own, whose code no document holds, and they are not given.
    """
    asked = [name for name, _ in document.get("processes", [])]
    if asked and [process.name for process in processes] != asked:
        raise UsageError(
            f"{document['name']}: was made with rules of its own, which are code that no result "
            f"holds. Give them in Python, in this order: {', '.join(asked)}."
        )
    rules = tuple(processes) if asked else ()
    check_rules(rules)
    own = document["own"]
    contents = Contents(
        name=document["name"],
        title=document["title"],
        description=document["description"],
        world=world,
        spin_up=_day(document["spin_up"]),
        start=_day(document["start"]),
        end=_day(document["end"]),
        settings={
            lever: {key: tuple((_day(day), float(value)) for day, value in dated)
                    for key, dated in keys.items()}
            for lever, keys in document["settings"].items()
        },
        held={name: _day(day) for name, day in document["held"].items()},
        as_set={
            lever: {key: _day(day) for key, day in keys.items()}
            for lever, keys in document["as_set"].items()
        },
        own=None if own is None else frozenset((lever, key) for lever, key in own),
        assumptions=tuple(document["assumptions"]),
        sources=tuple(document["sources"]),
        reference=(
            scenario_from(document["reference"], world, processes)
            if "reference" in document
            else None
        ),
        processes=rules,
    )  # fmt: skip
    return Scenario.of(contents)


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
