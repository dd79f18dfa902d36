"""The check of a change between two windows of a series."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from corredor.claims.changing import WindowChange, change, percent_change
from corredor.claims.citing import months, publisher, reason
from corredor.claims.finding import Bars, Finding, Grade, World, limit, near
from corredor.claims.held import Part, part_of
from corredor.claims.keys import OfSeries, Percent, Span, expected
from corredor.text.numbers import plain


class ChangeBetween(OfSeries):
    """Whether a series rose or fell by a percentage, or by a number, from one window to another.

    Where the windows differ in length, their means a month are compared, and ``number`` is a number
    a month. Both totals are of one edition where one has both; else the verdict is partly at best.
    A change the other way contradicts, and so does one of another size.
    """

    name: Literal["change_between"]
    before: Span
    after: Span
    direction: Literal["rose", "fell"]
    percent: Percent | None = None
    number: float | None = Field(default=None, ge=0.0)
    expect: Literal["about", "more", "less"] = "about"
    tolerance_points: Percent = 1.0
    tolerance_percent: Percent = 1.0

    @field_validator("after")
    @classmethod
    def _after_before(cls, value: tuple[str, str], info: ValidationInfo) -> tuple[str, str]:
        before = info.data.get("before")
        if before is not None and value[0] <= before[1]:
            raise expected(f"months after the window before ends, {before[1]}")
        return value

    @model_validator(mode="after")
    def _one_size(self) -> Self:
        if (self.percent is None) == (self.number is None):
            raise expected("either percent or number: by how much it rose or fell")
        return self

    def run(self, world: World) -> Finding:
        """Compare the change with the claimed one."""
        part = part_of(self)
        of = percent_change if self.percent is not None else change
        found = of(part, self.before, self.after)
        size = found.percent if self.percent is not None else found.number
        unit = "percent" if self.percent is not None else _unit(part, found)
        grade: Grade = "supported" if self._holds(size) else "contradicted"
        finding = Finding(
            grade, size, unit, publisher(self.series), self._tell(part, found), charts=(
                Bars(part.heading, _unit(part, found), (
                    (months(found.first.start, found.first.end), found.before),
                    (months(found.second.start, found.second.end), found.after),
                )),
            ),
        )  # fmt: skip
        return finding if found.alike else limit(finding, "partly")

    def _holds(self, size: float) -> bool:
        """Say whether a change is as claimed."""
        along = size if self.direction == "rose" else -size
        claimed = self.percent if self.percent is not None else self.number
        assert claimed is not None
        if self.expect != "about":
            return along > claimed if self.expect == "more" else 0 < along < claimed
        if along <= 0:
            return False
        if self.percent is not None:
            return abs(along - claimed) <= self.tolerance_points
        return near(along, claimed, self.tolerance_percent)

    def _tell(self, part: Part, found: WindowChange) -> str:
        first, second = (months(one.start, one.end) for one in (found.first, found.second))
        before, after, more = plain(found.before), plain(found.after), _signed(found.number)
        if found.before == 0:
            told = reason(
                "change_from_zero",
                what=part.name,
                first=first,
                second=second,
                before=before,
                after=after,
                change=more,
            )
        else:
            told = reason(
                "change_between_means" if found.by_month else "change_between",
                what=part.name,
                first=first,
                second=second,
                before=before,
                after=after,
                change=more,
                percent=found.percent,
            )
        return " ".join([told, *found.told()])


def _unit(part: Part, found: WindowChange) -> str:
    unit = part.unit(found.first)
    unit = "percentage points" if unit == "percent" else unit
    return f"{unit} a month" if found.by_month else unit


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{plain(value)}"
