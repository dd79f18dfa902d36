"""Write a script that runs an ensemble on a SLURM cluster, through dask-jobqueue."""

from __future__ import annotations

from pathlib import Path

from corredor.inputs.whole_files import whole_or_absent

SCRIPT = '''"""Run a Corredor ensemble on SLURM: ``python {name}`` on a login node.

Needs ``pip install "corredor[cluster]" dask-jobqueue`` where the jobs run. What is done is kept:
run the script again to go on after an interruption.
"""

import subprocess
import sys
from pathlib import Path

from dask_jobqueue import SLURMCluster

DESIGN = {design!r}
OUT = {out!r}
JOBS = {jobs}

if __name__ == "__main__":
    cluster = SLURMCluster(
        cores=1,  # a worker has one thread; more workers are better than more threads
        processes=1,
        memory="4GB",
        walltime="02:00:00",
        # queue="normal", account="…": as your cluster asks
        job_script_prologue=[
            "export NUMBA_NUM_THREADS=1", "export OMP_NUM_THREADS=1",
            # Without these Dask has workers hand memory back at once, a sixth of their time.
            "export MALLOC_TRIM_THRESHOLD_=1073741824", "export MALLOC_MMAP_THRESHOLD_=33554432",
        ],
    )
    cluster.scale(jobs=JOBS)
    command = [sys.executable, "-m", "corredor", "ensemble", DESIGN, "--out", OUT,
               "--scheduler", cluster.scheduler_address]
    if Path(OUT + ".unfinished").exists():
        command.append("--resume")
    sys.exit(subprocess.call(command))
'''


def save_script(path: Path, design: Path, out: Path, jobs: int) -> None:
    """Write the script.

    Parameters
    ----------
    path : Path
        A new file.
    design, out : Path
        What the script runs, and where to.
    jobs : int
        How many jobs of one thread it asks the cluster for.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    text = SCRIPT.format(
        name=path.name, design=str(design.resolve()), out=str(out.resolve()), jobs=jobs
    )
    with whole_or_absent(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
