"""The lockstep debugger finds the first day, step and state in which two runs part."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from helpers import Small
from small_programs import delay_line

from corredor.engine.run import simulate
from corredor.errors import UsageError
from corredor.runs.lockstep import Journal, Side, keep_journal, lockstep


def test_two_equal_runs_never_part(small: Small) -> None:
    scenario = small.scenario()
    assert lockstep(Side(scenario), Side(scenario), until=40) is None


def test_a_link_that_nobody_can_use_changes_no_bit(small: Small) -> None:
    """Nobody is in the centre before the first have come there: closing its roads is idle."""
    idle = small.scenario("[movement.leave_factor]\nvalle = 0.0\nsur = 0.15")
    open_ = small.scenario("[movement.leave_factor]\nvalle = 1.0\nsur = 0.15")
    parting = lockstep(Side(open_), Side(idle))
    assert parting is not None
    assert (parting.process, parting.step) == ("movement", "leave")
    assert "valle" in parting.state


def test_a_lever_of_later_parts_the_runs_on_its_day(small: Small) -> None:
    other = small.scenario("[interdiction.tempo]\nsouth = { 2023-02-20 = 0.5 }")
    parting = lockstep(Side(small.scenario()), Side(other))
    assert parting is not None
    assert (parting.day, parting.process) == (dt.date(2023, 2, 20), "interdiction")
    assert str(parting).startswith("2023-02-20, interdiction, stop people alone: ")


def test_one_more_person_changes_the_path_of_their_group_only(small: Small) -> None:
    """Without queues, caravans and crowds nobody's chances depend on others."""
    text = (
        "[caravans]\nminimum = 1000000\n[appointments]\nopen = 0\n[crossing]\nwalk_up_daily = 0\n"
        "[movement]\ncost_per_1000_present = 0\n[custody]\ncapacity_factor = 100"
    )
    model = small.model(text)
    family = model.space.groups.index("honduras-families")
    start = model.space["at"][model.space.places.index("sur"), :, 0]
    one = np.zeros(model.states, np.int64)
    one[start[start >= 0]] = 50
    more = one.copy()
    more[start[family]] += 1
    first, second = (dataclasses.replace(model, initial=people) for people in (one, more))
    parting = lockstep(Side(first), Side(second))
    assert parting is not None
    assert parting.states == (parting.state,)
    assert parting.state.endswith("honduras-families 0")
    for days in (6, 40, 80):
        end = model.begin + dt.timedelta(days)
        one_run, more_run = (
            simulate([dataclasses.replace(program, keep=model.begin, end=end)])[0].final
            for program in (first, second)
        )
        differs = np.flatnonzero((one_run != more_run).any(axis=0))
        assert set(model.space.table["group"].to_numpy()[differs]) == {family}


def test_draws_agree_in_their_means_and_a_wrong_one_is_caught(small: Small) -> None:
    text = "[caravans]\nminimum = 1000000\n[appointments]\nopen = 0"
    scenario = small.scenario(text)
    exact = Side(scenario, replicates=60)
    assert lockstep(Side(scenario, "expected"), exact, until=60) is None
    assert lockstep(Side(scenario, "individual", replicates=20), exact, until=60) is None
    wrong = small.scenario(text + "\n[movement.leave_factor]\nsur = 0.25")
    parting = lockstep(Side(wrong, "expected"), exact, until=60)
    assert parting is not None and parting.step == "leave"


def test_a_journal_stands_in_for_a_run_of_another_version(small: Small, tmp_path: Path) -> None:
    journal = tmp_path / "before.npz"
    keep_journal(Side(small.scenario()), journal, days=12)
    assert lockstep(Journal(journal), Side(small.scenario())) is None
    other = small.scenario("[interdiction.tempo]\nsouth = { 2023-01-06 = 0.9 }")
    parting = lockstep(Journal(journal), Side(other))
    assert parting == lockstep(Side(small.scenario()), Side(other))
    assert parting is not None and parting.day == dt.date(2023, 1, 6)


def test_a_file_that_is_no_journal_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.npz").write_text("nothing")
    with pytest.raises(UsageError, match="holds no journal"):
        Journal(tmp_path / "a.npz")


def test_runs_of_different_states_cannot_be_compared() -> None:
    with pytest.raises(UsageError, match="different states"):
        lockstep(Side(delay_line(5, [0.5], 3)), Side(delay_line(5, [0.5, 0.5], 3)))
