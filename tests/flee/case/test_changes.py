"""Places whose type changes, from location_changes.csv."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_case import made_case

from corredor.errors import InputError
from corredor.flee.case.changes import Change
from corredor.flee.case.tolerance import reading


def test_changes_are_read_in_order(tmp_path: Path) -> None:
    case = made_case(tmp_path, location_changes="#name,type,day\nB,idp_camp,3\nC,town,0\n")
    assert case.changes == (Change("B", "idp camp", 3), Change("C", "town", 0))
    assert [note for note in case.notes if "location_changes.csv: Flee reads it from" in note]


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("X,camp,3", "line 1, name: found 'X', expected a place"),
        ("B,castle,3", "line 1, new_type: found 'castle'"),
        ("B,marker,3", "line 1, new_type: found 'marker', expected another type"),
        ("B,camp,soon", "line 1, day: found 'soon'"),
        ("B,camp", "line 1: found '2 cells'"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, row: str, told: str) -> None:
    with pytest.raises(InputError) as caught, reading(strict=True):
        made_case(tmp_path, location_changes=row + "\n")
    assert told in str(caught.value)
