"""Classes of people who weigh danger differently: ``demographics_age.csv`` and ``_gender.csv``.

Each rule looks at age and sex. Together they make three kinds of people: the *plain* see places as
they are, the *careful* square the attraction of each, and to the *daring* all are alike. People of
one class are alike in everything that rules read, so they are counted together. Where people seek
places of their religion or group, each value of these makes classes of its own.

A file has a row for each value of its trait. Its columns are weights: one named after a place holds
for people who come from there, ``Default`` for all others. Age and sex are drawn apart. The rule
that Flee calls that of boys is one of males of any age above 14, and Flee asks for it only where
the rule about children is on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.errors import InputError, Problem
from corredor.flee.case.agents import Agent
from corredor.flee.case.cells import Row, Sheet
from corredor.flee.case.settings import Settings
from corredor.inputs.rows import read_rows

PLAIN, CAREFUL, DARING = "plain", "careful", "daring"
FEMALE, MALE = "female", "male"
CHILD_BELOW, OLD_ABOVE = 19, 59  # years
BOY_ABOVE = 14
_Class = tuple[str, ...]  # how somebody weighs danger, then the traits that people seek
FLOODAWARENESS = "floodawareness"
NOBODY = "unknown"  # the trait of people where no file gives it and no rule asks


@dataclass(frozen=True, eq=False)
class Classes:
    """The kinds of people there are.

    Attributes
    ----------
    kinds : tuple of str
        How each weighs danger.
    groups : dict
        By trait of which each value makes classes of its own, its value for each of the classes.
    share : numpy.ndarray
        The share of each among those who come from each place, [kinds, places].
    first : numpy.ndarray
        How many of each are in each place from the start, by agents.csv, [kinds, places].
    """

    kinds: tuple[str, ...]
    groups: Mapping[str, tuple[str, ...]]
    share: Floats
    first: Integers

    def of_agent(self, agent: Agent, settings: Settings) -> int:
        """Return the class of somebody who is there from the start."""
        known = list(zip(self.kinds, *self.groups.values(), strict=True))
        return known.index(class_of(agent.traits, settings))

    def attraction(self, kind: str, score: Floats) -> Floats:
        """Return how places attract people of a kind, given how they attract the plain."""
        return {PLAIN: score, CAREFUL: score * score, DARING: np.ones_like(score)}[kind]


def traits_read(settings: Settings) -> set[str]:
    """Return the traits that the rules that are switched on read."""
    by_age = settings.ChildrenAvoidHazards or settings.ElderlyAvoidHazards
    by_sex = settings.WomenAvoidHazards or _boys_take_risk(settings)
    found = ({"age"} if by_age else set()) | ({"gender"} if by_sex else set())
    return found | set(traits_apart(settings))


def traits_apart(settings: Settings) -> tuple[str, ...]:
    """Return the traits of which each value makes a class of its own."""
    forecast = settings.floods is not None and settings.floods.forecast is not None
    return (*settings.matched, *((FLOODAWARENESS,) if forecast else ()))


def _boys_take_risk(settings: Settings) -> bool:
    return settings.ChildrenAvoidHazards and settings.BoysTakeRisk


def read_classes(
    folder: Path, settings: Settings, names: dict[str, int], agents: Sequence[Agent] = ()
) -> Classes:
    """Return the classes of people of an input folder; ``agents`` are there from the start.

    Raises
    ------
    InputError
        If a rule needs a file that is not there, or the file makes no sense.
    """
    traits, matched = traits_read(settings), traits_apart(settings)
    ages: dict[float | str, Floats] = {NOBODY: np.ones(len(names))}
    sexes: dict[float | str, Floats] = {NOBODY: np.ones(len(names))}
    if "age" in traits:
        ages = shares(folder / "demographics_age.csv", "age", names, _age)
    if "gender" in traits:
        sexes = shares(folder / "demographics_gender.csv", "gender", names, _sex)
    found: dict[_Class, Floats] = {}
    for age, of_age in ages.items():
        for sex, of_sex in sexes.items():
            weighing: _Class = (kind_of_person(settings, age, sex),)
            found[weighing] = found.get(weighing, np.zeros(len(names))) + of_age * of_sex
    for trait in matched:
        read = partial(Row.text, column=trait)
        values = shares(folder / f"demographics_{trait}.csv", trait, names, read)
        found = {
            (*before, str(value)): share * of_value
            for before, share in found.items()
            for value, of_value in values.items()
        }
    there: dict[_Class, Integers] = {}
    for agent in agents:
        _check_agent(agent, traits, folder)
        kind = class_of(agent.traits, settings)
        there.setdefault(kind, np.zeros(len(names), np.int64))[agent.place] += 1
    none = np.zeros(len(names))
    order = (PLAIN, CAREFUL, DARING)
    classes = sorted(
        (kind for kind in {**found, **there} if kind in there or found[kind].any()),
        key=lambda kind: order.index(kind[0]),
    )
    return Classes(
        tuple(kind for kind, *_ in classes),
        {trait: tuple(kind[1 + i] for kind in classes) for i, trait in enumerate(matched)},
        np.array([found.get(kind, none) for kind in classes]),
        np.array([there.get(kind, none.astype(np.int64)) for kind in classes]),
    )


def _check_agent(agent: Agent, traits: set[str], folder: Path) -> None:
    for trait in sorted(traits - set(agent.traits)):
        raise InputError(
            Problem(str(folder / "agents.csv"), f"a column {trait}: a rule about {trait} is on")
        )


def class_of(traits: Mapping[str, float | str], settings: Settings) -> tuple[str, ...]:
    """Return what tells the class of somebody: how they weigh danger, then each trait apart."""
    age, sex = (traits.get(trait, NOBODY) for trait in ("age", "gender"))
    sought = (str(traits[trait]) for trait in traits_apart(settings))
    return kind_of_person(settings, age, sex), *sought


def kind_of_person(settings: Settings, age: float | str, sex: float | str) -> str:
    """Return the kind of people of an age and sex: to square what is alike changes nothing."""
    years = age if isinstance(age, float) else float("nan")
    if _boys_take_risk(settings) and sex == MALE and years > BOY_ABOVE:
        return DARING
    careful = (
        (settings.ChildrenAvoidHazards and years < CHILD_BELOW)
        or (settings.ElderlyAvoidHazards and years > OLD_ABOVE)
        or (settings.WomenAvoidHazards and sex == FEMALE)
    )
    return CAREFUL if careful else PLAIN


def shares(
    path: Path, trait: str, names: dict[str, int], read: Callable[[Row], float | str]
) -> dict[float | str, Floats]:
    """Return for each value of a trait its share among people from each place, [places]."""
    rows = read_rows(path)
    if not rows:
        raise InputError(Problem(str(path), f"a header such as {trait},Default, then rows"))
    header = [name.strip() for name in rows[0][1]]
    sheet = Sheet(path, [trait, *header[1:]], needed=len(header))
    if header[0].lstrip("#").strip() != trait or "Default" not in header:
        sheet.wrong(1, None, f"a header that begins {trait},Default", ",".join(header))
    for name in header[1:]:
        if name != "Default" and name not in names:
            sheet.odd(1, name, "Default, or a place of locations.csv", name,
                      "nobody comes from there")  # fmt: skip
    sheet.check()
    weights: dict[float | str, Floats] = {}
    for line, cells in rows[1:]:
        if len(cells) < len(header):
            sheet.wrong(line, None, f"{len(header)} cells as in the header", f"{len(cells)} cells")
            continue
        row = Row(sheet, line, cells)
        value = read(row)
        found = np.array([row.number(name, least=0.0) for name in header[1:]])
        weights[value] = weights.get(value, np.zeros(len(found))) + found
    total = sum(weights.values(), start=np.zeros(len(header) - 1))
    for name, sum_of_weights in zip(header[1:], total.tolist(), strict=True):
        if not sum_of_weights > 0 and not sheet.problems:
            sheet.wrong(None, name, "a weight above 0 in one row at least", sum_of_weights)
    sheet.check()
    column = np.full(len(names), header.index("Default") - 1)
    for at, name in enumerate(header[1:]):
        if name in names:
            column[names[name]] = at
    return {value: (of / total)[column] for value, of in weights.items()}


def _age(row: Row) -> float:
    return float(row.number("age", least=0.0))


def _sex(row: Row) -> str:
    value = row.text("gender").lower()
    if value not in (FEMALE, MALE):
        row.wrong("gender", f"{FEMALE} or {MALE}", value)
    return value
