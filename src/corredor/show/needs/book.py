"""Tables of needs for a spreadsheet: in one language, with what a reader must know beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import xarray as xr

from corredor.needs.standards import BUSIEST, PEOPLE
from corredor.show.needs.notes import at_sea, provenance, sources
from corredor.text.language import named, speaking

KEYS = ("name", "unit", "standard", "source")  # of the standards, in each language
OTHER = "_es"
IN_ROWS = ("title", "replicates", "draw", "seed", "version")  # facts that stand in each row


def needs_named(standards: pd.DataFrame, words: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Return name and unit of each row of a table of needs, people first."""
    ending = _ending(words)
    text = words["row"]
    named_needs = {
        str(need): (str(row[f"name{ending}"]), str(row[f"unit{ending}"]))
        for need, row in standards.iterrows()
    }
    return {
        PEOPLE: (text["people"], text["people_unit"]),
        BUSIEST: (text["busiest"], text["busiest_unit"]),
        **named_needs,
    }


def headed(table: pd.DataFrame, words: dict[str, Any]) -> pd.DataFrame:
    """Return a table with the names of its columns in a language."""
    return table.rename(columns=words["column"])


def in_words(table: pd.DataFrame, standards: pd.DataFrame, words: dict[str, Any]) -> pd.DataFrame:
    """Return a table of needs or of days over beds with its cells and columns in a language."""
    table, names = table.copy(), needs_named(standards, words)
    if "need" in table:
        table["unit"] = [names[need][1] for need in table["need"]]
        table["need"] = [names[need][0] for need in table["need"]]
    with speaking(words["language"]):
        table["name"] = [named(name) for name in table["name"]]
    return headed(table, words)


def standards_sheet(standards: pd.DataFrame, words: dict[str, Any]) -> pd.DataFrame:
    """Return the standards in one language."""
    ending = _ending(words)
    one = pd.DataFrame({
        "name": standards[f"name{ending}"],
        **{key: standards[key] for key in ("per_person", "people_per_item")},
        **{key: standards[f"{key}{ending}"] for key in ("unit", "standard", "source")},
        **{key: standards[key] for key in ("page", "note")},
    })  # fmt: skip
    return headed(one, words)


def facts(data: xr.Dataset, words: dict[str, Any], run: Sequence[str] = ()) -> dict[str, Any]:
    """Return which run a table is of, by what each fact is called in the language.

    Parameters
    ----------
    data : xarray.Dataset
        The result.
    words : dict
        The words of a language.
    run : sequence of str
        Name of the run and, if there is one, the note on it; none on the command line.
    """
    text, attributes = words["about"], data.attrs
    days = [str(day)[:10] for day in data["day"].values[[0, -1]]]
    with speaking(words["language"]):
        title = named(str(attributes["title"]))
    called = {text[key]: value for key, value in zip(("run", "remark"), run, strict=False) if value}
    return {
        **called,
        text["title"]: title,
        text["scenario"]: attributes["scenario"],
        text["span"]: words["title"]["span"].format(first=days[0], last=days[1]),
        text["replicates"]: data.sizes["replicate"],
        text["draw"]: words["draw"][attributes["draw"]],
        text["seed"]: int(attributes["seed"]),
        text["parameters"]: words["parameters"][attributes["parameters"]],
        text["version"]: attributes["corredor_version"],
        text["scenario_hash"]: attributes["scenario_hash"],
        text["world_hash"]: attributes["world_hash"],
    }


def about_sheet(
    data: xr.Dataset,
    people: xr.DataArray,
    standards: pd.DataFrame,
    words: dict[str, Any],
    share_sheltered: float,
    known: Sequence[str],
    run: Sequence[str] = (),
) -> pd.DataFrame:
    """Return what a reader of the other sheets must know, a fact in each row.

    Parameters
    ----------
    data, words, run
        As in :func:`facts`.
    people : xarray.DataArray
        The people of the other sheets, as :func:`corredor.needs.people_in_places` gives them.
    standards : pandas.DataFrame
        What ``load_standards`` gives.
    share_sheltered : float
        Share of the people present for whom is planned.
    known : sequence of str
        What to know of the run, as sentences in the language.
    """
    text, read = words["about"], words["read"]
    afloat = at_sea(people, words)
    how = [read["bands"], *known, read["counted"], *afloat, provenance(data, words)]
    rows = [
        *facts(data, words, run).items(),
        (text["share"], share_sheltered),
        (text["columns"], text["columns_told"]),
        *((text["read"], sentence) for sentence in how),
        *((text["source"], sentence) for sentence in sources(standards, words)),
    ]
    return headed(pd.DataFrame(rows, columns=["what", "value"]), words)


def with_facts(table: pd.DataFrame, data: xr.Dataset, words: dict[str, Any]) -> pd.DataFrame:
    """Return a table that names its run in every row, for a file that has no other sheet."""
    told = facts(data, words)
    return table.assign(**{words["about"][key]: told[words["about"][key]] for key in IN_ROWS})


def _ending(words: dict[str, Any]) -> str:
    return OTHER if words["language"] == "es" else ""
