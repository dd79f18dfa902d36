"""A scenario: a world, the levers over time, the horizon, the rules of a day. Frozen, hashed."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from corredor.corridor.given import day_of
from corredor.corridor.levers import Dated, Lever, compile_levers
from corredor.corridor.model import Process
from corredor.corridor.own_rules import check_rules, described, levers_with
from corredor.corridor.world import World
from corredor.engine.levers import ALWAYS, Levers
from corredor.errors import InputError, Problem, UsageError

ANSWERS = ("entry.answer", "settlement.answer")  # levers by which people answer


@dataclass(frozen=True, eq=False)
class Contents:
    """All that a scenario holds; see the attributes of :class:`Scenario`."""

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


@dataclass(frozen=True, eq=False, init=False, repr=False)
class Scenario(Contents):
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

    def __init__(
        self, world: World, changes: Mapping[str, Any] | None = None, *,
        base: Scenario | str | Path | None = None, name: str = "scenario", title: str = "",
        description: str = "", spin_up: dt.date | str | None = None,
        start: dt.date | str | None = None, end: dt.date | str | None = None,
        hold: Mapping[str, dt.date | str] | None = None, processes: Iterable[Process] = (),
        assumptions: Sequence[str] = (), sources: Sequence[str] = (),
    ) -> None:  # fmt: skip
        from corredor.corridor.scenario_files import of_changes  # which makes scenarios itself

        days = {"spin_up": spin_up, "start": start, "end": end}
        given = {key: day_of(day, key) for key, day in days.items()}
        rules = tuple(processes)
        check_rules(rules)
        said = {"title": title or name, "description": description,
                "assumptions": tuple(assumptions), "sources": tuple(sources),
                "hold": {lever: day_of(day, "hold") for lever, day in (hold or {}).items()},
                **{key: day for key, day in given.items() if day}}  # fmt: skip
        made = of_changes(world, changes or {}, base, name, said, rules)
        self.__dict__.update(vars(made))

    @classmethod
    def of(cls, contents: Contents) -> Scenario:
        """Return the scenario that holds these contents, which have been checked."""
        scenario = cls.__new__(cls)
        scenario.__dict__.update(vars(contents))
        return scenario

    def but(self, **changes: Any) -> Scenario:
        """Return the scenario with some of what it holds changed, unchecked."""
        return self.of(Contents(**{**vars(self), **changes}))

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
        return self.but(processes=rules, reference=reference)

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
        changed = self.but(spin_up=begin, start=first, end=last)
        check_horizon(changed, self.name)
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
    return scenario.but(settings=settings, as_set=as_set, reference=reference)


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


def check_horizon(scenario: Scenario, where: str) -> None:
    """Refuse days that are out of order, or for which the world has no entries.

    Parameters
    ----------
    scenario : Scenario
        Whose days.
    where : str
        What errors call it: a file, or a name.

    Raises
    ------
    InputError
        With everything that is wrong.
    """
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
    if problems:
        raise InputError(problems)
