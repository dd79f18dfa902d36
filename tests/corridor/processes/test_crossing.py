"""Crossing: tries end in an encounter or unseen, by the shares of the levers."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers import Small, total

from corredor.engine.levers import Factors
from corredor.engine.run import Replication, simulate
from corredor.errors import InputError
from corredor.runs.result import label

ENDS = ("encounters_returned", "encounters_removed", "encounters_released", "evasions")


def test_nobody_is_met_when_everybody_evades(small: Small) -> None:
    data = small.run("[crossing]\nevasion = 1\nfamily_evasion_factor = 1", draw="exact")
    assert total(data, "encounters") == 0
    assert total(data, "evasions") > 0


@pytest.mark.parametrize("stopped", ["deterrence = 1", "attempt = 0"])
def test_nobody_tries_when_all_are_deterred(small: Small, stopped: str) -> None:
    data = small.run(f"[crossing]\n{stopped}", draw="exact")
    assert sum(total(data, flow) for flow in ENDS) == 0


def test_deterrence_in_a_sector_stops_tries_there_and_moves_some_away(small: Small) -> None:
    before, after = small.run(), small.run("[crossing.deterrence]\nLaredo = 0.9")
    assert total(after, "encounters", sector="Laredo") < 0.8 * total(
        before, "encounters", sector="Laredo"
    )
    assert total(after, "encounters", sector="El Paso") > total(
        before, "encounters", sector="El Paso"
    )


def test_encounters_are_the_sum_of_their_ends(small: Small) -> None:
    data = small.run(draw="exact", replicates=3)
    ends = sum(data[flow] for flow in ENDS[:3])
    assert (data["encounters"] == ends).all()


def test_ends_have_the_shares_of_the_levers(small: Small) -> None:
    data = small.run(
        "[crossing]\nevasion = 0.2\nreturned_share = 0.3\nremoved_share = 0.1\n"
        "family_evasion_factor = 0.5\nfamily_return_factor = 0.4"
    )
    for household, factor, less in (("adults", 1.0, 1.0), ("families", 0.5, 0.4)):
        group = [f"{nationality}-{household}" for nationality in ("mexico", "honduras")]
        found = [total(data, flow, group=group) for flow in ENDS]
        seen = 1 - 0.2 * factor
        back, away = 0.3 * less, 0.1 * less
        shares = [seen * back, seen * away, seen * (1 - back - away), 1 - seen]
        assert [x / sum(found) for x in found] == pytest.approx(shares)


def test_shares_that_exceed_one_are_refused(small: Small) -> None:
    shares = "[crossing]\nreturned_share = 0.8\nremoved_share = 0.8\nfamily_return_factor = 1"
    with pytest.raises(InputError, match=r"found '1\.6.*shares that add up to 1 at most"):
        small.scenario(shares)


def test_factors_that_push_shares_beyond_one_leave_nobody_let_in(small: Small) -> None:
    """Calibration may draw a factor too many; the shares are cut to one then."""
    text = "[crossing]\nreturned_share = 0.5\nremoved_share = 0.5\nfamily_return_factor = 1"
    model = small.model(text)
    levers = replace(model.levers, as_set={})
    factors = {"crossing.returned_share": Factors.constant(np.array([1.6]))}
    (raw,) = simulate([replace(model, levers=levers)], Replication(replicates=[0], factors=factors))
    data = label(model, raw, [0])
    assert total(data, "encounters_released") == 0
    ratio = total(data, "encounters_removed") / total(data, "encounters")
    assert ratio == pytest.approx(0.2, abs=0.02)


def test_returns_make_more_events_than_persons(small: Small) -> None:
    often = small.run("[crossing]\nreturned_share = 0.9\nfamily_return_factor = 1")
    assert total(often, "encounters") > 1.5 * total(small.run(), "encounters")


def test_people_returned_try_less_by_their_factor(small: Small) -> None:
    text = "[crossing]\nreturned_share = 0.9\nattempt_after_return = {}"
    never, always = (total(small.run(text.format(x)), "encounters") for x in (0, 1))
    assert never < 0.7 * always


def test_more_attempts_mean_fewer_people_in_the_border_cities(small: Small) -> None:
    def present(chance: float) -> float:
        data = small.run(f"[crossing]\nattempt = {chance}")
        return float(data["present"].sel(place=["norte", "este"], status="in_place").mean())

    assert present(0.5) < 0.5 * present(0.05)


@pytest.mark.parametrize("draw", ["exact", "expected"])
def test_ports_admit_their_number_and_no_more(small: Small, draw: str) -> None:
    data = small.run("[crossing]\nwalk_up_daily = 3", draw=draw)
    march = data["admitted_without_appointment"].sel(month="2023-03-01").sum()
    assert float(march) == pytest.approx(31 * 3)
    assert total(small.run("[crossing]\nwalk_up_daily = 0"), "admitted_without_appointment") == 0


def test_who_asks_at_a_port_is_admitted_or_turned_away(small: Small) -> None:
    data = small.run("[crossing]\nwalk_up_daily = 3", draw="exact")
    admitted = total(data, "admitted_without_appointment")
    assert total(data, "walk_ups_asked") == admitted + total(data, "walk_ups_turned_away")
    assert admitted > 0
