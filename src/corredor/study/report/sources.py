"""The numbered list of sources at the end of the report, and the links that lead to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from corredor import record
from corredor.study.run import Study
from corredor.study.words import words
from corredor.text.language import named, spoken, translated
from corredor.text.numbers import window

RUN = "run"  # where the report says what was run


class Link(NamedTuple):
    """A link inside the page: what it says, where it leads, and what stands there."""

    text: str
    href: str
    title: str


def links(study: Study, *series: str, cited: Iterable[str] = (), run: bool = False) -> list[Link]:
    """Return links to what a number rests on.

    Parameters
    ----------
    study : Study
        Decides which sources the report quotes, and so their numbers.
    *series : str
        Series of the record.
    cited : iterable of str
        Citations of single figures; what no source of the record is called has no link.
    run : bool
        Whether it comes from the runs too.
    """
    text, found = words()["sources"], []
    listed = {row["key"]: row for row in [*series_listed(), *quoted(study)]}
    for key in dict.fromkeys([*series, *cited]):
        if key in listed:
            row = listed[key]
            label = text["link"].format(number=row["number"])
            found.append(Link(label, f"#{row['anchor']}", row["name"]))
    if run:
        found.append(Link(text["run_link"], f"#{RUN}", text["run_title"]))
    return found


def series_listed() -> list[dict[str, Any]]:
    """Return every series of the record with its publisher, address and terms."""
    title = "title" if spoken() == "en" else f"title_{spoken()}"
    return [
        {
            "key": series, "number": number, "anchor": f"source-{series}",
            "title": row[title], "publisher": named(row["publisher"]),
            "name": f"{row[title]}. {named(row['publisher'])}",
            "address": _address(row["address"]), "covers": window(row["first"], row["last"]),
            "quality": named(row["quality"]), "terms": translated(row["licence_note"]),
        }
        for number, (series, row) in enumerate(record.catalogue().to_dict("index").items(), start=1)
    ]  # fmt: skip


def quoted(study: Study) -> list[dict[str, Any]]:
    """Return the sources of single figures that the report quotes, numbered after the series."""
    said = {str(r["citation"]) for r in study.facts.detentions}
    said |= {part for verdict in study.verdicts for part in citations(verdict.source)}
    known = record.sources().drop_duplicates("citation")
    rows = known[known["citation"].isin(said)].to_dict("index")
    first = len(record.catalogue()) + 1
    return [
        {
            "key": row["citation"], "number": number, "anchor": f"cited-{name}",
            "name": row["citation"], "address": _address(row["address"]),
        }
        for number, (name, row) in enumerate(rows.items(), start=first)
    ]  # fmt: skip


def citations(text: str) -> list[str]:
    """Return the citations of the record that stand in a line of sources joined by semicolons."""
    line = f"; {text};"
    return [cited for cited in record.sources()["citation"].unique() if f"; {cited};" in line]


def _address(text: str) -> str:
    """Return the first address in a text, or nothing if it holds none."""
    return text.split()[0].rstrip(";,)") if text.startswith("http") else ""
