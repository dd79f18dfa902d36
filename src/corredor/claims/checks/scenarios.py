"""Checks that compare scenarios, run by run with the same chance and the same parameters.

A verdict here speaks of the model: what it says of two worlds that differ in one thing. It is as
good as what calibration could learn from the record, which a claim says in its note.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

import numpy as np
import pandas as pd
import xarray as xr
from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from corredor.arrays import Floats
from corredor.claims.changing import percent_change
from corredor.claims.citing import (
    capital,
    ends,
    reason,
    simulated,
    title,
    told,
    told_change,
)
from corredor.claims.finding import AtLeastOne, Chart, Finding, Grade, Lines, Ranges
from corredor.claims.held import Part
from corredor.claims.keys import Month, one_of, with_total
from corredor.claims.scenarios import ModelCheck, Results, ScenarioOf
from corredor.corridor.scenario import Scenario
from corredor.record import catalogue
from corredor.runs.measures import Measure, MeasureName, measure_named
from corredor.runs.observe import observe
from corredor.runs.structures import has_variants, load_compared, load_variants
from corredor.text.language import month, translated
from corredor.text.numbers import plain

BEFORE_SPAN = 3  # months that a chart shows before those compared


def _observed(series: str) -> str:
    return with_total(one_of(series, list(catalogue().index), "a series of the record"))


class _Compared(ModelCheck):
    """A check of a measure over a span of months."""

    start: Month
    end: Month
    measure: MeasureName

    def months(self) -> tuple[str, str]:
        """Return the span."""
        return self.start, self.end

    @property
    def _counted(self) -> Measure:
        return measure_named(self.measure)

    def _amount(self, data: xr.Dataset) -> Floats:
        return self._counted.of(data, self.start, self.end)

    def _said(self) -> str:
        return self._counted.words["name"]


class ScenarioDifference(_Compared):
    """Whether a scenario has more or less of something than another, over some months.

    With ``expect`` more or fewer: supported if the whole 90 % interval of the paired difference
    lies beyond ``percent`` of the other; partly if it lies beyond zero; contradicted if it lies on
    the other side of zero, or holds zero and stays short of ``percent``. With no_change: supported
    if the interval lies within ``percent`` on both sides, contradicted if it lies outside. Else
    not checkable: too wide to tell.
    """

    name: Literal["scenario_difference"]
    compared_with: ScenarioOf
    expect: Literal["more", "fewer", "no_change"]
    percent: float = Field(default=0.0, ge=0.0)

    @model_validator(mode="after")
    def _tolerance(self) -> Self:
        if self.expect == "no_change" and self.percent == 0:
            raise PydanticCustomError("percent", "percent above 0 where no change is expected")
        return self

    def needs(self) -> tuple[Scenario, ...]:
        """Return the two scenarios."""
        return self.compared_with, self.scenario

    def judge(self, results: Results) -> Finding:
        """Take the paired difference in percent."""
        other, mine = results.run(self.needs())
        b = self._amount(other)
        a = self._amount(mine)
        if not ((b > 0) & ~np.isnan(a)).all():
            name = translated(self.compared_with.title)
            why = reason("none_in_runs", scenario=name, what=self._said())
            return Finding("not checkable", source=simulated(mine), why=why)
        change = 100.0 * (a / b - 1.0)
        why = reason(
            "difference",
            what=capital(self._said()),
            start=month(self.start),
            end=month(self.end),
            mine=plain(a.mean()),
            scenario=translated(self.scenario.title),
            other=plain(b.mean()),
            compared_with=translated(self.compared_with.title),
            change=told_change(change),
        )
        return Finding(
            self._grade(ends(change)), float(change.mean()), "percent", simulated(mine), why,
            ends(change), self._charts(other, mine),
        )  # fmt: skip

    def _by_month(self, data: xr.Dataset, first: str) -> xr.DataArray | None:
        monthly = self._counted.monthly(data)
        return None if monthly is None else monthly.sel(month=slice(first, self.end))

    def _grade(self, interval: tuple[float, float]) -> Grade:
        low, high = interval
        if self.expect == "no_change":
            if max(-low, high) <= self.percent:
                return "supported"
            return "contradicted" if low > self.percent or high < -self.percent else "not checkable"
        if self.expect == "fewer":
            low, high = -high, -low
        if low > self.percent:
            return "supported"
        if low > 0:
            return "partly"
        return "contradicted" if high < max(0.0, self.percent) else "not checkable"

    def _charts(self, other: xr.Dataset, mine: xr.Dataset) -> tuple[Chart, ...]:
        named = (
            (translated(self.compared_with.title), other),
            (translated(self.scenario.title), mine),
        )
        first = str(pd.Period(self.start, "M") - BEFORE_SPAN)
        lines = {name: self._by_month(data, first) for name, data in named}
        if all(line is not None for line in lines.values()):
            found = {name: line for name, line in lines.items() if line is not None}
            return (Lines(capital(self._said()), found),)
        values = [(name, self._amount(d)) for name, d in named]
        rows = tuple((name, float(v.mean()), *ends(v)) for name, v in values)
        return (
            Ranges(
                capital(self._said()),
                self._counted.words["unit"],
                rows,
            ),
        )


class FallExplained(ModelCheck):
    """How much of a fall from one month to another goes away without a measure.

    In each run the fall of the ``scenario`` in percent is set against the fall ``without`` the
    measure. Supported if the whole 90 % interval of the share that goes away lies above ``most``
    percent of the fall; partly if it lies above zero; contradicted if it lies below zero; else not
    checkable. It cannot contradict by being small: what a measure does to those who do not set out
    is not among what the two scenarios differ in.

    Where the structures of the world were compared with the same question, the interval is the
    range over this calibration and those that make the record again, and over seeds: one structure
    alone is far too sure of itself.
    """

    name: Literal["fall_explained"]
    whole_months: ClassVar[bool] = True
    series: Annotated[str, AfterValidator(_observed)]
    month_a: Month
    month_b: Month
    without: ScenarioOf
    most: float = Field(default=50.0, gt=0.0, lt=100.0)

    def needs(self) -> tuple[Scenario, ...]:
        """Return the two scenarios."""
        return self.scenario, self.without

    def months(self) -> tuple[str, str]:
        """Return the two months."""
        return self.month_a, self.month_b

    def judge(self, results: Results) -> Finding:
        """Set the falls against each other."""
        data, other = results.run(self.needs())
        fall, left = self._fall(data), self._fall(other)
        if not ((fall > 0) & np.isfinite(left)).all():
            why = reason("no_fall", title=title(self.series))
            return Finding("not checkable", source=simulated(data), why=why)
        share = 100.0 * (fall - left) / fall
        part = Part(self.series)
        change = percent_change(part, (self.month_a,) * 2, (self.month_b,) * 2)
        published = -change.percent
        if published <= 0:
            before, after = month(self.month_a), month(self.month_b)
            raise part.cannot(reason("rose", what=part.name, before=before, after=after))
        of_record = 100.0 * (fall - left) / published
        why = reason(
            "fall_explained",
            title=title(self.series),
            before=month(self.month_a),
            after=month(self.month_b),
            published=published,
            fall=told(fall, "%"),
            without=translated(self.without.title),
            left=told(left, "%"),
            share=told(share, "%"),
            of_record=told(of_record, "%"),
        )
        value, (low, high), told_of_all = self._over_structures(share)
        grade: Grade = (
            "supported" if low > self.most
            else "partly" if low > 0
            else "contradicted" if high < 0
            else "not checkable"
        )  # fmt: skip
        first = str(pd.Period(self.month_a, "M") - BEFORE_SPAN)
        last = str(pd.Period(self.month_b, "M") + BEFORE_SPAN)
        lines = {
            translated(s.title): observe(d, self.series).sel(month=slice(first, last))
            for s, d in ((self.scenario, data), (self.without, other))
        }
        return Finding(
            grade, value, "percent of the fall", simulated(data), f"{why} {told_of_all}".strip(),
            (low, high), (Lines(title(self.series), lines, self.series),),
        )  # fmt: skip

    def _over_structures(self, share: Floats) -> tuple[float, tuple[float, float], str]:
        """Return the share, its range and a sentence, over structures where they were compared."""
        world = self.scenario.world
        alone = float(share.mean()), ends(share), ""
        if not has_variants(world):
            return alone
        found, asked = load_compared(world), load_variants(world).question
        mine = (self.series, self.month_a, self.month_b, self.scenario.name)
        theirs = (asked.series, asked.month_a, asked.month_b, asked.scenario)
        name = next((c.name for c in asked.without if c.hold == dict(self.without.held)), "")
        shares = found.answers(name)
        if mine != theirs or shares.empty:
            return alone
        mine_low, mine_high = ends(share)
        low, high = min(mine_low, *shares["low"]), max(mine_high, *shares["high"])
        middles = [float(share.mean()), *map(float, shares["mean"])]
        said = reason(
            "fall_structures",
            count=shares["variant"].nunique(),
            all=found.table["variant"].nunique(),
            least=min(middles),
            most=max(middles),
            low=low,
            high=high,
        )
        return float(np.median(middles)), (low, high), said

    def _fall(self, data: xr.Dataset) -> Floats:
        before, after = (
            observe(data, self.series).sel(month=month).to_numpy().reshape(-1)
            for month in (self.month_a, self.month_b)
        )
        return np.asarray(100.0 * (before - after) / np.where(before > 0, before, np.nan))


class WhatIf(_Compared):
    """What a measure would be in other scenarios: numbers that decide nothing, so no verdict."""

    name: Literal["what_if"]
    instead: Annotated[tuple[ScenarioOf, ...], AtLeastOne]

    def needs(self) -> tuple[Scenario, ...]:
        """Return the scenario, and those to set against it."""
        return self.scenario, *self.instead

    def judge(self, results: Results) -> Finding:
        """Tell each paired difference in percent."""
        data, *others = results.run(self.needs())
        before = self._amount(data)
        after = [self._amount(d) for d in others]
        if not (before > 0).all() or np.isnan(after).any():
            name = translated(self.scenario.title)
            why = reason("none_in_runs", scenario=name, what=self._said())
            return Finding("not checkable", source=simulated(data), why=why)
        changes = [100.0 * (values / before - 1.0) for values in after]
        each = "; ".join(
            f"{translated(s.title)}: {told_change(change)}"
            for s, change in zip(self.instead, changes, strict=True)
        )
        what = capital(self._said())
        why = reason(
            "what_if",
            what=what,
            start=month(self.start),
            end=month(self.end),
            before=plain(before.mean()),
            scenario=translated(self.scenario.title),
            each=each,
        )
        rows = tuple(
            (translated(s.title), float(change.mean()), *ends(change))
            for s, change in zip(self.instead, changes, strict=True)
        )
        chart = Ranges(reason("change_chart", what=what), "percent", rows)
        return Finding(
            "not checkable", float(changes[-1].mean()), "percent", simulated(data), why,
            ends(changes[-1]), (chart,),
        )  # fmt: skip
