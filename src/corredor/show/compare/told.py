"""What a scenario changes, told from the numbers: one paragraph, a table, what differs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd
import xarray as xr

from corredor.corridor.changes import LeverChange, changes
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import CorredorError
from corredor.runs.compare import absent
from corredor.runs.effective import effective, moved_levers
from corredor.runs.measures import headline_measures, measure_named, total
from corredor.show.compare.words import (
    compare_words,
    number,
    reference_name,
    setting,
    signed_number,
    title_of,
)
from corredor.text.language import named, translated
from corredor.text.numbers import DASH, date, month, signed_percent, whole

Row = Mapping[Hashable, Any]
SLIGHT = 0.1  # percent, below which a difference is not worth a number


@dataclass(frozen=True, eq=False)
class Told:
    """One scenario set against the reference.

    Attributes
    ----------
    name, title, description : str
        Of the scenario.
    summary : str
        One paragraph in plain words.
    rows : tuple of dict
        The table, without what no run has: ``measure``, ``unit``, ``reference``, ``here``,
        ``difference``, ``interval``, ``percent`` and ``clear``, as words.
    changed : tuple of dict, or None
        ``lever``, ``meaning``, ``who``, ``when``, ``before``, ``after``; None if not known.
    assumptions, sources : tuple of str
        Of the scenario's own file.
    """

    name: str
    title: str
    description: str
    summary: str
    rows: tuple[dict[str, Any], ...]
    changed: tuple[dict[str, str], ...] | None
    assumptions: tuple[str, ...]
    sources: tuple[str, ...]


def tell(
    results: Sequence[xr.Dataset],
    table: pd.DataFrame,
    scenarios: Sequence[Scenario | None],
    span: tuple[str, str],
) -> list[Told]:
    """Put a comparison in words, in the language spoken now.

    Parameters
    ----------
    results : sequence of xarray.Dataset
        The reference first.
    table : pandas.DataFrame
        As ``comparison.compare_all`` gives it.
    scenarios : sequence of Scenario or None
        Of each result; None where its file is not known.
    span : tuple of str
        First and last month compared.
    """
    told, none = [], absent(table)
    for i, data in enumerate(results[1:], start=1):
        rows = table[(table["number"] == i) & ~table["measure"].isin(none)].to_dict("records")
        scenario = scenarios[i]
        told.append(
            Told(
                name=data.attrs["scenario"],
                title=title_of(data),
                description=named(" ".join(scenario.description.split())) if scenario else "",
                summary=summary(rows, results[0], data, span),
                rows=tuple(_row(row) for row in rows),
                changed=_changed(scenarios[0], scenario),
                assumptions=tuple(map(named, scenario.assumptions)) if scenario else (),
                sources=scenario.sources if scenario else (),
            )
        )
    return told


def scenario_of(data: xr.Dataset) -> Scenario | None:
    """Return the scenario that a result came from, if it is at hand and still the same."""
    try:
        scenario = load_scenario(data.attrs["scenario"])
    except CorredorError:
        return None
    return scenario if scenario.hash == data.attrs["scenario_hash"] else None


def kind(row: Row) -> str:
    """Return ``more``, ``fewer``, ``slight``, ``same``, or ``unclear`` if zero lies inside."""
    if row["difference"] == row["low"] == row["high"] == 0:
        return "same"
    if row["low"] <= 0 <= row["high"]:
        return "unclear"
    if abs(row["percent"]) < SLIGHT:
        return "slight"
    return "more" if row["difference"] > 0 else "fewer"


def summary(
    rows: Sequence[Row], reference: xr.Dataset, data: xr.Dataset, span: tuple[str, str]
) -> str:
    """Say in one paragraph what changes, by how much, and what cannot be told from no change.

    It tells of the headline measures; the table has all.
    """
    first = {measure.name for measure in headline_measures()}
    rows = [row for row in rows if row["measure"] in first]
    text = compare_words()["summary"]
    words = {
        "first": month(span[0]), "last": month(span[1]), "reference": reference_name(reference)
    }  # fmt: skip
    by_kind: dict[str, list[Row]] = {}
    for row in rows:
        by_kind.setdefault(kind(row), []).append(row)
    clear = text["join"].join(_clear(row) for row in rows if kind(row) in ("more", "fewer"))
    form = "clear" if clear else "none_clear"
    sentences = [text[form].format(list=clear[:1].upper() + clear[1:], **words)]
    if identical(reference, data):
        sentences = [str(text["identical"])]
    for other in ("slight", "unclear", "same"):
        if len(by_kind.get("unclear", [])) == len(rows):
            break  # it has been said of all of them
        names = [measure_named(str(row["measure"])).words["name"] for row in by_kind.get(other, [])]
        if names:
            sentences.append(text[other].format(list=text["list_join"].join(names), least=SLIGHT))
    days = float(total(data, "days_asylum_shut", *span).mean())
    if days:
        sentences.append(text["days_shut"].format(days=whole(days)))
    return " ".join(sentences)


def identical(reference: xr.Dataset, data: xr.Dataset) -> bool:
    """Return whether two results are the same in every number of every run."""
    return all(reference[name].equals(data[name]) for name in reference.data_vars)


def _clear(row: Row) -> str:
    low, high = sorted((abs(row["low"]), abs(row["high"])))
    measure = str(row["measure"])
    return str(
        compare_words()["summary"][kind(row)].format(
            name=measure_named(measure).words["name"],
            number=number(measure, abs(row["difference"])),
            percent=signed_percent(row["percent"]), low=number(measure, low),
            high=number(measure, high),
        )
    )  # fmt: skip


def _row(row: Row) -> dict[str, Any]:
    measure = str(row["measure"])
    words = measure_named(measure).words
    low, high = (signed_number(measure, row[end]) for end in ("low", "high"))
    return {
        "measure": words["name"], "unit": words["unit"],
        "reference": number(measure, row["a"]), "here": number(measure, row["b"]),
        "difference": signed_number(measure, row["difference"]),
        "interval": f"{low} … {high}", "percent": signed_percent(row["percent"]),
        "clear": kind(row) in ("more", "fewer"),
    }  # fmt: skip


def _changed(
    reference: Scenario | None, scenario: Scenario | None
) -> tuple[dict[str, str], ...] | None:
    if reference is None or scenario is None:
        return None
    moved = moved_levers(reference)
    return tuple(
        _change(change, reference, scenario)
        for change in changes(reference, scenario)
        # Where nothing moves it, a value and a level of the same number are alike.
        if change.lever in moved or change.after is None or change.before != change.after
    )


def _change(change: LeverChange, reference: Scenario, scenario: Scenario) -> dict[str, str]:
    text = compare_words()["differs"]
    held = change.after is None
    return {
        "lever": change.lever,
        "meaning": translated(scenario.known_levers()[change.lever].meaning),
        "who": ", ".join(change.keys) or text["all"],
        "when": text["always"] if change.day == dt.date.min else date(str(change.day)),
        "before": DASH if change.before is None else _in_runs(reference, change, change.before),
        "after": text["held"]
        if held or change.after is None
        else _in_runs(scenario, change, change.after),
    }


def _in_runs(scenario: Scenario, change: LeverChange, value: float) -> str:
    """Write a value as the runs have it: where calibration moves it, that is no single number."""
    if change.lever not in moved_levers(scenario):
        return setting(value)
    table = effective(scenario, change.lever, change.keys)
    months = table[table["moved"] & (table["month"] >= f"{change.day:%Y-%m}")]
    if months.empty:
        return setting(value)
    ends = (months["middle"].min(), months["middle"].max())
    low, high = (setting(float(f"{end:.2g}")) for end in ends)
    text = compare_words()["differs"]["in_runs_alike" if low == high else "in_runs"]
    return str(text.format(low=low, high=high))
