"""People who are there from the start, from agents.csv."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_case import made_case

from corredor.errors import InputError
from corredor.flee.case.tolerance import reading

RULES = "spawn_rules:\n  read_from_agents_csv_file: true\n"
CHILDREN = RULES + "move_rules:\n  ChildrenAvoidHazards: true\n"
AGES = "age,Default\n30,1\n"


def test_people_are_counted_by_place_and_class(tmp_path: Path) -> None:
    case = made_case(tmp_path / "one", agents="location,age\nA,12\nA,30\nB,12\n", simsetting=RULES)
    assert case.classes.first.tolist() == [[2, 1, 0]]
    case = made_case(tmp_path / "two", agents="location,age\nA,12\nA,30\nB,12\n",
                     simsetting=CHILDREN, demographics_age=AGES)  # fmt: skip
    assert case.classes.kinds == ("plain", "careful")
    assert case.classes.first.tolist() == [[1, 0, 0], [1, 1, 0]]
    assert case.classes.share[1].tolist() == [0, 0, 0]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "a header that begins with location"),
        ("place\nA\n", "a header that begins with location"),
        ("location,age\nX,3\n", "line 2, location: found 'X'"),
        ("location,age\nA,old\n", "line 2, age: found 'old'"),
        ("location\nA\n", "a column age: a rule about age is on"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught, reading(strict=True):
        made_case(tmp_path, agents=text, simsetting=CHILDREN, demographics_age=AGES)
    assert told in str(caught.value)


def test_the_file_without_its_rule_is_noted(tmp_path: Path) -> None:
    case = made_case(tmp_path, agents="location\nA\n")
    assert [note for note in case.notes if "agents.csv: not used" in note]
    assert not case.classes.first.any()
