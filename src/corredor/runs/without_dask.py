"""Let xarray import dask when there is an array of dask, not when there might be one.

xarray imports dask, where it is installed, to see whether an array is one of dask's. That takes a
fifth of the time of a short command, and no array can be one before somebody imported dask.
"""

from __future__ import annotations

import sys
from typing import Any

from xarray.namedarray import pycompat, utils

_ASKS: Any = utils


class _Dask:
    """What xarray knows of dask: without arrays until somebody imported them, then all of it."""

    @property
    def type(self) -> tuple[type, ...]:
        if "dask.array" not in sys.modules:
            return ()
        found: tuple[type, ...] = self._asked.type
        return found

    @property
    def _asked(self) -> Any:
        return pycompat.DuckArrayModule("dask")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._asked, name)


def leave_dask_until_met() -> bool:
    """Let xarray do without dask, in this process, until it is imported; return whether it can.

    Another version of xarray may be built otherwise: then nothing changes but the time.

    Examples
    --------
    >>> leave_dask_until_met()
    True
    """
    known = getattr(pycompat, "_cached_duck_array_modules", None)
    asks = getattr(utils, "is_dask_collection", None)
    if known is None or asks is None or not hasattr(pycompat, "DuckArrayModule"):
        return False
    if "dask" not in known:
        known["dask"] = _Dask()
        _ASKS.is_dask_collection = lambda x: "dask" in sys.modules and asks(x)
    return True
