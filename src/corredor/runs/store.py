"""Results on the disk: a Zarr store whose chunks are blocks of replicates.

Zarr's third format with a checksum in every chunk; text as text of any length. A store is laid out
at once for all replicates and filled block by block, so that nothing is joined in memory. The files
of a variable lie side by side in its folder, not a folder a dimension deep: each folder more has to
be brought to the disk, and removed again where the store is of passing use.
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
SIDE_BY_SIDE = {"name": "default", "separator": "."}  # how chunks are named: c.0.0
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
    checked = {
        "compressors": (ZstdCodec(level=1), Crc32cCodec()), "chunk_key_encoding": SIDE_BY_SIDE,
    }  # fmt: skip
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


class Layouts:
    """Lays out stores; one that is like the first is copied, which is quicker.

    Parameters
    ----------
    replicates, block
        As in :func:`lay_out`.
    """

    def __init__(self, replicates: Sequence[int], block: int) -> None:
        self.replicates, self.block = replicates, block
        self._first: tuple[xr.Dataset, Path, list[Path]] | None = None

    def lay_out(self, data: xr.Dataset, folder: Path) -> list[Path]:
        """Lay out the store of a result, as :func:`lay_out` does."""
        if self._first:
            model, laid, files = self._first
            if _empty(data).identical(model):
                shutil.rmtree(folder, ignore_errors=True)
                for path in files:
                    copied = folder / path.relative_to(laid)
                    copied.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(path, copied)
                shutil.copyfile(laid / ROOT, folder / ROOT)
                return [folder / path.relative_to(laid) for path in files]
        files = lay_out(data, folder, self.replicates, self.block)
        self._first = self._first or (_empty(data), folder, files)
        return files


def _empty(data: xr.Dataset) -> xr.Dataset:
    """Return a result without its replicates and without what is told of it."""
    return data.isel({REPLICATE: slice(0, 0)}).copy().drop_attrs(deep=False)


def write_block(data: xr.Dataset, folder: Path, first: int) -> list[Path]:
    """Write a block of replicates into a store, from the position ``first`` on; give its files.

    What stood there of it goes first: a killed writer leaves half of a chunk, as ``*.partial``.
    """
    import zarr

    files: list[Path] = []
    for name, variable in data.data_vars.items():
        of_variable, values = folder / str(name), variable.values
        array = zarr.open_array(of_variable, mode="r+", zarr_format=3)
        block = first // array.chunks[0]
        for left in {*of_variable.glob("*.partial"), *_chunks(of_variable, block)}:
            left.unlink()
        array[first : first + len(values)] = values
        files += _chunks(of_variable, block)
    return sorted(files)


def _chunks(of_variable: Path, block: int) -> list[Path]:
    """Return the files of a variable that hold a block."""
    begin = f"c.{block}"
    return [
        path for path in of_variable.iterdir() if path.name == begin
        or path.name.startswith(f"{begin}.")
    ]  # fmt: skip


def finish(folder: Path, attributes: Mapping[str, Any]) -> Path:
    """Write the root of a store, with the attributes of the result; doing it again does no harm."""
    import zarr

    (folder / ROOT).unlink(missing_ok=True)  # a loss of power may have left half of it
    group = zarr.open_group(folder, mode="a", zarr_format=3)
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
