"""Tuning a Flee case: a twin whose settings are known, and the honesty of the table."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from made_case import write_case
from typer.testing import CliRunner

from corredor.cli import app
from corredor.errors import OutputError, UsageError
from corredor.flee.case.folder import Case, read_case
from corredor.flee.case.settings import known_keys
from corredor.flee.tune.files import read_given
from corredor.flee.tune.tune import run_expected, tune, widened
from corredor.flee.tune.tuned import Tuned
from corredor.flee.tune.unknowns import tunables, values, with_values

DAYS = 90
LOCATIONS = """#name,region,country,x,y,location_type,conflict_date,pop/cap
A,north,Here,1,2,conflict_zone,0,1000
B,north,Here,1.5,2,town,,
C,south,There,2,2,camp,,0
D,north,Here,3,2,camp,,0
"""
ROUTES = "#name1,name2,distance\nA,B,100\nB,C,500\nB,D,200\n"
SETTINGS = "spawn_rules:\n  sum_from_camps: false\nmove_rules:\n  max_move_speed: 200\n"
TRUE = {"default_movechance": 0.1, "conflict_movechance": 0.3, "camp_movechance": 0.02}


def series(people: np.ndarray) -> str:
    first = dt.date(2020, 1, 1)
    return "".join(f"{first + dt.timedelta(i)},{n}\n" for i, n in enumerate(people.round()))


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a case whose record was made by the rules under the settings in ``TRUE``."""
    folder = tmp_path_factory.mktemp("twin")
    total = np.linspace(0, 90_000, DAYS)
    files = {
        "locations.csv": LOCATIONS, "routes.csv": ROUTES, "simsetting.yml": SETTINGS,
        "sim_period.csv": f"StartDate,2020-01-01\nLength,{DAYS}\n",
        "conflicts.csv": "#Day,A\n" + "".join(f"{day},1\n" for day in range(DAYS)),
        "data_layout.csv": "total,all.csv\nC,c.csv\nD,d.csv\n", "all.csv": series(total),
        "c.csv": series(0 * total), "d.csv": series(0 * total),
    }  # fmt: skip
    case = read_case(*write_case(folder, files))
    camps = run_expected(replace(case, settings=replace(case.settings, **TRUE)))
    return write_case(folder, {**files, "c.csv": series(camps[:, 0]), "d.csv": series(camps[:, 1])})


@pytest.fixture(scope="module")
def case(folders: tuple[Path, Path]) -> Case:
    return read_case(*folders)


@pytest.fixture(scope="module")
def tuned(case: Case) -> Tuned:
    return tune(case, members=30, iterations=3, seed=4)


def test_tuning_finds_its_way_back_to_a_record_that_the_rules_made(tuned: Tuned) -> None:
    scores = tuned.scores()
    assert tuned.half == DAYS // 2
    for half in ("first half", "second half"):
        assert scores["tuned"][half] < 0.3 * scores["as given"][half]
    assert tuned.misfits[-1] < 0.5 * tuned.misfits[0]
    assert "tuning helped" in tuned.verdict()
    assert scores["forecast"]["second half"] < 0.1
    inside, _, of_all = tuned.inside()
    assert of_all == DAYS  # the second half of the days of two camps
    assert inside > 0.8 * of_all


def test_the_verdict_says_so_where_tuning_loses(tuned: Tuned) -> None:
    worse = replace(tuned, tuned=np.zeros_like(tuned.tuned), as_given=0.9 * tuned.counted)
    assert "did not help: 1.000 against 0.100 (+900 %)" in worse.verdict()
    alike = np.tile([0.25, 0.75], (DAYS, 1)) * 1000
    still = replace(
        worse, counted=alike, counts=replace(tuned.counts, by_day=alike), as_given=0.9 * alike,
        tuned=0.8 * alike,
    )  # fmt: skip
    assert still.scores()["unmoved"]["second half"] == 0
    assert "Both lose to no model at all" in still.verdict()
    assert "does no better than no model" in still.verdict()


def test_the_second_half_is_not_looked_at(case: Case, tuned: Tuned) -> None:
    changed = {}
    for name, counts in case.record.counts.items():
        later = counts.days >= DAYS // 2
        changed[name] = replace(counts, people=np.where(later, 7.0, counts.people))
    other = replace(case, record=replace(case.record, counts=changed))
    again = tune(other, members=30, iterations=3, seed=4)
    assert np.array_equal(again.members, tuned.members)
    assert np.array_equal(again.nearest, tuned.nearest)
    assert np.array_equal(again.counts.by_day, tuned.counts.by_day)
    assert again.scores() != tuned.scores()


def test_a_seed_gives_the_same_members_and_another_seed_others(case: Case) -> None:
    first, again, other = (tune(case, members=10, iterations=1, seed=s).members for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@given(st.lists(st.floats(-8, 8), min_size=len(tunables()), max_size=len(tunables())))
def test_values_stay_in_their_ranges_and_are_settings_of_flee(normal: list[float]) -> None:
    found = values(np.array(normal))
    for tunable in tunables():
        assert tunable.low <= found[tunable.key] <= tunable.high * (1 + 1e-12)
        key = known_keys()[f"move_rules.{tunable.key}"]
        assert key.minimum <= tunable.low < tunable.high <= key.maximum
        assert tunable.reason.startswith("assumption: ")


def test_spread_that_chance_took_is_given_back() -> None:
    random = np.random.default_rng(1)
    normal, silent = 0.5 * random.standard_normal((3, 40)), random.standard_normal((50, 40))
    wide = widened(normal, 0.5 * silent / silent.std(axis=1, keepdims=True))
    assert np.allclose(wide.mean(axis=1), normal.mean(axis=1))
    assert np.allclose(wide.std(axis=1), 2 * normal.std(axis=1), rtol=0.1)
    assert np.allclose(widened(normal, 2 * silent), normal)  # never made narrower


def test_a_case_under_other_settings_keeps_everything_else(case: Case) -> None:
    other = with_values(case, np.zeros(len(tunables())))
    assert other.settings.default_movechance == pytest.approx(0.5)
    assert other.settings.softening == case.settings.softening
    assert other.locations is case.locations


@pytest.mark.parametrize(
    ("options", "told"),
    [({"members": 9}, "members: found 9"), ({"iterations": 0}, "iterations: found 0")],
)
def test_requests_that_make_no_sense(case: Case, options: dict[str, int], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        tune(case, **options)


def test_too_few_days_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="has 10 days"):
        tune(read_case(*write_case(tmp_path)))


def test_the_rules_of_flee_1_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "simsetting.yml"
    path.write_text("move_rules:\n  use_v1_rules: true\n")
    with pytest.raises(UsageError, match="use_v1_rules"):
        read_given(path)


def test_the_command_writes_settings_that_are_read_again(
    folders: tuple[Path, Path], tmp_path: Path
) -> None:
    out, table = tmp_path / "tuned.yml", tmp_path / "members.csv"
    command = ["flee", "calibrate", str(folders[0]), "--validation", str(folders[1]), "--members",
               "10", "--iterations", "1", "--out", str(out), "--members-out", str(table), "--json"]  # fmt: skip # noqa: E501
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    found = json.loads(done.stdout)
    written = yaml.safe_load(out.read_text())
    assert written["spawn_rules"] == {"sum_from_camps": False}
    read = read_case(*folders, out).settings
    for row in found["settings"]:
        assert getattr(read, row["key"]) == pytest.approx(row["tuned"], rel=1e-5)
    members = pd.read_csv(table)
    assert len(members) == 10
    assert members["difference_second_half"].mean() == pytest.approx(
        found["scores"]["mean of members"]["second half"]
    )
    assert isinstance(CliRunner().invoke(app, command).exception, OutputError)
    shown = CliRunner().invoke(app, command[:9])
    assert shown.exit_code == 0
    assert found["verdict"].split(":")[0] in shown.stdout.replace("\n", " ")
