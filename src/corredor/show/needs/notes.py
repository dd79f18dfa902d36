"""What a reader of a table of needs must know, as sentences."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor.needs.people import BANDS, bands, on_land
from corredor.runs.audit import notes_of
from corredor.show.needs.words import place_name
from corredor.text.language import named, speaking
from corredor.text.numbers import about

FEW_RUNS = 50
UNVERIFIED, NO_PAGE = "page not verified", "none"


def notes(
    data: xr.Dataset, words: dict[str, Any], share_sheltered: float, *, page: bool = False
) -> list[str]:
    """Say how to read the numbers, what the bands are worth, and who is counted.

    Parameters
    ----------
    data : xarray.Dataset
        The result.
    words : dict
        The words of a language.
    share_sheltered : float
        Share of the people present for whom is planned.
    page : bool
        Whether the two numbers of a need stand one below the other.
    """
    text = words["read"]
    kind = "share_all" if share_sheltered == 1 else "share_part"
    return [
        text["needs_page" if page else "needs"], text["bands"], *of_the_bands(data, words),
        text["counted"], text[kind].format(share=f"{100 * share_sheltered:g}"),
    ]  # fmt: skip


def at_sea(people: xr.DataArray, words: dict[str, Any]) -> list[str]:
    """Say how many people are in boats, and where: no needs are reckoned for them.

    Parameters
    ----------
    people : xarray.DataArray
        As :func:`corredor.needs.people_in_places` gives it.
    words : dict
        The words of a language.

    Returns
    -------
    list of str
        One sentence, or none where no place lies at sea.
    """
    afloat = people.isel(place=np.flatnonzero(~on_land(people)))
    if not afloat.sizes["place"]:
        return []
    text = words["read"]
    bands_there = bands(afloat.mean("day").to_numpy())
    told = [
        text["at_sea_place"].format(
            name=place_name(str(name), words),
            **{key: about(x) for key, x in zip(BANDS, band, strict=True)},
        )
        for name, band in zip(afloat["place_name"].to_numpy(), bands_there.T, strict=True)
    ]
    return [text["at_sea"].format(places="; ".join(told))]


def of_the_bands(data: xr.Dataset, words: dict[str, Any]) -> list[str]:
    """Say what the bands of a result are worth: whence its numbers, how much chance, how many runs.

    Parameters
    ----------
    data : xarray.Dataset
        The result.
    words : dict
        The words of a language.
    """
    text, runs = words["read"], data.sizes["replicate"]
    told = [text["unchecked"], text[data.attrs["parameters"]]]
    if (draw := data.attrs["draw"]) in text:  # one whose bands lack some or all of chance
        told.append(text[draw])
    if runs < FEW_RUNS:
        told.append(text["few"].format(runs=runs))
    return [*told, *audited(data, words)]


def audited(data: xr.Dataset, words: dict[str, Any]) -> list[str]:
    """Return what the audit of the run says, less what stands in the table's own notes."""
    with speaking(words["language"]):
        return [str(n) for n in notes_of(data) if not n.kind.startswith("parameters_")]


def sources(standards: pd.DataFrame, words: dict[str, Any]) -> list[str]:
    """Return each source with its page and what it asks for."""
    ending = "" if words["language"] == "en" else f"_{words['language']}"
    told = []
    for key, rows in standards.groupby([f"source{ending}", "page"], sort=False):
        source, page = (str(part) for part in key)
        asked = "; ".join(text.rstrip(".") for text in rows[f"standard{ending}"])
        kind = {UNVERIFIED: "source_unverified", NO_PAGE: "source_no_page"}.get(page, "source_page")
        told.append(words["read"][kind].format(source=source, page=page, asked=asked))
    return told


def provenance(data: xr.Dataset, words: dict[str, Any]) -> str:
    """Say of which scenario and runs the numbers are."""
    with speaking(words["language"]):
        title = named(str(data.attrs["title"]))
    return str(
        words["title"]["scenario"].format(
            title=title.rstrip("."), runs=data.sizes["replicate"],
            draw=words["draw"][data.attrs["draw"]], seed=data.attrs["seed"],
        )
    )  # fmt: skip
