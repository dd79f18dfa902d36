"""What a world declares of the record: which series count in it what it simulates.

``observations.toml`` of a world lists the series, the parts of each, and how closely calibration
is asked to come. Only what stands there is ever set beside a result of that world.
"""

from __future__ import annotations

from pydantic import Field, ValidationError, model_validator

from corredor.corridor.world import World
from corredor.errors import InputError, Problem
from corredor.inputs.toml import Entry, entries, expected_of
from corredor.runs.observe import OBSERVED, PARTS, lacking

FILE = "observations.toml"


class Target(Entry):
    """A series of ``observations.toml``, or the parts of one.

    Attributes
    ----------
    series : str
        Of the record.
    by, parts : str, tuple of str
        How it is told apart and into what, named as the model names it.
    categories, places : tuple of str
        How the record names the parts; the parts' own names if neither is given.
    of_total : str
        Compare the part's share of this series instead of its number.
    error : float
        Standard deviation of the logarithm of published over modelled.
    small : float
        Events a month added to both sides, so that months with few people weigh little.
    reason : str
        Why so close.
    """

    series: str
    by: str = ""
    parts: tuple[str, ...] = ("",)
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    of_total: str = ""
    error: float = Field(gt=0.0, le=2.0)
    small: float = Field(gt=0.0)
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _known(self) -> Target:
        if (self.series, self.by) not in PARTS if self.by else self.series not in OBSERVED:
            raise ValueError(f"the model counts nothing of the kind {self.series} {self.by}")
        for names in (self.categories, self.places):
            if names and len(names) != len(self.parts):
                raise ValueError("as many categories or places as parts")
        return self


def has_targets(world: World) -> bool:
    """Return whether a world says what to set beside the record."""
    return (world.folder / FILE).exists()


def load_targets(world: World) -> tuple[Target, ...]:
    """Read ``observations.toml`` of a world.

    Raises
    ------
    InputError
        If it is missing, broken, or names what the model does not count.
    """
    path = world.folder / FILE
    if not has_targets(world):
        raise InputError(Problem(str(path), "a file of what to calibrate against"))
    listed = entries(path, "observation")
    targets, problems = [], []
    for number, entry in enumerate(listed, start=1):
        try:
            targets.append(Target.model_validate(entry))
        except ValidationError as error:
            for item in error.errors():
                where = ".".join(map(str, (f"observation {number}", *item["loc"])))
                problems.append(
                    Problem(str(path), expected_of(dict(item)), item["input"], column=where)
                )
    if problems:
        raise InputError(problems)
    return tuple(targets)


def observed_series(world: World) -> tuple[str, ...]:
    """Return the series that may be set beside a result of a world.

    They are those that its ``observations.toml`` names, itself or as the whole of parts, and that
    something in the world would count; a world without the file has none.
    """
    if not has_targets(world):
        return ()
    named = {name for t in load_targets(world) for name in (t.series, t.of_total) if name}
    return tuple(name for name in OBSERVED if name in named and not lacking(world, name))


def uncounted(world: World) -> dict[str, str]:
    """Return the series that a world declares though nothing in it counts them, and what lacks."""
    if not has_targets(world):
        return {}
    named = {name for t in load_targets(world) for name in (t.series, t.of_total) if name}
    lacks = {name: lacking(world, name) for name in OBSERVED if name in named}
    return {name: why for name, why in lacks.items() if why}
