"""The suite of faults loads what it tries once; here it tries a little of everything."""

from __future__ import annotations

import pytest

from faults.load import load


@pytest.fixture(scope="session", autouse=True)
def loaded() -> None:
    load(kernels=False)
