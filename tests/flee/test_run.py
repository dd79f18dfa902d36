"""Many runs of a case: the same bits however they are shared out, and memory that is foreseen."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import psutil
import pytest
from made_case import write_case

from corredor.engine.memory import bytes_needed
from corredor.errors import UsageError
from corredor.flee.case.folder import read_case
from corredor.flee.rules.program import build_program
from corredor.flee.run import Runs, request_of, run_folder
from corredor.inputs.ledger import parts_kept, unfinished

RUNS, MANY, DAYS = 120, 400, 300
OVERHEAD = 1_500_000  # bytes of the case, the program and what Python keeps


def test_threads_and_company_change_no_bit(tmp_path: Path) -> None:
    folders = write_case(tmp_path)
    alone, shared = (run_folder(*folders, runs=Runs(RUNS, seed=5), threads=n) for n in (1, 4))
    assert np.array_equal(alone.simulated, shared.simulated)
    few = run_folder(*folders, runs=Runs(7, seed=5), threads=2)
    assert np.array_equal(few.simulated, alone.simulated[:7])
    assert len(np.unique(alone.simulated[:, -1, 0])) > 10  # the runs do differ


def test_memory_stays_within_what_was_foreseen(tmp_path: Path) -> None:
    """Beside it, only people in camps are kept, in double precision."""
    long = {
        "sim_period.csv": f"StartDate,2020-01-01\nLength,{DAYS}\n",
        "conflicts.csv": "#Day,A\n" + "".join(f"{day},1\n" for day in range(DAYS)),
    }
    folders = write_case(tmp_path, long)
    run_folder(*folders, runs=Runs(2))  # what is compiled once is not counted
    program = build_program(read_case(*folders))
    tracemalloc.start()
    found = run_folder(*folders, runs=Runs(MANY))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    foreseen = bytes_needed(program, draw="exact", replicates=MANY)
    assert found.simulated.nbytes < peak < foreseen + found.simulated.nbytes + OVERHEAD


def test_a_run_that_has_no_room_is_refused_before_it_starts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = psutil.virtual_memory()._replace(available=100_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    folders = write_case(tmp_path)
    run_folder(*folders, runs=Runs(1))
    with pytest.raises(UsageError, match="Ask for fewer replicates"):
        run_folder(*folders, runs=Runs(1000))


def test_runs_go_on_after_an_interruption(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corredor.flee.run.MOST_AT_ONCE", 2)
    folder, validation = write_case(tmp_path)
    runs = Runs(5, seed=3)
    whole = run_folder(folder, validation, runs=runs)
    request, out = request_of(folder, validation, None, runs), tmp_path / "out.csv"

    def stop(done: int, total: int) -> None:
        if done > total // 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), unfinished(out, request, resume=False) as ledger:
        run_folder(folder, validation, runs=runs, ledger=ledger, on_day=stop)
    assert parts_kept(out) == 1
    with unfinished(out, request, resume=True) as ledger:
        again = run_folder(folder, validation, runs=runs, ledger=ledger)
        ledger.end()
    np.testing.assert_array_equal(again.simulated, whole.simulated)
    np.testing.assert_array_equal(again.people, whole.people)


def test_a_run_needs_no_library_of_tables() -> None:
    heavy = "{'pandas', 'pyarrow', 'xarray', 'zarr'} & set(sys.modules)"
    code = f"import sys, corredor.flee.run, corredor.cli.flee; sys.exit(bool({heavy}))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_warm_run_needs_no_part_of_scipy(tmp_path: Path) -> None:
    """Numba takes it in to compile; kernels that are compiled are loaded without."""
    folder, validation = write_case(tmp_path)
    run_folder(folder, validation)  # which keeps the kernels on the disk
    code = (
        "import sys; from pathlib import Path; from corredor.flee.run import run_folder\n"
        f"run_folder(Path({str(folder)!r}), Path({str(validation)!r}))\n"
        "sys.exit('scipy.linalg' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
