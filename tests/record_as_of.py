"""The record as it stood on a day, for tests of what the record of that day lacked."""

from __future__ import annotations

from functools import partial

import pytest

from corredor import record
from corredor.record import analysis

ASKED = ("load_series", "windows", "monthly", "disjoint_windows")


def know_until(monkeypatch: pytest.MonkeyPatch, day: str) -> None:
    """Let everybody who asks the record see what had been published by a day."""
    for name in ASKED:
        monkeypatch.setattr(record, name, partial(getattr(record, name), as_of=day))
    monkeypatch.setattr(analysis, "monthly", record.monthly)
