"""Whether people are counted in states or followed one by one, by foreseen cost."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from made_case import write_case

from corredor.errors import UsageError
from corredor.flee.case.folder import read_case
from corredor.flee.rules import cost
from corredor.flee.rules.cost import Follow, Followed, Load
from corredor.flee.rules.program import build_program
from corredor.flee.rules.stances import NoRoomForStatesError, TooManyStatesError
from corredor.flee.run import Runs

RULES = "move_rules:\n  awareness_level: 2\n  avoid_short_stints: true\n"


def load(persons: float) -> Load:
    return Load.of(persons, np.zeros(300), persons)


def followed(folder: Path, *, scale: float = 1.0, follow: Follow = "cheaper") -> Followed:
    case = read_case(*write_case(folder, {"simsetting.yml": RULES}))
    program = build_program(case, scale=scale, follow=follow)
    assert (program.space is None) == (program.followed.by == "persons")
    return program.followed


def test_more_people_allow_more_transitions() -> None:
    few, many = load(1e5), load(1e7)
    assert many.most_moves("cheaper") > few.most_moves("cheaper")
    at_most = few.most_moves("cheaper")
    assert few.of_counts(at_most).seconds <= few.of_persons().seconds
    assert few.of_counts(at_most + 2).seconds > few.of_persons().seconds


def test_counts_that_cost_little_are_taken_anyway() -> None:
    nobody = load(0.0)
    assert nobody.of_counts(nobody.most_moves("cheaper")).seconds == pytest.approx(
        cost.LITTLE, rel=1e-3
    )


def test_counts_take_more_memory_only_where_they_are_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cost, "most_in_memory", lambda: 10**9)
    monkeypatch.setattr(cost, "A_PERSON_A_DAY", 1.0)
    crowd = load(1e6)
    assert crowd.most_moves("cheaper") == cost.MOST_UNASKED
    assert crowd.most_moves("counts") == 10**9


@pytest.mark.parametrize("persons", [1.0, 1e5, 1e7, 1e12])
def test_the_choice_does_not_depend_on_the_machine(
    monkeypatch: pytest.MonkeyPatch, persons: float
) -> None:
    ample = load(persons).most_moves("cheaper")
    monkeypatch.setattr(cost, "most_in_memory", lambda: 10)
    assert load(persons).most_moves("cheaper") == ample


def test_what_is_chosen_is_refused_where_it_does_not_fit_and_not_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "most_in_memory", lambda: 10)
    with pytest.raises(NoRoomForStatesError, match="--follow persons"):
        followed(tmp_path / "cheaper")
    assert followed(tmp_path / "persons", follow="persons").by == "persons"


def test_few_are_followed_as_persons_and_many_are_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "LITTLE", 0.0)
    few = followed(tmp_path / "few", scale=0.001)
    many = followed(tmp_path / "many", scale=1000.0)
    assert (few.by, many.by) == ("persons", "counts")
    assert "Counts in states would cost more" in few.why
    assert "Persons one by one:" in many.why


def test_either_can_be_asked_for(tmp_path: Path) -> None:
    for follow in ("counts", "persons"):
        found = followed(tmp_path / follow, follow=follow)  # type: ignore[arg-type]
        assert found.by == follow
        assert found.why.endswith("Asked for.")
    assert followed(tmp_path / "unasked").by == "counts"  # little enough


def test_counts_that_do_not_fit_in_memory_are_refused_when_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cost, "BYTES_A_MOVE", 1e13)
    with pytest.raises(TooManyStatesError, match="follow persons one by one"):
        followed(tmp_path / "counts", follow="counts")
    monkeypatch.setattr(cost, "MOST_UNASKED", 0)
    assert followed(tmp_path / "cheaper").by == "persons"


def test_a_run_cannot_be_told_what_there_is_not() -> None:
    with pytest.raises(UsageError, match="follow: found 'cars'"):
        Runs(follow="cars")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="expected draw splits counts"):
        Runs(draw="expected", follow="persons")
    assert Runs(draw="expected").following == "counts"
