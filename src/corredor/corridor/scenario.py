"""A scenario: a world, the levers over time, the horizon. Read from TOML, frozen, hashed.

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
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from corredor.corridor.given import as_sections, day_of
from corredor.corridor.levers import Dated, Lever, compile_levers
from corredor.corridor.model import Process
from corredor.corridor.own_rules import check_rules, described, levers_with
from corredor.corridor.settings import (
    apply_setting,
    hold_levers,
    read_settings,
    refuse_shares_above_one,
)
from corredor.corridor.world import World, load_world
from corredor.engine.levers import ALWAYS, Levers
from corredor.errors import InputError, Problem, UsageError, did_you_mean
from corredor.inputs import shipped as assets
from corredor.inputs.toml import Entry, expected_of, read_toml

ANSWERS = ("entry.answer", "settlement.answer")  # levers by which people answer


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


@dataclass(frozen=True, eq=False, init=False)
class Scenario:
    """What is simulated: a world, its levers over time, its days, and the rules of a day.

    ``Scenario(world, changes)`` makes one in Python; a file is read by ``corredor.scenario``.

    Parameters
    ----------
    world : World
        Where, and who.
    changes : mapping, optional
        By lever, what differs from the base: ``{"interdiction.tempo.south": 0.02}``, with days
        ``{"interdiction.tempo": {"south": {"2024-01-01": 0.02}}}``, or times what the base has,
        ``{"interdiction.tempo": {"factor": 1.5}}``.
    base : Scenario, str or Path, optional
        What it differs from. Left out: the baseline, in the world of the baseline; in any other
        world none, so that a lever that is not set has its default and a number sets a level.
    name, title, description : str
        What it is called, and what it says of itself.
    spin_up, start, end : date or str, optional
        The days; those of the base. Without a base: all months of the world's entry table.
    hold : mapping, optional
        Levers (or a lever and a key) that stay as they were on a day.
    processes : sequence of Process, optional
        The rules of a day in their order, such as ``[*corredor.PROCESSES, MyRule()]``.
    assumptions, sources : sequence of str
        What is chosen by hand, each with its range, and where the rest is from.

    Raises
    ------
    InputError
        With everything that is wrong: unknown or misspelt lever or key, value out of range.
    UsageError
        If a rule could not stand in a day, or the base is of another world.

    Examples
    --------
    >>> import corredor
    >>> scenario = corredor.Scenario(
    ...     corredor.world("mexico"), {"interdiction.tempo": {"south": {"2024-01-01": 0.02}}},
    ...     name="fewer-stops", start="2023-10-01", end="2024-03-31",
    ... )
    >>> scenario
    <Scenario fewer-stops in mexico, 2023-10-01 to 2024-03-31, 1 lever set otherwise>

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
    reference : Scenario, optional
        The last of its bases; None where it has none. Where people answer to what they can expect,
        they answer to what differs from it.
    processes : tuple of Process
        The rules of a day; empty for those that ship.
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
    reference: Scenario | None = field(default=None, repr=False)
    processes: tuple[Process, ...] = ()

    def __init__(
        self, world: World, changes: Mapping[str, Any] | None = None, *,
        base: Scenario | str | Path | None = None, name: str = "scenario", title: str = "",
        description: str = "", spin_up: dt.date | str | None = None,
        start: dt.date | str | None = None, end: dt.date | str | None = None,
        hold: Mapping[str, dt.date | str] | None = None, processes: Iterable[Process] = (),
        assumptions: Sequence[str] = (), sources: Sequence[str] = (),
        settings: dict[str, dict[str, Dated]] | None = None,
        held: dict[str, dt.date] | None = None, as_set: dict[str, dict[str, dt.date]] | None = None,
        own: frozenset[tuple[str, str]] | None = None, reference: Scenario | None = None,
    ) -> None:  # fmt: skip
        days = {
            key: day_of(day, key)
            for key, day in (("spin_up", spin_up), ("start", start), ("end", end))
        }
        rules = tuple(processes)
        check_rules(rules)
        if settings is None:
            said = {"title": title or name, "description": description,
                    "assumptions": tuple(assumptions), "sources": tuple(sources),
                    "hold": {lever: day_of(day, "hold") for lever, day in (hold or {}).items()},
                    **{key: day for key, day in days.items() if day}}  # fmt: skip
            made = vars(_of_changes(world, changes or {}, base, name, said, rules))
        else:
            made = {
                "name": name, "title": title, "description": description, "world": world, **days,
                "settings": settings, "held": held or {}, "as_set": as_set or {}, "own": own,
                "assumptions": tuple(assumptions), "sources": tuple(sources),
                "reference": reference, "processes": rules,
            }  # fmt: skip
        for key, value in made.items():
            object.__setattr__(self, key, value)

    def __repr__(self) -> str:
        """Say which scenario it is, of which world and days."""
        own = len({lever for lever, _ in self.own}) if self.own is not None else None
        differs = "" if own is None else f", {own} lever{'' if own == 1 else 's'} set otherwise"
        rules = [name for name, digest in described(self.processes) if digest]
        more = f", with {', '.join(rules)}" if rules else ""
        return (
            f"<Scenario {self.name} in {self.world.name}, {self.start} to {self.end}"
            f"{differs}{more}>"
        )

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
        if self.reference and self.answers:
            content.append(self.reference.hash)
        if self.processes:
            content.append(described(self.processes))
        text = json.dumps(content, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def levers(self) -> Levers:
        """Return the scenario's levers as arrays over time, before any calibrated factor."""
        levers = compile_levers(
            self.settings, self.world, self.held, self.as_set, self.known_levers()
        )
        if self.reference and self.answers:
            return replace(levers, reference=self.reference.levers())
        return levers

    def known_levers(self) -> Mapping[str, Lever]:
        """Return every lever there is by name, those of its own rules too."""
        return levers_with(self.processes)

    def with_processes(self, processes: Iterable[Process]) -> Scenario:
        """Return the scenario with other rules of a day.

        Raises
        ------
        UsageError
            If one could not stand in a day, or a lever is set that none of them has.
        """
        rules = tuple(processes)
        check_rules(rules)
        known = levers_with(rules)
        for lever in self.settings:
            if lever not in known:
                raise UsageError(f"{self.name}: sets {lever}, and none of these processes has it.")
        reference = self.reference.with_processes(rules) if self.reference else None
        return replace(self, processes=rules, reference=reference)

    @property
    def answers(self) -> bool:
        """Return whether people answer to what they can expect: entry, or waiting."""
        return any(
            value > 0
            for lever in ANSWERS
            for dated in self.settings.get(lever, {}).values()
            for _, value in dated
        )

    def with_horizon(
        self,
        start: dt.date | str | None = None,
        end: dt.date | str | None = None,
        spin_up: dt.date | str | None = None,
    ) -> Scenario:
        """Return the scenario for other days; unless told, the spin-up goes with the start."""
        first, last = day_of(start, "start") or self.start, day_of(end, "end") or self.end
        begin = day_of(spin_up, "spin_up") or self.spin_up + (first - self.start)
        changed = replace(self, spin_up=begin, start=first, end=last)
        _raise(_check_horizon(changed, self.name))
        return changed


def known_by(scenario: Scenario, day: dt.date) -> Scenario:
    """Return a scenario as somebody would have it on a day: later changes of levers are unknown."""
    settings = {}
    for lever, keys in scenario.settings.items():
        known = {key: tuple(pair for pair in dated if pair[0] <= day)
                 for key, dated in keys.items()}  # fmt: skip
        if "default" not in keys:
            default: Dated = ((ALWAYS, scenario.known_levers()[lever].default),)
            known = {key: dated or default for key, dated in known.items()}
        settings[lever] = {key: dated for key, dated in known.items() if dated}
    as_set = {
        lever: {key: first for key, first in keys.items() if first <= day}
        for lever, keys in scenario.as_set.items()
    }
    reference = known_by(scenario.reference, day) if scenario.reference else None
    return replace(scenario, settings=settings, as_set=as_set, reference=reference)


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
    return replace(_build(path, document, ()), name=name)


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


def _of_changes(
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
    return replace(_made(path, head, rest, base, world, rules), name=name)


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
        reference=(base.reference or base) if base else None,
        processes=rules,
    )
    _raise(_check_horizon(scenario, str(path)))
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
    return load_world(beside if beside.is_dir() else head.world)


def _date(path: Path, head: _Head, base: Scenario | None, key: str) -> dt.date:
    value: dt.date | None = getattr(head, key) or (getattr(base, key) if base else None)
    if value is None:
        raise InputError(Problem(str(path), "a date, such as 2022-10-01", column=key))
    return value


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
    known = {**scenario.known_levers(), **other.known_levers()}
    held = {
        name if name in known else name.rpartition(".")[0]
        for name in {*scenario.held, *other.held}
        if scenario.held.get(name) != other.held.get(name)
    }
    return [
        name
        for name in known
        if name in held
        or scenario.settings.get(name) != other.settings.get(name)
        or scenario.as_set.get(name) != other.as_set.get(name)
    ]


def default_of(world: World) -> Scenario | None:
    """Return the baseline, if it is of this world; None for any other world."""
    if world.folder.resolve() != assets.default_world().resolve():
        return None
    return load_scenario(assets.DEFAULT)


def default_world() -> World:
    """Return the world of the scenario that is run where none is named."""
    return load_world(assets.default_world())
