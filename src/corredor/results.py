"""A result: labelled arrays that know their unit, their process and where they came from.

Every flow is ``[replicate, month, …]``; ``present`` is ``[replicate, day, status, place]``,
where those ``on_the_road``, on a link of more than a day, stand at the place they left;
``left`` is the number of people who have left by the end by ``[replicate, outcome, group]``.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from corredor.compile import STATUSES, CompiledModel
from corredor.engine.run import RawRun
from corredor.errors import OutputError, UsageError
from corredor.states import OUTCOMES

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


@contextmanager
def whole_or_absent(target: Path) -> Iterator[Path]:
    """Give a temporary path to write to, and put it in the place of ``target`` at the end.

    Nothing is left behind if the writing fails or is interrupted.

    Raises
    ------
    OutputError
        If ``target`` exists or cannot be written.
    """
    refuse_existing(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        holder = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror}.") from None
    try:
        yield holder / target.name
        (holder / target.name).replace(target)
    except OSError as error:
        raise OutputError(f"{target}: cannot be written: {error.strerror or error}.") from error
    finally:
        shutil.rmtree(holder, ignore_errors=True)


def refuse_existing(*targets: Path | None) -> None:
    """Refuse what cannot be written as new, best before any time is spent.

    Parameters
    ----------
    targets : Path or None
        Files or folders to be written; None is none.

    Raises
    ------
    OutputError
        If something stands at one of them already, its folder cannot be written to, or two are
        the same.
    """
    named = [target for target in targets if target is not None]
    for number, target in enumerate(named):
        if target.exists():
            raise OutputError(f"{target}: exists already; choose another place or remove it first.")
        if target in named[:number]:
            raise OutputError(f"{target}: named for two things; give each a place of its own.")
        refuse_unwritable(target)


def refuse_unwritable(target: Path) -> None:
    """Raise OutputError if nothing can be written at ``target``, though it may stand there."""
    if target.is_dir():
        raise OutputError(f"{target}: cannot be written: it is a folder.")
    there = next(folder for folder in target.absolute().parents if folder.exists())
    if not there.is_dir():
        raise OutputError(f"{target}: cannot be written: {there} is no folder.")
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(f"{target}: cannot be written: no permission to write in {there}.")


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
