"""What computes here: versions, a digest of Corredor's own code, the kind of machine."""

from __future__ import annotations

import hashlib
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from corredor import __version__

PACKAGE = Path(__file__).parents[1]
LIBRARIES = ("numpy", "numba", "pandas", "pyarrow", "scipy", "xarray", "zarr")


@cache
def computed_by() -> dict[str, Any]:
    """Return what computes here: versions, the digest of the code, the kind of machine."""
    libraries = {}
    for name in LIBRARIES:
        try:
            libraries[name] = version(name)
        except PackageNotFoundError:
            libraries[name] = "unknown"
    return {
        "corredor": __version__,
        "code": _code(),
        "python": platform.python_version(),
        "libraries": libraries,
        "machine": f"{platform.system()} {platform.machine()}",
    }


def _code() -> str:
    digest = hashlib.sha256()
    for path in sorted(PACKAGE.rglob("*.py")):
        digest.update(f"{path.relative_to(PACKAGE).as_posix()} ".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def computed_by_request() -> dict[str, Any]:
    """Return what computes here, for the ledger of long work: by name, plain."""
    here = computed_by()
    return {
        "code of Corredor": here["code"],
        **{f"version of {name}": number for name, number in here["libraries"].items()},
    }
