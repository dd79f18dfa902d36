"""What the page says of made-up worlds and of people met before follows from the tables."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scripts.kept_parts import FROM
from scripts.write_calibration import MadeUp


def twins(count: int, inside: float, members: int, width: float = 0.5) -> pd.DataFrame:
    """Return intervals of made-up worlds, of which so many in a hundred hold the truth."""
    rows = 100
    table = pd.DataFrame({"twin": np.repeat(range(count), rows), "lever": "entry.factor"})
    table = table.assign(prior_width=1.0, width=width, inside_50=True)
    table["inside_90"] = np.tile(np.arange(rows) < inside, count)
    table.attrs |= {FROM: "today", "members": members, "iterations": 6}
    return table


def test_the_page_says_if_the_intervals_are_too_narrow_and_what_more_members_do() -> None:
    few, many = twins(4, 80, 100), twins(2, 90, 400)
    part, *others = MadeUp(twins=few, larger=many, now="today").parts()
    words = " ".join(part.split())
    assert "4 made-up worlds" in words and "each calibrated with 100 members in 6 steps" in words
    assert "80 % of the 90 % intervals, so they are too narrow." in words
    assert "The first 2 of these worlds, calibrated with 400 members" in words
    assert "hold the truth in 90 % of all cases" in words
    assert "with 100 members it was 80 and 80 %" in words
    assert part.endswith("Made from world and priors `today`.")
    assert all("Not run on this world yet" in other for other in others)


@pytest.mark.parametrize(("inside", "words"), [(90, "as they should"), (99, "too wide")])
def test_right_and_wide_intervals_are_told(inside: int, words: str) -> None:
    part = MadeUp(twins=twins(3, inside, 100), now="today").parts()[0]
    assert words in part and "members are" not in part
    assert "The first" not in part, "nothing of more members where none was run"


def test_people_met_before_stand_beside_what_was_published() -> None:
    months = [str(month) for month in pd.period_range("2021-07", "2023-03", freq="M")]
    shares = {"2022-07": 0.22, "2022-12": 0.30}
    rows = [
        {"replicate": r, "month": m, "encounters": 1000, "persons": 900,
         "met_before": shares.get(m, 0.10) + 0.002 * r}
        for r in range(5) for m in months
    ]  # fmt: skip
    table = pd.DataFrame(rows)
    table.attrs |= {FROM: "today", "people_scale": 0.03, "start": "2021-05-01"}
    part = MadeUp(repeats=table, now="today").parts()[-1]
    words = " ".join(part.split())
    assert part.startswith("## Met before")
    assert "(5 runs, each with a member of the posterior, from May 2021 on, 3 % of all" in words
    # Published: 22 % in July 2022, 14 % in December 2022, 27 % in July 2021.
    assert "| 2022-07 | 22 % | 22 % | 22 to 23 % | yes |" in part
    assert "| 2022-12 | 14 % | 30 % | 30 to 31 % | no |" in part
    assert "| 2021-07 (less than a year) | 27 % | 10 % | 10 to 11 % | no |" in part
    assert "2022-04" not in part and "2022-11" not in part, "no share of these months was found"
    assert "1,002,722 people not met before in 1,542,685 encounters: 65 %" in words
