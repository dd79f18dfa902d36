"""The change between two windows of a series, within one edition wherever one has both."""

from __future__ import annotations

from dataclasses import dataclass

from corredor.claims.citing import edition_named, reason
from corredor.claims.held import Part
from corredor.record.sums import Total, of_one_edition

Window = tuple[str, str]


@dataclass(frozen=True)
class WindowChange:
    """A change from one window to another, of means a month where they differ in length.

    Attributes
    ----------
    first, second : Total
        The two totals.
    alike : bool
        Whether both are of one edition.
    preferred : bool
        Whether both are the preferred figures of their windows.
    """

    first: Total
    second: Total
    alike: bool
    preferred: bool

    @property
    def by_month(self) -> bool:
        """Whether means a month are compared."""
        return self.first.months != self.second.months

    @property
    def before(self) -> float:
        """The total of the first window, or its mean a month."""
        return self.first.value / (self.first.months if self.by_month else 1)

    @property
    def after(self) -> float:
        """The total of the second window, or its mean a month."""
        return self.second.value / (self.second.months if self.by_month else 1)

    @property
    def number(self) -> float:
        """How much more the second is."""
        return self.after - self.before

    @property
    def percent(self) -> float:
        """The same in percent of the first; the first must not be zero."""
        return 100 * self.number / self.before

    def told(self) -> list[str]:
        """Say which editions are compared, where a reader should know."""
        if self.first.mixed or self.second.mixed:
            return [reason("editions_mixed")]
        one, other = (edition_named(total.editions) for total in (self.first, self.second))
        if not self.alike:
            return [reason("editions_differ", first=one, second=other)]
        return [] if self.preferred else [reason("edition_of_both", edition=one)]


def change(part: Part, before: Window, after: Window) -> WindowChange:
    """Return the change from one window to another.

    Raises
    ------
    NotCheckableError
        If the record does not hold both.
    """
    firsts, seconds = part.totals(*before), part.totals(*after)
    first, second, alike = of_one_edition(firsts, seconds)
    preferred = first is firsts[0] and second is seconds[0]
    return WindowChange(first, second, alike, preferred)


def percent_change(part: Part, before: Window, after: Window) -> WindowChange:
    """Return a change that has a percentage.

    Raises
    ------
    NotCheckableError
        As :func:`change`, and if the first window's total is zero.
    """
    found = change(part, before, after)
    if found.before == 0:
        raise part.cannot(reason("zero_before", what=part.name))
    return found
