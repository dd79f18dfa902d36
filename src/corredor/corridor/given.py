"""Changes of levers as they are given in Python, as a scenario file would say them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

import numpy as np
import pandas as pd

from corredor.errors import UsageError


def as_sections(changes: Mapping[str, Any], levers: Collection[str]) -> dict[str, Any]:
    """Return changes by lever as the sections of a scenario file.

    Parameters
    ----------
    changes : mapping
        By lever (``"interdiction.tempo"``), lever and key (``"interdiction.tempo.south"``) or
        process (``"interdiction"``, with a mapping of its levers): a number, a mapping of days to
        numbers, a mapping of keys to either, or ``{"factor": …}`` of one of these. Days are dates,
        timestamps or text such as ``"2024-01-01"``; numbers of numpy are numbers.
    levers : collection of str
        The names of all levers.

    Raises
    ------
    UsageError
        If two of the changes are of the same lever and key.
    """
    sections: dict[str, Any] = {}
    for name, change in changes.items():
        process, _, rest = str(name).partition(".")
        short, _, key = rest.partition(".")
        value = _plain(change)
        within = {key: value} if key and f"{process}.{short}" in levers else value
        _put(sections, process, {rest if within is value else short: within} if rest else value)
    return sections


def _put(sections: dict[str, Any], process: str, levers: Any) -> None:
    """Add levers of a process, or keys of a lever that has others already."""
    known = sections.setdefault(process, {})
    if not isinstance(levers, Mapping) or not isinstance(known, dict):
        sections[process] = levers
        return
    for short, value in levers.items():
        before = known.get(short)
        if before is None:
            known[short] = value
        elif isinstance(before, dict) and isinstance(value, dict) and not before.keys() & value:
            before.update(value)
        else:
            raise UsageError(f"{process}.{short}: is changed twice; give all of it in one place.")


def _plain(value: Any) -> Any:
    """Return a value with days as text, and numbers as those of Python."""
    if isinstance(value, Mapping):
        return {_name(key): _plain(each) for key, each in value.items()}
    if isinstance(value, pd.Series):
        return _plain(value.to_dict())
    return value.item() if isinstance(value, np.generic) else value


def _name(key: Any) -> str:
    if isinstance(key, pd.Period):
        return str(key.start_time.date())
    if isinstance(key, np.datetime64):
        key = pd.Timestamp(key)
    if isinstance(key, dt.datetime):
        key = key.date()
    return key.isoformat() if isinstance(key, dt.date) else str(key)


def day_of(value: dt.date | str | None, what: str) -> dt.date | None:
    """Return a day that was given as a date or as text such as ``2024-01-01``.

    Raises
    ------
    UsageError
        If it is neither.
    """
    if value is None:
        return None
    try:
        return dt.date.fromisoformat(_name(value))
    except ValueError:
        raise UsageError(f"{what}: found {value!r}, expected a day such as 2024-01-01.") from None
