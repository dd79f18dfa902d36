"""What Flee notes of each person: a value of each trait that a file of the input folder gives.

``demographics_TRAIT.csv`` gives one to everybody who comes, ``agents.csv`` those of its persons.
Rules read few of them (see ``corredor.flee.case.classes``); the logs tell all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from corredor.arrays import Floats, Integers
from corredor.flee.case.agents import Agent
from corredor.flee.case.cells import Row
from corredor.flee.case.classes import NOBODY, Classes, kind_of_person, shares, traits_read
from corredor.flee.case.settings import Settings

PATTERN = "demographics_*.csv"
NONE = -1  # the value of a trait that somebody does not have
WEIGHED = ("age", "gender")  # by these people weigh danger


@dataclass(frozen=True)
class Trait:
    """A trait of persons.

    Attributes
    ----------
    name : str
        As in the name of the file, or of the column of agents.csv.
    values, raw : tuple of str
        Its values as Flee writes them, and as they stand in the file.
    share : numpy.ndarray
        The share of each among people from each place, [values, places]; 0 where only persons of
        agents.csv have it.
    """

    name: str
    values: tuple[str, ...]
    raw: tuple[str, ...]
    share: Floats


@dataclass(frozen=True, eq=False)
class Attributes:
    """The traits of persons, and how they come by them.

    Parameters
    ----------
    traits : tuple of Trait
        In the order in which they are written.
    classes : Classes
        The kinds of people that rules tell apart: whoever is of one has traits that fit.
    settings : Settings
        Which rules are on.
    agents : dict
        The values of the persons of agents.csv by number, [persons, traits], for each pair of the
        class and the place in which they begin.
    """

    traits: tuple[Trait, ...]
    classes: Classes
    settings: Settings
    agents: Mapping[tuple[int, int], Integers]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the names of the traits."""
        return tuple(trait.name for trait in self.traits)

    def drawn(
        self, place: Integers, kind: Integers, chance: np.random.Generator, *, first: bool = False
    ) -> Integers:
        """Return the values of people who come, [people, traits], by number, or ``NONE``.

        Parameters
        ----------
        place, kind : numpy.ndarray
            From where each comes, and which class each is of, [people].
        chance : numpy.random.Generator
            Where chance comes from.
        first : bool
            Whether the persons of agents.csv are among them.
        """
        found = np.full((len(place), len(self.traits)), NONE, np.int64)
        if not self.traits:
            return found
        places = int(place.max(initial=0)) + 1
        for both in np.unique(kind * places + place).tolist():
            k, p = divmod(both, places)
            who = np.flatnonzero((kind == k) & (place == p))
            of_file = self.agents.get((k, p)) if first else None
            if of_file is not None:
                known, who = who[: len(of_file)], who[len(of_file) :]
                found[known] = of_file[: len(known)]
            weighed, joint = self._weighed(k, p)
            if weighed:
                flat = choose(joint.ravel(), len(who), chance)
                found[who[:, None], weighed] = np.array(np.unravel_index(flat, joint.shape)).T
            for column, trait in enumerate(self.traits):
                share = self._share(trait, k, p)
                if column not in weighed and share.sum() > 0:
                    found[who, column] = choose(share, len(who), chance)
        return found

    def _share(self, trait: Trait, kind: int, place: int) -> Floats:
        """Return the share of each value among people of a class from a place."""
        share, sought = trait.share[:, place], self.classes.groups.get(trait.name)
        return np.asarray(share * (np.array(trait.raw) == sought[kind])) if sought else share

    def _weighed(self, kind: int, place: int) -> tuple[list[int], Floats]:
        """Return the columns of age and sex, if rules read them, and how they come together."""
        read = [name for name in WEIGHED if name in traits_read(self.settings)]
        columns = [self.names.index(name) for name in read]
        values: dict[str, list[float | str]] = {name: [NOBODY] for name in WEIGHED}
        joint = np.ones((1, 1))
        for axis, name in enumerate(WEIGHED):
            if name in read:
                trait = self.traits[self.names.index(name)]
                values[name] = [float(v) if name == "age" else v.lower() for v in trait.raw]
                joint = joint * np.expand_dims(trait.share[:, place], 1 - axis)
        fits = [[kind_of_person(self.settings, age, sex) == self.classes.kinds[kind]
                 for sex in values["gender"]] for age in values["age"]]  # fmt: skip
        return columns, (joint * np.array(fits)).reshape([len(values[name]) for name in read])


def choose(share: Floats, people: int, chance: np.random.Generator) -> Integers:
    """Return the number of a value for each of so many people, by the share of each value."""
    upto = np.cumsum(share)
    at = np.searchsorted(upto, chance.random(people) * upto[-1], side="right")
    chosen: Integers = np.minimum(at, len(share) - 1)
    return chosen


def read_attributes(
    folder: Path, settings: Settings, names: Mapping[str, int], classes: Classes,
    agents: Sequence[Agent] = (),
) -> Attributes:  # fmt: skip
    """Return the traits of persons of an input folder.

    Parameters
    ----------
    folder : Path
        With any number of ``demographics_TRAIT.csv``.
    settings : Settings
        Which rules are on.
    names : dict
        The number of each place.
    classes : Classes
        The kinds of people that rules tell apart.
    agents : sequence of Agent
        Those who are there from the start.

    Raises
    ------
    InputError
        If a file makes no sense.
    """
    found = read_traits(folder, names)
    own = dict.fromkeys(name for agent in agents for name in agent.traits)
    of_agents = [{name: _told(value) for name, value in agent.traits.items()} for agent in agents]
    traits = []
    for name in dict.fromkeys([*(trait.name for trait in found), *own]):
        trait = next((t for t in found if t.name == name),
                     Trait(name, (), (), np.zeros((0, len(names)))))  # fmt: skip
        more = tuple(dict.fromkeys(told[name] for told in of_agents if name in told))
        new = tuple(value for value in more if value not in trait.values)
        share = np.concatenate([trait.share, np.zeros((len(new), len(names)))])
        traits.append(Trait(name, trait.values + new, trait.raw + new, share))
    values: dict[tuple[int, int], list[list[int]]] = {}
    for agent, told in zip(agents, of_agents, strict=True):
        row = [trait.values.index(told[trait.name]) if trait.name in told else NONE
               for trait in traits]  # fmt: skip
        values.setdefault((classes.of_agent(agent, settings), agent.place), []).append(row)
    return Attributes(
        tuple(traits), classes, settings, {key: np.array(rows) for key, rows in values.items()}
    )


def read_traits(folder: Path, names: Mapping[str, int]) -> list[Trait]:
    """Return the traits that the files of an input folder give to everybody who comes."""
    return [_read(path, dict(names)) for path in sorted(folder.glob(PATTERN))]


def _told(value: float | str) -> str:
    return f"{value:g}" if isinstance(value, float) else value


def _read(path: Path, names: dict[str, int]) -> Trait:
    """Return the trait of a file; as in Flee, its name ends with a second underscore."""
    name = path.stem.split("_")[1]
    found = shares(path, name, names, _as_text(name))
    raw = tuple(str(value) for value in found)
    return Trait(name, _as_pandas_writes(path, name, raw), raw, np.array(list(found.values())))


def _as_text(name: str) -> Callable[[Row], str]:
    return lambda row: row.text(name)


def _as_pandas_writes(path: Path, name: str, raw: tuple[str, ...]) -> tuple[str, ...]:
    """Return values as Flee writes them, which reads the file with pandas.

    A number is one with decimals if any number of the file is.
    """
    import pandas as pd

    table = pd.read_csv(path, skipinitialspace=True)
    kinds = {kind.kind for kind in table.dtypes}
    if not kinds <= {"i", "f"} or name not in table:
        return raw
    whole = kinds == {"i"}
    return tuple(str(int(value)) if whole else str(float(value)) for value in raw)
