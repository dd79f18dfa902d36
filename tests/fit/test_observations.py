"""Observations are what the record says, with stated errors, and what the model counts."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import Small, write_world

from corredor import record
from corredor.corridor.world import World, load_world
from corredor.errors import InputError
from corredor.fit.observations import (
    STOCK,
    Observation,
    Observations,
    counted_there,
    gather,
    gather_for_forecast,
    people_there,
    pooled,
)
from corredor.runs.observe import observe
from corredor.runs.targets import load_targets

COUNTED = '[series.mexico_detentions]\ncounts = ["detentions"]\n'
GOOD = '[[observation]]\nseries = "mexico_detentions"\nerror = 0.1\nsmall = 10\nreason = "r"\n'


def world_with(folder: Path, text: str | None) -> World:
    target = folder / "world"
    shutil.rmtree(target, ignore_errors=True)
    write_world(target)
    (target / "observations.toml").unlink()
    if text is not None:
        (target / "observations.toml").write_text(COUNTED + text)
    return load_world(target)


@pytest.fixture(scope="module")
def mexico() -> World:
    return load_world("mexico")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (
            GOOD.replace("mexico_detentions", "darien"),
            ["observation 1.series", "[series.NAME] of this file counts"],
        ),
        (GOOD.replace("0.1", "0"), ["observation 1.error", "found 0"]),
        (GOOD.replace("0.1", "'close'"), ["observation 1.error", "found 'close'"]),
        (GOOD + 'parts = ["a", "b"]\n', ["by, which says how the parts are told apart"]),
        (GOOD + 'pooled = "citizenships"\nplaces = ["a"]\n', ["pooled, or categories and places"]),
        (GOOD + 'use = ["guess"]\n', ["observation 1.use"]),
        (GOOD + 'categories = ["a", "b"]\n', ["as many categories or places as parts"]),
        (GOOD + "eror = 1\n", ["observation 1.eror"]),
        (GOOD + GOOD.replace("small = 10\n", ""), ["observation 2.small"]),
        ("[[observation]\n", ["valid TOML"]),
        (None, ["a file of what to calibrate against"]),
    ],
)
def test_a_mistake_is_said_with_file_number_and_key(
    tmp_path: Path, text: str | None, parts: list[str]
) -> None:
    with pytest.raises(InputError) as caught:
        load_targets(world_with(tmp_path, text))
    assert "observations.toml" in str(caught.value)
    for part in parts:
        assert part in str(caught.value)


def test_an_observation_is_the_published_total_and_its_error(tmp_path: Path) -> None:
    world = world_with(tmp_path, GOOD)
    listed = gather(world, dt.date(2024, 1, 1), dt.date(2024, 2, 29)).listed
    assert [o.value for o in listed] == [113347, 118334]  # the bulletin of June 2025
    assert all(o.months == 1 and o.series == "mexico_detentions" for o in listed)
    assert listed[0].error == pytest.approx(np.hypot(0.1, np.sqrt(113347) / (113347 + 10)))
    observations = Observations(listed)
    assert observations.values == pytest.approx(np.log([113357, 118344]))


def test_what_was_not_published_by_a_day_is_not_there(tmp_path: Path) -> None:
    world, span = world_with(tmp_path, GOOD), (dt.date(2024, 1, 1), dt.date(2024, 2, 29))
    assert len(gather(world, *span, dt.date(2024, 2, 29))) == 0
    early = gather(world, *span, dt.date(2024, 3, 20)).listed
    assert [o.value for o in early] == [120005]


def test_windows_of_a_series_do_not_overlap(mexico: World) -> None:
    listed = gather(mexico, dt.date(2021, 7, 1), dt.date(2024, 6, 30)).listed
    flows = [o for o in listed if o.series != STOCK]  # counts of a day may fall into one month
    months = [(o.by, o.name, m) for o in flows for m in range(o.start.ordinal, o.end.ordinal + 1)]
    assert len(months) == len(set(months))
    names = {o.name for o in listed}
    assert {"darien_crossings", "darien_crossings venezuela", "mexico_returns"} <= names
    assert "border_patrol_by_sector Tucson" in names
    assert not any("by_family" in name for name in names)


def test_nationalities_add_up_to_all_encounters(mexico: World) -> None:
    """The publisher rounds 36 citizenships to tens, and shows no row below five."""
    total = record.monthly("border_patrol_encounters")
    added = pd.concat(pooled(mexico, "border_patrol_by_citizenship"), axis=1).sum(axis=1)
    assert list(added.index) == list(total.index)
    assert (added - total).abs().max() < 36 * 5


@pytest.mark.parametrize(
    "name", ["ports_of_entry_by_citizenship", "appointments_by_citizenship", "darien_crossings",
             "honduras_irregular_entries", "mexico_detentions"],
)  # fmt: skip
def test_no_month_has_more_people_by_nationality_than_in_all(mexico: World, name: str) -> None:
    parts = [p for t in load_targets(mexico) if (t.series, t.pooled) == (name, "citizenships")
             for p in t.parts]  # fmt: skip
    added = pd.concat(pooled(mexico, name, parts=parts), axis=1).sum(axis=1)
    share = (added / record.monthly(name)).dropna()["2021-07":]
    assert len(share) > 15
    assert share.max() < 1.01


@pytest.mark.parametrize(
    ("rows", "known"),
    [
        # A table with the rest: whoever has no row counted nobody.
        (("all,9", "Haiti,4", "Other,5"), {"haiti": 4.0, "world": 5.0}),
        # A table without: what its total leaves unnamed is the rest of the world's.
        (("all,20", "Cuba,4", "Haiti,5", "Venezuela,6"),
         {"cuba": 4.0, "haiti": 5.0, "venezuela": 6.0, "world": 5.0}),
        # Figures that somebody quoted are no table, and tell nothing of the rest.
        (("all,20", "Venezuela,6"), {}),
        (("all,20", "Cuba+Haiti,9"), {}),
        # A category that joins others says twice what they say.
        (("all,20", "Cuba,4", "Haiti,5", "Cuba+Haiti,9", "Venezuela,6"),
         {"cuba": 4.0, "haiti": 5.0, "venezuela": 6.0, "world": 5.0}),
        (("all,20", "Cuba+Haiti,9", "Venezuela,6", "Other,5"), {}),
    ],
)  # fmt: skip
def test_a_quotation_is_not_taken_for_a_table(
    mexico: World, monkeypatch: pytest.MonkeyPatch, rows: tuple[str, ...], known: dict[str, float]
) -> None:
    figures = [row.rsplit(",", 1) for row in rows]
    table = pd.DataFrame(
        [(pd.Timestamp("2024-01-01"), pd.Timestamp("2024-01-31"), "Honduras", name, float(value),
          "one", 1) for name, value in figures],
        columns=["start", "end", "place", "category", "value", "edition", "rank"],
    )  # fmt: skip
    monkeypatch.setattr(record, "load_series", lambda *_, **__: table)
    parts = ("cuba", "haiti", "venezuela", "world")
    found = pooled(mexico, "honduras_irregular_entries", parts=parts)
    assert {name: float(values.iloc[0]) for name, values in found.items()} == known


def test_shares_of_sectors_add_up_to_one(mexico: World) -> None:
    listed = gather(mexico, dt.date(2023, 3, 1), dt.date(2023, 3, 31)).listed
    shares = [o.value for o in listed if o.by == "sector"]
    assert len(shares) == 9
    assert sum(shares) == pytest.approx(1.0, abs=0.01)


def test_the_model_counts_over_the_same_months(small: Small) -> None:
    data = small.run(replicates=3, draw="exact")
    counted = observe(data, "mexico_detentions").transpose("replicate", "month").to_numpy()
    march, april = pd.Period("2023-03", "M"), pd.Period("2023-04", "M")
    listed = (
        Observation("mexico_detentions", "", "", "", march, april, 99.0, 0.1, 7.0),
        Observation("border_patrol_by_sector", "sector", "Laredo", "border_patrol_encounters",
                    april, april, 0.5, 0.1, 7.0),
    )  # fmt: skip
    predicted = Observations(listed).predict(data)
    assert predicted[0] == pytest.approx(np.log(counted[:, 1:].sum(axis=1) + 7.0))
    laredo, everybody = (
        observe(data, *names).transpose("replicate", "month").to_numpy()[:, 2]
        for names in (
            ("border_patrol_by_sector", "sector", "Laredo"),
            ("border_patrol_encounters",),
        )
    )
    assert predicted[1] == pytest.approx(np.log((laredo + 7.0) / (everybody + 7.0)))


def test_another_record_has_the_same_windows() -> None:
    month = pd.Period("2023-03", "M")
    one = Observations((Observation("a", "", "", "", month, month, 90.0, 0.1, 10.0),))
    assert one.with_values(one.values).listed[0].value == pytest.approx(90.0)
    assert one.with_values(np.log([210.0])).listed[0].value == pytest.approx(200.0)


def test_a_series_by_two_things_is_kept_to_one_sector(mexico: World) -> None:
    """Venezuelans in the sector Del Rio in December 2023, added up over families."""
    listed = gather(mexico, dt.date(2023, 12, 1), dt.date(2023, 12, 31)).listed
    found = [o for o in listed if dict(o.where) == {"sector": ("Del Rio",)}]
    table = record.load_series("border_patrol_by_area_citizenship_family", place="Del Rio")
    month = table[table["start"] == "2023-12-01"]
    mine = month[month["category"].str.startswith("Venezuela;")]["value"].sum()
    assert {o.part: o.value for o in found}["venezuela"] == mine > 10_000
    assert sum(o.value for o in found) == month["value"].sum()


def test_months_before_since_and_after_until_are_left_out(mexico: World) -> None:
    listed = gather(mexico, dt.date(2022, 1, 1), dt.date(2023, 12, 31)).listed
    honduras = [o for o in listed if o.name == "honduras_irregular_entries"]
    assert {str(o.start) for o in honduras} == {
        str(m) for m in pd.period_range("2022-08", "2023-12", freq="M")
    }
    assert {o.error > 0.3 for o in honduras if str(o.start) < "2023-09"} == {True}


def test_counts_of_everybody_in_a_town_are_used_until_2023_and_once_they_were_out(
    mexico: World,
) -> None:
    span = (pd.Period("2021-07", "M"), pd.Period("2024-12", "M"))
    counts = list(counted_there(mexico, span))
    assert len(counts) > 15
    assert max(o.end for o in counts) <= pd.Period("2023-12", "M")
    reynosa = [o.value for o in counts if o.part == "reynosa" and str(o.start) == "2023-06"]
    assert reynosa == [11186.0]
    early = list(counted_there(mexico, span, dt.date(2023, 3, 31)))
    assert 0 < len(early) < len(counts)
    assert all(o.end <= pd.Period("2023-03", "M") for o in early)


def test_people_there_are_those_who_need_shelter_over_the_months(small: Small) -> None:
    data = small.run()
    march = data["present"].sel(place="norte", day=slice("2023-03-01", "2023-03-31"))
    sheltered = march.isel(status=np.flatnonzero(data["needs_shelter"].to_numpy()))
    expected = float(sheltered.sum("status").mean())
    month = pd.Period("2023-03", "M")
    assert people_there(data, "norte", month, month) == pytest.approx([expected])


def test_a_nowcast_stands_in_only_for_months_that_are_not_told_apart_yet() -> None:
    world, day = load_world("mediterranean"), dt.date(2023, 7, 10)
    span = (dt.date(2022, 4, 1), dt.date(2023, 6, 30))
    with_it, without = gather_for_forecast(world, *span, day), gather(world, *span, day)
    added = with_it.listed[len(without) :]
    assert with_it.listed[: len(without)] == without.listed
    assert [(o.series, str(o.start)) for o in added] == [
        ("italy_sea_arrivals", "2023-05"), ("italy_sea_arrivals", "2023-06"),
    ]  # fmt: skip
    told = max(o.end for o in without.listed if o.series == "frontex_central_mediterranean")
    assert str(told) == "2023-04"
