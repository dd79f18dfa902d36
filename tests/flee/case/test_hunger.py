"""Hunger by region, from a table with some days."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_case import made_case

from corredor.errors import InputError
from corredor.flee.case.hunger import read_hunger

STARVING = "move_rules:\n  flee_when_starving: true\n"


def test_a_line_is_drawn_between_two_days(tmp_path: Path) -> None:
    path = tmp_path / "ipc.csv"
    path.write_text("#Day,north,south\n0,10,0\n2,30,100\n")
    found = read_hunger(path, ["south", "north", "north"], 3)
    assert found == pytest.approx(np.array([[0, 0.1, 0.1], [0.5, 0.2, 0.2], [1, 0.3, 0.3]]))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected a header such as #Day,Region"),
        ("#Day,north\n0,1\n9,1\n", "line 1: found '#Day,north', expected a column for the region"),
        ("#Day,north,south\n0,1,1\n5,1,1\n", "#Day: found '0 to 5', expected days from 0 to 9"),
        ("#Day,north,south\n0,1,1\n0,1,1\n", "line 3, #Day: found 0, expected a day after"),
        ("#Day,north,south\n0,1,x\n9,1,1\n", "line 2, south: found 'x'"),
        ("#Day,north,south\n0,1,101\n9,1,1\n", "line 2, south: found '101', expected a percentage"),
        ("#Day,north,south\n0,1\n9,1,1\n", "line 2: found '2 cells'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        made_case(tmp_path, region_attributes_IPC=text, simsetting=STARVING)
    assert told in str(caught.value)


def test_a_rule_needs_the_file_and_the_file_a_rule(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"region_attributes_IPC\.csv"):
        made_case(tmp_path / "a", simsetting=STARVING)
    case = made_case(tmp_path / "b", region_attributes_IPC="#Day\n")
    assert [note for note in case.notes if "only with rules about hunger" in note]
