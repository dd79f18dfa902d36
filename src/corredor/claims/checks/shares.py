"""The check of a share: a part of a total over the same months."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from corredor import record
from corredor.claims.citing import months, publisher, reason
from corredor.claims.finding import Bars, Finding, World, limit
from corredor.claims.held import Part, part_of
from corredor.claims.keys import OfMonths, OfSeries, Percent, Series, known_category, known_place
from corredor.claims.keys import expected as wrong
from corredor.claims.totals import figure
from corredor.record.sums import Total, of_one_edition


class ShareOf(OfMonths, OfSeries):
    """Whether a part is about, more or less than so many percent of a whole, over the same months.

    The part is a category or a place of a series, the whole the same series without it, or
    another series that counts in the same unit. Both are of one edition where one has both; else
    the verdict is partly at best. The tolerance is in percentage points.
    """

    name: Literal["share_of"]
    whole: Series | None = Field(default=None, validate_default=True)
    whole_category: str = Field(default="all", validate_default=True)
    whole_place: str | None = Field(default=None, validate_default=True)
    percent: Annotated[float, Field(ge=0.0, le=100.0)]
    expect: Literal["about", "more", "less"] = "about"
    tolerance_points: Percent = 1.0

    @field_validator("whole")
    @classmethod
    def _same_unit(cls, value: str | None, info: ValidationInfo) -> str | None:
        series = info.data.get("series")
        if series is None or value is None:
            return value
        unit = record.describe(series).unit
        if record.describe(value).unit != unit:
            raise wrong(f"a series in the unit of {series}, {unit}")
        return value

    @field_validator("whole_category")
    @classmethod
    def _known_whole(cls, value: str, info: ValidationInfo) -> str:
        with _needing_whole(info, given=value != "all"):
            return known_category(_whole_series(info), value)

    @field_validator("whole_place")
    @classmethod
    def _known_whole_place(cls, value: str | None, info: ValidationInfo) -> str | None:
        series, category = _whole_series(info), info.data.get("whole_category")
        with _needing_whole(info, given=value is not None):
            place = known_place(series, category, value)
        keys = ("series", "category", "place")
        if series is None or category is None or not info.data.keys() >= set(keys):
            return place  # a key before is at fault
        mine, whole = Part(*(info.data[key] for key in keys)), Part(series, category, place)
        if (whole.series, whole.category, whole.at) == (mine.series, mine.category, mine.at):
            raise wrong("another whole than the part itself")
        return place

    def run(self, world: World) -> Finding:
        """Divide the part by the whole."""
        part = part_of(self)
        whole = Part(self.whole or self.series, self.whole_category, self.whole_place)
        a, b, alike = of_one_edition(
            whole.totals(self.start, self.end), part.totals(self.start, self.end)
        )
        self._check(part, whole, b, a)
        share = 100 * b.value / a.value
        near = abs(share - self.percent) <= self.tolerance_points
        holds = {"about": near, "more": share > self.percent, "less": share < self.percent}
        why = reason(
            "share",
            part=part.name,
            whole=whole.name,
            when=months(a.start, a.end),
            of_part=figure(b),
            of_whole=figure(a),
            share=share,
            claimed=self.percent,
        )
        if not alike:
            why += " " + reason("editions_mixed")
        sources = "; ".join(dict.fromkeys((publisher(part.series), publisher(whole.series))))
        rows = ((whole.heading, a.value), (part.heading, b.value))
        chart = Bars(months(a.start, a.end), part.unit(b), rows)
        found = Finding(
            "supported" if holds[self.expect] else "contradicted",
            share, "percent", sources, why, charts=(chart,),
        )  # fmt: skip
        return found if alike else limit(found, "partly")

    def _check(self, part: Part, whole: Part, of_part: Total, of_whole: Total) -> None:
        """Refuse a division that means nothing.

        Raises
        ------
        NotCheckableError
            If the whole is zero, in another unit, or less than the part.
        """
        if of_whole.value <= 0:
            raise whole.cannot(reason("zero_whole", what=whole.name))
        if of_part.unit != of_whole.unit:
            units = part.unit(of_part), whole.unit(of_whole)
            raise part.cannot(reason("units_differ", part=units[0], whole=units[1]))
        if of_part.value > of_whole.value:
            raise part.cannot(reason("part_exceeds", part=part.name, whole=whole.name))


@contextmanager
def _needing_whole(info: ValidationInfo, *, given: bool) -> Iterator[None]:
    """Ask for the series of the whole where the part's own has no total and none was named."""
    try:
        yield
    except PydanticCustomError:
        if given or info.data.get("whole") is not None:
            raise
        text = f"another series under whole, for {info.data['series']} has no total of its own"
        raise wrong(text) from None


def _whole_series(info: ValidationInfo) -> str | None:
    """Return the series of the whole; None where a key before was at fault."""
    if "whole" not in info.data:
        return None
    return info.data["whole"] or info.data.get("series")
