"""The estimate at every month of the record, and what ships of it because it takes long to make.

Each placebo date is an estimate of its own, and all that decides it is its window of months. So
what ships is kept by a digest of the window: a month that was added or revised is estimated anew,
with those whose windows it lies in, and no other.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from corredor.arrays import LOW_MIDDLE_HIGH, Floats
from corredor.record.evidence import counterfactual
from corredor.record.evidence.contrast import Contrast, Window, windows

FILE = Path(__file__).with_name("placebos.npz")
KEY = 16  # bytes of a digest that are kept
METHOD = f"{counterfactual.DRAWS} {counterfactual.SEED} {counterfactual.WALK_SHARES.tolist()}"


def scan(contrast: Contrast, ahead: int, *, partly: bool) -> tuple[pd.PeriodIndex, Floats]:
    """Compare at every month of the record that has enough before and after it.

    Returns
    -------
    PeriodIndex, ndarray
        The first months after, and ``[first month, months, 3]``: the 5, 50 and 95 % quantiles of
        log(came / expected) of the total of the first 1, 2, … months.
    """
    looked_at = windows(contrast, ahead, partly=partly)
    found = [_known(window) for window in looked_at]
    months = pd.PeriodIndex([window.months[0] for window in looked_at], freq="M")
    return months, np.array(found).reshape(-1, ahead, 3)


def quantiles(window: Window) -> Floats:
    """Return the quantiles of an estimate, [months, 3], as :func:`scan` has them."""
    return np.quantile(window.look().gaps(), LOW_MIDDLE_HIGH, axis=0).T


def key(window: Window) -> bytes:
    """Return a digest of all that decides the quantiles of a window."""
    digest = hashlib.sha256(METHOD.encode())
    for numbers in (window.before, window.came, window.control, window.season):
        digest.update(b"|" if numbers is None else b"|" + np.ascontiguousarray(numbers).tobytes())
    return digest.digest()[:KEY]


def write(path: Path, found: dict[bytes, Floats]) -> None:
    """Write quantiles by the key of their window; the same ones give the same bytes."""
    arrays = {}
    for months in sorted({len(one) for one in found.values()}):
        keys = sorted(one for one, value in found.items() if len(value) == months)
        arrays[f"{months} months"] = np.array([found[one] for one in keys])
        arrays[f"{months} keys"] = np.frombuffer(b"".join(keys), np.uint8).reshape(-1, KEY)
    np.savez_compressed(path, allow_pickle=False, **arrays)


@cache
def shipped() -> dict[bytes, Floats]:
    """Return the quantiles that ship, by the key of their window."""
    with np.load(FILE, allow_pickle=False) as held:
        lengths = [name.removesuffix(" keys") for name in held if name.endswith(" keys")]
        rows = [(held[f"{months} keys"], held[f"{months} months"]) for months in lengths]
    return {
        one.tobytes(): value
        for keys, values in rows
        for one, value in zip(keys, values, strict=True)
    }


def _known(window: Window) -> Floats:
    kept, one = _kept(), key(window)
    if one not in kept:
        kept[one] = quantiles(window)
    return kept[one]


@cache
def _kept() -> dict[bytes, Floats]:
    """Return what ships; what is made besides is added, whatever record it is of."""
    return dict(shipped())
