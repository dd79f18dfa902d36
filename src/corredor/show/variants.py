"""What structures of a model answer, as rows of a table and as a sentence, in any language."""

from __future__ import annotations

import pandas as pd

from corredor.record import SeriesInfo, describe
from corredor.runs.structures import Cause, Check, Compared, Structures, Variant
from corredor.text.language import LANGUAGES, month, page_words, spoken

PAGE = "variants"


def columns() -> list[str]:
    """Return the headings of the table of shares."""
    return list(page_words(PAGE)["table"]["columns"])


def rows(found: Compared, structures: Structures, without: str) -> list[tuple[str, ...]]:
    """Return a row for each structure and seed: what it makes again and what it answers."""
    text, passing = page_words(PAGE)["table"], found.passing()
    checks = found.table[found.table["kind"] == "check"]
    inside = checks.groupby(["variant", "seed"])["inside"].agg(["sum", "size"])
    titles = {variant.name: titled(variant) for variant in structures.variants}
    made: list[tuple[str, ...]] = []
    for row in found.answers(without, passing=False).to_dict("records"):
        held = inside.loc[(row["variant"], row["seed"])]
        made.append(
            (
                titles.get(row["variant"], str(row["variant"])),
                str(row["seed"]),
                text["checks"].format(inside=int(held["sum"]), count=int(held["size"])),
                text["yes"] if passing[row["variant"], row["seed"]] else text["no"],
                f"{row['misfit']:.2f}",
                f"{row['mean']:.0f}",
                text["band"].format(low=f"{row['low']:.0f}", high=f"{row['high']:.0f}"),
            )
        )
    return made


def answer(found: Compared, structures: Structures, without: Cause) -> tuple[str, str]:
    """Return the title of the table of a question, and its answer in a sentence or two."""
    text, question = page_words(PAGE), structures.question
    name = titled(without)
    title = text["table"]["title"].format(without=name)
    shares = found.answers(without.name)
    if shares.empty:
        return title, str(text["answer"]["none"])
    of_structure = found.answers(without.name, passing=False).groupby("variant")["mean"]
    told = text["answer"]["told"].format(
        title=titled(describe(question.series)),
        before=month(question.month_a),
        after=month(question.month_b),
        count=shares["variant"].nunique(),
        without=name,
        low=f"{shares['low'].min():.0f}",
        high=f"{shares['high'].max():.0f}",
        least=f"{shares['mean'].min():.0f}",
        most=f"{shares['mean'].max():.0f}",
        seeds=f"{(of_structure.max() - of_structure.min()).max():.0f}",
    )
    beyond = (shares["low"] > 0) | (shares["high"] < 0)
    return title, told if beyond.nunique() < 2 else f"{told} {text['answer']['disagree']}"


def check_rows(found: Compared, structures: Structures) -> tuple[list[str], list[tuple[str, ...]]]:
    """Return headings and rows: each check, the record, and what each structure makes of it.

    The cell of a structure is its 90 % interval over all seeds; where the record lies outside with
    a seed, the cell has a mark.
    """
    text = page_words(PAGE)
    checks = found.table[found.table["kind"] == "check"]
    names = list(dict.fromkeys(checks["variant"]))
    titles = {variant.name: titled(variant) for variant in structures.variants}
    made = []
    for check in structures.checks:
        of_check = checks[checks["name"] == check.name]
        title = titled(check)
        cells = [_cell(of_check[of_check["variant"] == name]) for name in names]
        told = text["checks"]["must"].format(title=title) if check.must else title
        made.append((told, _number(float(of_check["record"].iloc[0])), *cells))
    heads = [*text["checks"]["columns"], *(titles.get(name, name) for name in names)]
    return heads, made


def _cell(rows: pd.DataFrame) -> str:
    band = page_words(PAGE)["table"]["band"]
    told = band.format(low=_number(rows["low"].min()), high=_number(rows["high"].max()))
    return told if rows["inside"].all() else f"{told} ✗"


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.0f} %"


def titled(declared: Variant | Check | Cause | SeriesInfo) -> str:
    """Return what a structure, a check or a series is called in the language spoken now."""
    return (declared.title if spoken() == LANGUAGES[0] else declared.title_es) or declared.title
