"""The total of a window held against a claimed number, edition by edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from corredor.claims.citing import cite, edition_name, months, reason
from corredor.claims.finding import Bars, Finding, Grade, near
from corredor.claims.held import Part
from corredor.record.sums import Total
from corredor.text.language import named
from corredor.text.numbers import whole

Expect = Literal["about", "more", "fewer"]


@dataclass(frozen=True)
class Claimed:
    """What a claim says of a number.

    Attributes
    ----------
    expect : {"about", "more", "fewer"}
        Whether the number found should be near, above or below.
    number : float
        The claimed one.
    tolerance_percent : float
        How many percent of it a number that is about the same may differ.
    """

    expect: Expect
    number: float
    tolerance_percent: float = 0.0

    def holds(self, low: float, high: float | None = None) -> bool:
        """Say whether a value is as claimed, or whether any from ``low`` to ``high`` is."""
        top = low if high is None else high
        if self.expect == "more":
            return top > self.number
        if self.expect == "fewer":
            return low < self.number
        inside = min(max(self.number, low), top)  # of these values the nearest to the number
        return near(inside, self.number, self.tolerance_percent)

    def grade(self, found: Sequence[Total]) -> Grade:
        """Grade totals, the best first.

        Supported if the best is as claimed and of one edition; partly if it is of several, or if
        only another edition is as claimed, or editions could be put together so; else
        contradicted.
        """
        if self.holds(found[0].value) and not found[0].mixed:
            return "supported"
        any_holds = any(self.holds(t.value) or self.holds(t.low, t.high) for t in found)
        return "partly" if any_holds else "contradicted"


def total_finding(part: Part, found: Sequence[Total], claimed: Claimed, when: str = "") -> Finding:
    """Return what comes of a claimed total; ``when`` names the window, if months do not."""
    best = found[0]
    span = when or months(best.start, best.end)
    figures = "; ".join(figure(total) for total in found)
    if best.own:
        why = reason(
            "published_value",
            place=named(part.at),
            when=span,
            figures=figures,
            claimed=claimed.number,
        )
    else:
        why = reason(
            "added_up",
            what=part.name,
            when=span,
            months=best.months,
            figures=figures,
            claimed=claimed.number,
        )
    if best.mixed:
        why += " " + reason("editions_mixed")
    rows = tuple((f"{span}{_edition(total)}", total.value) for total in found)
    unit = part.unit(best)
    chart = Bars(part.heading, unit, rows, claimed.number)
    sources = "; ".join(dict.fromkeys(cite(s) for total in found for s in total.sources))
    return Finding(claimed.grade(found), best.value, unit, sources, why, charts=(chart,))


def figure(total: Total) -> str:
    """Write a total with its edition."""
    return f"{whole(total.value)}{_edition(total)}"


def _edition(total: Total) -> str:
    if len(total.editions) > 1:
        return " " + reason("several_editions")
    return edition_name(total.editions[0])
