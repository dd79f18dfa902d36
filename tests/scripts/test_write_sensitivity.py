import pandas as pd

from corredor.corridor.priors import load_priors
from corredor.corridor.scenario_files import load_scenario
from scripts.write_sensitivity import LISTED, in_words, page

SCENARIO = load_scenario("baseline")
LEVERS = [prior.lever for prior in load_priors(SCENARIO.world)]


def test_every_lever_that_moves_is_told_in_words() -> None:
    untold = [lever for lever in LEVERS if "." in in_words(lever)]
    assert not untold
    assert in_words("movement.own_pull.honduras Rio Grande Valley") == (
        "pull of Rio Grande Valley on people from Honduras"
    )
    assert in_words("movement.destination_pull.Big Bend") == "pull of Big Bend"


def test_levers_that_move_little_are_counted_and_have_no_row() -> None:
    strong, weak = LEVERS[0], LEVERS[1:]
    effects = pd.DataFrame({"lever": LEVERS, "output": "People", "head": "People", "unit": "%"})
    moved = {"mu": 2 * LISTED, "mu_star": 2 * LISTED, "mu_star_conf": 1.0, "sigma": 1.0}
    effects = effects.assign(**moved, base=100.0, counts="people")
    effects.loc[1:, "mu_star"] = LISTED / 2
    effects["words"] = effects["lever"].map(in_words)
    written = page(effects, SCENARIO, 10, 1)
    assert f"The {len(weak)} that move no output by {LISTED:g} have no row" in written
    assert written.count(f", `{strong}` |") == 2, "one row in each table"
    assert not any(f", `{lever}` |" in written for lever in weak)
