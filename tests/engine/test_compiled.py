"""Kernels are loaded without Numba where they have been compiled before, and do the same."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np

from corredor.engine.compiled import Kernel, compiled
from corredor.engine.kernels.pools import add_up

KERNELS = """
import numpy as np
from typing import NamedTuple
from corredor.engine.compiled import compiled

class Pair(NamedTuple):
    a: object
    b: object

@compiled(inline="always")
def tripled(x):
    return 3.0 * x

@compiled(nogil=True)
def worked_out(values, pair, scale):
    a, b = Pair(*pair)
    found = np.empty(values.shape[0])
    for i in range(values.shape[0]):
        found[i] = tripled(values[i]) * scale + a[0] / b
    return found, values.shape[0]
"""

ASK = """
import sys
import numpy as np
import kernels
call = lambda b: kernels.worked_out(np.arange(3.0), (np.array([4]), b), 2.0)
found, count = call(2)
print(found.tolist(), count, "numba" in sys.modules and hasattr(sys.modules["numba"], "njit"))
try:
    call(0)
except ZeroDivisionError as error:
    print(error)
"""

THEN = """
import numba

@numba.njit
def of_ones_own(x):
    return kernels.tripled(x) + 1.0

print(of_ones_own(1.0), call(2)[0].tolist(), type(kernels.worked_out).__name__)
"""


def _asked(folder: Path, text: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", text], cwd=folder, check=True, capture_output=True, text=True,
        env={**os.environ, "NUMBA_CACHE_DIR": str(folder / "kept"), "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    return done.stdout.splitlines()


def test_a_kernel_is_loaded_without_numba_until_its_code_changes(tmp_path: Path) -> None:
    (tmp_path / "kernels.py").write_text(KERNELS)
    worked_out = ["[2.0, 8.0, 14.0] 3 {}", "division by zero"]
    assert _asked(tmp_path, ASK) == [worked_out[0].format(True), worked_out[1]]
    on_linux = sys.platform == "linux"
    there = list((tmp_path / "kept").glob("*.native"))
    assert len(there) == on_linux
    told = _asked(tmp_path, ASK + THEN)
    assert told[:2] == [worked_out[0].format(not on_linux), worked_out[1]]
    assert told[2] == "4.0 [2.0, 8.0, 14.0] CPUDispatcher"

    for path in there:  # one bit of what is run
        code = bytearray(path.read_bytes())
        code[len(code) // 2] ^= 1
        path.write_bytes(code)
    assert _asked(tmp_path, ASK)[0] == worked_out[0].format(True)

    (tmp_path / "kernels.py").write_text(KERNELS.replace("3.0 * x", "6.0 * x"))
    killed = tmp_path / "kept" / ".kernels.worked_out-half"
    killed.touch()
    os.utime(killed, (0, 0))
    assert _asked(tmp_path, ASK)[0] == "[2.0, 14.0, 26.0] 3 True"
    anew = list((tmp_path / "kept").glob("*.native"))
    assert len(anew) == on_linux
    assert not set(anew) & set(there)
    assert killed.exists() is not on_linux


def test_a_kernel_is_found_by_its_name_in_another_process() -> None:
    again = pickle.loads(pickle.dumps(Kernel(add_up.py_func, {})))
    assert again is add_up


def test_a_function_that_only_kernels_call_is_compiled_when_it_is_called() -> None:
    @compiled(inline="always")
    def halved(x):  # type: ignore[no-untyped-def]
        return x / 2.0

    assert halved(np.float64(3.0)) == 1.5
