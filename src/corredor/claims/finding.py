"""What a single check finds, and how several findings and a ceiling make one verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, Protocol

import pandas as pd
from pydantic import BaseModel, ConfigDict

Grade = Literal["supported", "partly", "contradicted", "not checkable", "needs the model"]
Ceiling = Literal["supported", "partly", "not checkable"]


class World(Protocol):
    """What a geography check needs of a world."""

    @property
    def places(self) -> pd.DataFrame:
        """Places, indexed by id, with ``latitude``, ``elevation_m`` and ``name``."""

    @property
    def links(self) -> pd.DataFrame:
        """Links with ``origin``, ``destination``, ``mode`` and ``km``."""


class Check(BaseModel):
    """Parameters of a check; unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True)


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
    """

    verdict: Grade
    value: float | None = None
    unit: str = ""
    source: str = ""
    why: str = ""


def near(value: float, claimed: float, tolerance_percent: float) -> bool:
    """Say whether a value lies within so many percent of the claimed one."""
    return abs(value - claimed) <= abs(claimed) * tolerance_percent / 100


def combine(findings: Sequence[Finding]) -> Finding:
    """Join findings: all alike keep their verdict, unlike ones are partly so; first number stays.

    What could not be checked does not weigh against what could.
    """
    grades = {f.verdict for f in findings} - {"not checkable"}
    verdict: Grade = "partly" if len(grades) > 1 else next(iter(grades), "not checkable")
    sources = "; ".join(dict.fromkeys(f.source for f in findings if f.source))
    why = " ".join(f.why for f in findings if f.why)
    return replace(findings[0], verdict=verdict, source=sources, why=why)


def limit(finding: Finding, ceiling: Ceiling) -> Finding:
    """Lower a verdict to the best that this kind of evidence can give; a refutation stands."""
    order: dict[str, int] = {"not checkable": 0, "partly": 1, "supported": 2}
    if finding.verdict in order and order[finding.verdict] > order[ceiling]:
        return replace(finding, verdict=ceiling)
    return finding
