"""People seek places of people like them."""

from __future__ import annotations

from pathlib import Path

import pytest
from made_case import made_case

from corredor.engine.run import Replication, simulate
from corredor.errors import InputError
from corredor.flee.rules.program import build_program

WHERE = "A,,Here,0,0,conflict,0,9\nB,,Here,0,0,{},,0\nC,,Here,0,0,{},,0\n"
GROUPS = "{},Default,B,C\none,0.7,1,0\nother,0.3,0,1\n"
COUNT, FLEE = "2020-01-01,50\n", "2020-01-01,100\n2020-01-02,1100\n"


@pytest.mark.parametrize("draw", ["expected", "exact", "individual"])
@pytest.mark.parametrize(
    ("rule", "trait"), [("MatchCampReligion", "religion"), ("MatchCampEthnicity", "ethnicity")]
)
def test_everybody_goes_to_the_camp_of_their_own(
    tmp_path: Path, draw: str, rule: str, trait: str
) -> None:
    """All in B on day 0 are of the one kind, all in C of the other; so are those who come."""
    case = made_case(
        tmp_path, locations=WHERE.format("camp", "camp"), routes="A,B,20,\nA,C,20,\n", b=COUNT,
        c=COUNT, all=FLEE, data_layout="total,all.csv\nB,b.csv\nC,c.csv\n",
        simsetting="spawn_rules:\n  sum_from_camps: false\n"
        f"move_rules:\n  camp_movechance: 0\n  conflict_movechance: 1\n  {rule}: true\n",
        **{f"demographics_{trait}": GROUPS.format(trait)},
    )  # fmt: skip
    raw = simulate([build_program(case)], Replication(draw=draw), check_every_day=True)[0]  # type: ignore[arg-type]
    assert raw.present[0, 1].sum() == pytest.approx(1100)
    assert raw.present[0, 1, 1] == pytest.approx(750, abs=1e-9 if draw == "expected" else 80)


def test_where_nobody_is_like_them_all_places_are_alike(tmp_path: Path) -> None:
    """Nobody is in the two towns on the first day, so no share of them is above 0."""
    case = made_case(
        tmp_path, locations=WHERE.format("town", "town") + "D,,Here,0,0,camp,,0\n",
        routes="A,B,90,\nA,C,290,\n", all=FLEE, data_layout="total,all.csv\nD,c.csv\n",
        c="2020-01-01,0\n", demographics_ethnicity="ethnicity,Default\none,1\n",
        simsetting="spawn_rules:\n  sum_from_camps: false\n"
        "move_rules:\n  conflict_movechance: 1\n  default_movechance: 0.005\n"
        "  max_move_speed: 300\n  MatchTownEthnicity: true\n",
    )  # fmt: skip
    raw = simulate([build_program(case)], Replication(draw="expected"))[0]
    first = raw.present[0, 1]
    assert first[2] == pytest.approx(500, rel=0.01)


def test_a_rule_needs_its_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"demographics_religion\.csv"):
        made_case(tmp_path, simsetting="move_rules:\n  MatchCampReligion: true\n")
