"""What a single check finds, and how several findings and a ceiling make one verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import pandas as pd
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from corredor.inputs.toml import Entry

if TYPE_CHECKING:
    import xarray as xr

Grade = Literal["supported", "partly", "contradicted", "not checkable", "needs the model"]
Ceiling = Literal["supported", "partly", "not checkable"]


class World(Protocol):
    """What a geography check needs of a world, and where its own words are."""

    @property
    def folder(self) -> Path:
        """Its folder."""

    @property
    def places(self) -> pd.DataFrame:
        """Places, indexed by id, with ``latitude``, ``elevation_m`` and ``name``."""

    @property
    def links(self) -> pd.DataFrame:
        """Links with ``origin``, ``destination``, ``mode`` and ``km``."""

    @property
    def modes(self) -> pd.DataFrame:
        """Modes of travel, indexed by name, with ``by_road``."""


def _some(values: Sequence[object]) -> Sequence[object]:
    """Refuse an empty list; unlike a least length this is silent where an item is at fault."""
    if not values:
        raise PydanticCustomError("some", "at least one")
    return values


AtLeastOne = AfterValidator(_some)


class Check(Entry):
    """Parameters of a check; unknown keys are errors."""

    def run(self, world: World) -> Finding:
        """Ask the record or the map."""
        raise NotImplementedError


@dataclass(frozen=True, eq=False)
class Lines:
    """What a chart by month shows.

    Attributes
    ----------
    title : str
        What is counted.
    by_scenario : mapping
        For the title of each scenario, its numbers ``[replicate, month]``.
    series : str
        The series of the record that counts the same, if there is one.
    """

    title: str
    by_scenario: Mapping[str, xr.DataArray]
    series: str = ""


@dataclass(frozen=True)
class Ranges:
    """What a chart of named numbers shows.

    Attributes
    ----------
    title, unit : str
        What the numbers are.
    rows : tuple
        Name, mean, and the ends of the 90 % interval of each.
    of_runs : bool
        Whether they are over runs of the model; else they are estimates from the record.
    """

    title: str
    unit: str
    rows: tuple[tuple[str, float, float, float], ...]
    of_runs: bool = True


@dataclass(frozen=True)
class Published:
    """What a chart of the record shows.

    Attributes
    ----------
    title, unit : str
        What is counted.
    windows : tuple
        First and last month of each window, and its mean a month, in order.
    marked : tuple of str
        First months of the windows of which the claim speaks.
    level : float or None
        The number with which the windows are compared.
    """

    title: str
    unit: str
    windows: tuple[tuple[str, str, float], ...]
    marked: tuple[str, ...] = ()
    level: float | None = None


@dataclass(frozen=True)
class Bars:
    """What a chart of single numbers shows.

    Attributes
    ----------
    title, unit : str
        What the numbers are.
    rows : tuple
        Name and number of each.
    claimed : float or None
        The number of the claim, where it has one in the same unit.
    """

    title: str
    unit: str
    rows: tuple[tuple[str, float], ...]
    claimed: float | None = None


Chart = Lines | Ranges | Published | Bars


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes
    ----------
    verdict : str
        ``supported``, ``partly``, ``contradicted``, ``not checkable`` or ``needs the model``.
    value : float or None
        The number found, in ``unit``.
    unit : str
        Unit of ``value``.
    source : str
        Who published it, and in which edition.
    why : str
        The reason in one or two plain sentences, with the numbers.
    interval : tuple of float or None
        90 % interval of ``value``, where it has one.
    charts : tuple of Lines, Ranges, Published or Bars
        What can be drawn of it.
    """

    verdict: Grade
    value: float | None = None
    unit: str = ""
    source: str = ""
    why: str = ""
    interval: tuple[float, float] | None = None
    charts: tuple[Chart, ...] = field(default=(), compare=False, repr=False)


def near(value: float, claimed: float, tolerance_percent: float) -> bool:
    """Say whether a value lies within so many percent of the claimed one."""
    return abs(value - claimed) <= abs(claimed) * tolerance_percent / 100


def combine(findings: Sequence[Finding]) -> Finding:
    """Join findings: all alike keep their verdict, unlike ones are partly so.

    What could not be checked, or not yet, does not weigh against what could. The number is that of
    the first that has one.
    """
    grades = [f.verdict for f in findings]
    decided = {*grades} - {"not checkable", "needs the model"}
    open_: Grade = "needs the model" if "needs the model" in grades else "not checkable"
    verdict: Grade = "partly" if len(decided) > 1 else next(iter(decided), open_)
    sources = "; ".join(dict.fromkeys(f.source for f in findings if f.source))
    why = " ".join(dict.fromkeys(f.why for f in findings if f.why))
    charts = tuple(chart for f in findings for chart in f.charts)
    first = next((f for f in findings if f.value is not None), findings[0])
    return replace(first, verdict=verdict, source=sources, why=why, charts=charts)


def limit(finding: Finding, ceiling: Ceiling) -> Finding:
    """Lower a verdict to the best that this kind of evidence can give; a refutation stands."""
    order: dict[str, int] = {"not checkable": 0, "partly": 1, "supported": 2}
    if finding.verdict in order and order[finding.verdict] > order[ceiling]:
        return replace(finding, verdict=ceiling)
    return finding
