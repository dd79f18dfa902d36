"""What takes long to make and several tests look at is made by one process, for all of them."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from corredor.inputs.lock import locked

Made = TypeVar("Made")
SECONDS = 600


def once(folder: Path, name: str, make: Callable[[], Made]) -> Made:
    """Return what is kept under a name, or make and keep it; another process waits for it."""
    path, place = folder / f"{name}.pickle", folder / name
    place.mkdir(exist_ok=True)
    with locked(place, wait=SECONDS):
        if not path.exists():
            half = place / "half"
            half.write_bytes(pickle.dumps(make()))
            half.replace(path)
    kept: Made = pickle.loads(path.read_bytes())
    return kept
