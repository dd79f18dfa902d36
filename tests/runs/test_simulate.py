"""``corredor.run``: the request is checked, the result says where it came from."""

from __future__ import annotations

from typing import Any

import pytest
from helpers import Small

import corredor
from corredor.errors import UsageError
from corredor.runs.simulate import run, run_all


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"replicates": 0}, "replicates: found 0"),
        ({"seed": -1}, "seed: found -1"),
        ({"seed": 2**63}, "seed: found"),
        ({"people_scale": 0.0}, "people scale: found 0"),
        ({"people_scale": float("nan")}, "people scale: found nan"),
        ({"people_scale": 1e7}, "people scale: found"),
        ({"draw": "hybird"}, "draw: found 'hybird', expected exact.* Did you mean 'hybrid'?"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    small: Small, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        run(small.path, **options)


def test_a_result_knows_where_it_came_from(small: Small) -> None:
    scenario = small.scenario()
    attributes = run(scenario, replicates=2, seed=9, draw="expected").attrs
    assert attributes["scenario_hash"] == scenario.hash
    assert attributes["world_hash"] == scenario.world.hash
    assert attributes["seed"] == 9
    assert attributes["draw"] == "expected"
    assert attributes["corredor_version"] == corredor.__version__
    assert attributes["person_days"] > 0
    assert attributes["seconds_simulate"] > 0


def test_every_variable_says_what_it_is(small: Small) -> None:
    for name, variable in small.run().data_vars.items():
        assert variable.attrs["units"] in ("people", "events", "days"), name
        assert variable.attrs["kind"] in ("stock", "flow"), name
        assert variable.attrs["long_name"], name
        assert ("process" in variable.attrs) == (variable.attrs["kind"] == "flow"), name


def test_months_and_days_are_those_kept(small: Small) -> None:
    data = small.run()
    assert [str(m)[:10] for m in data["month"].values] == ["2023-02-01", "2023-03-01", "2023-04-01"]
    assert (str(data["day"].values[0])[:10], str(data["day"].values[-1])[:10]) == (
        "2023-02-01",
        "2023-04-15",
    )


def test_people_who_entered_are_here_or_have_left(small: Small) -> None:
    data = small.run("spin_up = 2023-02-01", draw="exact", replicates=3)
    entered = data["entries"].sum(["month", "place", "group"])
    here = data["present"].isel(day=-1).sum(["status", "place"])
    assert (entered == here + data["left"].sum(["outcome", "group"])).all()


def test_progress_is_told_to_the_end(small: Small) -> None:
    told: list[tuple[int, int]] = []
    small.run(on_day=lambda done, days: told.append((done, days)))
    assert told[-1][0] == told[-1][1] == len(told)


def test_later_replicates_go_on_where_the_first_left_off(small: Small) -> None:
    whole = small.run(draw="exact", replicates=4)
    rest = small.run(draw="exact", replicates=2, first_replicate=2)
    assert (whole["present"].sel(replicate=[2, 3]) == rest["present"]).all()


def test_scenarios_that_cannot_be_run_together_are_refused(small: Small) -> None:
    with pytest.raises(UsageError, match="same days"):
        run_all([small.scenario(), small.scenario("end = 2023-04-01")])
    with pytest.raises(UsageError, match="same world"):
        run_all([small.scenario(), "baseline"])


def test_the_names_of_the_package_are_there() -> None:
    for name in corredor.__all__:
        assert getattr(corredor, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = corredor.nonsense
