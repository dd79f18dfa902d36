"""Put the study of a world on a page, in every language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corredor import record
from corredor.claims.verdicts import Verdict
from corredor.corridor.processes.sea import DEATHS
from corredor.harm import deaths_at_sea
from corredor.runs.audit import notes_of_all
from corredor.runs.measures import measure_named
from corredor.runs.reading import months_in
from corredor.show.charts.beside import beside_chart
from corredor.show.claims import claims_words, interval, quantity
from corredor.show.compare import tell
from corredor.show.compare.charts import differences_chart, paths_chart
from corredor.show.compare.words import compare_words, title_of
from corredor.show.html import inline, template
from corredor.study.any_world.run import WorldStudy
from corredor.study.report.page import PAGES
from corredor.study.report.save import NUMBERS, put
from corredor.text.language import (
    LANGUAGES,
    in_words_of,
    named,
    page_words,
    speaking,
    spoken,
    translated,
    words,
)
from corredor.text.numbers import about, month, whole, window


def write(study: WorldStudy, folder: Path, language: str = LANGUAGES[0]) -> Path:
    """Write the report in every language and its numbers; return the path of one report.

    Raises
    ------
    OutputError
        If the folder cannot be written, or holds files of those names that are not ours.
    """
    pages = {}
    for name, file in PAGES.items():
        with speaking(name):
            pages[file] = build(study)
    numbers = json.dumps(_document(study), ensure_ascii=False, indent=1, allow_nan=False)
    put(folder, {NUMBERS: numbers, **pages})
    return folder / PAGES[language]


def build(study: WorldStudy) -> str:
    """Return the report as one page of HTML, in the language that is spoken now."""
    world = study.scenarios[0].world
    with in_words_of(world.folder), record.with_world(world.folder):
        return template("study/any_world/page.html").render(_context(study))


def _context(study: WorldStudy) -> dict[str, Any]:
    text, data = page_words("study"), study.results[0]
    span = {"first": month(study.span[0]), "last": month(study.span[1])}
    months = months_in(data).astype(str)
    run = {"first": month(months[0]), "last": month(months[-1])}
    reading, draw = words()["read"], str(data.attrs["draw"])
    about_runs = {
        "replicates": data.sizes["replicate"], "seed": data.attrs["seed"],
        "draw": reading[f"draw_{draw}"],
    }  # fmt: skip
    return {
        "w": text,
        "language": spoken(),
        "heading": title_of(data),
        "lede": text["title"]["lede"].format(**run, **about_runs),
        "about_draw": reading.get(draw, ""),
        "span": span,
        "missing": [text["missing"][name] for name in study.missing],
        "beside": [_beside(name, table, text["chart"]) for name, table in study.windows.items()],
        **_compared(study),
        "people": _rows(study.people.reset_index(), "place"),
        **_harm(study),
        "claims": _claims(study),
        "audit": [str(note) for note in notes_of_all(list(study.results))],
        "audit_words": page_words("audit")["title"],
        "version": data.attrs["corredor_version"],
        "others": [(name, PAGES[name], words(name)["title"]) for name in _others()],
    }


def _compared(study: WorldStudy) -> dict[str, Any]:
    """Return what the other scenarios change, in sentences and charts; nothing without any."""
    if study.differences is None:
        return {"told": [], "paths": "", "differences": ""}
    results, text = list(study.results), compare_words()["charts"]
    drawn = (paths_chart(results), differences_chart(results, study.differences, study.span))
    for figure in drawn:
        figure.set_facecolor("none")
    return {
        "told": tell(results, study.differences, study.scenarios, study.span),
        "paths": inline(drawn[0], "paths", text["alt_paths"]),
        "differences": inline(drawn[1], "differences", text["alt_differences"]),
    }


def _beside(series: str, table: pd.DataFrame, text: Mapping[str, str]) -> dict[str, Any]:
    info = record.describe(series)
    title = info.title_es if spoken() == "es" else info.title
    drawn = beside_chart(table, text["a_month"].format(unit=named(info.unit)), text)
    drawn.set_facecolor("none")
    return {
        "title": title,
        "publisher": named(info.publisher),
        "counted": " ".join(
            text[key].format(text=translated(told).rstrip("."))
            for key in ("counts", "compare_with")
            if (told := str(getattr(info, key)))
        ),
        "chart": inline(drawn, series, text["alt"].format(title=title)),
        "rows": [
            {
                "name": window(str(row["start"]), str(row["end"])), "record": whole(row["record"]),
                "mean": about(row["mean"]), "low": about(row["low"]), "high": about(row["high"]),
            }
            for row in table.to_dict("records")
        ],
    }  # fmt: skip


def _rows(table: pd.DataFrame, name: str) -> list[dict[str, str]]:
    return [
        {"name": named(str(row[name])), **{key: about(row[key]) for key in ("mean", "low", "high")}}
        for row in table.to_dict("records")
    ]


def _harm(study: WorldStudy) -> dict[str, Any]:
    """Return the kinds of harm that happen in some run, and sentences on the others."""
    named_in_full = study.harm.assign(kind=study.harm["kind"].map(_kind))
    data, text = study.results[0], compare_words()
    if found := deaths_at_sea(data, *study.span):
        row = {"kind": measure_named(DEATHS.name).words["name"],
               **{key: found[key] for key in ("mean", "low", "high")}}  # fmt: skip
        named_in_full = pd.concat([named_in_full, pd.DataFrame([row])], ignore_index=True)
    some = named_in_full["high"] > 0
    others = "; ".join(named_in_full["kind"][~some])
    return {
        "harm": _rows(named_in_full[some], "kind"),
        "no_harm": text["table"]["absent"].format(list=others) if others else "",
        "deaths": text["summary"][DEATHS.name if DEATHS.name in data else "deaths_left_out"],
    }


def _kind(kind: object) -> str:
    return str(words()["harm"]["kinds"].get(kind, kind))


def _claims(study: WorldStudy) -> list[dict[str, str]]:
    text = claims_words(spoken())
    return [
        {
            **_said(v),
            "verdict": text["verdict"][v.verdict], "value": quantity(v.value, v.unit, text),
            "interval": interval(v.interval, text), "reason": v.reason, "source": v.source,
        }
        for v in study.judged[spoken()]
    ]  # fmt: skip


def _said(verdict: Verdict) -> dict[str, str]:
    """Return what was said, by whom, and what a reader should know beside the numbers."""
    own = (verdict.statement, verdict.said_by, verdict.note)
    statement, said_by, note = verdict.claim.said(spoken()) if verdict.claim else own
    return {"statement": statement, "said_by": said_by, "note": note}


def _others() -> list[str]:
    return [name for name in LANGUAGES if name != spoken()]


def _document(study: WorldStudy) -> dict[str, Any]:
    attributes = study.results[0].attrs
    tables: Mapping[str, pd.DataFrame | None] = {
        "people": study.people.reset_index(), "harm": study.harm, "differences": study.differences,
    }  # fmt: skip
    return {
        "made_by": f"Corredor {attributes['corredor_version']}",
        "world_hash": attributes["world_hash"],
        "replicates": study.results[0].sizes["replicate"],
        "seed": int(attributes["seed"]),
        "scenarios": {s.name: s.hash for s in study.scenarios},
        "span": list(study.span),
        "missing": list(study.missing),
        "record_and_model": {name: _plain(table) for name, table in study.windows.items()},
        **{name: None if table is None else _plain(table) for name, table in tables.items()},
        "verdicts": [verdict.plain() for verdict in study.judged[LANGUAGES[0]]],
    }


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return rows without what JSON cannot hold."""
    return [{str(k): _value(v) for k, v in row.items()} for row in table.to_dict("records")]


def _value(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int) else str(value)
