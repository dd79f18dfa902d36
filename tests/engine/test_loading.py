import os
import shutil
import subprocess
import sys
from pathlib import Path

import numba as nb
import numpy as np
from numba.core import caching

from corredor.engine import loading
from corredor.engine.compiled import import_numba

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
    import_numba()
    assert caching.Cache.load_overload is loading._load_overload
    assert nb.njit(lambda x: np.append(x, x).sum())(np.ones(2)) == 4


def test_another_numba_is_left_as_it_is(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.delattr(caching.Cache, "_index_key")
    before = caching.Cache.load_overload
    assert not loading.load_before_registering()
    assert caching.Cache.load_overload is before


def test_a_kernel_is_compiled_anew_when_a_file_changes_that_it_may_call(tmp_path: Path) -> None:
    """Numba alone keeps it, with the old code of the other file inside."""
    package = tmp_path / "corredor"
    shutil.copytree(
        Path(loading.__file__).parent, package / "engine", ignore=shutil.ignore_patterns("*.nb*")
    )
    for path in Path(loading.__file__).parents[1].glob("*.py"):
        shutil.copy(path, package / path.name)
    constant = package / "engine" / "random" / "constant.py"
    calling = package / "engine" / "draws" / "calling.py"
    calling.write_text(
        "from corredor.engine.random.constant import number\n"
        "from corredor.engine.compiled import compiled\n\n\n"
        "@compiled()\ndef twice():\n    return 2 * number()\n"
    )
    ask = (
        "from corredor.engine.draws.calling import twice as f; print(f(), len(f.stats.cache_hits))"
    )
    told = []
    for value in (3, 3, 4):
        constant.write_text(
            "from corredor.engine.compiled import compiled\n\n\n"
            f"@compiled()\ndef number():\n    return {value}\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", ask], check=True, capture_output=True, text=True,
            env={**os.environ, "PYTHONPATH": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"},
        )  # fmt: skip
        told.append(done.stdout)
    assert told == ["6 0\n", "6 1\n", "8 0\n"]


def test_a_numba_that_keeps_kernels_otherwise_is_left_as_it_is(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(loading, "_BESIDE_SOURCE", object())
    assert not loading.stamp_by_all_kernels()
