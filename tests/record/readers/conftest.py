"""A folder for made-up files, and that of the official ones where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("official")


@pytest.fixture(scope="session")
def official() -> Path:
    """Give the folder that OFFICIAL_FILES names; skip the test where there is none."""
    place = Path(os.environ.get("OFFICIAL_FILES", ""))
    if not os.environ.get("OFFICIAL_FILES") or not place.is_dir():
        pytest.skip("OFFICIAL_FILES names no folder of official files")
    return place
