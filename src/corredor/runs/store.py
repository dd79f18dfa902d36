"""Results on the disk: a Zarr store whose chunks are blocks of replicates.

Zarr's third format with a checksum in every chunk; text as text of any length. A store is laid out
at once for all replicates and filled block by block, so that nothing is joined in memory.
"""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

if TYPE_CHECKING:  # loading it takes long, and a run that is not kept needs it not
    import zarr

ROOT = "zarr.json"
REPLICATE = "replicate"


def lay_out(data: xr.Dataset, folder: Path, replicates: Sequence[int], block: int) -> list[Path]:
    """Write the names, units and coordinates of a result, with room for all its replicates.

    Parameters
    ----------
    data : xarray.Dataset
        Some of its replicates.
    folder : Path
        Of the store; what stands there is replaced.
    replicates : sequence of int
        The number of each replicate that there will be.
    block : int
        How many of them in a chunk.

    Returns
    -------
    list of Path
        The files, but for the root, which :func:`finish` writes.
    """
    import zarr
    from zarr.codecs import Crc32cCodec, ZstdCodec

    empty = _empty(data)
    for name, coordinate in empty.coords.items():
        if coordinate.dtype.kind == "U":
            empty = empty.assign_coords({name: (coordinate.dims, coordinate.values.astype(object))})
    for variable in empty.variables.values():
        variable.encoding = {}
    checked = {"compressors": (ZstdCodec(level=1), Crc32cCodec())}
    encoding: dict[Any, Any] = {name: dict(checked) for name in empty.variables}
    for name, counted in empty.data_vars.items():
        sizes = {**counted.sizes, REPLICATE: block}
        encoding[name]["chunks"] = tuple(max(1, sizes[dim]) for dim in counted.dims)
    encoding[REPLICATE]["chunks"] = (len(replicates),)
    empty.to_zarr(folder, mode="w", consolidated=False, zarr_format=3, encoding=encoding)
    group = zarr.open_group(folder, mode="r+", zarr_format=3)
    for name in (*data.data_vars, REPLICATE):
        array = _array(group, str(name))
        array.resize((len(replicates), *array.shape[1:]))
    _array(group, REPLICATE)[:] = np.asarray(replicates)
    return sorted(p for p in folder.rglob("*") if p.is_file() and p != folder / ROOT)


def lay_out_all(
    results: Sequence[xr.Dataset], folders: Sequence[Path], replicates: Sequence[int], block: int
) -> list[Path]:
    """Lay out a store for each result; one that is like the first is copied, which is quicker."""
    first = lay_out(results[0], folders[0], replicates, block)
    files, model = list(first), _empty(results[0])
    for data, folder in zip(results[1:], folders[1:], strict=True):
        if _empty(data).identical(model):
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(folders[0], folder)
            files += [folder / path.relative_to(folders[0]) for path in first]
        else:
            files += lay_out(data, folder, replicates, block)
    return files


def _empty(data: xr.Dataset) -> xr.Dataset:
    """Return a result without its replicates and without what is told of it."""
    return data.isel({REPLICATE: slice(0, 0)}).copy().drop_attrs(deep=False)


def write_block(data: xr.Dataset, folder: Path, first: int) -> list[Path]:
    """Write a block of replicates into a store, from the position ``first`` on; give its files.

    What stood there of it goes first: a killed writer leaves half of a chunk under another name.
    """
    import zarr

    group = zarr.open_group(folder, mode="r+", zarr_format=3)
    files: list[Path] = []
    for name, variable in data.data_vars.items():
        array, values = _array(group, str(name)), variable.values
        chunks = folder / str(name) / "c" / str(first // array.chunks[0])
        shutil.rmtree(chunks, ignore_errors=True)
        array[first : first + len(values)] = values
        files += chunks.rglob("*")
    return sorted(path for path in files if path.is_file())


def finish(folder: Path, attributes: Mapping[str, Any]) -> Path:
    """Write the root of a store, with the attributes of the result; doing it again does no harm."""
    import zarr

    group = zarr.open_group(folder, mode="r+", zarr_format=3)
    group.attrs.put({name: _plain(value) for name, value in attributes.items()})
    with warnings.catch_warnings():  # that the format may change; Corredor reads what it wrote
        warnings.simplefilter("ignore", UserWarning)
        zarr.consolidate_metadata(folder, zarr_format=3)
    return folder / ROOT


def open_store(folder: Path) -> xr.Dataset:
    """Open a store; its numbers are read when they are asked for."""
    data: xr.Dataset = xr.open_dataset(folder, engine="zarr", chunks=None, consolidated=True)
    text = {
        name: (coordinate.dims, coordinate.values.astype(object).astype(str))
        for name, coordinate in data.coords.items()
        if coordinate.dtype.kind in "OT"
    }
    return data.assign_coords(text)


def _array(group: zarr.Group, name: str) -> zarr.Array[Any]:
    import zarr

    found = group[name]
    assert isinstance(found, zarr.Array)
    return found


def _plain(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
