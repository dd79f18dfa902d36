"""Draw persons of the Mexico world: how many of those met at the border had been met before.

``python -m scripts.run_repeats FILE``; some minutes. ``python -m scripts.write_calibration
--repeats FILE`` tells what came of it.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from corredor.corridor.posterior import load_posterior
from corredor.corridor.scenario_files import load_scenario
from corredor.fit.repeats import repeats
from scripts.kept_parts import FROM, made_from

START, FIRST, LAST = dt.date(2021, 5, 1), dt.date(2021, 7, 1), dt.date(2023, 3, 31)


def main() -> None:
    """Run it and write the months of every replicate to a Parquet file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--replicates", type=int, default=40)
    parser.add_argument("--people-scale", type=float, default=0.03)
    asked = parser.parse_args()
    baseline = load_scenario("baseline")
    table = repeats(
        baseline.with_horizon(FIRST, LAST, START), replicates=asked.replicates,
        people_scale=asked.people_scale,
        on_replicate=lambda done, total: print(f"{done} of {total}", flush=True),
    ).reset_index()  # fmt: skip
    table["month"] = table["month"].astype(str)
    table.attrs |= {
        FROM: made_from(baseline.world), "people_scale": asked.people_scale,
        "posterior": load_posterior(baseline.world).digest[:8], "start": str(START),
    }  # fmt: skip
    table.to_parquet(asked.out)


if __name__ == "__main__":
    main()
