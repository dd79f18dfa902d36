"""A scenario: a world, the levers over time, the horizon. Read from TOML, frozen, hashed.

A scenario file names its ``base`` and says only what differs::

    title = "Mexico's interdiction stays at its November 2023 level"
    base = "baseline"
    hold = { "interdiction.tempo" = 2023-11-30 }

    [appointments]
    daily_cap = { 2023-06-30 = 2900 }

A number holds for all dates. A table of dates holds from each date on and leaves what the base
says before its first date. A lever that differs by zone, nationality, … takes a table of keys,
with ``default`` for those not named. In a calibrated world each run multiplies what is set by a
factor of its own for the day: a setting is a level around which the runs differ.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from corredor import assets
from corredor.errors import InputError, Problem, UsageError, did_you_mean
from corredor.levers import ALWAYS, Dated, Lever, keys_of, known_levers
from corredor.toml import Entry, expected_of, read_toml
from corredor.world import World, load_world, other_names


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


@dataclass(frozen=True, eq=False)
class Scenario:
    """What is simulated.

    Attributes
    ----------
    name, title, description : str
        The file's name, and what it says of itself.
    world : World
        Places, links and people.
    spin_up, start, end : datetime.date
        The model runs from ``spin_up``; results are kept from ``start`` to ``end`` inclusive.
    settings : dict
        For each lever and key, (first day, value) in order of time.
    held : dict
        Levers (or a lever and a key) that stay as they were on a day; calibrated factors too.
    assumptions, sources : tuple of str
        What the file itself chose by hand, each with its range, and where the rest is from.
    """

    name: str
    title: str
    description: str
    world: World
    spin_up: dt.date
    start: dt.date
    end: dt.date
    settings: dict[str, dict[str, Dated]] = field(repr=False)
    held: dict[str, dt.date] = field(default_factory=dict)
    assumptions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()

    @property
    def hash(self) -> str:
        """Return a digest of everything that decides the result but the seed."""
        dated = {
            lever: {key: [(str(day), value) for day, value in dated] for key, dated in keys.items()}
            for lever, keys in self.settings.items()
        }
        span = [str(self.spin_up), str(self.start), str(self.end)]
        held = {name: str(day) for name, day in self.held.items()}
        text = json.dumps([self.world.hash, span, dated, held], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def with_horizon(
        self,
        start: dt.date | None = None,
        end: dt.date | None = None,
        spin_up: dt.date | None = None,
    ) -> Scenario:
        """Return the scenario for other days; unless told, the spin-up goes with the start."""
        first = start or self.start
        begin = spin_up or self.spin_up + (first - self.start)
        changed = replace(self, spin_up=begin, start=first, end=end or self.end)
        _raise(_check_horizon(changed, self.name))
        return changed


def known_by(scenario: Scenario, day: dt.date) -> Scenario:
    """Return a scenario as somebody would have it on a day: later changes of levers are unknown."""
    settings = {
        lever: {
            key: tuple(pair for pair in dated if pair[0] <= day)
            or ((ALWAYS, known_levers()[lever].default),)
            for key, dated in keys.items()
        }
        for lever, keys in scenario.settings.items()
    }
    return replace(scenario, settings=settings)


def load_scenario(name_or_path: str | Path) -> Scenario:
    """Read a scenario that ships with Corredor, such as ``baseline``, or a TOML file.

    Raises
    ------
    UsageError
        If there is no such scenario.
    InputError
        With every problem: broken TOML, unknown or misspelt lever, value out of range.
    """
    path = assets.find("scenarios", name_or_path, ".toml")
    return _load(path, ())


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
    return replace(_build(path, document, ()), name=name)


def _load(path: Path, seen: tuple[Path, ...]) -> Scenario:
    if path.resolve() in seen:
        raise InputError(Problem(str(path), "a base that does not lead back here", column="base"))
    return _build(path, read_toml(path), (*seen, path.resolve()))


def _build(path: Path, document: Mapping[str, Any], seen: tuple[Path, ...]) -> Scenario:
    sections = {k: v for k, v in document.items() if k in _processes()}
    head = _head(path, {k: v for k, v in document.items() if k not in sections})
    base = _base(head, path, seen)
    world = base.world if base and head.world is None else _world(head, path)
    problems: list[Problem] = []
    settings = {lever: dict(keys) for lever, keys in base.settings.items()} if base else {}
    for lever, key, dated in _settings(path, sections, world, problems):
        earlier = settings.setdefault(lever, {}).get(key, ())
        kept = tuple(pair for pair in earlier if pair[0] < dated[0][0])
        settings[lever][key] = kept + dated
    problems += _hold(path, head.hold, settings, world)
    _raise(problems)
    scenario = Scenario(
        name=path.stem,
        title=head.title,
        description=head.description,
        world=world,
        spin_up=_date(path, head, base, "spin_up"),
        start=_date(path, head, base, "start"),
        end=_date(path, head, base, "end"),
        settings=settings,
        held={**(base.held if base else {}), **head.hold},
        assumptions=head.assumptions,
        sources=head.sources,
    )
    _raise(_check_horizon(scenario, str(path)))
    return scenario


def _processes() -> set[str]:
    return {name.partition(".")[0] for name in known_levers()}


def _head(path: Path, entries: dict[str, Any]) -> _Head:
    known = [*_Head.model_fields, *sorted(_processes())]
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


def _base(head: _Head, path: Path, seen: tuple[Path, ...]) -> Scenario | None:
    if head.base is None:
        return None
    beside = path.parent / f"{head.base}.toml"
    return _load(beside if beside.exists() else assets.find("scenarios", head.base, ".toml"), seen)


def _world(head: _Head, path: Path) -> World:
    if head.world is None:
        raise InputError(Problem(str(path), "a world, or a base that has one", column="world"))
    beside = path.parent / head.world
    return load_world(beside if beside.is_dir() else head.world)


def _date(path: Path, head: _Head, base: Scenario | None, key: str) -> dt.date:
    value: dt.date | None = getattr(head, key) or (getattr(base, key) if base else None)
    if value is None:
        raise InputError(Problem(str(path), "a date, such as 2022-10-01", column=key))
    return value


def _settings(
    path: Path, sections: Mapping[str, Any], world: World, problems: list[Problem]
) -> Iterator[tuple[str, str, Dated]]:
    """Give every (lever, key, dated values) that stands in the process sections."""
    for process, body in sections.items():
        if not isinstance(body, dict):
            problems.append(Problem(str(path), "a table of levers", body, column=process))
            continue
        for short, setting in body.items():
            name = f"{process}.{short}"
            if name not in known_levers():
                known = [n for n in known_levers() if n.startswith(f"{process}.")]
                hint = did_you_mean(name, known_levers())
                problems.append(
                    Problem(
                        str(path), f"a lever: {', '.join(known)}", short, column=name, hint=hint
                    )
                )
                continue
            lever = known_levers()[name]
            for key, value in _by_key(path, lever, setting, world, problems):
                dated = _dated(path, lever, key, value, problems)
                if dated:
                    yield name, key, dated


def _by_key(
    path: Path, lever: Lever, setting: Any, world: World, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    if not lever.by:
        yield "", setting
    elif not isinstance(setting, dict) or _is_dated(setting):
        yield "default", setting
    else:
        known = ("default", *keys_of(lever, world))
        others = other_names(world) if lever.by == "place" else {}
        for key, value in setting.items():
            if key in known:
                yield key, value
            else:
                problems.append(
                    Problem(
                        str(path), f"a {lever.by} of the world", key, column=lever.name,
                        hint=did_you_mean(key, known, others),
                    )
                )  # fmt: skip


def _is_dated(setting: Mapping[str, Any]) -> bool:
    return bool(setting) and all(key[:4].isdigit() and "-" in key for key in setting)


def _dated(path: Path, lever: Lever, key: str, value: Any, problems: list[Problem]) -> Dated | None:
    column = f"{lever.name}.{key}" if key else lever.name
    entries = value.items() if isinstance(value, dict) else [(None, value)]
    dated = []
    for day, number in entries:
        first = ALWAYS if day is None else _day(day)
        if first is None:
            problems.append(Problem(str(path), "a date such as 2023-11-30", day, column=column))
        elif (known := lever.read(number)) is not None:
            dated.append((first, known))
        else:
            problems.append(Problem(str(path), lever.expected, number, column=column))
    return tuple(sorted(dated)) or None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _hold(
    path: Path, hold: Mapping[str, dt.date], settings: dict[str, dict[str, Dated]], world: World
) -> Iterator[Problem]:
    """Freeze the named levers at the value they have on a day."""
    for name, day in hold.items():
        lever, key = (name, None) if name in known_levers() else name.rpartition(".")[::2]
        if lever not in known_levers() or (
            key and key not in keys_of(known_levers()[lever], world)
        ):
            yield Problem(
                str(path), "a lever to hold", name, column="hold",
                hint=did_you_mean(name, known_levers()),
            )  # fmt: skip
            continue
        for each, dated in settings.get(lever, {}).items():
            if key in (None, each):
                settings[lever][each] = tuple(pair for pair in dated if pair[0] <= day)


def _check_horizon(scenario: Scenario, where: str) -> list[Problem]:
    problems = []
    if not scenario.spin_up <= scenario.start <= scenario.end:
        expected = "spin_up on or before start, and start on or before end"
        found = f"{scenario.spin_up}, {scenario.start}, {scenario.end}"
        problems.append(Problem(where, expected, found, column="start"))
    months = sorted(scenario.world.entry["month"])
    if not months:
        problems.append(Problem(where, "a world with a table entry.csv", scenario.world.name))
    else:
        for key, day in (("spin_up", scenario.spin_up), ("end", scenario.end)):
            if not str(months[0])[:7] <= f"{day:%Y-%m}" <= str(months[-1])[:7]:
                span = f"{str(months[0])[:7]} to {str(months[-1])[:7]}"
                expected = f"a day in the months of the world's entry table, {span}"
                problems.append(Problem(where, expected, str(day), column=key))
    return problems


def _raise(problems: Any) -> None:
    listed = list(problems)
    if listed:
        raise InputError(listed)


def differences(scenario: Scenario, other: Scenario) -> list[str]:
    """Return the names of the levers that the two scenarios set or hold differently."""
    if scenario.world.hash != other.world.hash:
        raise UsageError(f"{scenario.name} and {other.name} are not of the same world.")
    held = {
        name if name in known_levers() else name.rpartition(".")[0]
        for name in {*scenario.held, *other.held}
        if scenario.held.get(name) != other.held.get(name)
    }
    return [
        name
        for name in known_levers()
        if name in held or scenario.settings.get(name) != other.settings.get(name)
    ]
