"""Run twin experiments on the Mexico world: ``python -m scripts.run_twins FILE``; some minutes."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from corredor.corridor.scenario import load_scenario
from corredor.fit.twins import twins

FIRST, LAST = dt.date(2022, 10, 1), dt.date(2023, 9, 30)


def main() -> None:
    """Run the twins and write every interval to a Parquet file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--count", type=int, default=20)
    asked = parser.parse_args()
    table = twins(
        load_scenario("baseline"), FIRST, LAST, count=asked.count, members=100, iterations=6,
        on_twin=lambda done, total: print(f"{done} of {total}"),
    )  # fmt: skip
    table.to_parquet(asked.out)


if __name__ == "__main__":
    main()
