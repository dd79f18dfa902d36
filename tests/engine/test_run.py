"""What can be looked at while a run goes on is what it will hold at its end."""

from __future__ import annotations

import numpy as np
import pytest
import xarray as xr
from helpers import Small

from corredor.engine.run import simulate
from corredor.runs.simulate import SoFar, run


@pytest.mark.parametrize("threads", [1, 2])
def test_days_and_months_so_far_are_those_of_the_result(small: Small, threads: int) -> None:
    sights: list[SoFar] = []
    seen: list[tuple[int, xr.Dataset]] = []

    def look(done: int, _: int) -> None:
        if done % 10 == 0 and sights[0].days > 3:
            seen.append((sights[0].days, sights[0].since(3, 1)))

    whole = run(small.path, replicates=4, threads=threads, on_day=look, watch=sights.append)
    assert len({days for days, _ in seen}) > 4
    for days, part in seen:
        known = whole.isel(day=slice(3, days), month=slice(1, 1 + part.sizes["month"]))
        assert part.sizes["day"] == days - 3
        for name in ("present", "encounters", "travelled"):
            assert np.array_equal(part[name], known[name])
    assert sights[0].days == whole.sizes["day"]
    assert sights[0].months == [str(month)[:7] for month in whole["month"].values]


def test_days_to_do_are_those_that_each_scenario_runs_by_itself(small: Small) -> None:
    first = small.model()
    late = small.model(f"[interdiction]\ntempo = {{ {first.end} = 0.5 }}\n")
    told: list[tuple[int, int]] = []
    programs = [first, late, first]
    simulate(programs, threads=1, on_day=lambda done, total: told.append((done, total)))
    assert told[-1] == (first.days + 1, first.days + 1)
    assert [done for done, _ in told[:-1]] == list(range(1, first.days))
