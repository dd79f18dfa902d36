"""Checks on what dated measures did to encounters, as far as the record can tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from corredor.claims.citing import publisher, reason, title
from corredor.claims.finding import AtLeastOne, Check, Finding, Grade, Ranges, World
from corredor.claims.held import NotCheckableError
from corredor.claims.keys import MistakeError
from corredor.errors import UsageError, did_you_mean
from corredor.record.evidence import Estimate, Told, estimate_all
from corredor.record.evidence.measures import load_measures
from corredor.text.language import month, translated

ORDER: tuple[Told, ...] = ("fell", "rose", "no effect", "cannot tell")
MOST_NAMED = 3  # measures whose effect cannot be told; more are counted, not named
MOST_CHANCE = 0.10  # that any of the measures shows so deep a fall where there is none


class MeasureEffects(Check):
    """Whether measures had no effect on encounters, or lowered them.

    A fall counts for a measure only if no measure outside the list began near it on the same
    people, and if it is too deep for chance among as many measures as were looked at.

    With ``no effect``: supported if each interval is narrow enough to say so, contradicted if a
    fall counts, partly if only some can be told. With ``fell``: supported if all falls count,
    partly if some do, contradicted if none does and each can be told. Else not checkable. The
    value is that of the first measure.
    """

    name: Literal["measure_effects"]
    measures: Annotated[tuple[str, ...], AtLeastOne]
    effect: Literal["no effect", "fell"]

    def run(self, world: World) -> Finding:
        """Estimate the effects and grade the claim."""
        known = [measure.id for measure in load_measures().measure]
        for name in self.measures:
            if name not in known:
                hint = did_you_mean(name, known)
                raise MistakeError("measures", name, "measures of `corredor record effects`", hint)
        series = load_measures().series.sectors
        try:
            found = estimate_all(self.measures)
        except UsageError as error:  # the record has too few months around one of them
            raise NotCheckableError(str(error), publisher(series)) from None
        first = found[0].headline
        return Finding(
            _grade(found, self.effect, [self._counts(one) for one in found]),
            first.percent,
            "percent",
            f"{title(series)} ({publisher(series)})",
            " ".join(self._tell(found, told) for told in ORDER if _those(found, told)),
            interval=(first.low, first.high),
            charts=(self._chart(found, title(series)),),
        )

    def _chart(self, found: Sequence[Estimate], what: str) -> Ranges:
        rows = tuple(
            (translated(one.measure.name), effect.percent, effect.low, effect.high)
            for one in found
            for effect in (one.headline,)
        )
        return Ranges(reason("change_chart", what=what), "percent", rows, of_runs=False)

    def _counts(self, one: Estimate) -> bool:
        """Say whether a fall is this measure's, or that of others in the list."""
        outside = set(one.at_the_same_time) - set(self.measures)
        chance = one.headline.chance_of_fall * len(self.measures)
        return one.headline.told == "fell" and not outside and chance <= MOST_CHANCE

    def _tell(self, found: Sequence[Estimate], told: Told) -> str:
        """Write one sentence on the measures that came to the same verdict."""
        those = _those(found, told)
        if told == "cannot tell" and len(those) > MOST_NAMED:
            return reason("effect_cannot_tell_many", count=len(those))
        each = "; ".join(map(self._one, those))
        return reason(f"effect_{told.replace(' ', '_')}", each=each)

    def _one(self, one: Estimate) -> str:
        effect = one.headline
        told = reason(
            "effect",
            measure=translated(one.measure.name),
            months=effect.months,
            first=month(str(one.measure.first)),
            percent=effect.percent,
            low=effect.low,
            high=effect.high,
        )
        outside = [name for name in one.at_the_same_time if name not in self.measures]
        if effect.told == "fell" and outside:
            others = "; ".join(translated(load_measures().named(name).name) for name in outside)
            return reason("effect_beside", effect=told, others=others)
        return told


def _those(found: Sequence[Estimate], told: Told) -> list[Estimate]:
    return [one for one in found if one.headline.told == told]


def _grade(found: Sequence[Estimate], effect: str, falls: Sequence[bool]) -> Grade:
    told = [one.headline.told for one in found]
    if effect == "fell":
        if any(falls):
            return "supported" if all(falls) else "partly"
        return "contradicted" if set(told) <= {"no effect", "rose"} else "not checkable"
    if any(falls):
        return "contradicted"
    if "no effect" in told:
        return "supported" if set(told) == {"no effect"} else "partly"
    return "not checkable"
