"""What has to be known of a run before its numbers are read: the audit that every output shows.

A scenario may set what can do nothing, run on after the last month that was calibrated, or rest on
numbers that were found elsewhere. None of this is an error; all of it is said.
"""

from __future__ import annotations

import calendar
import datetime as dt
import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import xarray as xr

from corredor.corridor.compile import CompiledModel
from corredor.corridor.probe import Probe
from corredor.corridor.scenario import ANSWERS, Scenario
from corredor.corridor.table_checks import SUM_TOLERANCE
from corredor.engine.levers import ALWAYS
from corredor.runs.targets import uncounted
from corredor.text.language import counted, date, month, page_words

NEUTRAL = "none"  # how the source of a default begins that changes nothing
# Kinds that look like a slip of the pen.
SLIPS = ("after_the_end", "without_effect", "scaled_shares")
LONGEST = "at_default"  # names the most, and of all kinds it matters least which
MOST_NAMED = 6  # names in its sentence
ATTRIBUTE = "audit"  # of a result


@dataclass(frozen=True)
class Note:
    """One thing to know of a run.

    Attributes
    ----------
    kind : str
        Which sentence of ``audit.en.toml`` tells it.
    about : dict
        What it is about: names, days and months as ISO text, numbers.
    """

    kind: str
    about: Mapping[str, Any]

    def __str__(self) -> str:
        """Tell it in the language spoken now."""
        text, about = page_words("audit")["note"][self.kind], dict(self.about)
        for name, value in self.about.items():
            if isinstance(value, list | tuple):
                about[name] = _listed(value, MOST_NAMED if self.kind == LONGEST else len(value))
                about["number"] = len(value)
            elif name.endswith("_day"):
                about[name] = date(value)
            elif name.endswith("_month"):
                about[name] = month(value)
        if isinstance(text, str):
            return text.format(**about)
        number = about.pop("number")
        return counted(text, number, **about)

    def document(self) -> dict[str, Any]:
        """Return the note as JSON has it, with its sentence in the language spoken now."""
        return {"kind": self.kind, "about": dict(self.about), "text": str(self)}


def audit(
    model: CompiledModel, moved: Collection[str], parameters: str, *, people_scale: float = 1.0,
    calibrated: tuple[str, str] | None = None,
) -> list[Note]:  # fmt: skip
    """Return what has to be known of a run before it is made.

    Parameters
    ----------
    model : CompiledModel
        The scenario, compiled.
    moved : collection of str
        What calibration, or the priors, move: levers, or levers and keys.
    parameters : str
        Where the factors come from: ``posterior``, ``prior`` or ``fixed``.
    people_scale : float
        People simulated for each person of the world's tables.
    calibrated : tuple of str, optional
        First and last month that calibration looked at, such as ``2024-06``.
    """
    scenario, probe = model.scenario, Probe(model)
    return [
        *_after_the_end(scenario),
        *_without_effect(scenario, model, probe),
        *_scaled_shares(model),
        *_days_and_scale(scenario, people_scale),
        *(
            Note("cannot_count", {"series": series, "lacks": lacks})
            for series, lacks in uncounted(scenario.world).items()
        ),
        *_beyond_calibration(scenario, parameters if moved else "fixed", calibrated),
        *_entries(scenario),
        *_not_set(scenario, probe, moved),
    ]


def attach(data: xr.Dataset, notes: Sequence[Note]) -> None:
    """Keep the notes with a result, in place."""
    told = [{"kind": note.kind, "about": dict(note.about)} for note in notes]
    data.attrs[ATTRIBUTE] = json.dumps(told, sort_keys=True)


def notes_of(data: xr.Dataset) -> list[Note]:
    """Return the notes that a result keeps; an older result says that it keeps none."""
    if ATTRIBUTE not in data.attrs:
        return [Note("no_audit", {})]
    return [Note(one["kind"], one["about"]) for one in json.loads(data.attrs[ATTRIBUTE])]


def notes_of_all(results: Sequence[xr.Dataset]) -> list[Note]:
    """Return the notes of several results, each once."""
    notes = [note for data in results for note in notes_of(data)]
    return list({json.dumps([n.kind, dict(n.about)], sort_keys=True): n for n in notes}.values())


def _own(scenario: Scenario) -> Iterator[tuple[str, str]]:
    """Give the levers and keys that a scenario sets itself; all of them if it has no base."""
    for lever, keys in scenario.settings.items():
        for key in keys:
            if scenario.own is None or (lever, key) in scenario.own:
                yield lever, key


def _after_the_end(scenario: Scenario) -> Iterator[Note]:
    late = {
        _name(lever, key): str(day)
        for lever, key in _own(scenario)
        for day, _ in reversed(scenario.settings[lever][key])
        if day > scenario.end
    }
    if late:
        about = {"levers": list(late), "from": list(late.values()), "last_day": str(scenario.end)}
        yield Note("after_the_end", about)


def _without_effect(scenario: Scenario, model: CompiledModel, probe: Probe) -> Iterator[Note]:
    """Find what is set and moves nothing on any day on which it holds."""
    idle = []
    for lever, key in _own(scenario):
        if lever in ANSWERS and _holds_otherwise(scenario):
            continue
        dated, keys = scenario.settings[lever][key], model.levers.keys[lever]
        covered = [key]
        if key == "default":
            covered = list(keys)
        days = _days_in_force([day for day, _ in dated], scenario, model, lever)
        if lever in ANSWERS:
            days = sorted({*days, *_heard(scenario, model, days)})
        if days and not probe.acts(lever, covered, days):
            idle.append(_name(lever, key))
    if idle:
        yield Note("without_effect", {"levers": idle})


def _holds_otherwise(scenario: Scenario) -> bool:
    """Return whether something is held that is not in the reference.

    Calibrated factors then differ, which the probe does not have: it cannot tell whether people
    have anything to answer to.
    """
    return scenario.reference is not None and scenario.held != scenario.reference.held


def _heard(scenario: Scenario, model: CompiledModel, days: Sequence[dt.date]) -> Iterator[dt.date]:
    """Give the days of the run on which people have heard of what the scenario itself changes."""
    for lever, key in _own(scenario):
        for day, _ in scenario.settings[lever][key]:
            lag = model.levers.value("entry.answer_lag_days", max(day, scenario.spin_up))[0, 0]
            if day > ALWAYS and days and days[0] <= day + dt.timedelta(float(lag)) <= scenario.end:
                yield day + dt.timedelta(float(lag))


def _days_in_force(
    changes: Sequence[dt.date], scenario: Scenario, model: CompiledModel, lever: str
) -> list[dt.date]:
    """Return days of the run on which a setting holds: first one of each spell of other levers."""
    first = max(min(changes), scenario.spin_up)
    if first > scenario.end:
        return []
    # Other levers decide whether this one acts: an app that is shut, a cap of nobody.
    own = {day for name, each in model.levers.compiled.items() for day in each.days
           if name.partition(".")[0] == lever.partition(".")[0]}  # fmt: skip
    return sorted({first, scenario.end, *(day for day in own if first < day <= scenario.end)})


def _scaled_shares(model: CompiledModel) -> Iterator[Note]:
    """Find shares of one whole by key that do not reach it: the model scales them up to it."""
    known = model.scenario.known_levers()
    for name, lever in known.items():
        parts = [x for x in known.values() if lever.whole and x.whole == lever.whole]
        if len(parts) != 1 or name not in model.scenario.settings:
            continue
        for day in model.levers.compiled[name].days:
            total = float(model.levers.value(name, day)[0].sum())
            if 0 < total < 1 - SUM_TOLERANCE:
                yield Note("scaled_shares", {"lever": name, "total": f"{total:g}"})
                break


def _days_and_scale(scenario: Scenario, people_scale: float) -> Iterator[Note]:
    """Say which months are not whole, and how many people stand for one."""
    for day in dict.fromkeys((scenario.start.replace(day=1), scenario.end.replace(day=1))):
        all_days = calendar.monthrange(day.year, day.month)[1]
        last = day.replace(day=all_days)
        days = (min(last, scenario.end) - max(day, scenario.start)).days + 1
        if days < all_days:
            about = {"partial_month": f"{day:%Y-%m}", "days": days, "all_days": all_days}
            yield Note("partial_month", about)
    if people_scale != 1.0:
        yield Note("people_scale", {"scale": f"{people_scale:g}"})


def _beyond_calibration(
    scenario: Scenario, parameters: str, calibrated: tuple[str, str] | None
) -> Iterator[Note]:
    if parameters != "posterior" or calibrated is None:
        if parameters != "posterior":
            yield Note(f"parameters_{parameters}", {})
        return
    first, last = calibrated
    if f"{scenario.start:%Y-%m}" < first:
        about = {"first_month": f"{scenario.start:%Y-%m}", "calibrated_month": first}
        yield Note("before_calibration", about)
    if f"{scenario.end:%Y-%m}" > last:
        about = {"calibrated_month": last, "last_month": f"{scenario.end:%Y-%m}"}
        yield Note("after_calibration", about)


def _entries(scenario: Scenario) -> Iterator[Note]:
    """Say in which months nobody's entry is in a record."""
    months = scenario.world.entry.assign(month=scenario.world.entry["month"].astype(str).str[:7])
    inside = months[months["month"].between(f"{scenario.start:%Y-%m}", f"{scenario.end:%Y-%m}")]
    known = set(inside.loc[inside["basis"] == "record", "month"])
    assumed = sorted(set(inside["month"]) - known)
    if assumed:
        yield Note(
            "entries_assumed",
            {"months": assumed, "first_month": assumed[0], "last_month": assumed[-1]},
        )
    for key, own in months.groupby(["nationality", "place"], sort=False)["month"]:
        about = dict(zip(("nationality", "place"), map(str, key), strict=True))
        if own.min() > f"{scenario.start:%Y-%m}":
            yield Note("entries_begin", {**about, "first_month": own.min()})
        if own.max() < f"{scenario.end:%Y-%m}":
            yield Note("entries_end", {**about, "last_month": own.max()})


def _not_set(scenario: Scenario, probe: Probe, moved: Collection[str]) -> Iterator[Note]:
    """Name what neither the scenario nor calibration sets: the program's own number acts."""
    known = scenario.known_levers()
    levers = {name if name in known else name.rpartition(".")[0] for name in moved}
    left = [
        name
        for name, lever in known.items()
        if name in probe.read_on(scenario.end)
        and name not in scenario.settings
        and name not in levers
        and not lever.source.startswith(NEUTRAL)
        and probe.acts(name, probe.program.levers.keys[name], [scenario.end])
    ]
    if left:
        outside = scenario.world.jurisdictions.empty
        yield Note("rates_borrowed" if outside else "at_default", {"levers": left})


def _name(lever: str, key: str) -> str:
    return f"{lever}.{key}" if key else lever


def _listed(names: Sequence[str], most: int) -> str:
    text = page_words("audit")["list"]
    shown = ", ".join(names[:most])
    more = len(names) - most
    return str(text["more"].format(names=shown, more=more)) if more > 0 else shown
