"""Compile the kernels, once, before tests in several processes would each compile them.

``python tests/compile_kernels.py``; what is compiled already is only looked up.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from helpers import write_small
from made_case import write_case

from corredor.flee.run import Runs, run_folder

CAMPS = {  # that fill up while many leave them, so that people are counted by when they came
    "locations.csv": "Z,,Here,0,0,conflict,0,9000\nB,,Here,0,0,camp,,60\nC,,Here,0,0,camp,,60\n",
    "routes.csv": "Z,B,390\nZ,C,290\nB,C,250\n",
    "conflicts.csv": "#Day,Z\n" + "0,1\n" * 10,
    "data_layout.csv": "total,all.csv\nB,c.csv\nC,c.csv\n",
    "all.csv": "2020-01-01,20\n2020-01-10,200\n",
    "c.csv": "2020-01-01,20\n2020-01-10,200\n",
    "simsetting.yml": "move_rules:\n  camp_movechance: 0.5\n",
}
HARVEST = {  # for which people are followed one by one
    "simsetting.yml": "move_rules:\n  harvest_months: [1]\n",
}


def main() -> None:
    """Run the small corridor and two small Flee cases in each draw, and a third one by one."""
    with tempfile.TemporaryDirectory() as folder:
        small = write_small(Path(folder))
        small.run(draw="hybrid", replicates=1, people_scale=0.1)
        for draw in ("expected", "exact", "individual"):
            small.run(draw=draw, replicates=1, people_scale=0.1)
            cases = {"plain": None, "camps": CAMPS}
            if draw == "exact":
                cases["harvest"] = HARVEST
            for name, changed in cases.items():
                case = write_case(Path(folder) / f"{draw}-{name}", changed)
                run_folder(*case, runs=Runs(draw=draw), threads=1)


if __name__ == "__main__":
    main()
