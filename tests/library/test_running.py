"""A scenario of changes is what a file of them is; frames make a world; results tell of it."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from helpers import Small

import corredor

CHANGES = (
    ({"interdiction.tempo.south": 0.03}, "[interdiction.tempo]\nsouth = 0.03"),
    ({"interdiction.tempo": {"south": {dt.date(2023, 3, 1): np.float64(0.03)}}},
     "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.03 }"),
    ({"interdiction": {"tempo": {"south": {pd.Period("2023-03"): 0.03}}}},
     "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.03 }"),
    ({"interdiction.tempo.south": 0.03, "interdiction.tempo.north": {"factor": 2}},
     "[interdiction.tempo]\nsouth = 0.03\nnorth = { factor = 2 }"),
    ({"appointments.daily_cap": pd.Series({pd.Timestamp("2023-03-01"): 20})},
     "[appointments]\ndaily_cap = { 2023-03-01 = 20 }"),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "text"), CHANGES)
def test_changes_say_what_a_file_says(small: Small, changes: dict[str, Any], text: str) -> None:
    base = small.scenario()
    assert corredor.Scenario(base.world, changes, base=base).hash == small.scenario(text).hash


def test_levers_are_held_as_in_a_file(small: Small) -> None:
    base = small.scenario()
    made = corredor.Scenario(base.world, base=base, hold={"interdiction.tempo": "2023-02-10"})
    assert made.hash == small.scenario("hold = { 'interdiction.tempo' = 2023-02-10 }").hash


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"interdiction.temp": 0.1}, "Did you mean 'interdiction.tempo'"),
        ({"interdiction.tempo.souf": 0.1}, "a zone of the world"),
        ({"interdiction.tempo.south": 7}, "expected a number from 0 to"),
        ({"tempo": 0.1}, "tempo"),
        ({"interdiction.tempo": 0.1, "interdiction": {"tempo": 0.2}}, "changed twice"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    small: Small, changes: dict[str, Any], told: str
) -> None:
    base = small.scenario()
    with pytest.raises(corredor.CorredorError) as error:
        corredor.Scenario(base.world, changes, base=base)
    assert told in str(error.value)


def test_a_base_is_of_the_same_world(small: Small) -> None:
    with pytest.raises(corredor.UsageError, match="another world"):
        corredor.Scenario(corredor.example_world(), base=small.scenario())


def test_a_day_is_a_day(small: Small) -> None:
    with pytest.raises(corredor.UsageError, match="start: found 'soon'"):
        small.scenario().with_horizon(start="soon")


def test_frames_that_were_read_make_the_same_world(small: Small) -> None:
    world = small.scenario().world
    tables = ("places", "links", "people", "entry", "zones", "jurisdictions", "nationalities",
              "households", "modes")  # fmt: skip
    again = corredor.World.from_frames(**{name: getattr(world, name) for name in tables})
    for name in tables:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(world, name))


def test_a_frame_with_faults_is_refused_by_table_and_cell(small: Small) -> None:
    world = small.scenario().world
    tables = {name: getattr(world, name) for name in ("places", "links", "people", "entry")}
    with pytest.raises(corredor.UsageError, match="links: no column 'kilometres'"):
        corredor.World.from_frames(**tables | {"links": world.links.assign(kilometres=1)})
    wrong = world.places.assign(latitude=[100.0, *world.places["latitude"][1:]])
    with pytest.raises(corredor.InputError, match=r"line 2, latitude: found '100\.0'"):
        corredor.World.from_frames(**tables | {"places": wrong})


def test_a_result_is_opened_by_xarray_without_a_warning(tmp_path: Path) -> None:
    result = corredor.run(corredor.example_world(), draw="expected", replicates=2)
    in_one = result.corredor.save(tmp_path / "one")
    corredor.run(corredor.example_world(), draw="expected", replicates=2, out=tmp_path / "blocks")
    for folder in (in_one, tmp_path / "blocks"):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            opened = xr.open_zarr(folder)
        np.testing.assert_array_equal(opened["entries"].values, result["entries"].values)
        assert opened.corredor.series == ("arrivals",)


@pytest.mark.slow
def test_a_posterior_given_is_told_and_asked_for_again(tmp_path: Path) -> None:
    world = corredor.example_world()
    counted = pd.DataFrame({"series": ["arrivals"], "month": "2024-02", "value": 900, "error": 0.1})
    prior = corredor.Prior(lever="entry.factor", spread=0.3, reason="a test")
    found = corredor.calibrate(world, counted, [prior], members=10, iterations=1)
    result = corredor.run(world, parameters=found, replicates=2, draw="expected")
    assert result.attrs["parameters"] == "given"
    assert float(result["entries"].std("replicate").max()) > 0
    kept = result.corredor.save(tmp_path / "result")
    with pytest.raises(corredor.UsageError, match="give the same again"):
        corredor.rerun(kept)
    assert corredor.rerun(kept, posterior=found).equal


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"series": "arrival"}, "line 1, series: found 'arrival'"),
        ({"month": "soon"}, "line 1, month: found 'soon'"),
        ({"value": -1}, "line 1, value: found -1"),
        ({"error": 0}, "line 1, error: found 0"),
        ({"vlaue": 1}, "Did you mean 'value'"),
    ],
)
def test_observations_with_faults_are_refused(change: dict[str, Any], told: str) -> None:
    row = {"series": "arrivals", "month": "2024-02", "value": 900, "error": 0.1, **change}
    prior = corredor.Prior(lever="entry.factor", spread=0.3, reason="a test")
    with pytest.raises(corredor.InputError) as error:
        corredor.calibrate(corredor.example_world(), pd.DataFrame([row]), [prior])
    assert told in str(error.value)


def test_a_card_says_what_was_run_what_to_know_and_what_came(small: Small) -> None:
    result = corredor.run(small.scenario(), replicates=2, parameters="fixed")
    page = result.corredor._repr_html_()
    assert "A small corridor" in page and "2 exact runs" in page and "<table" in page
    for note in result.corredor.notes:
        assert note.split("'")[0].split("&")[0][:30] in page


def test_another_dataset_is_no_result() -> None:
    with pytest.raises((AttributeError, RuntimeError), match="no result of Corredor"):
        xr.Dataset({"a": 1}).corredor.bands()


def test_names_are_listed_and_the_import_is_quick() -> None:
    code = (
        "import corredor, sys\n"
        "assert 'run' in dir(corredor) and not {'Any', 'TYPE_CHECKING'} & set(dir(corredor))\n"
        "heavy = {'numpy', 'pandas', 'xarray', 'numba', 'matplotlib'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.slow
def test_a_run_needs_nothing_that_draws_or_computes_elsewhere() -> None:
    code = (
        "import corredor, sys\n"
        "result = corredor.run(corredor.example_world(), replicates=2)\n"
        "assert result.corredor.bands('entries').notna().all().all()\n"
        "heavy = {'dask', 'matplotlib', 'scipy.linalg', 'statsmodels'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
