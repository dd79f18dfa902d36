"""Find twenty unknowns of the Mexico world by the smoother and by particles, side by side.

``python -m scripts.compare_inference FILE``; half an hour. The record is made up from known
unknowns, so that both can be held against the truth; ``python -m scripts.write_calibration
--particles FILE`` tells what came of it.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

import pandas as pd

from corredor.corridor.priors import Unknowns, load_priors
from corredor.corridor.scenario_files import load_scenario
from corredor.fit.calibrate import Calibration, Ensemble, prepare
from corredor.fit.particles import calibrate_by_particles, standing
from corredor.fit.twins import draw_truth, made_up_record
from scripts.kept_parts import FROM, made_from

MONTHS = (dt.date(2023, 7, 1), dt.date(2023, 9, 30))
SPREADS = {  # about as wide as in priors.toml
    "entry.factor.guatemala": 0.5, "entry.factor.honduras": 0.5, "entry.factor.venezuela": 0.5,
    "entry.factor.haiti": 0.5, "entry.factor.cuba": 0.5, "entry.factor.andes": 0.5,
    "entry.factor.mexico": 0.3, "movement.leave": 0.2, "movement.leave_factor.tapachula": 0.4,
    "movement.leave_after_return": 0.3, "movement.cost_per_100_usd": 0.3, "interdiction.tempo": 0.4,
    "interdiction.tempo.south": 0.3, "interdiction.tempo.north": 0.3,
    "custody.deported_share": 0.4, "appointments.register": 0.3, "settlement.settle": 0.4,
    "settlement.refuge_rate": 0.4, "crossing.attempt": 0.4, "crossing.evasion": 0.25,
}  # fmt: skip


def main() -> None:
    """Run both and write means and spreads of every unknown to a Parquet file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--particles", type=int, default=300)
    parser.add_argument("--members", type=int, default=500)
    asked = parser.parse_args()
    scenario = load_scenario("baseline")
    priors = standing(load_priors(scenario.world), SPREADS)
    plain = prepare(
        scenario, *MONTHS, Ensemble(asked.members, 5), priors=priors, spin_up=1
    )  # fmt: skip
    truth = draw_truth(plain)
    calibration = Calibration(plain.forward, made_up_record(plain, truth), plain.ensemble)
    by_smoother, _ = calibration.run()
    print("the smoother is done", flush=True)
    by_particles, found = calibrate_by_particles(
        calibration, asked.particles, lambda power: print(f"power {power:.5f}", flush=True)
    )
    table = _beside(truth, by_smoother, by_particles, calibration.prior())
    table["taken"] = sum(found.taken) / len(found.taken)
    table["runs"] = asked.particles * (1 + len(found.taken))
    table.attrs[FROM] = made_from(scenario.world)
    table.to_parquet(asked.out)
    print(table.round(3).to_string())


def _beside(
    truth: Unknowns, smoother: Unknowns, particles: Unknowns, prior: Unknowns
) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "lever": lever, "truth": float(truth[lever][0, 0]),
                "prior": float(prior[lever].std()),
                "smoother": float(smoother[lever].mean()),
                "smoother_width": float(smoother[lever].std()),
                "particles": float(particles[lever].mean()),
                "particles_width": float(particles[lever].std()),
            }
            for lever in SPREADS
        ]
    )  # fmt: skip


if __name__ == "__main__":
    main()
