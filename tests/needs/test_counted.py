"""People in places stand beside what was counted there, like beside like."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from helpers import Small

from corredor.corridor.stocks import load_stocks
from corredor.needs.counted import beside_counts, counts_beside
from corredor.needs.people import people_in_places
from corredor.show.needs import counts as told
from corredor.show.needs import needs_words


@pytest.fixture(scope="module")
def data(small: Small) -> xr.Dataset:
    return small.run(draw="exact", replicates=4)


def counted(people: float, high: float | None = None, **changed: object) -> pd.DataFrame:
    top = people if high is None else high
    row = {"place": "sur", "start": "2023-03-01", "end": "2023-03-10", "dated": "stated",
           "people": people, "low": people, "high": top, "counted": "everyone", "who": "",
           "said_by": "the mayor", "quality": "B", "source": "s", "published": "",
           "address": ""}  # fmt: skip
    return pd.DataFrame([{**row, **changed}])


def mean_of(data: xr.Dataset, first: str, last: str) -> float:
    return float(people_in_places(data, ["sur"], first, last).mean())


def test_the_model_is_looked_at_over_the_days_of_the_count(data: xr.Dataset) -> None:
    (row,) = beside_counts(data, counted(100)).to_dict("records")
    assert row["mean"] == pytest.approx(mean_of(data, "2023-03-01", "2023-03-10"))
    assert row["low"] <= row["mean"] <= row["high"]
    assert row["times"] == pytest.approx(row["mean"] / 100)


def test_an_inferred_day_is_looked_at_more_widely(data: xr.Dataset) -> None:
    (row,) = beside_counts(data, counted(100, dated="inferred")).to_dict("records")
    assert row["mean"] == pytest.approx(mean_of(data, "2023-02-01", "2023-04-09"), rel=0.02)


def test_what_lies_outside_the_run_is_left_out(data: xr.Dataset) -> None:
    assert beside_counts(data, counted(100, start="2021-01-01", end="2021-01-05")).empty


@pytest.mark.parametrize(
    ("times", "counts", "verdict"),
    [(1.0, {}, "near"), (1.9, {}, "near"), (2.1, {}, "below"), (0.4, {}, "above"),
     (0.1, {"counted": "in_shelters"}, "holds"), (2.1, {"counted": "in_shelters"}, "short"),
     (0.1, {"high": np.nan}, "holds"), (2.1, {"high": np.nan}, "short"),
     (0.4, {"low": np.nan}, "above"), (9.0, {"low": np.nan}, "near"),
     (1.0, {"counted": "one_nationality"}, "")],
)  # fmt: skip
def test_the_verdict_compares_like_with_like(
    data: xr.Dataset, times: float, counts: dict[str, object], verdict: str
) -> None:
    here = mean_of(data, "2023-03-01", "2023-03-10")
    (row,) = beside_counts(data, counted(times * here, **counts)).to_dict("records")
    assert row["verdict"] == verdict


def test_a_result_finds_the_counts_of_its_world(small: Small, data: xr.Dataset) -> None:
    assert counts_beside(data).empty
    path = small.scenario().world.folder / "stocks.csv"
    counted(100).drop(columns=[]).to_csv(path, index=False)
    try:
        assert len(load_stocks(small.scenario().world)) == len(counts_beside(data)) == 1
    finally:
        path.unlink()


@pytest.mark.parametrize("language", ["en", "es"])
def test_sentences_tell_what_was_counted_or_that_nothing_was(
    data: xr.Dataset, language: str
) -> None:
    words = needs_words(language)
    found = beside_counts(
        data, pd.concat([counted(1234, dated="inferred"), counted(50, counted="in_shelters")])
    )
    march = (pd.Timestamp("2023-03-05").date(), pd.Timestamp("2023-03-06").date())
    lines = told.lines(found, "sur", *march, words)
    assert len(lines) == 2 and "1,234" in lines[0] and "the mayor" in lines[0]
    june = (pd.Timestamp("2023-06-05").date(), pd.Timestamp("2023-06-06").date())
    assert told.lines(found, "sur", *june, words) == (words["counts"]["none_near"],)
    (floor_only,) = (found[found["counted"] == "in_shelters"],)
    assert told.lines(floor_only, "sur", *march, words)[0] == words["counts"]["none_near"]
    many = pd.concat([floor_only] * 9)
    assert words["counts"]["further"].format(number=9 - told.MOST_FLOORS, place="sur") in (
        told.lines(many, "sur", *march, words)
    )
    rows = told.rows(found, words)
    assert [len(r) for r in rows] == [len(told.columns(words))] * 2
    assert told.summary(found, words) == words["counts"]["summary"].format(
        all=1, floors=1, short=int(found["verdict"].eq("short").sum()),
        **{v: int(found["verdict"].eq(v).sum()) for v in ("near", "above", "below")},
    )  # fmt: skip
    assert told.summary(found.iloc[:0], words) == words["counts"]["nothing"]
