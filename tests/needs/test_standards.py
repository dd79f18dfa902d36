"""Standards are read through their schema; items are rounded up, amounts are not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.errors import InputError
from corredor.needs import amount, load_standards

HEADER = "need,name,per_person,people_per_item,unit,standard,source\n"


def problems(folder: Path, rows: str, header: str = HEADER) -> list[str]:
    path = folder / "mine.csv"
    path.write_text(header + rows)
    with pytest.raises(InputError) as caught:
        load_standards(path)
    return [str(problem) for problem in caught.value.problems]


def test_each_standard_that_ships_has_a_source_and_says_whether_its_page_was_seen() -> None:
    table = load_standards()
    assert (table["source"] != "").all()
    assert set(table["page"]) <= {"page not verified", "none", "118"}
    assert (table.loc[table["page"] == "118", "note"].str.contains("page seen")).all()
    assert (table.loc[table["page"] == "page not verified", "note"] != "").all()
    texts = table[[c for c in table.columns if c.removesuffix("_es") in ("name", "unit")]]
    assert (texts != "").all(axis=None)


@pytest.mark.parametrize(
    ("need", "people", "needed"),
    [
        ("water", 100, 1500),
        ("toilets", 0, 0),
        ("toilets", 20, 1),
        ("toilets", 21, 2),
        ("toilets-at-first", 21, 1),
        ("floor-area", 3, 10.5),
        ("health-staff", 10_000, 23),
        ("health-staff", 20_000, 46),
    ],
)
def test_amounts_by_hand(need: str, people: float, needed: float) -> None:
    standard = load_standards().loc[need].to_dict()
    assert amount(standard, np.array([float(people)]))[0] == pytest.approx(needed)


@given(st.integers(0, 10**6), st.integers(1, 10**5))
def test_items_suffice_and_not_one_too_many(people: int, share: int) -> None:
    standard = {"per_person": np.nan, "people_per_item": float(share)}
    items = int(amount(standard, np.array([float(people)]))[0])
    assert items * share >= people
    assert (items - 1) * share < max(people, 1)


def test_ones_own_standards_fill_in_what_they_leave_out(tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text(HEADER + "blankets,Blankets,2,,blankets,Two blankets a person,our network\n")
    row = load_standards(path).loc["blankets"]
    assert (row["name_es"], row["unit_es"], row["page"]) == (
        "Blankets", "blankets", "page not verified",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("a,A,1,2,x,x,x", "line 2, per_person: found 'both', expected either"),
        ("a,A,,,x,x,x", "line 2, per_person: expected either"),
        ("a,A,0,,x,x,x", "line 2, per_person: found '0', expected a number from 0.0001"),
        ("a,A,,half,x,x,x", "line 2, people_per_item: found 'half', expected a number from 1"),
        ("A b,A,1,,x,x,x", "line 2, need: found 'A b', expected lower-case letters"),
        ("people,A,1,,x,x,x", "line 2, need: found 'people', expected another name"),
        ("a,A,1,,,x,x", "line 2, unit: expected some text"),
        ("a,A,1,,x,x,x\na,B,2,,x,x,x", "line 3, need: found 'a', expected each need once"),
        ("", "expected at least one need"),
    ],
)
def test_wrong_standards_are_explained(tmp_path: Path, row: str, told: str) -> None:
    found = problems(tmp_path, f"{row}\n")
    assert len(found) == 1
    assert "mine.csv" in found[0]
    assert told in found[0]


def test_a_misspelt_column_is_explained(tmp_path: Path) -> None:
    found = problems(tmp_path, "", HEADER.replace("per_person", "per_persn"))
    assert any("Did you mean 'per_person'?" in problem for problem in found)
