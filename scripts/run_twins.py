"""Run twin experiments on a world: ``python -m scripts.run_twins FILE [--causes]``.

Some minutes. The world is that of ``--scenario``, else Mexico's. With ``--causes`` the made-up
worlds are asked, as the real one is, which share of the fall of January 2024 goes away without a
cause.
"""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from corredor.corridor.scenario_files import load_scenario
from corredor.fit.calibrate import Ensemble
from corredor.fit.twins import twins
from corredor.fit.twins_of_causes import twins_of_causes
from corredor.runs.structures import load_variants
from scripts.kept_parts import FROM, made_from

MONTHS = (dt.date(2022, 10, 1), dt.date(2023, 9, 30))
MONTHS_OF_CAUSES = (dt.date(2023, 9, 1), dt.date(2024, 2, 29))


def main() -> None:
    """Run the twins and write every interval to a Parquet file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--causes", action="store_true")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--members", type=int, help="of each calibration; 100, for causes 200")
    parser.add_argument("--iterations", type=int, help="of each calibration; 6, for causes 4")
    parser.add_argument("--scenario", default="baseline", help="whose levers the unknowns move")
    parser.add_argument("--from", dest="first", type=_month, default=MONTHS[0])
    parser.add_argument("--to", dest="last", type=_month, default=MONTHS[1])
    asked = parser.parse_args()
    baseline = load_scenario(asked.scenario)
    if asked.causes:
        size = Ensemble(asked.members or 200, asked.iterations or 4)
        structures = load_variants(baseline.world)
        table = twins_of_causes(
            baseline.world, structures, structures.variants[0], size, MONTHS_OF_CAUSES,
            asked.count, on_twin=_told,
        )  # fmt: skip
    else:
        size = Ensemble(asked.members or 100, asked.iterations or 6)
        table = twins(
            baseline, asked.first, asked.last, count=asked.count, members=size.members,
            iterations=size.iterations, on_twin=_told,
        )  # fmt: skip
    table.attrs |= {
        FROM: made_from(baseline.world), "members": size.members, "iterations": size.iterations,
        "months": f"{asked.first:%Y-%m} to {asked.last:%Y-%m}",
    }  # fmt: skip
    table.to_parquet(asked.out)


def _month(text: str) -> dt.date:
    return dt.date.fromisoformat(f"{text}-01")


def _told(done: int, total: int) -> None:
    print(f"{done} of {total}", flush=True)


if __name__ == "__main__":
    main()
