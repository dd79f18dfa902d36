"""Rows of the report on other policies, deterrents, needs and harm."""

from __future__ import annotations

from collections import Counter
from typing import Any

from corredor.needs.counted import EVERYBODY
from corredor.record.evidence.effects import Estimate
from corredor.record.evidence.measures import load_measures
from corredor.runs.measures import measure_named
from corredor.show.needs import counts as counted_in_words
from corredor.show.needs import needs_words
from corredor.study.consequences import NEEDS, NEEDS_MONTH, PLACES
from corredor.study.run import Study
from corredor.study.words import words
from corredor.text.language import month, named, spoken, translated
from corredor.text.numbers import (
    about,
    interval,
    plain,
    signed,
    signed_decimals,
    signed_percent,
    whole,
)

Row = dict[str, Any]


def context(study: Study) -> dict[str, Any]:
    """Return what the template needs for these sections."""
    policy_span, harm_span = (
        {"first": month(first), "last": month(last)}
        for first, last in (study.consequences.policy_span, study.consequences.harm_span)
    )
    return {
        "policies": policies(study),
        "policy_span": policy_span,
        "deterrents": deterrents(study),
        "deterrents_summary": deterrents_summary(study),
        "needs": needs(study),
        "needs_month": month(NEEDS_MONTH),
        "counts": counts(study),
        "harm": harm(study),
        "harm_span": harm_span,
    }


def policies(study: Study) -> list[Row]:
    """Return for each policy the difference in each measure, and whether it is clear."""
    table = study.consequences.differences
    rows = []
    for number, scenario in enumerate(study.consequences.policies, start=1):
        of_policy = table[table["number"] == number].set_index("measure").to_dict("index")
        cells = [
            _difference(of_policy[name], measure_named(name).decimals)
            for name in words()["policies"]["measure"]
        ]
        rows.append({"policy": translated(scenario.title), "cells": cells})
    return rows


def _difference(row: dict[Any, Any], decimals: int) -> Row:
    def write(value: float) -> str:
        return signed_decimals(value, decimals) if decimals else signed(value)

    return {
        "number": write(row["difference"]),
        "interval": interval(write(row["low"]), write(row["high"])),
        "clear": not row["low"] <= 0.0 <= row["high"],
    }


def deterrents(study: Study) -> list[Row]:
    """Return the measures in two groups, each with what the record tells."""
    groups = words()["deterrents"]["group"]
    return [
        {
            "group": groups[kind],
            "rows": [_measure(e) for e in study.consequences.deterrents if e.measure.kind == kind],
        }
        for kind in groups
    ]


def _measure(estimate: Estimate) -> Row:
    text, measure, effect = words()["deterrents"], estimate.measure, estimate.headline
    touched = [named(part) for part in (*measure.sectors, *measure.citizenships)]
    return {
        "name": translated(measure.name),
        "date": month(measure.date[:7]),
        "touched": text["touched"].format(parts=", ".join(touched))
        if touched
        else text["everywhere"],
        "months": effect.months,
        "change": signed_percent(effect.percent),
        "interval": interval(signed_percent(effect.low), signed_percent(effect.high)),
        "told": text["verdict"][effect.told],
        "clear": effect.told != "cannot tell",
    }


def deterrents_summary(study: Study) -> str:
    """Say in words what the record tells of the US deterrents together."""
    text = words()["deterrents"]
    of_us = [e for e in study.consequences.deterrents if e.measure.kind == "deterrent"]
    told = Counter(e.headline.told for e in of_us)
    if told["no effect"]:
        return ""
    sentence = text["none"].format(
        count=len(of_us), fell=told["fell"], rose=told["rose"],
        percent=plain(load_measures().rules.no_effect_within_percent),
    )  # fmt: skip
    beside = any(e.headline.told == "fell" and e.at_the_same_time for e in of_us)
    return f"{sentence} {text['beside']}" if beside else str(sentence)


def needs(study: Study) -> list[Row]:
    """Return for each place the people on a mean evening, their needs, and the beds."""
    c = study.consequences
    table = c.needs.set_index(["place", "need"]).to_dict("index")
    return [_place(place, table, c.beds.set_index("place").to_dict("index")) for place in PLACES
            if (place, "people") in table]  # fmt: skip


def _place(place: str, table: dict[Any, Any], beds: dict[Any, Any]) -> Row:
    text, people, known = words()["needs"], table[place, "people"], beds[place]
    published = text["unpublished"]
    if known["published"]:
        published = text["over"].format(
            beds=whole(known["beds"]), days=whole(known["middle"]), all=known["days"]
        )
    return {
        "place": named(people["name"]),
        "people": f"{about(people['middle'])} "
        f"({interval(about(people['low']), about(people['high']))})",
        "needs": [
            text["middle_high"].format(
                middle=about(table[place, need]["middle"]), high=about(table[place, need]["high"])
            )
            for need in NEEDS
        ],
        "beds": published,
    }


def counts(study: Study) -> Row:
    """Return the counts of everybody in a place with the model beside them, and what they tell."""
    found, told = study.consequences.counts, needs_words(spoken())
    everybody = found[found["counted"] == EVERYBODY]
    return {
        "columns": counted_in_words.columns(told),
        "rows": counted_in_words.rows(everybody, told),
        "summary": counted_in_words.summary(found, told),
    }


def harm(study: Study) -> list[Row]:
    """Return the expected events of each kind with both their uncertainties."""
    kinds = words()["harm"]["kinds"]
    return [
        {
            "kind": kinds[row["kind"]],
            "mean": about(row["mean"]),
            "runs": interval(about(row["low"]), about(row["high"])),
            "survey": interval(about(row["survey_low"]), about(row["survey_high"])),
        }
        for row in study.consequences.harm.to_dict("records")
    ]
