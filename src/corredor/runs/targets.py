"""What a world declares of the record: which series count in it what it simulates.

``observations.toml`` of a world says how each series counts in a result (``[series.NAME]``), and
lists which series, or parts of one, are compared with the record, calibrated against or forecast
(``[[observation]]``), and how closely. Only what stands there is ever set beside a result of that
world.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator

from corredor.corridor.shown import shown_of
from corredor.corridor.world import World
from corredor.errors import InputError, Problem, did_you_mean
from corredor.inputs import shipped
from corredor.inputs.toml import Entry, expected_of, read_toml
from corredor.runs.counting import Counting, lacking
from corredor.runs.observe import CHARTS, COUNTED_SERIES, COUNTINGS, OBSERVED_SERIES, WORLD_FOLDER

FILE = "observations.toml"
Made = TypeVar("Made", bound=Entry)
Use = Literal["calibration", "forecast", "nowcast"]
Month = Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]


class Target(Entry):
    """An ``[[observation]]``: a series of the record, or the parts of one.

    Attributes
    ----------
    series : str
        Of the record; how it counts stands under ``[series.NAME]``.
    by, parts : str, tuple of str
        How it is told apart and into what, named as the model names it.
    categories, places : tuple of str
        How the record names the parts; the whole of the series' own place if neither is given.
    pooled : str
        Instead of categories: a column of ``people.csv`` that names the record's categories of each
        part, joined by ``;``. A category that it does not name goes where ``Other`` goes.
    where : dict
        Further labels of the result to keep, such as ``{ sector = ["Del Rio"] }``.
    place : str
        Where the record counts what ``where`` keeps; the series' own place if left out.
    since, until : str
        First and last month, such as ``2022-08``, that are compared; all that the record holds if
        left out.
    of_total : str
        Compare the part's share of this series instead of its number.
    sum_of : str
        Forecast it as the sum of the parts of this series.
    error : float
        Standard deviation of the logarithm of published over modelled.
    small : float
        Events a month added to both sides, so that months with few people weigh little.
    use : tuple of str
        Any of ``calibration``, ``forecast`` and ``nowcast``; with none it is compared alone. A
        nowcast is calibrated against by forecasts only, in the months of which the series of
        ``[forecast]`` that tells nationalities apart is not out yet.
    reason : str
        Why so close.
    """

    series: str
    by: str = ""
    parts: tuple[str, ...] = ("",)
    categories: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    pooled: str = ""
    where: dict[str, list[str]] = Field(default_factory=dict)
    place: str = ""
    since: Month = ""
    until: Month = ""
    of_total: str = ""
    sum_of: str = ""
    error: float = Field(gt=0.0, le=2.0)
    small: float = Field(gt=0.0)
    use: tuple[Use, ...] = ("calibration",)
    reason: str = Field(min_length=1)

    @model_validator(mode="after")
    def _fits_together(self) -> Target:
        for names in (self.categories, self.places):
            if names and len(names) != len(self.parts):
                raise ValueError("as many categories or places as parts")
        if self.parts != ("",) and not self.by:
            raise ValueError("by, which says how the parts are told apart")
        if self.pooled and (self.categories or self.places):
            raise ValueError("pooled, or categories and places, not both")
        if self.place and not self.pooled:
            raise ValueError("pooled, beside place; places name those of the parts")
        if self.since and self.until and self.since > self.until:
            raise ValueError("since no later than until")
        return self


class StockPlan(Entry):
    """The ``[stocks]`` of a world: which counts of people in places it is calibrated to.

    Attributes
    ----------
    counted : tuple of str
        Kinds of count in ``stocks.csv`` that bear being compared with everybody in the place.
    error : dict
        Standard deviation of the logarithm by the quality of the count; others are left out.
    until : str
        The last month used; later counts check the model.
    small : float
        People added to both sides.
    reason : str
        Why so close.
    """

    counted: tuple[str, ...] = Field(min_length=1)
    error: dict[str, Annotated[float, Field(gt=0.0, le=2.0)]] = Field(min_length=1)
    until: Month = ""
    small: float = Field(gt=0.0)
    reason: str = Field(min_length=1)


class ForecastPlan(Entry):
    """The ``[forecast]`` of a world: from where its forecasts start.

    Attributes
    ----------
    origin : str
        The series whose newest month is the newest origin; a forecast is made when it is out.
    level : str
        The series by nationality on whose recent months entries are centred.
    level_months : tuple of str
        First and last month that the levels of the entry table rest on.
    first : str
        The first month that a calibration may use.
    level_without : tuple of str
        Nationalities of whom ``level`` says little, so that they are not centred.
    """

    origin: str
    level: str
    level_months: tuple[str, str]
    first: str
    level_without: tuple[str, ...] = ()

    @field_validator("level_months", mode="before")
    @classmethod
    def _pair(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value


def has_targets(world: World) -> bool:
    """Return whether a world says what to set beside the record."""
    return (world.folder / FILE).exists()


def load_targets(world: World) -> tuple[Target, ...]:
    """Read the observations of a world.

    Raises
    ------
    InputError
        If ``observations.toml`` is missing, broken, or names a series that it does not count.
    """
    return _load(world)[1]


def load_countings(world: World) -> Mapping[str, Counting]:
    """Return how each series counts in a world, by series; none where it does not say.

    Raises
    ------
    InputError
        As :func:`load_targets`.
    """
    return _load(world)[0] if has_targets(world) else {}


def plans_forecasts(world: World) -> bool:
    """Return whether a world says from where its forecasts start."""
    return has_targets(world) and _load(world)[2] is not None


def forecast_plan(world: World) -> ForecastPlan:
    """Return from where forecasts of a world start.

    Raises
    ------
    InputError
        As :func:`load_targets`, or if the file has no ``[forecast]``.
    """
    plan = _load(world)[2]
    if plan is None:
        first = "" if load_targets(world) else "[[observation]] of figures in record/ first, and "
        expected = f"{first}a table [forecast], which says what starts a forecast"
        raise InputError(Problem(str(world.folder / FILE), expected, hint="See docs/record.md."))
    return plan


def stock_plan(world: World) -> StockPlan | None:
    """Return which counts of people in places a world is calibrated to; None if to none.

    Raises
    ------
    InputError
        As :func:`load_targets`.
    """
    path = world.folder / FILE
    found = _load(world) and read_toml(path).get("stocks")
    if found is None:
        return None
    problems: list[Problem] = []
    made = _made(StockPlan, found, "stocks", str(path), problems)
    if problems:
        raise InputError(problems)
    return made


def _load(world: World) -> tuple[dict[str, Counting], tuple[Target, ...], ForecastPlan | None]:
    path = world.folder / FILE
    if not has_targets(world):
        raise InputError(Problem(str(path), "a file of what to calibrate against"))
    content = read_toml(path)
    problems: list[Problem] = []
    known = ("series", "observation", "forecast", "stocks")
    for key in content:
        if key not in known:
            expected = "[series.NAME], [[observation]], [stocks] or [forecast]"
            problems.append(Problem(str(path), expected, key, hint=did_you_mean(key, known)))
    countings = {}
    for name, entry in _table(content, "series", path, problems).items():
        counting = _made(Counting, entry, f"series.{name}", str(path), problems)
        if counting is not None:
            countings[name] = counting
    listed = content.get("observation", [])
    if not isinstance(listed, list):
        problems.append(Problem(str(path), "entries [[observation]]", column="observation"))
        listed = []
    made = [
        _made(Target, entry, f"observation {number}", str(path), problems)
        for number, entry in enumerate(listed, start=1)
    ]
    targets = [target for target in made if target is not None]
    plan = content.get("forecast")
    planned = None if plan is None else _made(ForecastPlan, plan, "forecast", str(path), problems)
    if not problems:
        problems += _uncounted_names(targets, countings, str(path))
    if problems:
        raise InputError(problems)
    return countings, tuple(targets), planned


def _table(
    content: Mapping[str, Any], name: str, path: object, problems: list[Problem]
) -> Mapping[str, Any]:
    found = content.get(name, {})
    if isinstance(found, dict):
        return found
    problems.append(Problem(str(path), f"tables [{name}.NAME]", column=name))
    return {}


def _made(
    kind: type[Made], entry: object, where: str, path: str, problems: list[Problem]
) -> Made | None:
    try:
        return kind.model_validate(entry)
    except ValidationError as error:
        problems += [
            Problem(
                path, expected_of(dict(item)), item["input"],
                column=".".join(map(str, (where, *item["loc"]))),
            )
            for item in error.errors()
        ]  # fmt: skip
        return None


def _uncounted_names(
    targets: list[Target], countings: Mapping[str, Counting], path: str
) -> list[Problem]:
    """Return a problem for each series that is named and not counted."""
    named = [
        (f"observation {number}.{key}", name)
        for number, target in enumerate(targets, start=1)
        for key in ("series", "of_total", "sum_of")
        if (name := getattr(target, key))
    ]
    return [
        Problem(
            path, f"a series that [series.NAME] of this file counts: {', '.join(countings)}", name,
            column=where, hint=did_you_mean(name, countings),
        )
        for where, name in named
        if name not in countings
    ]  # fmt: skip


def observed_series(world: World) -> tuple[str, ...]:
    """Return the series that may be set beside a result of a world.

    They are those that its ``observations.toml`` names, as a whole or as the whole of parts, and
    that something in the world would count; a world without the file has none.
    """
    if not has_targets(world):
        return ()
    countings, named = load_countings(world), _whole(load_targets(world))
    return tuple(n for n in countings if n in named and not lacking(world, countings[n]))


def about_series(world: World) -> dict[str, str]:
    """Return the attributes by which a result of a world says how it counts the record's series.

    ``corredor.runs.observe`` reads them. The world is named unless it is the one whose record is
    read where none is named.
    """
    countings = load_countings(world)
    said = {name: each.model_dump(exclude_defaults=True) for name, each in countings.items()}
    usual = world.folder.resolve() == shipped.default_world().resolve()
    return {
        OBSERVED_SERIES: json.dumps(observed_series(world)),
        COUNTED_SERIES: json.dumps([n for n, c in countings.items() if not lacking(world, c)]),
        COUNTINGS: json.dumps(said),
        CHARTS: json.dumps(charts_of(world)),
        **({} if usual else {WORLD_FOLDER: shipped.world_named(world.folder)}),
    }


def charts_of(world: World) -> tuple[str, ...]:
    """Return the series and flows that a page charts: those that the world names, or all series."""
    named = shown_of(world).charts
    return tuple(load_countings(world)) if named is None else named


def uncounted(world: World) -> dict[str, str]:
    """Return the series that a world declares though nothing in it counts them, and what lacks."""
    if not has_targets(world):
        return {}
    countings, named = load_countings(world), _whole(load_targets(world))
    lacks = {name: lacking(world, countings[name]) for name in countings if name in named}
    return {name: why for name, why in lacks.items() if why}


def _whole(targets: tuple[Target, ...]) -> set[str]:
    """Return the series that are named as a whole: not only by parts."""
    return {t.series for t in targets if not t.by} | {t.of_total for t in targets if t.of_total}
