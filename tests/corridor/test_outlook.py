"""What people can expect is the chance that the model gives; they answer to its change alone."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
import xarray as xr
from helpers import Small, total
from hypothesis import given, settings
from hypothesis import strategies as st

from corredor.arrays import Floats
from corredor.corridor import outlook
from corredor.corridor.compile import compile_model
from corredor.corridor.model import Model
from corredor.corridor.outlook import Outlook
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_document import scenario_document, scenario_from
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.steps import Today
from corredor.runs.audit import audit

DAY = dt.date(2023, 4, 1)
SHARE = st.floats(0.0, 0.45)
# Nothing that depends on who else is there, and newcomers on one day alone.
ALONE = """
start = 2023-01-01
end = 2023-06-30
[entry]
factor = { 2023-01-01 = 1, 2023-01-02 = 0 }
answer_horizon_days = 1000
[appointments]
open = 0
[crossing]
walk_up_daily = 0
returned_share = 0.3
removed_share = 0.1
attempt = 0.3
[caravans]
formation = 0
[movement]
cost_per_1000_present = 0
leave_factor = { sur = 1 }
leave = 1
[custody]
days_held = 1
capacity_factor = 100
[settlement]
give_up = { "0" = 0.002, "1" = 0.004, "2+" = 0.01 }
"""


def outlook_of(scenario: Scenario) -> tuple[Outlook, Today]:
    compiled = compile_model(scenario)
    model = Model(compiled.space, compiled.levers, compiled.book)
    stocks = np.zeros((1, compiled.states))
    return Outlook(model), Today(DAY, compiled.levers, stocks, 1.0, lambda chances: chances)


def chances(small: Small, text: str) -> Floats:
    found, today = outlook_of(small.scenario(text))
    return found.chances(today, today.lever("entry.answer_horizon_days"))


def test_it_is_the_share_of_those_who_enter_that_get_to_stay(small: Small) -> None:
    """All journeys end within the run but those of a few; time takes some per cent."""
    data = small.run(ALONE)
    scenario = small.scenario(ALONE)
    expected = chances(small, ALONE)[0, :, :, 0]
    space = compile_model(scenario).space
    for group in ("honduras-adults", "honduras-families", "mexico-adults"):
        entered = data["entries"].sel(group=group).sum(["replicate", "month"])
        g = space.groups.index(group)
        weights = entered.sel(place=list(space.places)).to_numpy()
        wanted = float((weights * expected[:, g]).sum() / weights.sum())
        stayed = sum(total(data, flow, group=group) for flow in ("encounters_released", "evasions"))
        assert 0.92 < wanted / (stayed / float(entered.sum())) < 1.01, group


@settings(max_examples=8, deadline=None)
@given(returned=SHARE, removed=SHARE, more=st.floats(0.0, 0.1), evasion=SHARE)
def test_it_is_a_chance_that_falls_with_every_way_to_end_elsewhere(
    small: Small, returned: float, removed: float, more: float, evasion: float
) -> None:
    text = "[crossing]\nreturned_share = {:.4f}\nremoved_share = {:.4f}\nevasion = {:.4f}"
    before = chances(small, text.format(returned, removed, evasion))
    removals = chances(small, text.format(returned, removed + more, evasion))
    leaving = f'[settlement]\ngive_up = {{ "0" = {more:.4f} }}'
    sooner = chances(small, f"{text.format(returned, removed, evasion)}\n{leaving}")
    least = chances(small, f'[settlement]\ngive_up = {{ "0" = 0 }}\n'
                           f"{text.format(returned, removed, evasion)}")  # fmt: skip
    assert (before >= 0).all()
    assert (before <= 1).all()
    assert (removals <= before + 1e-12).all()
    assert (sooner <= least + 1e-12).all()


def answering(small: Small, answer: float, returned: float = 0.8, **options: object) -> xr.Dataset:
    text = f"[crossing]\nreturned_share = {{ 2023-02-01 = {returned} }}\n"
    return small.run(f"{text}[entry]\nanswer = {answer}\n", **options)


def test_who_enters_is_the_same_in_every_bit_where_nothing_changes(small: Small) -> None:
    both = "[entry]\nanswer = 2\nanswer_horizon_days = 60\n[settlement]\nanswer = 1"
    for draw in ("exact", "expected"):
        before = small.run(draw=draw, replicates=2, parameters="prior")
        after = small.run(both, draw=draw, replicates=2, parameters="prior")
        for name in before.data_vars:
            np.testing.assert_array_equal(before[name].values, after[name].values, str(name))


@pytest.mark.slow
def test_people_stay_at_home_a_month_after_the_border_closes_the_more_they_answer(
    small: Small,
) -> None:
    entered = [
        answering(small, answer)["entries"].sum(["replicate", "place", "group"]).to_numpy()
        for answer in (0.0, 0.5, 1.0, 2.0)
    ]
    none = small.run()["entries"].sum(["replicate", "place", "group"]).to_numpy()
    np.testing.assert_array_equal(entered[0], none)
    for less, more in zip(entered[1:], entered, strict=False):
        assert less[0] == more[0]  # in February nobody has heard of it
        assert (less[2:] < more[2:]).all()


@pytest.mark.slow
def test_without_a_lag_they_answer_at_once(small: Small) -> None:
    text = "[crossing]\nreturned_share = { 2023-02-01 = 0.8 }\n[entry]\nanswer = 1\n"
    at_once = small.run(f"{text}answer_lag_days = 0")
    assert total(at_once, "entries") < total(small.run(text), "entries")


def test_people_go_home_the_sooner_the_less_they_can_expect(small: Small) -> None:
    text = "[crossing]\nreturned_share = {{ 2023-02-01 = 0.8 }}\n[settlement]\nanswer = {}"
    gone = [total(small.run(text.format(answer)), "gave_up") for answer in (0, 0.5, 1)]
    assert gone[0] < gone[1] < gone[2]


def test_a_better_outlook_draws_people(small: Small) -> None:
    text = "[interdiction.tempo]\nsouth = {{ 2023-02-01 = 0 }}\n[entry]\nanswer = {}"
    entered = [total(small.run(text.format(answer)), "entries") for answer in (0, 1)]
    assert entered[0] < entered[1]


def test_asylum_is_expected_to_be_shut_where_a_threshold_is_set(small: Small) -> None:
    assert (chances(small, "[shutdown]\nthreshold = 2500") <= chances(small, "") + 1e-12).all()


def test_the_reference_is_the_last_base_also_through_others(small: Small) -> None:
    path = small.write("[crossing]\nreturned_share = { 2023-02-01 = 0.8 }", "closed")
    above = small.folder / "above.toml"
    above.write_text(f'title = "t"\nbase = "{path.stem}"\n[entry]\nanswer = 1')
    scenario = load_scenario(above)
    assert scenario.answers
    assert scenario.reference is not None
    assert scenario.reference.name == "small"
    found, today = outlook_of(scenario)
    assert (found(today, DAY) <= 1).all()
    assert (found(today, DAY) < 1).any()
    assert (found(today, dt.date(2023, 1, 15)) == 1).all()
    still = load_scenario(path)
    assert not still.answers
    assert still.levers().reference is None


def test_a_document_keeps_the_reference_and_the_hash(small: Small) -> None:
    scenario = small.scenario("[crossing]\nreturned_share = 0.5\n[entry]\nanswer = 1")
    again = scenario_from(scenario_document(scenario), scenario.world)
    assert again.hash == scenario.hash
    assert again.levers().reference is not None
    other = scenario.but(reference=small.scenario("[crossing]\nreturned_share = 0.1"))
    assert other.hash != scenario.hash


@pytest.mark.slow
def test_a_replicate_has_the_same_bits_in_any_batch(small: Small) -> None:
    """Sums over links must not depend on how many replicates are added up together."""
    options: dict[str, object] = {"draw": "exact", "parameters": "prior"}
    together = answering(small, 1.5, replicates=7, **options)
    alone = answering(small, 1.5, replicates=2, **options)
    for name in ("entries", "encounters", "gave_up"):
        np.testing.assert_array_equal(together[name].values[:2], alone[name].values, name)


@pytest.mark.parametrize("draw", ["exact", pytest.param("individual", marks=pytest.mark.slow)])
def test_every_draw_answers_alike(small: Small, draw: str) -> None:
    runs = 30
    mean = total(answering(small, 1.0), "entries")
    seen = total(answering(small, 1.0, draw=draw, replicates=runs), "entries")
    assert abs(seen - mean) < 5 * np.sqrt(mean / runs)


def test_the_audit_says_where_there_is_nothing_to_answer_to(small: Small) -> None:
    def without_effect(text: str) -> list[str]:
        notes = audit(small.model(text), [], "fixed")
        return [lever for n in notes if n.kind == "without_effect" for lever in n.about["levers"]]

    answer = "[entry]\nanswer = { 2023-02-01 = 1 }"
    assert without_effect(answer) == ["entry.answer.default"]
    assert not without_effect(f"[crossing]\nreturned_share = {{ 2023-02-01 = 0.8 }}\n{answer}")
    assert not without_effect(f'hold = {{ "interdiction.tempo" = 2023-02-28 }}\n{answer}')


def test_it_is_solved_again_only_when_a_lever_changes(small: Small) -> None:
    text = "[crossing]\nreturned_share = { 2023-02-15 = 0.8 }\n[entry]\nanswer = 1\n"
    found, today = outlook_of(small.scenario(text))
    before, after = found(today, dt.date(2023, 2, 14)), found(today, dt.date(2023, 2, 15))
    assert (after < before).any()
    assert found(today, dt.date(2023, 2, 16)) is after


@pytest.mark.parametrize("onward", ["true", "false"])
@pytest.mark.parametrize("detains", [True, False])
def test_sparse_factors_give_what_the_whole_matrices_give(
    small: Small, monkeypatch: pytest.MonkeyPatch, detains: bool, onward: str
) -> None:
    tempo = "" if detains else "[interdiction.tempo]\nsouth = 0\ncentre = 0\nnorth = 0\n"
    found, today = outlook_of(small.scenario(f"{tempo}[movement]\nonward_only = {onward}"))
    horizons = np.array([[30.0], [300.0]])
    whole = found.chances(today, horizons)
    monkeypatch.setattr(outlook, "WHOLE_UP_TO", 0)
    sparse = found.chances(today, horizons)
    assert sparse.shape == whole.shape == (2, 8, 4, 3)
    np.testing.assert_allclose(sparse, whole, rtol=1e-10)
    assert (whole[1] > whole[0]).any()
