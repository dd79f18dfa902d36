"""What tuning a Flee case gave, and how it fares on the days that it did not see."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from corredor.arrays import BAND, Floats, Integers
from corredor.flee.case.folder import Case
from corredor.flee.scores import averaged_relative_difference, rescaled_difference
from corredor.flee.tune.discrepancy import CLOCKS, Counted
from corredor.flee.tune.unknowns import values


@dataclass(frozen=True, eq=False)
class Tuned:
    """What tuning gave.

    Attributes
    ----------
    case : Case
        Under the settings as given.
    half : int
        Days on which it was tuned; those after are the test.
    members : numpy.ndarray
        Standard normal numbers behind the settings, [tunables, members].
    nearest : numpy.ndarray
        Those of the run that came nearest to the record of the first half, of all that were made,
        [tunables]: the tuned settings.
    misfits : tuple of float
        Root mean square of the members' distance from the counts tuned on, as a share of all
        people in camps, before each step and after the last.
    counts : Counted
        On which it was tuned.
    counted : numpy.ndarray
        The record by day and camp, [days, camps].
    as_given, tuned : numpy.ndarray
        People under the settings as given, and under the tuned ones, [days, camps].
    people : numpy.ndarray
        People of each member by the rules alone, [members, days, camps].
    width, clock : numpy.ndarray
        Of the model discrepancy as each member has it, [members]; see
        ``corredor.flee.tune.discrepancy.CLOCKS``.
    predicted : numpy.ndarray
        What would be counted, with that discrepancy carried on, [members, days, camps]; of use
        after the first half.
    """

    case: Case
    half: int
    members: Floats
    nearest: Floats
    misfits: tuple[float, ...]
    counts: Counted
    counted: Floats
    as_given: Floats
    tuned: Floats
    people: Floats
    width: Floats
    clock: Integers
    predicted: Floats

    def settings(self) -> dict[str, float]:
        """Return the settings that came nearest to the record of the first half."""
        return {key: float(value) for key, value in values(self.nearest).items()}

    def scores(self) -> dict[str, dict[str, float]]:
        """Return averaged relative differences by row of the table and half; lower is better.

        ``forecast`` is the middle of what was predicted, with the model discrepancy carried on;
        ``whole forecast`` scores the members' distribution (CRPS), which for a single number is
        the difference itself. ``unmoved`` uses no model: each camp keeps its last known share.
        """
        middle = np.median(self.people, axis=0)
        ways = {"as given": self.as_given, "tuned": self.tuned, "middle of members": middle}
        found = {name: self._score(people[None]) for name, people in ways.items()}
        found["mean of members"] = self._score(self.people)
        forecast = np.median(self.predicted, axis=0)[None]
        found["forecast"] = self._second(self._score(forecast))
        found["whole forecast"] = {"second half": self._crps()}
        found["unmoved"] = self._second(self._score(self._unmoved()[None]))
        return found

    def document(self) -> dict[str, Any]:
        """Return settings, scores and the verdict as JSON takes them."""
        low, high = (values(np.quantile(self.members, q, axis=1)) for q in BAND)
        settings = [
            {"key": key, "as_given": float(getattr(self.case.settings, key)), "tuned": value,
             "q05": float(low[key]), "q95": float(high[key])}
            for key, value in self.settings().items()
        ]  # fmt: skip
        inside, rules_alone, of_all = self.inside()
        return {
            "days": self.case.period.days, "tuned_on_days": self.half,
            "tuned_on_counts": len(self.counts.day), "settings": settings,
            "scores": self.scores(), "misfit": list(self.misfits),
            "discrepancy": {"width": float(np.median(self.width)),
                      "forgets_in_days": float(np.median(CLOCKS[self.clock, 0])),
                      "weight_of_growth": float(CLOCKS[self.clock, 1].mean())},
            "counts_tested": of_all, "inside_90": inside, "inside_90_rules_alone": rules_alone,
            "band_width": self.band_width(), "verdict": self.verdict(),
        }  # fmt: skip

    def verdict(self) -> str:
        """Say whether tuning helped on the days that it did not see, and against no model."""
        of = {name: score["second half"] for name, score in self.scores().items()}
        change = 100 * (of["tuned"] / of["as given"] - 1) if of["as given"] else 0.0
        helped = "helped" if change < 0 else "did not help"
        verdict = (
            f"On the second half, tuning {helped}: {of['tuned']:.3f} against "
            f"{of['as given']:.3f} ({change:+.0f} %)."
        )
        if of["unmoved"] < min(of["tuned"], of["as given"]):
            verdict += " Both lose to no model at all, which leaves each camp its share."
        better = "better" if of["forecast"] < of["unmoved"] else "no better"
        return (
            f"{verdict} The forecast, which carries the model discrepancy on, does {better} than "
            f"no model: {of['forecast']:.3f} against {of['unmoved']:.3f}."
        )

    def inside(self) -> tuple[int, int, int]:
        """Return how many counts of the second half lie in the 90 % band, and of how many.

        First in the band of what was predicted, then in that of the rules alone.
        """
        record = self._at_counts(self.counted[None])[0]
        found = []
        for people in (self.predicted, self.people):
            low, high = np.quantile(self._at_counts(people), BAND, axis=0)
            found.append(int(((low <= record) & (record <= high)).sum()))
        return found[0], found[1], record.size

    def band_width(self) -> float:
        """Return the mean width of the 90 % band at the counts, as a share of all in camps."""
        low, high = np.quantile(self.predicted, BAND, axis=0)
        total = np.maximum(1.0, self.counted.sum(axis=1, keepdims=True))
        widths = self._at_counts(((high - low) / total)[None])
        return float(widths.mean()) if widths.size else float("nan")

    def _unmoved(self) -> Floats:
        known = self.counts.by_day[self.half - 1]
        total = self.counted.sum(axis=1, keepdims=True)
        return np.asarray(total * known / max(1.0, known.sum()))

    def _crps(self) -> float:
        import scoringrules  # here, for it compiles for seconds when it is loaded

        after = slice(self.half, None)
        record = self.counted[after]
        scores = scoringrules.crps_ensemble(record, self.predicted[:, after], m_axis=0)
        total = np.maximum(record.sum(axis=1), 1.0)
        return float((np.asarray(scores).sum(axis=1) / total).mean())

    def _score(self, people: Floats) -> dict[str, float]:
        halves = {"first half": slice(0, self.half), "second half": slice(self.half, None)}
        found = {}
        for name, days in halves.items():
            some = people[:, days], self.counted[days]
            found[name] = float(averaged_relative_difference(*some).mean())
            found[f"{name}, rescaled"] = float(rescaled_difference(*some).mean())
        return found

    def _second(self, scores: dict[str, float]) -> dict[str, float]:
        return {name: value for name, value in scores.items() if name.startswith("second")}

    def _at_counts(self, people: Floats) -> Floats:
        """Return people on the days of the second half on which a camp was counted."""
        end = self.case.period.days
        camps, days = [], []
        for camp, name in enumerate(self.case.camps):
            for day in sorted(set(self.case.record.counts[name].days.tolist())):
                if self.half <= day < end:
                    camps.append(camp)
                    days.append(day)
        return np.asarray(people[:, days, camps])
