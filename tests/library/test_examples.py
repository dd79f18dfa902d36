"""Every public thing has an example, and every example runs and gives what it says."""

from __future__ import annotations

import doctest
import importlib
import inspect

import pytest

import corredor
from corredor.library.accessor import Plots, Result
from corredor.library.picture import Picture

LONG = {  # run by `make check-slow`
    "check_claims", "forecast", "persons", "sensitivity", "rerun", "save_result", "DamagedError",
}  # fmt: skip
NAMES = [
    pytest.param(name, marks=[pytest.mark.slow] if name in LONG else [])
    for name in corredor.__all__
    if name not in ("__version__", "PROCESSES")
]
METHODS = [
    corredor.World.from_frames, Result, Result.observe, Result.against_record, Result.bands,
    Result.needs, Result.measures, Result.save, Plots.series, Plots.map, Picture,
]  # fmt: skip


def run(thing: object, name: str) -> None:
    module = importlib.import_module(thing.__module__)
    tests = doctest.DocTestFinder(recurse=False).find(thing, name, module=module)
    assert any(test.examples for test in tests), f"{name} has no example"
    for test in tests:
        result = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE).run(test)
        assert not result.failed


@pytest.mark.parametrize("name", NAMES)
def test_a_public_thing_has_an_example_that_runs(name: str) -> None:
    run(getattr(corredor, name), name)


@pytest.mark.parametrize("thing", METHODS, ids=lambda thing: thing.__qualname__)
def test_what_a_result_can_do_has_an_example_that_runs(thing: object) -> None:
    run(thing, thing.__qualname__)  # type: ignore[attr-defined]


def test_the_module_itself_has_one() -> None:
    assert not doctest.testmod(corredor).failed


def test_every_public_thing_says_what_it_takes_gives_and_refuses() -> None:
    for name in corredor.__all__:
        thing = getattr(corredor, name)
        if not inspect.isfunction(thing):
            continue
        sections = ["Returns"] if inspect.signature(thing).return_annotation != "None" else []
        sections += ["Parameters"] if inspect.signature(thing).parameters else []
        missing = [
            each for each in (*sections, "Raises") if f"{each}\n" not in (thing.__doc__ or "")
        ]
        assert not missing, f"{name} does not say: {', '.join(missing)}"
