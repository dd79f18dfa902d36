"""People of some ages and sexes weigh danger more, or not at all."""

# ruff: noqa: E501 - maps and settings stand on one line

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers import fit
from made_case import made_case, write_case

from corredor.engine.run import Replication, simulate
from corredor.errors import InputError
from corredor.flee.case.folder import read_case
from corredor.flee.case.tolerance import reading
from corredor.flee.rules.program import build_program

LEAST_P = 1e-4  # of a right test to fail, each
THOUSAND = "2020-01-01,0\n2020-01-02,1000\n"
WHERE = "A,,Here,0,0,conflict,0,9\nB,,There,0,0,camp,,0\nC,,Here,0,0,camp,,0\n"
AGES = "age,Default,B\n12,30,0\n16,30,0\n40,30,0\n70,10,5\n"
SEXES = "gender,Default\nfemale,1\nmale,1\n"
RULES = "move_rules:\n  max_move_speed: 200\n  conflict_weight: 0\n  camp_movechance: 0\n  foreign_weight: 0.5\n"
PLAIN, CAREFUL, DARING = 1 / 3, 1 / 5, 1 / 2  # of each kind, those who choose B over C


@pytest.mark.parametrize("draw", ["exact", "expected", "individual"])
@pytest.mark.parametrize(
    ("rules", "careful", "daring"),
    [
        ("ChildrenAvoidHazards", 0.6, 0.0),
        ("ElderlyAvoidHazards", 0.1, 0.0),
        ("WomenAvoidHazards", 0.5, 0.0),
        ("BoysTakeRisk", 0.0, 0.0),
        ("ElderlyAvoidHazards BoysTakeRisk", 0.1, 0.0),
        ("ChildrenAvoidHazards BoysTakeRisk", 0.3 + 0.15, 0.35),
        ("ChildrenAvoidHazards BoysTakeRisk WomenAvoidHazards", 0.5 + 0.15, 0.35),
        ("ChildrenAvoidHazards BoysTakeRisk ElderlyAvoidHazards", 0.45 + 0.05, 0.35),
        ("ElderlyAvoidHazards WomenAvoidHazards", 0.55, 0.0),
    ],
)
def test_some_weigh_danger_more(
    tmp_path: Path, draw: str, rules: str, careful: float, daring: float
) -> None:
    lines = "".join(f"  {rule}: true\n" for rule in rules.split())
    case = made_case(
        tmp_path, locations=WHERE, routes="A,B,10,\nA,C,10,\n", c=THOUSAND, all=THOUSAND,
        data_layout="total,all.csv\nC,c.csv\nB,empty.csv\n", empty="2020-01-01,0\n",
        demographics_age=AGES, demographics_gender=SEXES, simsetting=RULES + lines,
    )  # fmt: skip
    program = build_program(case)
    final = simulate(
        [program], Replication(draw=draw, replicates=range(20)), check_every_day=True
    )[
        0
    ].present[  # type: ignore[arg-type]
        :, 1, 1:
    ]
    share = (1 - careful - daring) * PLAIN + careful * CAREFUL + daring * DARING
    assert final.sum(axis=1) == pytest.approx([1000] * len(final))
    if draw == "expected":
        assert final[0, 0] == pytest.approx(1000 * share)
    else:
        assert fit(final.sum(axis=0), np.array([share, 1 - share])) > LEAST_P
        if abs(share - PLAIN) > 0.02:
            assert fit(final.sum(axis=0), np.array([PLAIN, 1 - PLAIN])) < LEAST_P


def test_people_of_the_first_day_have_an_age_too(tmp_path: Path) -> None:
    """All who come from B are old, so they leave it for C more often than by the default."""
    there = "2020-01-01,1000\n"
    found = {}
    for ages in (AGES, AGES.replace(",B", ",C")):
        case = made_case(
            tmp_path, locations=WHERE, routes="A,B,150,\nB,C,150,\n", b=there, c="2020-01-01,0\n",
            all=there, data_layout="total,all.csv\nC,c.csv\nB,b.csv\n", demographics_age=ages,
            demographics_gender=SEXES,
            simsetting=RULES.replace("conflict_weight: 0", "conflict_weight: 0.5").replace("chance: 0", "chance: 0.1")
            + "  ElderlyAvoidHazards: true\n",
        )  # fmt: skip
        found[ages] = simulate([build_program(case)], Replication(draw="expected"))[0].present[0, 0]
    # A has 0.5 and C has 1, equally far: 1 to 2 for the plain, 1 to 4 for the careful
    first, second = found.values()
    assert first.sum() == pytest.approx(1000)
    assert first[2] > second[2]


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        (
            "demographics_age.csv",
            "age,Default\n-1,3\n",
            "line 2, age: found '-1', expected a number from 0",
        ),
        (
            "demographics_age.csv",
            "years,Default\n1,3\n",
            "expected a header that begins age,Default",
        ),
        (
            "demographics_age.csv",
            "age,Default,Nowhere\n1,3,3\n",
            "Nowhere: found 'Nowhere', expected Default, or a place",
        ),
        (
            "demographics_age.csv",
            "age,Default,A\n1,3,0\n",
            "A: found 0.0, expected a weight above 0",
        ),
        (
            "demographics_age.csv",
            "age,Default,A\n1,3\n",
            "line 2: found '2 cells', expected 3 cells",
        ),
        (
            "demographics_age.csv",
            "age,Default\n1,x\n",
            "line 2, Default: found 'x', expected a number",
        ),
        (
            "demographics_gender.csv",
            "gender,Default\nf,1\n",
            "line 2, gender: found 'f', expected female or male",
        ),
        ("demographics_gender.csv", "", "expected a header such as gender,Default"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    rules = RULES + "  BoysTakeRisk: true\n  ChildrenAvoidHazards: true\n"
    files = {"demographics_age.csv": AGES.replace(",B", ",C"), "demographics_gender.csv": SEXES,
             "simsetting.yml": rules, file: text}  # fmt: skip
    with pytest.raises(InputError) as caught, reading(strict=True):
        read_case(*write_case(tmp_path, files))
    assert file in str(caught.value)
    assert told in str(caught.value)


def test_the_rule_about_boys_alone_has_no_effect_and_a_note_says_so(tmp_path: Path) -> None:
    boys, both = (
        read_case(*write_case(tmp_path / name, {
            "simsetting.yml": RULES + f"  BoysTakeRisk: true\n{more}",
            "demographics_age.csv": AGES.replace(",B", ",C"), "demographics_gender.csv": SEXES,
        }))
        for name, more in (("boys", ""), ("both", "  ChildrenAvoidHazards: true\n"))
    )  # fmt: skip
    assert [note for note in boys.notes if "BoysTakeRisk: no effect without" in note]
    assert not [note for note in both.notes if "BoysTakeRisk" in note]
    assert (boys.classes.kinds, len(both.classes.kinds)) == (("plain",), 3)


def test_a_rule_without_its_file_and_a_file_without_its_rule(tmp_path: Path) -> None:
    rules = RULES + "  ElderlyAvoidHazards: true\n"
    with pytest.raises(InputError, match=r"demographics_age\.csv"):
        read_case(*write_case(tmp_path / "one", {"simsetting.yml": rules}))
    files = {"simsetting.yml": rules, "demographics_age.csv": AGES.replace(",B", ",C"),
             "demographics_gender.csv": SEXES}  # fmt: skip
    case = read_case(*write_case(tmp_path / "two", files))
    assert [note for note in case.notes if "demographics_gender.csv: not used" in note]
    assert not [note for note in case.notes if "demographics_age.csv" in note]
