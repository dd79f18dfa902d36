"""How the page on deterrents writes effects, intervals and verdicts."""

from __future__ import annotations

from corredor.record.evidence import Effect, Estimate, Rules

TOLD = {"fell": "fell", "rose": "rose", "no effect": "no effect larger than {within:g} %",
        "cannot tell": "the record cannot tell"}  # fmt: skip


def same_months(one: Estimate) -> Effect:
    """Return the effect on all sectors over the months of the headline."""
    return next(e for e in one.everywhere if e.months == one.headline.months)


def touched(one: Estimate) -> str:
    """Name the sectors or citizenships touched."""
    parts = one.measure.sectors or one.measure.citizenships
    return ", ".join(parts) or "all sectors"


def beside(one: Estimate) -> str:
    """Name the measures that began near one, as a sentence to follow another."""
    others = ", ".join(one.at_the_same_time)
    return f" It cannot be told from what began near it: {others}." if others else ""


def told(effect: Effect, rules: Rules) -> str:
    """Write a verdict in words."""
    return TOLD[effect.told].format(within=rules.no_effect_within_percent)


def change(effect: Effect) -> str:
    """Write an effect with its interval as a clause."""
    return (
        f"{signed(effect.percent)} % (90 % interval {interval(effect)}) against what was to be "
        "expected"
    )


def interval(effect: Effect) -> str:
    """Write the 90 % interval in percent."""
    return f"{signed(effect.low)} to {signed(effect.high)}"


def signed(value: float, digits: int = 0) -> str:
    """Write a percentage with its sign."""
    return f"{value:+.{digits}f}".replace("-", "−")


def size(fall: float) -> str:
    """Write the size of a fall."""
    return f"{-fall:.0f} %"


def number(value: int) -> str:
    """Write a small number as a word."""
    return ("none", "one", "two", "three")[value] if value < 4 else str(value)
