"""``corredor study``."""

from __future__ import annotations


def study() -> None:
    """Run the main study and write its report."""
    raise NotImplementedError
