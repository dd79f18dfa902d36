"""Scenarios read: of TOML files, of a part of another file, of changes named in Python.

A scenario file names its ``base`` and says only what differs::

    title = "Interdiction stays at its November 2023 level"
    base = "baseline"
    hold = { "interdiction.tempo" = 2023-11-30 }

    [appointments]
    daily_cap = { 2023-06-30 = 2900 }

A number holds for all dates. A table of dates holds from each date on and leaves what the base
says before its first date. A lever that differs by zone, nationality, … takes a table of keys,
with ``default`` for those not named.

In a scenario with a base a number is the value itself, in every run. ``{ factor = 1.5 }`` stands
for one and a half times what the base has, whatever that is in each run::

    [interdiction.tempo]
    south = { 2024-01-01 = 0.02 }               # 2 in 100 are stopped each day
    north = { factor = { 2024-01-01 = 1.5 } }   # half as many again as in the base

Only a scenario without a base sets levels: calibration was made around them, and each run
multiplies them by the factors that it found (``corredor explain LEVER`` shows what results).
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from corredor.corridor.given import as_sections
from corredor.corridor.model import Process
from corredor.corridor.own_rules import levers_with
from corredor.corridor.scenario import Contents, Scenario, check_horizon, known_by
from corredor.corridor.settings import (
    apply_setting,
    hold_levers,
    read_settings,
    refuse_shares_above_one,
)
from corredor.corridor.world import World, load_world
from corredor.errors import InputError, Problem, UsageError, did_you_mean
from corredor.inputs import shipped as assets
from corredor.inputs.toml import Entry, expected_of, read_toml


class _Head(Entry):
    title: str
    description: str = ""
    base: str | None = None
    world: str | None = None
    spin_up: dt.date | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    hold: dict[str, dt.date] = Field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario that ships with Corredor, such as ``baseline``, or a TOML file.

    Parameters
    ----------
    name_or_path : str or Path
        A name, or a file.

    Returns
    -------
    Scenario
        With the settings of its bases.

    Raises
    ------
    UsageError
        If there is no such scenario.
    InputError
        With every problem: broken TOML, unknown or misspelt lever, value out of range.

    Examples
    --------
    >>> import corredor
    >>> corredor.load_scenario("baseline").world.name
    'mexico'
    """
    path = assets.find("scenarios", name_or_path, ".toml")
    return _load(path, ())


def load_what_if(name_or_path: str | Path, day: dt.date) -> Scenario:
    """Read a scenario as somebody could have meant it on a day, to see what it would change.

    Of the base at the bottom only what was known on that day stands, as :func:`known_by` says;
    what the file itself and its other bases set stands whatever its date, for it is asked for.
    A factor multiplies what was known.

    Parameters
    ----------
    name_or_path : str or Path
        As for :func:`load_scenario`; it must have a base.
    day : datetime.date
        The day.

    Raises
    ------
    UsageError
        If there is no such scenario, or it has no base that it could be held against.
    InputError
        As :func:`load_scenario`.
    """
    scenario = _load(assets.find("scenarios", name_or_path, ".toml"), (), day)
    if scenario.own is None:
        raise UsageError(f"{name_or_path}: has no base, so it changes nothing that could be told.")
    return scenario


def scenario_within(path: Path, document: Mapping[str, Any], name: str) -> Scenario:
    """Return a scenario that stands inside another file, such as a claim's.

    Parameters
    ----------
    path : Path
        That file: bases and worlds are looked for beside it, and errors name it.
    document : mapping
        What a scenario file would hold.
    name : str
        Name of the scenario.

    Raises
    ------
    UsageError, InputError
        As :func:`load_scenario`.
    """
    return _build(path, document, ()).but(name=name)


def _load(path: Path, seen: tuple[Path, ...], day: dt.date | None = None) -> Scenario:
    """Read a file and its bases; of the last of these what was known on a day, if one is given."""
    if path.resolve() in seen:
        raise InputError(Problem(str(path), "a base that does not lead back here", column="base"))
    built = _build(path, read_toml(path), (*seen, path.resolve()), day)
    return known_by(built, day) if day and built.own is None else built


def _build(
    path: Path, document: Mapping[str, Any], seen: tuple[Path, ...], day: dt.date | None = None
) -> Scenario:
    head, sections = _parted(path, document, ())
    base = _base(head, path, seen, day)
    world = base.world if base and head.world is None else _world(head, path)
    return _made(path, head, sections, base, world, ())


def of_changes(
    world: World, changes: Mapping[str, Any], base: Scenario | str | Path | None, name: str,
    said: dict[str, Any], rules: tuple[Process, ...],
) -> Scenario:  # fmt: skip
    """Return the scenario that changes make of a base, or of none."""
    path = Path(name)
    if base is None:
        base = default_of(world)
    elif not isinstance(base, Scenario):
        base = load_scenario(base)
    if base and base.world.hash != world.hash:
        raise UsageError(f"{name}: its base {base.name} is of {base.world.name}, another world.")
    rules = rules or (base.processes if base else ())
    if base and rules:
        base = base.with_processes(rules)
    if base is None and len(world.entry):
        months = sorted(str(month)[:7] for month in world.entry["month"])
        first = dt.date.fromisoformat(f"{months[0]}-01")
        last = dt.date.fromisoformat(f"{months[-1]}-01") + dt.timedelta(days=31)
        start, end = said.get("start", first), last.replace(day=1) - dt.timedelta(days=1)
        said = {"spin_up": start, "start": start, "end": end, **said}
    head, _ = _parted(path, said, ())
    sections = as_sections(changes, levers_with(rules))
    _, rest = _parted(path, {"title": name, **sections}, rules)
    return _made(path, head, rest, base, world, rules).but(name=name)


def _parted(
    path: Path, document: Mapping[str, Any], rules: Sequence[Process]
) -> tuple[_Head, dict[str, Any]]:
    """Part a document in what a scenario says of itself and the sections of its processes."""
    known = {name.partition(".")[0] for name in levers_with(rules)}
    sections = {k: v for k, v in document.items() if k in known}
    head = {k: v for k, v in document.items() if k not in sections}
    return _head(path, head, sorted(known)), sections


def _made(
    path: Path, head: _Head, sections: Mapping[str, Any], base: Scenario | None, world: World,
    rules: tuple[Process, ...],
) -> Scenario:  # fmt: skip
    known = levers_with(rules)
    problems: list[Problem] = []
    settings = {lever: dict(keys) for lever, keys in base.settings.items()} if base else {}
    as_set = {lever: dict(keys) for lever, keys in base.as_set.items()} if base else {}
    found = list(read_settings(path, sections, world, problems, known))
    for setting in found:
        apply_setting(path, setting, settings, as_set, problems, has_base=base is not None)
    problems += hold_levers(path, head.hold, settings, as_set, world, known)
    problems += refuse_shares_above_one(path, settings, world, known)
    if problems:
        raise InputError(problems)
    contents = Contents(
        name=path.stem,
        title=head.title,
        description=head.description,
        world=world,
        spin_up=_date(path, head, base, "spin_up"),
        start=_date(path, head, base, "start"),
        end=_date(path, head, base, "end"),
        settings=settings,
        held={**(base.held if base else {}), **head.hold},
        as_set={lever: keys for lever, keys in as_set.items() if keys},
        own=(base.own or frozenset()) | {(x.lever.name, x.key) for x in found} if base else None,
        assumptions=head.assumptions,
        sources=head.sources,
        reference=(base.reference or base) if base else None,
        processes=rules,
    )
    scenario = Scenario.of(contents)
    check_horizon(scenario, str(path))
    return scenario


def _head(path: Path, entries: dict[str, Any], processes: Sequence[str]) -> _Head:
    known = [*_Head.model_fields, *processes]
    try:
        return _Head.model_validate(entries)
    except ValidationError as error:
        problems = []
        for item in error.errors():
            key = ".".join(str(part) for part in item["loc"])
            unknown = item["type"] == "extra_forbidden"
            expected = f"one of {', '.join(known)}" if unknown else expected_of(dict(item))
            value = key if unknown else item["input"] if item["type"] != "missing" else None
            hint = did_you_mean(key, known) if unknown else ""
            problems.append(Problem(str(path), expected, value, column=key, hint=hint))
        raise InputError(problems) from None


def _base(head: _Head, path: Path, seen: tuple[Path, ...], day: dt.date | None) -> Scenario | None:
    if head.base is None:
        return None
    beside = path.parent / f"{head.base}.toml"
    found = beside if beside.exists() else assets.find("scenarios", head.base, ".toml")
    return _load(found, seen, day)


def _world(head: _Head, path: Path) -> World:
    if head.world is None:
        raise InputError(Problem(str(path), "a world, or a base that has one", column="world"))
    beside = path.parent / head.world
    if not beside.is_dir():
        return load_world(head.world)
    plain = Path(os.path.normpath(beside))  # "..", the usual, would stand in every message
    return load_world(plain if plain.resolve() == beside.resolve() else beside)


def _date(path: Path, head: _Head, base: Scenario | None, key: str) -> dt.date:
    value: dt.date | None = getattr(head, key) or (getattr(base, key) if base else None)
    if value is None:
        raise InputError(Problem(str(path), "a date, such as 2022-10-01", column=key))
    return value


def default_of(world: World) -> Scenario | None:
    """Return the baseline, if it is of this world; None for any other world."""
    if world.folder.resolve() != assets.default_world().resolve():
        return None
    return load_scenario(assets.DEFAULT)


def default_world() -> World:
    """Return the world of the scenario that is run where none is named."""
    return load_world(assets.default_world())
