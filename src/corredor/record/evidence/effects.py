"""Estimate what each measure did to encounters, and what the record can tell of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from corredor.arrays import LOW_MIDDLE_HIGH
from corredor.errors import UsageError
from corredor.record.evidence.contrast import (
    Contrast,
    Look,
    Window,
    counts,
    look,
    position,
    windows,
)
from corredor.record.evidence.measures import Measure, Measures, Rules, load_measures
from corredor.record.evidence.placebo import Placebos, judge_placebos, score
from corredor.record.evidence.scan import scan

Told = Literal["fell", "rose", "no effect", "cannot tell"]

HORIZONS = (3, 6, 12)


@dataclass(frozen=True)
class Effect:
    """Events that came in the first months after a measure, against what was to be expected.

    Attributes
    ----------
    months : int
        How many months.
    last : Period
        The last of them.
    came, expected : float
        Events that came, and the median of what was to be expected.
    percent, low, high : float
        ``came`` against expected, in percent of the latter, with its 90 % interval, stretched as
        far as the placebo dates call for.
    model_low, model_high : float
        The interval before it was stretched.
    placebos : Placebos
        The same estimate at earlier dates.
    rank : int
        Rank of this effect among itself and the placebos, 1 = furthest from none for its interval.
    chance_of_fall : float
        Share of dates, placebos and itself, with as deep a fall for its interval.
    least_fall : float
        The least fall, in percent, that would have been told from none.
    told : str
        ``fell``, ``rose``, ``no effect`` (larger than the rules say) or ``cannot tell``.
    """

    months: int
    last: pd.Period
    came: float
    expected: float
    percent: float
    low: float
    high: float
    model_low: float
    model_high: float
    placebos: Placebos
    rank: int
    chance_of_fall: float
    least_fall: float
    told: Told


@dataclass(frozen=True)
class Estimate:
    """All estimates for a measure.

    Attributes
    ----------
    measure : Measure
        What was done.
    has_control : bool
        Whether an untouched part of the border stands against the touched one.
    compared : tuple of Effect
        On what it touched, by months; against the control where there is one.
    everywhere : tuple of Effect
        On all sectors together, without a control; the same as ``compared`` where there is none.
    headline : Effect
        The one of ``compared`` that gives the verdict.
    seen : Look
        Month by month, what came and what was to be expected on what it touched.
    at_the_same_time : tuple of str
        Other measures that began within the months of the headline, or the three months before.
    """

    measure: Measure
    has_control: bool
    compared: tuple[Effect, ...]
    everywhere: tuple[Effect, ...]
    headline: Effect
    seen: Look
    at_the_same_time: tuple[str, ...]


def estimate_all(names: Sequence[str] = ()) -> tuple[Estimate, ...]:
    """Estimate the effect of measures.

    Parameters
    ----------
    names : sequence of str
        Ids of the measures; all where empty.

    Raises
    ------
    UsageError
        If there is no such measure.
    InputError
        If the file of measures is not as expected.
    """
    known = load_measures()
    wanted = [known.named(name) for name in names] or list(known.measure)
    return tuple(estimate(measure, known) for measure in wanted)


def estimate(measure: Measure, known: Measures) -> Estimate:
    """Estimate the effect of one measure; its file gives the rules and the measures beside it."""
    contrast = contrast_of(measure)
    touched, control = counts(contrast)
    there = len(touched) - position(touched, measure.first)
    horizons, headline = _horizons(measure, known.rules, there)
    seen = look(touched, control, measure.first, horizons[-1], partly=measure.partly)
    if seen is None:
        raise UsageError(
            f"{measure.id}: the record has too little before {measure.first}, or nothing after."
        )
    compared = _effects(measure, contrast, seen, horizons, known.rules)
    everywhere = compared
    if contrast.touched:
        total, _ = counts(Contrast())
        whole = look(total, None, measure.first, horizons[-1], partly=measure.partly)
        assert whole is not None  # all sectors have at least the months that a part of them has
        everywhere = _effects(measure, Contrast(), whole, horizons, known.rules)
    return Estimate(
        measure, bool(contrast.touched), compared, everywhere,
        next(effect for effect in compared if effect.months == headline),
        seen, _beside(measure, headline, known),
    )  # fmt: skip


def windows_asked(measure: Measure, rules: Rules) -> list[Window]:
    """Return every window of the record that the placebo dates of a measure rest on."""
    contrasts = dict.fromkeys((contrast_of(measure), Contrast()))
    touched, _ = counts(Contrast())
    horizons, _ = _horizons(measure, rules, len(touched) - position(touched, measure.first))
    found = (windows(c, _ahead(horizons), partly=measure.partly) for c in contrasts)
    return [window for each in found for window in each]


def _horizons(measure: Measure, rules: Rules, there: int) -> tuple[list[int], int]:
    """Return the months that are told of where so many are there, and those of the verdict."""
    headline = min(measure.headline_months or rules.headline_months, there)
    return sorted({h for h in HORIZONS if h <= there} | {headline}), headline


def _ahead(horizons: Sequence[int]) -> int:
    return max(HORIZONS[-1], horizons[-1])


def contrast_of(measure: Measure) -> Contrast:
    """Return what is compared with what for a measure."""
    if measure.citizenships:
        return Contrast("category", measure.citizenships, measure.not_in_control)
    return Contrast("place", measure.sectors)


def _effects(
    measure: Measure, contrast: Contrast, seen: Look, horizons: Sequence[int], rules: Rules
) -> tuple[Effect, ...]:
    firsts, quantiles = scan(contrast, _ahead(horizons), partly=measure.partly)
    start = measure.first - int(measure.partly)  # where a placebo's months must have ended
    return tuple(
        _effect(
            seen, months,
            judge_placebos(quantiles[firsts + months <= start, months - 1]),
            rules,
        )
        for months in horizons
    )  # fmt: skip


def _effect(seen: Look, months: int, placebos: Placebos, rules: Rules) -> Effect:
    low, middle, high = np.quantile(seen.gaps()[:, months - 1], LOW_MIDDLE_HIGH)
    came = float(seen.came[:months].sum())
    wide_low = middle - placebos.stretch_low * (middle - low)
    wide_high = middle + placebos.stretch_high * (high - middle)
    interval = (_percent(wide_low), _percent(wide_high))
    mine = score(low, middle, high)
    return Effect(
        months, seen.months[months - 1], came, came / float(np.exp(middle)),
        _percent(middle), *interval, _percent(low), _percent(high), placebos,
        placebos.rank(mine), placebos.chance_of_fall(mine), _percent(middle - wide_high),
        verdict(interval, placebos.number, rules),
    )  # fmt: skip


def verdict(interval: tuple[float, float], placebos: int, rules: Rules) -> Told:
    """Say what a 90 % interval of an effect in percent tells."""
    low, high = interval
    if placebos < rules.least_placebos:
        return "cannot tell"
    if max(abs(low), abs(high)) <= rules.no_effect_within_percent:
        return "no effect"
    if high < 0:
        return "fell"
    return "rose" if low > 0 else "cannot tell"


def _percent(log_ratio: float) -> float:
    return float(100 * np.expm1(log_ratio))


def _beside(measure: Measure, months: int, known: Measures) -> tuple[str, ...]:
    """Name measures that began close enough to be mistaken for this one, and touched the same."""
    return tuple(
        other.id
        for other in known.measure
        if other.id != measure.id
        and other.headline_months is None
        and measure.first - 3 <= other.first <= measure.first + months - 1
        and _touch_alike(measure, other)
    )


def _touch_alike(one: Measure, other: Measure) -> bool:
    """Say whether two measures may have touched the same people; where unsure, they may."""
    if one.sectors and other.sectors:
        return bool(set(one.sectors) & set(other.sectors))
    if one.citizenships and other.citizenships:
        return bool(set(one.citizenships) & set(other.citizenships))
    return True
