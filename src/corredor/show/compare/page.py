"""A comparison as one page of HTML, with its styles and pictures inside."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import xarray as xr

from corredor.corridor.processes.sea import DEATHS
from corredor.corridor.scenario import Scenario
from corredor.runs.audit import notes_of_all
from corredor.show.compare.charts import MOST_BANDS, differences_chart, paths_chart
from corredor.show.compare.told import Told, tell
from corredor.show.compare.words import absent_note, compare_words, reference_name
from corredor.show.html import inline, template
from corredor.text.language import counted, page_words
from corredor.text.numbers import month


def build_page(
    results: Sequence[xr.Dataset],
    table: pd.DataFrame,
    scenarios: Sequence[Scenario | None],
    span: tuple[str, str],
) -> str:
    """Return the page, in the language that ``corredor.text.language`` speaks; see :func:`tell`."""
    told = tell(results, table, scenarios, span)
    return template("show/compare/compare.html").render(_context(results, table, told, span))


def _context(
    results: Sequence[xr.Dataset], table: pd.DataFrame, told: list[Told], span: tuple[str, str]
) -> dict[str, Any]:
    words, attributes = compare_words(), results[0].attrs
    text, several = words["charts"], len(told) > 1
    heading = words["title"]["page_several" if several else "page"].format(title=told[0].title)
    names = {
        "reference": reference_name(results[0]), "first": month(span[0]), "last": month(span[1])
    }  # fmt: skip
    paths, gaps = paths_chart(results), differences_chart(results, table, span)
    for figure in (paths, gaps):
        figure.set_facecolor("none")
    return {
        "w": words,
        "heading": heading,
        "lede": _lede(results, names["reference"]),
        "told": told,
        "absent": absent_note(table),
        "deaths": words["summary"][DEATHS.name if DEATHS.name in results[0] else "deaths_left_out"],
        "audit": [str(note) for note in notes_of_all(results)],
        "audit_words": page_words("audit")["title"],
        "paths": inline(paths, "paths", text["alt_paths"]),
        "differences": inline(gaps, "differences", text["alt_differences"]),
        "most": MOST_BANDS,
        "made": words["provenance"]["made"].format(
            version=attributes["corredor_version"], replicates=results[0].sizes["replicate"],
            draw=words["draws"][attributes["draw"]], seed=attributes["seed"],
            parameters=words["parameters"][attributes["parameters"]],
        ),
        "command": words["provenance"]["command"].format(
            names=" ".join(data.attrs["scenario"] for data in results),
            replicates=results[0].sizes["replicate"], seed=attributes["seed"],
        ),
        "hashes": words["provenance"]["hashes"].format(
            hashes=", ".join(
                f"{d.attrs['scenario']} {d.attrs['scenario_hash'][:12]}" for d in results
            ),
            world=attributes["world_hash"][:12],
        ),
        "version": attributes["corredor_version"],
        **names,
    }  # fmt: skip


def _lede(results: Sequence[xr.Dataset], reference: str) -> str:
    text, data = compare_words()["title"], results[0]
    about = {"reference": reference, "replicates": data.sizes["replicate"]}
    if data.attrs["parameters"] != "posterior":
        return str(text[data.attrs["parameters"]].format(**about))
    return counted(
        {"one": text["lede_one"], "other": text["lede_other"]}, len(results) - 1, **about
    )
