"""xarray knows an array of dask when it meets one, and does not look for dask before."""

from __future__ import annotations

import sys

import numpy as np
import pytest
import xarray as xr
from xarray.namedarray import pycompat, utils

import corredor.runs.result  # noqa: F401 - which lets xarray do without dask
from corredor.runs.without_dask import _Dask, leave_dask_until_met


def test_dask_is_not_looked_for_before_it_is_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(pycompat._cached_duck_array_modules, "dask", _Dask())
    for name in ("dask", "dask.array"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    data = xr.Dataset({"people": ("day", [1.0, 2.0])})
    assert float((data + data)["people"].sum()) == 6.0
    assert pycompat.array_type("dask") == () and not utils.is_dask_collection(data)
    assert "dask" not in sys.modules


def test_an_array_of_dask_is_one_as_before() -> None:
    array = pytest.importorskip("dask.array")
    masked = np.ma.masked_array([1.0, 2.0], [False, True])
    found = xr.DataArray(array.from_array(masked, chunks=1), dims="day")
    assert _Dask().type == (array.Array,)
    assert _Dask().version == pycompat.DuckArrayModule("dask").version
    assert found.chunks == ((1, 1),) and float(found.sum()) == 1.0


def test_another_xarray_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(pycompat, "_cached_duck_array_modules")
    before = utils.is_dask_collection
    assert not leave_dask_until_met()
    assert utils.is_dask_collection is before
