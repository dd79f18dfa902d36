"""Checks on sums over whole months: any window, a fiscal year, a calendar year."""

from __future__ import annotations

from typing import Annotated, Literal

import pandas as pd
from pydantic import Field

from corredor.claims.citing import months, reason
from corredor.claims.finding import Finding, World
from corredor.claims.held import part_of
from corredor.claims.keys import OfMonths, OfSeries, Percent, Year
from corredor.claims.totals import Claimed, Expect, total_finding

JANUARY, OCTOBER = 1, 10  # October: the United States' fiscal year begins


class _Sum(OfSeries):
    """A claimed number and the total of a window, in all its editions.

    The total is the figure published for the window. Where there is none, it is the sum of the
    window's months, all of one edition; where no edition has them all, that of the preferred ones,
    which gives partly at best.
    """

    number: float
    expect: Expect = "about"
    tolerance_percent: Percent = 1.0

    def window(self) -> tuple[str, str]:
        """Return the first and the last month."""
        raise NotImplementedError

    def when(self) -> str:
        """Name the window; empty where its months name it."""
        return ""

    def run(self, world: World) -> Finding:
        """Compare the total of the window."""
        part = part_of(self)
        found = part.totals(*self.window())
        claimed = Claimed(self.expect, self.number, self.tolerance_percent)
        return total_finding(part, found, claimed, self.when())


class SumOver(OfMonths, _Sum):
    """Whether the total of a window of whole months is about, more or less than a number."""

    name: Literal["sum_over"]

    def window(self) -> tuple[str, str]:
        """Return the window as it is given."""
        return self.start, self.end


class FiscalYear(_Sum):
    """Whether the total of a fiscal year is about, more or less than a number.

    It begins with ``first_month``, October unless told, and is named by the calendar year in which
    it ends, or with ``named_by`` start by the one in which it begins.
    """

    name: Literal["fiscal_year"]
    year: Year
    first_month: Annotated[int, Field(ge=1, le=12)] = OCTOBER
    named_by: Literal["start", "end"] = "end"

    def window(self) -> tuple[str, str]:
        """Return the twelve months of the year."""
        back = 1 if self.named_by == "end" and self.first_month > JANUARY else 0
        first = pd.Period(year=self.year - back, month=self.first_month, freq="M")
        return str(first), str(first + 11)

    def when(self) -> str:
        """Name the year and its months."""
        start, end = (pd.Period(one, "M") for one in self.window())
        return reason("fiscal_year", year=str(self.year), months=months(start, end))


class CalendarYear(_Sum):
    """Whether the total of a calendar year is about, more or less than a number."""

    name: Literal["calendar_year"]
    year: Year

    def window(self) -> tuple[str, str]:
        """Return January and December."""
        return f"{self.year}-01", f"{self.year}-12"

    def when(self) -> str:
        """Name the year."""
        return str(self.year)
