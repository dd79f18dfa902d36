"""Every text of a section of words, and where it stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def texts(section: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Give every text of a file with its place."""
    for key, value in section.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}{key}.")
        else:
            parts = value if isinstance(value, list) else [value]
            yield from ((f"{path}{key}.{n}", part) for n, part in enumerate(parts))
