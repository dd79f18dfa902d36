"""Citations are found in a line of sources, those that hold semicolons too."""

from __future__ import annotations

import random

from corredor import record
from corredor.study.report.sources import citations


def test_every_citation_of_a_line_is_found_in_the_order_of_the_record() -> None:
    known = list(record.sources()["citation"].unique())
    assert any("; " in cited for cited in known)
    chance = random.Random(1)
    for _ in range(50):
        line = "; ".join(chance.sample([*known, "somebody else", "nobody; at all"], 4))
        expected = [cited for cited in known if f"; {cited};" in f"; {line};"]
        assert citations(line) == expected


def test_part_of_a_citation_is_none() -> None:
    cited = record.sources()["citation"].iloc[0]
    assert citations(cited) == [cited]
    assert citations(cited[1:]) == citations(f"{cited} and more") == citations("") == []
