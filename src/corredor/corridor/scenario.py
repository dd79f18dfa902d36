"""A scenario: a world, the levers over time, the horizon. Read from TOML, frozen, hashed.

A scenario file names its ``base`` and says only what differs::

    title = "Mexico's interdiction stays at its November 2023 level"
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
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from corredor.corridor.levers import (
    UTILITY,
    Dated,
    Lever,
    before_and_after,
    compile_levers,
    keys_of,
    known_levers,
)
from corredor.corridor.table_checks import SUM_TOLERANCE
from corredor.corridor.world import World, load_world, other_names
from corredor.engine.levers import ALWAYS, Levers
from corredor.errors import InputError, Problem, UsageError, did_you_mean
from corredor.inputs import shipped as assets
from corredor.inputs.toml import Entry, expected_of, read_toml

MOST_FACTOR = 1000.0  # larger ones are a slip of the pen
EXPECTED_FACTOR = f"a number from 0 to {MOST_FACTOR:g} (times what the base has)"


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
    as_set : dict
        By lever and key, the day from which its setting is the value itself: no calibrated factor
        moves it.
    own : frozenset, optional
        The levers and keys that the file and its bases set, but for the last of these; None where
        it has no base.
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
    as_set: dict[str, dict[str, dt.date]] = field(default_factory=dict)
    own: frozenset[tuple[str, str]] | None = None
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
        content: list[Any] = [self.world.hash, span, dated, held]
        if self.as_set:
            content.append(
                {k: {key: str(day) for key, day in v.items()} for k, v in self.as_set.items()}
            )
        text = json.dumps(content, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def levers(self) -> Levers:
        """Return the scenario's levers as arrays over time, before any calibrated factor."""
        return compile_levers(self.settings, self.world, self.held, self.as_set)

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
    settings = {}
    for lever, keys in scenario.settings.items():
        known = {key: tuple(pair for pair in dated if pair[0] <= day)
                 for key, dated in keys.items()}  # fmt: skip
        if "default" not in keys:
            default: Dated = ((ALWAYS, known_levers()[lever].default),)
            known = {key: dated or default for key, dated in known.items()}
        settings[lever] = {key: dated for key, dated in known.items() if dated}
    as_set = {
        lever: {key: first for key, first in keys.items() if first <= day}
        for lever, keys in scenario.as_set.items()
    }
    return replace(scenario, settings=settings, as_set=as_set)


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
    as_set = {lever: dict(keys) for lever, keys in base.as_set.items()} if base else {}
    found = list(_settings(path, sections, world, problems))
    for setting in found:
        _apply(path, setting, settings, as_set, problems, has_base=base is not None)
    problems += _hold(path, head.hold, settings, as_set, world)
    problems += _shares(path, settings, world)
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
        as_set={lever: keys for lever, keys in as_set.items() if keys},
        own=(base.own or frozenset()) | {(x.lever.name, x.key) for x in found} if base else None,
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


@dataclass(frozen=True)
class _Setting:
    """What a file says of a lever and key: dated values, or dated factors on what the base has."""

    lever: Lever
    key: str
    dated: Dated
    factor: bool = False

    @property
    def column(self) -> str:
        """Return what stands in the file."""
        return f"{self.lever.name}.{self.key}" if self.key else self.lever.name


def _settings(
    path: Path, sections: Mapping[str, Any], world: World, problems: list[Problem]
) -> Iterator[_Setting]:
    """Give everything that stands in the process sections."""
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
                factor = _is_factor(value)
                dated = _dated(path, lever, key, value["factor"] if factor else value, problems,
                               factor=factor)  # fmt: skip
                if dated:
                    yield _Setting(lever, key, dated, factor)


def _by_key(
    path: Path, lever: Lever, setting: Any, world: World, problems: list[Problem]
) -> Iterator[tuple[str, Any]]:
    if not lever.by:
        yield "", setting
    elif _is_factor(setting):
        yield from ((key, setting) for key in keys_of(lever, world))
    elif not isinstance(setting, dict) or _is_dated(setting):
        yield "default", setting
    else:
        known = ("default", *keys_of(lever, world))
        others = other_names(world) if lever.by == "place" else {}
        for key, value in sorted(setting.items(), key=lambda item: item[0] != "default"):
            if key in known:
                yield key, value
            else:
                problems.append(
                    Problem(
                        str(path), f"a {lever.by} of the world", key, column=lever.name,
                        hint=did_you_mean(key, known, others),
                    )
                )  # fmt: skip


def _is_factor(setting: Any) -> bool:
    return isinstance(setting, dict) and set(setting) == {"factor"}


def _apply(
    path: Path, setting: _Setting, settings: dict[str, dict[str, Dated]],
    as_set: dict[str, dict[str, dt.date]], problems: list[Problem], *, has_base: bool,
) -> None:  # fmt: skip
    """Put a setting in the place of what was said before, from its first day on."""
    lever, key, dated = setting.lever, setting.key, setting.dated
    keys, taken = settings.setdefault(lever.name, {}), as_set.setdefault(lever.name, {})
    earlier, known = keys.get(key, ()), taken.get(key)
    if not earlier:  # a key not named yet was like the others
        known = taken.get("default")
    if setting.factor:
        dated = _times(before_and_after(keys.get("default", ()), earlier, lever), dated)
        problem = _cannot_multiply(path, setting, dated, has_base=has_base)
        if problem:
            problems.append(problem)
            return
    elif has_base:
        known = dated[0][0] if known is None else min(known, dated[0][0])
    keys[key] = tuple(pair for pair in earlier if pair[0] < dated[0][0]) + dated
    if known is not None:
        taken[key] = known


def _cannot_multiply(
    path: Path, setting: _Setting, product: Dated, *, has_base: bool
) -> Problem | None:
    lever, most = setting.lever, max(value for _, value in product)
    if not has_base:
        return Problem(str(path), "a value: there is no base to multiply", column=setting.column)
    if lever.unit == UTILITY:
        expected = "a value: a utility has no zero, so a factor on it means nothing"
        return Problem(str(path), expected, column=setting.column)
    if most > lever.maximum:
        expected = f"a factor that leaves it within {lever.maximum:g} ({lever.unit})"
        return Problem(str(path), expected, most, column=setting.column)
    return None


def _times(base: Dated, factors: Dated) -> Dated:
    """Return the values of a base times factors, from the first factor's day on."""
    days = sorted({day for day, _ in (*base, *factors) if day >= factors[0][0]})
    return tuple((day, _on(base, day) * _on(factors, day)) for day in days)


def _on(dated: Dated, day: dt.date) -> float:
    """Return which of dated values holds on a day; the first one before its own day too."""
    held = [value for first, value in dated if first <= day]
    return held[-1] if held else dated[0][1]


def _is_dated(setting: Mapping[str, Any]) -> bool:
    return bool(setting) and all(key[:4].isdigit() and "-" in key for key in setting)


def _dated(
    path: Path, lever: Lever, key: str, value: Any, problems: list[Problem], *, factor: bool = False
) -> Dated | None:  # fmt: skip
    column = f"{lever.name}.{key}" if key else lever.name
    entries = value.items() if isinstance(value, dict) else [(None, value)]
    dated = []
    for day, number in entries:
        first = ALWAYS if day is None else _day(day)
        if first is None:
            problems.append(Problem(str(path), "a date such as 2023-11-30", day, column=column))
        elif (known := _read(lever, number, factor=factor)) is not None:
            dated.append((first, known))
        else:
            expected = EXPECTED_FACTOR if factor else lever.expected
            problems.append(Problem(str(path), expected, number, column=column))
    return tuple(sorted(dated)) or None


def _read(lever: Lever, value: object, *, factor: bool) -> float | None:
    """Return a value or a factor as a number, or None if it cannot be one."""
    if not factor:
        return lever.read(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0.0 <= value <= MOST_FACTOR else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def _hold(
    path: Path, hold: Mapping[str, dt.date], settings: dict[str, dict[str, Dated]],
    as_set: dict[str, dict[str, dt.date]], world: World,
) -> Iterator[Problem]:  # fmt: skip
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
                if as_set.get(lever, {}).get(each, day) > day:
                    del as_set[lever][each]


def _shares(
    path: Path, settings: Mapping[str, Mapping[str, Dated]], world: World
) -> Iterator[Problem]:
    """Refuse shares of one whole that add up to more than it, on any day."""
    compiled = compile_levers(settings, world)
    wholes: dict[str, list[Lever]] = {}
    for lever in known_levers().values():
        if lever.whole:
            wholes.setdefault(lever.whole, []).append(lever)
    for whole, levers in wholes.items():
        if not any(lever.name in settings for lever in levers):
            continue
        named = " + ".join(lever.name for lever in levers)
        days = sorted({day for lever in levers for day in compiled.compiled[lever.name].days})
        for day in days:
            values = [compiled.value(lever.name, day)[0] for lever in levers]
            total, key = _largest(values, levers, compiled)
            if total > 1.0 + SUM_TOLERANCE:
                since = "" if day == ALWAYS else f" on {day}"
                expected = f"shares that add up to 1 at most: they are parts of {whole}"
                yield Problem(str(path), expected, f"{total:g}{key}{since}", column=named)
                break


def _largest(
    values: list[Any], levers: list[Lever], compiled: Levers
) -> tuple[float, str]:  # fmt: skip
    """Return the largest sum of shares, and for which key: keys are the parts of a lone lever."""
    if len(levers) == 1:
        return float(values[0].sum()), ""
    total = sum(values)
    keys = max((compiled.keys[lever.name] for lever in levers), key=len)
    at = int(total.argmax())
    return float(total[at]), f" for {keys[at]}" if keys[at] else ""


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
        if name in held
        or scenario.settings.get(name) != other.settings.get(name)
        or scenario.as_set.get(name) != other.as_set.get(name)
    ]
