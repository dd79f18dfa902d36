"""Licences are read as packages state them, and those that users get are on the list."""

from __future__ import annotations

import platform
from importlib.metadata import Distribution
from pathlib import Path

import pytest

from scripts import write_licences as licences


class Made(Distribution):
    """A package whose metadata are made up."""

    def __init__(self, *lines: str) -> None:
        self.lines = lines

    def read_text(self, filename: str) -> str | None:
        text = "\n".join(["Metadata-Version: 2.1", "Name: made", "Version: 1", *self.lines])
        return text if filename == "METADATA" else None

    def locate_file(self, path: object) -> Path:
        raise NotImplementedError


BSD = "Classifier: License :: OSI Approved :: BSD License"


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (["License-Expression: MIT OR Apache-2.0", BSD], "MIT OR Apache-2.0"),
        (["License: BSD 2-Clause License", BSD], "BSD-2-Clause"),
        (["License: BSD", BSD], "BSD"),
        (["License: Copyright (c) 2001 somebody", BSD], "BSD"),
        (["License: Copyright (c) 2001 somebody"], licences.TEXT_ONLY),
        ([], licences.NOT_STATED),
    ],
)
def test_a_licence_is_the_most_exact_that_is_stated(lines: list[str], licence: str) -> None:
    assert licences.stated(Made(*lines)) == licence


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("MIT AND MPL-2.0", True),
        ("GPL-3.0-or-later OR MIT", True),
        ("MIT AND GPL-3.0-or-later", False),
        ("(MIT)", False),  # what is not understood is for a person to look at
        (licences.NOT_STATED, False),
        (licences.NOT_HERE, False),
    ],
)
def test_every_part_or_one_choice_must_be_allowed(licence: str, allowed: bool) -> None:
    assert licences.is_allowed(licence) is allowed


def test_a_package_stands_where_it_is_brought_from() -> None:
    found = {section: {one.name for one in listed}
             for section, listed in licences.sections().items()}  # fmt: skip
    assert {"numpy", "llvmlite"} <= found["core"]
    assert {"statsmodels", "patsy"} <= found["fit"]
    assert {"fastapi", "starlette"} <= found["app"]
    assert {"iterative-ensemble-smoother", "pytest"} <= found["tools"]
    assert not found["core"] & (found["fit"] | found["app"] | found["tools"])


@pytest.mark.slow
def test_nothing_that_users_install_has_a_licence_off_the_list() -> None:
    off = {(section, one.name, one.licence)
           for section, listed in licences.sections().items() if section not in ("tools", "site")
           for one in listed if not one.allowed}  # fmt: skip
    assert not off, "see ALLOWED in scripts/write_licences.py"


@pytest.mark.slow
@pytest.mark.skipif(
    not platform.python_version().startswith(f"{licences.WRITTEN_WITH}."),
    reason="the page tells the packages of another Python",
)
def test_the_page_is_that_of_the_lock_files() -> None:
    assert licences.PAGE.read_text(encoding="utf-8") == licences.page(), "run `make licences`"
