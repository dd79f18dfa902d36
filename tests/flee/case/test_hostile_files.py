"""Files made to take long or to break a reader get one clear error, soon."""

# ruff: noqa: E501 - a file stands on one line

from __future__ import annotations

import time
from pathlib import Path

import pytest
from made_case import LOCATIONS, ROUTES, write_case

from corredor.errors import InputError
from corredor.flee.case.folder import read_case
from corredor.flee.case.tolerance import reading

SECONDS = 5.0  # of the processor; a tenth of a second is usual
NINES = "9" * 4000
LAUGHS = "a0: &a0 [ha, ha]\n" + "".join(
    f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 10)
)


@pytest.mark.parametrize(
    ("file", "text", "told"),
    [
        ("simsetting.yml", LAUGHS, "line 2: expected settings in YAML (without aliases"),
        ("simsetting.yml", "move_rules:\n  max_move_speed: &x 3\n  softening: *x\n", "line 3: expected settings in YAML (without aliases"),
        ("simsetting.yml", "a: &a [*a]\n", "line 1: expected settings in YAML (without aliases"),
        ("simsetting.yml", "move_rules: " + "[" * 40_000, "expected settings that are not nested so deep"),
        ("simsetting.yml", "- " * 40_000, "expected settings that are not nested so deep"),
        ("simsetting.yml", "move_rules:\n  softening: " + "[" * 200 + "]" * 200, "line 2, move_rules.softening: found '[["),
        ("simsetting.yml", f"optimisations:\n  hasten: {NINES}\n", "line 2, optimisations.hasten: found '999"),
        ("simsetting.yml", "optimisations:\n  hasten: 0x" + "f" * 50_000, "found 'a value that is too long to show'"),
        ("simsetting.yml", "optimisations:\n  hasten: !!int ''\n", "hasten: found 'something that YAML cannot read"),
        ("simsetting.yml", "move_rules:\n  start_on_foot: !!bool x\n", "start_on_foot: found 'something that YAML cannot read"),
        ("simsetting.yml", "move_rules:\n  start_on_foot: !!timestamp x\n", "start_on_foot: found 'something that YAML cannot read"),
        ("simsetting.yml", "".join(f"speed{i}: 1\n" for i in range(5000)), "line 20: found 'speed19'"),
        ("simsetting.yml", "#" * 200_000, "expected settings of no more than 100,000 bytes"),
        ("locations.csv", LOCATIONS.replace("town,,", f"town,,{NINES}"), "line 3, pop/cap: found '999"),
        ("routes.csv", ROUTES.replace("100", NINES), "line 2, distance: found '999"),
        ("routes.csv", "".join(f"A{i},B,100,\n" for i in range(20_000)), "line 20, name1: found 'A19'"),
        ("routes.csv", "A," + "B" * 200_000 + ",3,\n", "expected a table in CSV (field larger"),
        ("data_layout.csv", "total,a\0b.csv\n", "line 1: expected text in UTF-8; there is a byte 0"),
        ("closures.csv", f"#type\nlocation,A,-,{NINES},3\n", "line 2, closure_start: found '999"),
        ("conflicts.csv", f"#Day,A\n0,{NINES}\n" + "0,1\n" * 9, "line 2, A: found '999"),
        ("sim_period.csv", f"StartDate,2020-01-01\nLength,{NINES}\n", "line 2, value: found '999"),
        ("c.csv", f"2020-01-01,{NINES}\n", "line 1, count: found '999"),
        ("c.csv", f"{NINES}-01-01,3\n", "line 1, date: found '999"),
        ("registration_corrections.csv", f"{NINES},2020-01-10\n", "line 1, camp: found '999"),
        ("demographics_age.csv", f"age,Default\n{NINES},3\n", "line 2, age: found '999"),
    ],
)  # fmt: skip
def test_it_is_refused_soon_and_in_few_words(
    tmp_path: Path, file: str, text: str, told: str
) -> None:
    settings = "move_rules:\n  ElderlyAvoidHazards: true\n" if "age" in file else ""
    folders = write_case(tmp_path, {"simsetting.yml": settings, file: text})
    before = time.process_time()
    with pytest.raises(InputError) as caught, reading(strict=True):
        read_case(*folders)
    assert time.process_time() - before < SECONDS
    message = str(caught.value).replace(str(tmp_path), "")
    assert file in message
    assert told in message
    assert len(str(caught.value)) < 500 * 20
