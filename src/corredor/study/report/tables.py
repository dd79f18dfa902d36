"""The tables of the report: rows of text, ready to print."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from corredor.claims import Verdict
from corredor.corridor.levers import known_levers
from corredor.corridor.scenario import differences
from corredor.corridor.world import names_in
from corredor.study.report import sources
from corredor.study.report.prose import direction, measure_name
from corredor.study.run import Study
from corredor.study.words import words
from corredor.text.language import counted, named, spoken, translated
from corredor.text.numbers import (
    about,
    hundredths,
    interval,
    month,
    percent,
    plain,
    quantity,
    signed,
    signed_percent,
    whole,
    window,
)

Row = dict[str, Any]
MOST_PLACES = 10
UNDECIDED = ("not checkable", "needs the model")
TOLD = ((0.9, "nothing"), (0.7, "little"), (0.4, "some"), (0.0, "much"))  # width left, from
SHORT_HASH = 8


def windows(study: Study, series: str) -> list[Row]:
    """Return record and model, one row a published total."""
    return [
        {
            "window": window(str(row["start"]), str(row["end"])),
            "record": whole(row["record"]),
            "mean": about(row["mean"]),
            "interval": _interval(row),
        }
        for row in study.windows[series].to_dict("records")
    ]


def misses(study: Study) -> list[Row]:
    """Return how far the model lies from each series."""
    return [_miss(str(series), row) for series, row in study.fit.to_dict("index").items()]


def _miss(series: str, row: dict[Any, Any]) -> Row:
    text = words()["misses"]
    return {
        "title": words()["series"][series]["title"],
        "calibrated": text["yes" if row["calibrated"] else "no"],
        "windows": whole(row["windows"]),
        "error": percent(row["error"]),
        "bias": signed_percent(row["bias"]),
        "inside": text["inside_cell"].format(
            inside=row["inside"], windows=row["windows"],
            percent=percent(100 * row["inside"] / row["windows"]).replace(".0", ""),
        ),
        "worst": text["worst_cell"].format(
            window=window(row["worst_start"], row["worst_end"]),
            record=whole(row["worst_record"]), mean=about(row["worst_mean"]),
        ),
    }  # fmt: skip


def held_back(study: Study) -> list[Row]:
    """Return the share of families month by month."""
    return [
        {
            "window": month(str(row["start"])),
            "record": percent(row["record"]),
            "mean": percent(row["mean"]),
            "interval": interval(percent(row["low"]), percent(row["high"])),
        }
        for row in study.held_back.months.to_dict("records")
    ]


def parts(study: Study) -> dict[str, list[Row]]:
    """Return encounters by sector and by nationality beside the record."""
    names = names_in(study.scenarios[0].world.nationalities)
    sectors = [
        {"name": named(str(name)), **_beside(row)}
        for name, row in study.sectors.to_dict("index").items()
    ]
    nationalities = [
        {"name": names.get(str(name), str(name)), **_beside(row)}
        for name, row in study.nationalities.to_dict("index").items()
    ]
    return {"sectors": sectors, "nationalities": nationalities}


def _beside(row: dict[Any, Any]) -> Row:
    off = 100 * (row["mean"] / row["record"] - 1) if row["record"] else np.nan
    return {
        "record": whole(row["record"]),
        "mean": about(row["mean"]),
        "interval": _interval(row),
        "off": signed_percent(off),
    }


def _interval(row: dict[Any, Any]) -> str:
    return interval(about(row["low"]), about(row["high"]))


def present(study: Study) -> list[Row]:
    """Return the places with most people."""
    names = study.scenarios[0].world.places["name"].to_dict()
    return [
        {"place": named(names[place]), "people": about(row["mean"]), "interval": _interval(row)}
        for place, row in study.present.head(MOST_PLACES).to_dict("index").items()
    ]


def falls(study: Study) -> list[Row]:
    """Return the fall of January 2024: in the record and in both scenarios."""
    text = words()["counterfactual"]
    rows = [{"name": text["falls_record"], "change": percent(study.facts.fall.percent),
             "interval": ""}]  # fmt: skip
    for name in ("baseline", "counterfactual"):
        row = study.falls.to_dict("index")[name]
        rows.append({
            "name": text[f"falls_{name}"],
            "change": signed_percent(row["mean"]),
            "interval": interval(signed_percent(row["low"]), signed_percent(row["high"])),
        })  # fmt: skip
    return rows


def paired(study: Study) -> list[Row]:
    """Return the paired differences."""
    text = words()["counterfactual"]
    return [
        {
            "name": measure_name(row),
            "baseline": about(row["a"]),
            "held": about(row["b"]),
            "difference": signed(row["difference"]),
            "interval": interval(signed(row["low"]), signed(row["high"])),
            "percent": signed_percent(row["percent"]),
            "words": text[direction(row)],
        }
        for row in study.differences.to_dict("records")
    ]


def claims(study: Study) -> dict[str, Any]:
    """Return the verdicts as rows, and how many there are of each."""
    text = words()["claims"]
    rows = []
    for number, verdict in enumerate(study.verdicts, start=1):
        interval = verdict.interval and text["interval"].format(
            low=plain(verdict.interval[0]), high=plain(verdict.interval[1])
        )
        rows.append({
            "number": number, "id": verdict.id, "statement": _said(verdict, "statement"),
            "said_by": _said(verdict, "said_by"), "verdict": words()["verdict"][verdict.verdict],
            "kind": verdict.verdict.replace(" ", "-"),
            "sign": words()["verdict_sign"][verdict.verdict],
            "found": _found(verdict), "interval": interval or "",
            "why": _why(verdict), "source": _sources(verdict.source),
            "links": sources.links(study, cited=sources.citations(verdict.source)),
        })  # fmt: skip
    counted = Counter(row["verdict"] for row in rows)
    told = ", ".join(f"{w} {counted[w]}" for w in words()["verdict"].values() if counted[w])
    return {"rows": rows, "counts": told}


def _said(verdict: Verdict, part: str) -> str:
    """Return a text of the claim, as its file has it in the language spoken now."""
    own = getattr(verdict.claim, f"{part}_{spoken()}", "")
    return str(own or translated(getattr(verdict, part)))


def _why(verdict: Verdict) -> str:
    return " ".join(part for part in (verdict.reason, _said(verdict, "note")) if part)


def _sources(line: str) -> str:
    """Name the sources of a verdict; citations stay as they were noted."""
    return "; ".join(named(part) for part in line.split("; "))


def _found(verdict: Verdict) -> str:
    """Write the number found; one that decides nothing is told in the reason alone."""
    return "" if verdict.verdict in UNDECIDED else quantity(verdict.value, verdict.unit)


def factors(study: Study) -> list[Row]:
    """Return how unsure each number was before calibration, and is after it."""
    levers, text = known_levers(), words()["assumed"]
    rows = []
    for name, row in study.factors.to_dict("index").items():
        lever = levers.get(str(name)) or levers[str(name).rpartition(".")[0]]
        kind = next((kind for least, kind in TOLD if row["left"] >= least), TOLD[0][1])
        notes = [text[note] for note in ("walks", "added") if row[note]]
        rows.append({
            "lever": name, "meaning": translated(lever.meaning), "notes": "; ".join(notes),
            "kind": kind,
            "before": _range(row, "before"), "after": _range(row, "after"),
            "told": text["told"][kind], "reason": translated(row["reason"]),
            "left": text["left_cell"].format(percent=whole(100 * row["left"])),
        })  # fmt: skip
    return rows


def _range(row: dict[Any, Any], when: str) -> str:
    low, high = (hundredths(row[f"{when}_{end}"]) for end in ("low", "high"))
    return interval(low, high)


def levers(study: Study) -> list[Row]:
    """Return every lever with default, range and source."""
    settings = study.scenarios[0].settings
    return [
        {
            "name": lever.name, "meaning": translated(lever.meaning),
            "source": translated(lever.source),
            "default": f"{plain(lever.default)} {named(lever.unit)}",
            "allowed": interval(plain(lever.minimum), plain(lever.maximum)),
            "set": lever.name in settings,
        }
        for lever in known_levers().values()
    ]  # fmt: skip


def changed(study: Study) -> str:
    """Say in which levers the scenarios differ."""
    found = ", ".join(differences(*study.scenarios))
    return str(words()["assumed"]["changed"].format(levers=found))


def provenance(study: Study) -> list[tuple[str, str]]:
    """Return where the report comes from, as names and values."""
    text, attributes = words()["provenance"], study.baseline.attrs
    runs = study.baseline.sizes["replicate"]
    scenarios = "; ".join(f"{s.name} ({s.hash[:16]})" for s in study.scenarios)
    return [
        (text["version"], f"Corredor {attributes['corredor_version']}"),
        (text["scenarios"], scenarios),
        (text["world"], f"{attributes['world']} ({attributes['world_hash'][:16]})"),
        (text["seed"], str(attributes["seed"])),
        (text["replicates"], whole(runs)),
        (text["draw"], text[f"draw_{attributes['draw']}"]),
        (text["parameters"], text["parameters_cell"].format(members=study.calibration["kept"])),
        (text["calibration"], _calibration(study)),
        (text["seconds"], counted(text["seconds_cell"], round(study.seconds))),
        (
            text["again"],
            text["command"].format(
                replicates=runs, draw=attributes["draw"], seed=attributes["seed"]
            ),
        ),
    ]


def _calibration(study: Study) -> str:
    """Return all that decided the calibration."""
    made = study.calibration
    hashes = {k: str(v)[:SHORT_HASH] for k, v in made.items() if k.endswith("_hash")}
    span = {"first": month(str(made["from"])), "last": month(str(made["to"]))}
    return str(words()["provenance"]["calibration_cell"].format(**{**made, **span, **hashes}))


def first_and_last(study: Study) -> dict[str, str]:
    """Return the months shown, in words."""
    first, last = study.scenarios[0].start, study.scenarios[0].end
    return {"first": month(str(first)), "last": month(str(last))}
