"""The kinds of state: what a person may be doing. Each declares itself once, here or in a process.

A kind says what its states are told apart by (its keys), how the results count the people in it
(its status), how they are on their way (its mode), and whether they need shelter. State space,
results, harm and needs follow from that.

========= ============================================ ================================
kind      a person who …                               told apart by
========= ============================================ ================================
at        is in a place, on the way                    place, group, times returned
on        is on a link that takes more than a day      link, stage, group, returned
caravan   walks with a caravan                         stop, group, returned
waiting   has asked for an appointment                 hub, months waited, group
appointed has an appointment ahead                     port, group
held      is in custody                                station, group, returned
========= ============================================ ================================

Times returned are counted as none, once, and twice or more. They start afresh when somebody
registers for an appointment, which keeps the queue small (docs/decisions/0003).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Integers
from corredor.corridor.world import World

Flags = NDArray[np.bool_]

RETURNED = ("0", "1", "2+")
MONTHS_WAITED = 8  # 0, 1, … 6, and 7 or more
MOST_STAGES = 3
PLACED = ("place", "stop", "hub", "port", "station")  # keys whose labels are places
IN_PLACE, IN_CARAVAN, OF_THE_LINK = "in_place", "in_caravan", "of the link"


@dataclass(frozen=True, eq=False)
class Ground:
    """What kinds are laid out on.

    Attributes
    ----------
    world : World
        Its tables.
    labels : mapping
        The names behind the integers of each key, such as ``station``.
    reach : numpy.ndarray
        Who can come to each place, [place, group, returned].
    stage_count : numpy.ndarray
        How many stages each link has.
    """

    world: World
    labels: Mapping[str, tuple[str, ...]]
    reach: Flags
    stage_count: Integers

    def place_of(self, key: str) -> Integers:
        """Return the integer of the place behind each label of a key, or where a link begins."""
        position = {name: i for i, name in enumerate(self.labels["place"])}
        names = self.world.links["origin"] if key == "link" else self.labels[key]
        return np.array([position[name] for name in names], dtype=np.int64)

    def foreign(self, key: str) -> Flags:
        """Return who is a foreigner at the place behind each label of a key, [label, group]."""
        return self.world.roles.foreign()[self.place_of(key)]

    def shape(self, keys: Sequence[str]) -> tuple[int, ...]:
        """Return how many labels each key has."""
        return tuple(len(self.labels[key]) for key in keys)


@dataclass(frozen=True)
class Kind:
    """A kind of state.

    Attributes
    ----------
    name : str
        Such as ``held``.
    keys : tuple of str
        What its states are told apart by: keys of ``Ground.labels``, in order.
    meaning : str
        What a person does who is in it, after "a person who".
    status : str
        How results count people in it; empty for those who have left the model.
    mode : str
        How somebody is on the way there: ``in_place``, ``in_caravan``, by the mode of the link, or
        empty where nothing on the way can happen to them.
    shelter : bool
        Whether people in it need shelter in the place where they are.
    reached : callable
        Takes the ground and says which of its states somebody can be in, an array by keys; all of
        them if left out.

    Examples
    --------
    >>> import corredor
    >>> resting = corredor.Kind(
    ...     "resting", ("place", "group", "returned"), "rests in a place for some days",
    ...     status="resting", mode="in_place", shelter=True,
    ... )
    >>> resting.status
    'resting'
    """

    name: str
    keys: tuple[str, ...]
    meaning: str
    status: str = ""
    mode: str = ""
    shelter: bool = False
    reached: Callable[[Ground], Flags] | None = None

    def states(self, ground: Ground) -> Flags:
        """Return which of its states somebody can be in, by keys."""
        shape = ground.shape(self.keys)
        if self.reached is None or 0 in shape:
            return np.ones(shape, dtype=bool)
        return np.broadcast_to(self.reached(ground), shape)


@dataclass(frozen=True)
class Status:
    """How people of one or several kinds are counted in results."""

    name: str
    kinds: tuple[Kind, ...]

    @property
    def shelter(self) -> bool:
        """Return whether its people need shelter."""
        return self.kinds[0].shelter


def statuses(kinds: Sequence[Kind]) -> tuple[Status, ...]:
    """Return the statuses of some kinds, in the order in which the kinds name them.

    Raises
    ------
    ValueError
        If two kinds have one name, or one status but only one of them needs shelter.
    """
    if len({kind.name for kind in kinds}) < len(kinds):
        raise ValueError("two kinds of state have one name")
    found = {kind.status: [k for k in kinds if k.status == kind.status] for kind in kinds}
    found.pop("", None)
    for name, of_status in found.items():
        if len({kind.shelter for kind in of_status}) > 1:
            raise ValueError(f"only some kinds of the status {name} need shelter")
    return tuple(Status(name, tuple(of_status)) for name, of_status in found.items())


def _on_links(ground: Ground) -> Flags:
    stage: Flags = np.arange(MOST_STAGES) < ground.stage_count[:, None]
    found: Flags = stage[:, :, None, None] & ground.reach[ground.place_of("link")][:, None]
    return found


def _with_caravans(ground: Ground) -> Flags:
    """Who can come to the first stop can come to each; who is at home there walks with none."""
    first = ground.place_of("stop")[0]
    found: Flags = ground.reach[first] & ground.foreign("stop")[0][:, None]
    return found[None]


def _in_hubs(ground: Ground) -> Flags:
    found = np.asarray(ground.reach[ground.place_of("hub")].any(axis=2), dtype=bool)
    return found[:, None, :]


AT = Kind(
    "at", ("place", "group", "returned"), "is in a place, on the way",
    "in_place", IN_PLACE, True, lambda ground: ground.reach,
)  # fmt: skip
ON = Kind(
    "on", ("link", "stage", "group", "returned"), "is on a link that takes more than a day",
    "on_the_road", OF_THE_LINK, False, _on_links,
)  # fmt: skip
CARAVAN = Kind(
    "caravan", ("stop", "group", "returned"), "walks with a caravan",
    "in_caravan", IN_CARAVAN, True, _with_caravans,
)  # fmt: skip
WAITING = Kind(
    "waiting", ("hub", "waited", "group"), "has asked for an appointment",
    "waiting", IN_PLACE, True, _in_hubs,
)  # fmt: skip
APPOINTED = Kind(
    "appointed", ("port", "group"), "has an appointment ahead", "waiting", IN_PLACE, True
)
HELD = Kind(
    "held", ("station", "group", "returned"), "is in custody on the way",
    "in_custody", reached=lambda ground: ground.foreign("station")[:, :, None],
)  # fmt: skip
KINDS = (AT, ON, CARAVAN, WAITING, APPOINTED, HELD)
OUTCOMES = tuple(
    Kind(name, ("group",), meaning)
    for name, meaning in {
        "at_port": "was admitted at a port of entry",
        "released": "was let into the country ahead after an encounter",
        "evaded": "entered the country ahead without an encounter",
        "removed": "was removed from the country ahead to the country of origin",
        "deported": "was deported from the way and stays there",
        "settled": "settled on the way",
        "went_home": "gave up and went home",
    }.items()
)
