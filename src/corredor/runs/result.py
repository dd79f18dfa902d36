"""A result: labelled arrays that know their unit, their process and where they came from.

Every flow is ``[replicate, month, …]``; ``present`` is ``[replicate, day, status, place]``,
where those ``on_the_road``, on a link of more than a day, stand at the place they left;
``left`` is the number of people who have left by the end by ``[replicate, outcome, group]``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corredor.corridor.compile import STATUSES, CompiledModel
from corredor.corridor.states import OUTCOMES
from corredor.engine.run import RawRun
from corredor.errors import UsageError
from corredor.inputs.whole_files import whole_or_absent

ENCOUNTERS = ("encounters_returned", "encounters_removed", "encounters_released")


def label(model: CompiledModel, raw: RawRun, replicates: list[int]) -> xr.Dataset:
    """Put names and units on what the day loop gave back."""
    variables: dict[str, Any] = {}
    for flow, process, start in model.book.flows.values():
        shape = [len(model.book.labels[d]) for d in flow.dims]
        block = raw.flows[:, :, start : start + int(np.prod(shape))]
        attributes = {
            "long_name": flow.meaning, "units": flow.unit, "kind": "flow", "process": process
        }  # fmt: skip
        values = block.reshape(*raw.flows.shape[:2], *shape)
        variables[flow.name] = (("replicate", "month", *flow.dims), values, attributes)
    variables["present"] = (
        ("replicate", "day", "status", "place"),
        raw.present.reshape(*raw.present.shape[:2], len(STATUSES), -1),
        {"long_name": "people present in the evening", "units": "people", "kind": "stock"},
    )
    variables["left"] = (
        ("replicate", "outcome", "group"),
        np.stack([raw.final[:, states] for states in model.space.outcome.values()], axis=1),
        {"long_name": "people who have left, since the spin-up", "units": "people",
         "kind": "stock"},
    )  # fmt: skip
    data = xr.Dataset(variables, coords=_coordinates(model, raw, replicates))
    data["encounters"] = sum((data[name] for name in ENCOUNTERS), start=xr.zeros_like(data[ENCOUNTERS[0]]))  # fmt: skip # noqa: E501
    data["encounters"].attrs = {
        "long_name": "encounters by the Border Patrol (events)", "units": "events",
        "kind": "flow", "process": "crossing",
    }  # fmt: skip
    return data


def _coordinates(model: CompiledModel, raw: RawRun, replicates: list[int]) -> dict[str, Any]:
    world, labels = model.scenario.world, model.book.labels
    people = world.people
    return {
        "replicate": replicates,
        "month": np.array(raw.months, dtype="datetime64[ns]"),
        "day": np.array(raw.days, dtype="datetime64[ns]"),
        "status": list(STATUSES),
        "outcome": list(OUTCOMES),
        **{name: list(values) for name, values in labels.items()},
        "nationality_of_group": ("group", people["nationality"].to_numpy(dtype=str)),
        "household": ("group", people["household"].to_numpy(dtype=str)),
        "zone": ("place", world.places["zone"].to_numpy(dtype=str)),
        "country": ("place", world.places["country"].to_numpy(dtype=str)),
        "place_name": ("place", world.places["name"].to_numpy(dtype=str)),
        "shelter_beds": ("place", world.places["shelter_beds"].to_numpy(dtype=float)),
        "link_origin": ("link", world.links["origin"].to_numpy(dtype=str)),
        "link_destination": ("link", world.links["destination"].to_numpy(dtype=str)),
    }


def save_result(data: xr.Dataset, folder: Path) -> None:
    """Write a result as a Zarr store, whole or not at all.

    Raises
    ------
    OutputError
        If ``folder`` exists, or the disk is full.
    """
    with whole_or_absent(folder) as temporary:
        data.to_zarr(temporary, mode="w", consolidated=False, zarr_format=2)


def is_result(folder: str | Path) -> bool:
    """Return whether ``folder`` holds a result."""
    return (Path(folder) / ".zgroup").exists()


def load_result(folder: str | Path) -> xr.Dataset:
    """Read a result that ``save_result`` wrote.

    Raises
    ------
    UsageError
        If there is no result at ``folder``.
    """
    path = Path(folder)
    if not is_result(path):
        raise UsageError(f"{path}: holds no result of Corredor.")
    data: xr.Dataset = xr.open_zarr(path, consolidated=False)
    return data
