"""The page on deterrents says what the estimates say, whichever way they go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from corredor.record.evidence import Estimate, Told, estimate_all, load_measures
from scripts.deterrents_chart import chart
from scripts.deterrents_words import told
from scripts.write_deterrents import in_short, wrapped

RULES = load_measures().rules
NAMES = ("buoys", "state-wall", "mexico-crackdown", "june-2024-proclamation")


def estimates(verdicts: Sequence[Told]) -> list[Estimate]:
    return [
        replace(one, headline=replace(one.headline, told=verdict))
        for one, verdict in zip(estimate_all(NAMES), verdicts, strict=True)
    ]


def said(*verdicts: Told) -> str:
    return " ".join(in_short(estimates(verdicts), RULES))


def test_the_summary_counts_falls_and_narrow_intervals() -> None:
    neither = said("cannot tell", "cannot tell", "cannot tell", "cannot tell")
    assert "Of 2 US deterrents looked at, encounters fell after none" in neither
    assert "*no effect larger than 10 %* for none" in neither
    both = said("fell", "no effect", "cannot tell", "cannot tell")
    assert "encounters fell after one" in both and "*no effect larger than 10 %* for one" in both


def test_the_summary_tells_of_the_crackdown_either_way() -> None:
    for verdict in ("fell", "cannot tell"):
        text = said("cannot tell", "cannot tell", verdict, "cannot tell")
        assert text.count("Mexico's crackdown:") == 1


def test_verdicts_have_words() -> None:
    one = estimates(("no effect", "rose", "fell", "cannot tell"))
    assert [told(e.headline, RULES) for e in one] == [
        "no effect larger than 10 %", "rose", "fell", "the record cannot tell",
    ]  # fmt: skip


def test_charts_are_drawn_for_one_month_and_for_many() -> None:
    for one in estimate_all(("buoys", "june-2024-proclamation")):
        axes = chart(one).axes[0]
        assert axes.get_ylim()[0] == 0
        assert len(axes.get_legend_handles_labels()[1]) == 3


def test_lines_are_wrapped_but_tables_are_not() -> None:
    assert max(map(len, wrapped("word " * 60).splitlines())) <= 110
    assert wrapped("| " + "x" * 200) == "| " + "x" * 200
