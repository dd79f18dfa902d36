import subprocess
import sys
from pathlib import Path

import numba as nb
import numpy as np
from numba.core import caching

import corredor.engine.kernels  # noqa: F401 - which lets Numba look into its cache first
from corredor.engine import loading

KERNEL = """
import sys
import numba as nb
from corredor.engine.loading import load_before_registering


@nb.njit(cache=True)
def doubled(values):
    found = np.empty(values.shape[0])
    for i in range(values.shape[0]):
        found[i] = 2.0 * values[i]
    return found


assert load_before_registering()
found = doubled(np.arange(3.0))
print(found.tolist(), sum(doubled.stats.cache_hits.values()), "scipy.linalg" in sys.modules)
"""


def test_a_kernel_of_the_cache_is_loaded_without_all_that_compiles_one(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import numpy as np\n" + KERNEL)
    told = [
        subprocess.run([sys.executable, script], check=True, capture_output=True, text=True).stdout
        for _ in range(2)
    ]
    assert told == ["[0.0, 2.0, 4.0] 0 True\n", "[0.0, 2.0, 4.0] 1 False\n"]


def test_what_is_not_in_the_cache_is_compiled() -> None:
    assert caching.Cache.load_overload is loading._load_overload  # by corredor.engine.kernels
    assert nb.njit(lambda x: np.append(x, x).sum())(np.ones(2)) == 4


def test_another_numba_is_left_as_it_is(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.delattr(caching.Cache, "_load_overload")
    before = caching.Cache.load_overload
    assert not loading.load_before_registering()
    assert caching.Cache.load_overload is before
