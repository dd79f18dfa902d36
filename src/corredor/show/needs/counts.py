"""What was counted in places, beside the model, as sentences and as a table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import pandas as pd

from corredor.needs.counted import ABOVE, BELOW, EVERYBODY, NEAR, SHORT
from corredor.show.needs.words import day, place_name, who_said
from corredor.text.numbers import about, whole

Words = dict[str, Any]
MOST_WHOLE, MOST_FLOORS = 4, 2  # counts of everybody, and of part of the people
NEARBY = pd.Timedelta(days=31)  # before and after the days shown, a count is still worth telling


def lines(
    counts: pd.DataFrame, place: str, first: dt.date, last: dt.date, words: Words
) -> tuple[str, ...]:
    """Return what was counted in a place in some days, or about then; or that nothing is known.

    Counts of everybody come first; of many only some are told, and how many there are further.

    Parameters
    ----------
    counts : pandas.DataFrame
        As :func:`corredor.needs.counted.beside_counts` gives it.
    place : str
        Its short name.
    first, last : datetime.date
        The days that are shown.
    words : dict
        The words of a language.
    """
    text = words["counts"]
    near = counts[
        (counts["place"] == place)
        & (pd.to_datetime(counts["end"]) >= pd.Timestamp(first) - NEARBY)
        & (pd.to_datetime(counts["start"]) <= pd.Timestamp(last) + NEARBY)
    ]
    near = near.sort_values("dated", key=lambda dated: dated != "stated", kind="stable")
    everybody = near["counted"] == EVERYBODY
    shown = pd.concat([near[everybody].head(MOST_WHOLE), near[~everybody].head(MOST_FLOORS)])
    told = [text["line"].format(**_facts(row, words)) for row in shown.to_dict("records")]
    if not everybody.any():
        told.insert(0, text["none_near"])
    if len(near) > len(shown):
        told.append(text["further"].format(number=len(near) - len(shown), place=place))
    return tuple(map(str, told))


def rows(counts: pd.DataFrame, words: Words) -> list[tuple[str, ...]]:
    """Return a row of words for each count: the columns of :func:`columns`."""
    text = words["counts"]
    made: list[tuple[str, ...]] = []
    for row in counts.to_dict("records"):
        f = _facts(row, words)
        model = f"{f['mean']} ({f['low']}–{f['high']})"
        verdict = str(text["verdict"][row["verdict"]]) if row["verdict"] else ""
        name = place_name(str(row["name"]), words)
        made.append((name, f["days"], f["kind"], f["said_by"], f["number"], model, verdict))
    return made


def columns(words: Words) -> tuple[str, ...]:
    """Return the headings of the table."""
    text = words["counts"]["column"]
    names = ("place", "days", "kind", "said_by", "number", "model", "verdict")
    return tuple(str(text[name]) for name in names)


def summary(counts: pd.DataFrame, words: Words) -> str:
    """Say how often the model is near."""
    text = words["counts"]
    if counts.empty:
        return str(text["nothing"])
    everybody = counts[counts["verdict"].isin((NEAR, ABOVE, BELOW))]
    floors = counts[(counts["verdict"] != "") & ~counts.index.isin(everybody.index)]
    number = everybody["verdict"].value_counts()
    return str(
        text["summary"].format(
            all=len(everybody), floors=len(floors), short=int((floors["verdict"] == SHORT).sum()),
            **{verdict: int(number.get(verdict, 0)) for verdict in (NEAR, ABOVE, BELOW)},
        )
    )  # fmt: skip


def _facts(row: Mapping[Any, Any], words: Words) -> dict[str, str]:
    """Return the parts of a sentence about a count."""
    text = words["counts"]
    low, high = row["count_low"], row["count_high"]
    kind = "most" if low != low else "more" if high != high else "one" if low == high else "range"
    first, last = (
        day(dt.date.fromisoformat(str(row[end])), words) for end in ("start", "end")
    )  # fmt: skip
    return {
        "number": text["number"][kind].format(low=whole(low), high=whole(high)),
        "kind": text["kind"][row["counted"]],
        "quality": text["quality"][row["quality"]],
        "said_by": who_said(str(row["said_by"]), words),
        "days": text["days"]["one" if first == last else "span"].format(first=first, last=last),
        "dated": text["dated"][row["dated"]],
        **{name: about(row[name]) for name in ("mean", "low", "high")},
    }
