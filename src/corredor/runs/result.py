"""A result: labelled arrays that know their unit, their process and where they came from.

Every flow is ``[replicate, month, …]``; ``present`` is ``[replicate, day, status, place]``,
where those ``on_the_road``, on a link of more than a day, stand at the place they left;
``left`` is the number of people who have left by the end by ``[replicate, outcome, group]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corredor.corridor.compile import CompiledModel
from corredor.corridor.model import Counted
from corredor.engine.loop import ConservationError
from corredor.engine.run import RawRun
from corredor.errors import UsageError
from corredor.inputs import manifest
from corredor.inputs.manifest import has_manifest, write_manifest
from corredor.inputs.whole_files import whole_or_absent
from corredor.runs import store
from corredor.runs.provenance import made_of
from corredor.runs.targets import about_series
from corredor.runs.without_dask import leave_dask_until_met

KIND = "result"
OLD_ROOT = ".zgroup"

leave_dask_until_met()


def label(
    model: CompiledModel, raw: RawRun, replicates: list[int],
    about: Mapping[str, str] | None = None,
) -> xr.Dataset:  # fmt: skip
    """Put names and units on what the day loop gave back, and how its world counts the record.

    Parameters
    ----------
    model, raw
        What was run, and what came of it.
    replicates : list of int
        Their numbers.
    about : mapping, optional
        How its world counts the record, where the world's folder is not at hand.
    """
    variables: dict[str, Any] = {}
    for flow, process, start in model.book.flows.values():
        shape = [len(model.book.labels[d]) for d in flow.dims]
        block = raw.flows[:, :, start : start + int(np.prod(shape))]
        values = block.reshape(*raw.flows.shape[:2], *shape)
        variables[flow.name] = (("replicate", "month", *flow.dims), values, _about(flow, process))
    variables["present"] = (
        ("replicate", "day", "status", "place"),
        raw.present.reshape(*raw.present.shape[:2], len(model.space.statuses), -1),
        {"long_name": "people present in the evening", "units": "people", "kind": "stock"},
    )
    variables["left"] = (
        ("replicate", "outcome", "group"),
        np.stack([raw.final[:, states] for states in model.space.outcomes.values()], axis=1),
        {"long_name": "people who have left, since the spin-up", "units": "people",
         "kind": "stock"},
    )  # fmt: skip
    attributes = about_series(model.scenario.world) if about is None else about
    data = xr.Dataset(variables, coords=_coordinates(model, raw, replicates), attrs=attributes)
    for total, process in model.book.sums:
        parts = [data[name] for name in total.of]
        common = set.intersection(*(set(part.dims) for part in parts))
        summed = [part.sum([dim for dim in part.dims if dim not in common]) for part in parts]
        data[total.name] = sum(summed[1:], start=summed[0])
        data[total.name].attrs = _about(total, process)
    return data


def _about(counted: Counted, process: str) -> dict[str, str]:
    """Return the attributes of what is counted by month."""
    about = {
        "long_name": counted.meaning, "units": counted.unit, "kind": "flow", "process": process
    }  # fmt: skip
    return {**about, "measure": counted.measure} if counted.measure else about


def check_all_present(model: CompiledModel, raw: RawRun) -> None:
    """Refuse a result whose people present are not all who have not left.

    Raises
    ------
    ConservationError
        A defect of the program, never of the input.
    """
    here = np.delete(raw.final, model.gone, axis=1).sum(axis=1, dtype=float)
    if not np.allclose(raw.here, here, rtol=1e-5, atol=0.5):
        raise ConservationError(
            f"{here.max():,.0f} people are in the model on {model.end} and {raw.here.max():,.0f} "
            "in the results."
        )


def _coordinates(model: CompiledModel, raw: RawRun, replicates: list[int]) -> dict[str, Any]:
    world, labels = model.scenario.world, model.book.labels
    people, statuses = world.people, model.space.statuses
    return {
        "replicate": replicates,
        "month": np.array(raw.months, dtype="datetime64[ns]"),
        "day": np.array(raw.days, dtype="datetime64[ns]"),
        "status": [status.name for status in statuses],
        "needs_shelter": ("status", [status.shelter for status in statuses]),
        "outcome": list(model.space.outcomes),
        **{name: list(values) for name, values in labels.items()},
        "nationality_of_group": ("group", people["nationality"].to_numpy(dtype=str)),
        "household": ("group", people["household"].to_numpy(dtype=str)),
        "zone": ("place", world.places["zone"].to_numpy(dtype=str)),
        "state": ("place", world.places["state"].to_numpy(dtype=str)),
        "country": ("place", world.places["country"].to_numpy(dtype=str)),
        "jurisdiction": ("place", world.roles.jurisdiction),
        "native_of": ("group", world.roles.native_of),
        "harm_where": ("place", world.places["zone"].map(world.zones["harm"]).to_numpy(dtype=str)),
        "place_name": ("place", world.places["name"].to_numpy(dtype=str)),
        "at_sea": ("place", world.roles.at_sea),
        "shelter_beds": ("place", world.places["shelter_beds"].to_numpy(dtype=float)),
        "link_origin": ("link", world.links["origin"].to_numpy(dtype=str)),
        "link_destination": ("link", world.links["destination"].to_numpy(dtype=str)),
    }


def save_result(data: xr.Dataset, folder: Path) -> None:
    """Write a result as a Zarr store with its manifest, whole or not at all.

    Parameters
    ----------
    data : xarray.Dataset
        What ``corredor.run`` gave.
    folder : Path
        A new folder.

    Raises
    ------
    OutputError
        If ``folder`` exists, or the disk is full.

    Examples
    --------
    >>> import corredor
    >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
    >>> import tempfile, pathlib
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     corredor.save_result(result, pathlib.Path(folder) / "result")
    ...     same = corredor.load_result(pathlib.Path(folder) / "result").load()
    >>> bool((same["entries"] == result["entries"]).all())
    True
    """
    with whole_or_absent(folder) as temporary:
        numbers = [int(number) for number in data["replicate"].values]
        store.lay_out(data, temporary, numbers, len(numbers))
        store.write_block(data, temporary, 0)
        store.finish(temporary, data.attrs)
        write_manifest(temporary, KIND, made_of(data))


def is_result(folder: str | Path) -> bool:
    """Return whether ``folder`` holds a result, be it damaged or of an old version."""
    path = Path(folder)
    return any((path / name).exists() for name in (store.ROOT, manifest.NAME, OLD_ROOT))


def load_result(folder: str | Path) -> xr.Dataset:
    """Open a result that ``save_result`` wrote; its files are held against its manifest first.

    Parameters
    ----------
    folder : str or Path
        Of the result.

    Returns
    -------
    xarray.Dataset
        Its numbers are read when they are asked for.

    Raises
    ------
    UsageError
        If there is no result at ``folder``, or one of a version that wrote no manifest.
    DamagedError
        If a file is not as it was written, is missing, or does not belong there.

    Examples
    --------
    >>> import corredor
    >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     kept = result.corredor.save(f"{folder}/result")
    ...     corredor.load_result(kept).attrs["scenario"]
    'three-places'
    """
    path = Path(folder)
    if (path / OLD_ROOT).exists() and not has_manifest(path):
        raise UsageError(
            f"{path}: was written by an old version of Corredor, without a manifest, so that "
            "nobody can tell whether it is whole. Make it again."
        )
    if not is_result(path):
        raise UsageError(f"{path}: holds no result of Corredor.")
    manifest.check(path, KIND)
    return store.open_store(path)
