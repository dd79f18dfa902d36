"""What a world says of how it is shown: charts, map, sliders, outputs; none of it moves a number.

``world.toml`` in the folder of a world; one without it is shown plainly. The words that belong to
it stand in the world's ``text/`` (``corredor.text.language``).
"""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, ValidationError, model_validator

from corredor.arrays import Floats
from corredor.corridor.world import World
from corredor.errors import InputError, Problem
from corredor.inputs.toml import Entry, expected_of, read_toml

FILE = "world.toml"
Corner = tuple[float, float]
Window = tuple[Corner, Corner]  # south-west and north-east; longitude and latitude in degrees
Latitude = Annotated[float, Field(ge=-89, le=89)]
Longitude = Annotated[float, Field(ge=-180, le=180)]
Month = Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])$")]


class Parallel(Entry):
    """A parallel on a map.

    Attributes
    ----------
    latitude, west, east, name_at : float
        Where it lies, the longitudes between which it is drawn, and that at which its name stands.
    """

    latitude: float = Field(ge=-90, le=90)
    west: float = Field(ge=-180, le=180)
    east: float = Field(ge=-180, le=180)
    name_at: float = Field(ge=-180, le=180)

    def line(self, points: int) -> Floats:
        """Return longitude and latitude of points along it, [points, 2]."""
        longitude = np.linspace(self.west, self.east, points)
        return np.column_stack([longitude, np.full_like(longitude, self.latitude)])


class MapPlan(Entry):
    """The ``[map]`` of a world.

    Attributes
    ----------
    parallel : Parallel, optional
        Drawn across the map.
    enlarged : tuple, optional
        Corners of a part that is drawn enlarged.
    enlarged_at : tuple of float, optional
        Where it is drawn: left, bottom, width and height in parts of the map.
    ahead : str
        Country of the base map that is drawn as the one ahead.
    sectors_to_the_east : tuple of str
        Sectors whose names stand to their east; those of the others stand above them.
    views : dict
        Corners of parts that the page offers, by name.
    centre, parallels : tuple of float, optional
        Latitude and longitude of the middle of the map, and the two latitudes along which lengths
        are true; around the places of the world if left out.
    """

    parallel: Parallel | None = None
    enlarged: Window | None = None
    enlarged_at: tuple[float, float, float, float] | None = None
    ahead: str = ""
    sectors_to_the_east: tuple[str, ...] = ()
    views: dict[str, Window] = Field(default_factory=dict)
    centre: tuple[Latitude, Longitude] | None = None
    parallels: tuple[Latitude, Latitude] | None = None

    @model_validator(mode="after")
    def _in_pairs(self) -> MapPlan:
        if (self.enlarged is None) != (self.enlarged_at is None):
            raise ValueError("enlarged and enlarged_at, or neither")
        if (self.centre is None) != (self.parallels is None):
            raise ValueError("centre and parallels, or neither")
        return self


class OutputPlan(Entry):
    """An ``[[output]]``: something that a planner wants to know of a year.

    Attributes
    ----------
    name, counts : str
        In words, and what its value counts.
    series, flow, place, zone : str
        One of them: a series of the record as the model counts it, a flow of the model, or the
        people present in a place or zone on the mean of the days.
    change : tuple of str
        Of a series: its change in percent from a month to another instead of its total.
    """

    name: str = Field(min_length=1)
    counts: str = Field(min_length=1)
    series: str = ""
    flow: str = ""
    place: str = ""
    zone: str = ""
    change: tuple[Month, Month] | None = None

    @model_validator(mode="after")
    def _one_of(self) -> OutputPlan:
        if sum(map(bool, (self.series, self.flow, self.place, self.zone))) != 1:
            raise ValueError("one of series, flow, place and zone")
        if self.change and not self.series:
            raise ValueError("change of a series only")
        return self


class SliderPlan(Entry):
    """A ``[[slider]]``: a lever that the form of the page offers, and how far it can be moved.

    Attributes
    ----------
    item : str
        Names the words beside it, ``[lever.ITEM]`` in ``text/app.LANGUAGE.toml``.
    lever, key : str
        The lever, and for which zone, sector, … it is moved; ``*`` for all of them, and empty if
        the lever is told apart by nothing.
    low, high, step : float
        Range and step, in the lever's unit.
    times : float
        By which a value is multiplied to be read: 100 for a share read in percent.
    ways : tuple of {"value", "factor"}
        Whether it is set to a value in every run, or multiplies what each run has.
    reason : str
        Why the range ends where it does.
    """

    item: str = Field(pattern=r"^[a-z0-9_-]+$")
    lever: str
    key: str = ""
    low: float
    high: float
    step: float = Field(gt=0)
    times: float = Field(default=1, gt=0)
    ways: tuple[Literal["value", "factor"], ...] = Field(min_length=1)
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> SliderPlan:
        if self.low >= self.high:
            raise ValueError("low below high")
        return self


class Shown(Entry):
    """All of ``world.toml``: ``charts`` and ``[[slider]]`` of the page, ``[map]``, ``[[output]]``.

    A world without sliders of its own has those that the page offers every world.
    """

    charts: tuple[str, ...] | None = None
    slider: tuple[SliderPlan, ...] = ()
    map: MapPlan = Field(default_factory=MapPlan)
    output: tuple[OutputPlan, ...] = ()


def shown_of(world: World) -> Shown:
    """Return how a world is shown.

    Raises
    ------
    InputError
        With every mistake in its ``world.toml``.
    """
    path = world.folder / FILE
    if not path.exists():
        return Shown()
    try:
        return Shown.model_validate(_with_tuples(read_toml(path)))
    except ValidationError as error:
        problems = [
            Problem(str(path), expected_of(dict(e)), column=".".join(map(str, e["loc"])))
            for e in error.errors()
        ]
        raise InputError(problems) from None


def _with_tuples(value: object) -> object:
    """Return a document with tuples for lists, which strict entries ask for at any depth."""
    if isinstance(value, dict):
        return {key: _with_tuples(each) for key, each in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, list) else value
