"""At sea people are stopped, brought back or lost by their shares, and nobody vanishes."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from helpers import Small, total
from hypothesis import given, settings
from hypothesis import strategies as st
from made_sea import write_shores

from corredor.corridor.compile import compile_model
from corredor.corridor.states import coast_left

GONE = ("died", "released", "evaded", "removed", "deported", "settled", "went_home", "at_port")


@pytest.fixture(scope="module")
def shores(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return write_shores(tmp_path_factory.mktemp("shores"))


def everybody(data: xr.Dataset) -> np.ndarray:
    here = data["present"].isel(day=-1).sum(["status", "place"])
    return np.asarray(here + data["left"].sum(["outcome", "group"]))


def test_all_who_entered_are_here_or_have_left_and_the_dead_are_told_apart(shores: Small) -> None:
    data = shores.run(draw="exact", replicates=3)
    entered = data["entries"].sum(["month", "place", "group"]).to_numpy()
    assert everybody(data).tolist() == entered.tolist()
    died = data["left"].sel(outcome="died").sum("group")
    assert (died == data["deaths_at_sea"].sum(["month", "place", "group"])).all()
    assert (died > 0).all()
    assert set(data["outcome"].values.tolist()) == set(GONE)


@settings(max_examples=8)
@given(st.floats(0, 1), st.floats(0, 1))
def test_whatever_the_shares_nobody_is_lost_from_the_books(
    shores: Small, taken: float, lost: float
) -> None:
    lost = min(lost, 1.0 - taken)
    data = shores.run(f"[sea]\nintercepted = {{ waves = {taken} }}\nlost = {{ waves = {lost} }}")
    entered = float(data["entries"].sum())
    assert everybody(data)[0] == pytest.approx(entered, rel=1e-6)


def test_of_those_who_put_to_sea_the_shares_are_those_of_the_levers(shores: Small) -> None:
    """Some go on in the morning; the others are exposed that day, as on the day they come."""
    data = shores.run()
    landed = total(data, "travelled", link="open-sea>isle boat")
    taken, died = total(data, "intercepted_at_sea"), total(data, "deaths_at_sea")
    stays = 0.4 * (1 - 0.25)  # of those at sea in the evening, who are there in the next
    assert taken / died == pytest.approx(4)
    assert taken / (taken + died + landed) == pytest.approx(0.2 / (1 - stays), rel=0.01)


def test_foreigners_are_held_and_nationals_let_go_on_the_coast_they_left(shores: Small) -> None:
    model = shores.model()
    table, space = model.space.table, model.space
    step = next(step for _, step in model.steps if step.name == "stop or be lost at sea")
    source = table.iloc[np.repeat(step.moves.sources, np.diff(step.moves.pointer))]
    after = table.iloc[step.moves.destination]
    stopped = step.moves["end"] == 0
    up = np.minimum(source["returned"].to_numpy()[stopped] + 1, 2)
    assert (after["returned"].to_numpy()[stopped] == up).all()
    for group, kind, place in (("travellers", "held", "quay"), ("coasters", "at", "cove")):
        mine = after[stopped & (source["group"] == space.groups.index(group)).to_numpy()]
        assert len(mine) == 3
        assert set(mine["kind"].astype(str)) == {kind}
        assert {space.places[number] for number in mine["place"]} == {place}


def test_the_coast_left_is_the_nearest_that_boats_leave(shores: Small) -> None:
    world = shores.scenario().world
    assert dict(zip(world.places.index, coast_left(world), strict=True))["open-sea"] == "cove"
    assert coast_left(world).count("") == len(world.places) - 1


def test_those_held_after_a_stop_at_sea_are_let_go_where_they_were_brought(shores: Small) -> None:
    data = shores.run("[custody]\ndays_factor = { guard = 1 }")
    let_go = data["let_go"].sum(["replicate", "month"])
    assert float(let_go.sel(place="quay", group="travellers")) > 0
    assert float(let_go.sel(group="coasters").sum()) == 0


def test_stops_at_sea_begin_on_their_day(shores: Small) -> None:
    data = shores.run("[sea.intercepted]\nwaves = { 2031-01-01 = 0, 2031-03-01 = 0.5 }")
    by_month = data["intercepted_at_sea"].sum(["replicate", "place", "group"]).to_numpy()
    assert by_month[:2].tolist() == [0, 0]
    assert (by_month[2:] > 0).all()


def test_a_return_slows_nobody_at_sea(shores: Small) -> None:
    slow = '[movement.leave_after_return]\n"1" = 0.01\n"2+" = 0.01'
    sea = {"place": "open-sea", "status": "in_place"}
    for text in ("", slow):
        data = shores.run(text)
        evenings = float(data["present"].sel(sea).sum())
        put_to_sea = sum(total(data, "travelled", link=f"{port}>open-sea boat")
                         for port in ("quay", "cove"))  # fmt: skip
        assert evenings / put_to_sea == pytest.approx(0.75 / (1 - 0.3), rel=0.02)


def test_nobody_is_stopped_or_settles_at_sea_as_on_land(shores: Small) -> None:
    data = shores.run("[interdiction.tempo]\ndefault = 0.3\n[settlement]\nsettle = 0.2")
    for flow in ("detentions", "settled", "gave_up"):
        assert total(data, flow, place="open-sea") == 0
        assert total(data, flow) > 0


def test_each_authority_has_its_own_custody(shores: Small) -> None:
    """Of those the inlanders hold 8 in 10 are put at the pit; the guard holds, and puts nobody."""
    data = shores.run()
    put, let_go = data["sent_south"].sum(), data["let_go"].sel(place="inland").sum()
    assert float(put / (put + let_go)) == pytest.approx(0.8)
    assert float(data["sent_south"].sel(place="pit").sum()) == float(put)
    held = data["present"].sel(status="in_custody").sel(day=slice("2031-02-01", "2031-04-30"))
    stopped = data["intercepted_at_sea"].sel(group="travellers")
    a_day = float(stopped.sel(month=slice("2031-02-01", "2031-04-30")).sum()) / 89
    assert float(held.sel(place="quay").mean()) == pytest.approx(a_day * 9, rel=0.1)
    a_day = float(data["detentions"].sel(month=slice("2031-02-01", None)).sum()) / 89
    assert float(held.sel(place="inland").mean()) == pytest.approx(a_day * 2, rel=0.1)


def test_a_world_without_a_sea_knows_nothing_of_it(small: Small) -> None:
    model = compile_model(small.scenario())
    assert "sea" not in {process for process, _ in model.steps}
    assert "died" not in model.space.outcomes
    assert "deaths_at_sea" not in model.book.flows
