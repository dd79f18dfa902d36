import itertools

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor import record
from corredor.errors import UsageError
from corredor.record.tiling import Step, best_tiling, candidates

MONTHS = 10
VALUES = [7.0, 1.0, 5.0, 3.0, 11.0, 2.0, 13.0, 4.0, 17.0, 6.0]

spans = st.tuples(st.integers(0, MONTHS - 1), st.integers(1, MONTHS)).filter(lambda s: s[0] < s[1])
totals = st.lists(st.tuples(spans, st.sampled_from(["a 1", "b 2"])), min_size=1, max_size=8)


def _steps(chosen: list[tuple[tuple[int, int], str]]) -> list[Step]:
    return [Step(a, b, sum(VALUES[a:b]), edition) for (a, b), edition in chosen]


@given(totals, st.booleans())
def test_tiles_never_overlap_and_each_is_the_sum_of_its_months(
    chosen: list[tuple[tuple[int, int], str]], mix: bool
) -> None:
    steps = _steps(chosen)
    tiles = best_tiling(candidates(steps, steps, mix_editions=mix))
    for before, after in itertools.pairwise(tiles):
        assert before.closes <= after.opens
    for tile in tiles:
        assert tile.value == sum(VALUES[tile.opens : tile.closes])
        assert mix or not tile.mixed
    widest = max(s.closes - s.opens for s in steps)
    assert sum(t.months for t in tiles) >= widest


@given(st.sets(st.integers(1, MONTHS), min_size=1))
def test_totals_since_the_same_start_give_a_tile_for_each_end(ends: set[int]) -> None:
    steps = _steps([((0, end), "a 1") for end in sorted(ends)])
    tiles = best_tiling(candidates(steps, steps, mix_editions=False))
    assert [t.closes for t in tiles] == sorted(ends)
    assert tiles[0].opens == 0 and sum(t.months for t in tiles) == max(ends)


def test_detentions_from_october_2022_to_june_2024_by_the_bulletin() -> None:
    table = record.disjoint_windows("mexico_detentions", "2022-10", "2024-06")
    assert table["months"].tolist() == [1] * 21 and not table["derived"].any()
    assert set(table["editions"]) == {"bulletin, June 2025"}


def test_detentions_from_october_2022_to_june_2024_before_the_bulletin() -> None:
    table = record.disjoint_windows("mexico_detentions", "2022-10", "2024-06", as_of="2024-10")
    assert table["end"].iloc[-1] == pd.Period("2024-05")
    assert (table["start"].iloc[1:].to_numpy() > table["end"].iloc[:-1].to_numpy()).all()
    year = table[(table["start"] >= "2023-01") & (table["end"] <= "2023-12")]
    assert year["value"].sum() == 782176
    assert table.loc[table["derived"], "parents"].str.contains(" - ").all()


def test_march_and_april_2024_came_from_first_releases_alone() -> None:
    table = record.disjoint_windows("mexico_detentions", "2024-03", "2024-04", as_of="2024-10")
    row = table.iloc[0]
    assert row["value"] == 481025 - 120005 - 119943
    assert row["derived"] and not row["mixed_editions"]


def test_first_published_windows_add_to_the_first_published_total() -> None:
    table = record.disjoint_windows(
        "mexico_detentions", "2024-01", "2024-05", edition="first published", as_of="2024-07"
    )
    assert table["value"].sum() == 590401
    assert table["value"].iloc[[0, -1]].tolist() == [120005, 109376]


def test_editions_stay_apart_when_asked() -> None:
    table = record.disjoint_windows(
        "mexico_detentions", "2023-03", "2023-05", mix_editions=False, as_of="2024-10"
    )
    assert table["value"].tolist() == [39843]
    assert not table["mixed_editions"].any()


def test_nothing_published_gives_no_window() -> None:
    table = record.disjoint_windows("mexico_detentions", "2022-10", "2022-11", as_of="2023-01")
    assert table.empty and list(table.columns[:4]) == ["start", "end", "months", "value"]


def test_undated_editions_count_as_mixed() -> None:
    steps = [Step(0, 3, 9.0, "only edition seen"), Step(0, 2, 4.0, "only edition seen")]
    last = [t for t in candidates(steps, steps, mix_editions=True) if t.opens == 2]
    assert last[0].value == 5 and last[0].mixed
    assert not [t for t in candidates(steps, steps, mix_editions=False) if t.opens == 2]


def test_a_difference_that_is_negative_is_no_window() -> None:
    steps = [Step(0, 3, 4.0, "a"), Step(0, 2, 9.0, "a")]
    assert {(t.opens, t.closes) for t in candidates(steps, steps, mix_editions=True)} == {
        (0, 3),
        (0, 2),
    }


@pytest.mark.parametrize(
    ("start", "end", "edition"),
    [("2024-05", "2024-01", "preferred"), ("spring", "2024-01", "preferred"),
     ("2024-01", "2024-05", "all")],
)  # fmt: skip
def test_a_senseless_span_is_refused(start: str, end: str, edition: str) -> None:
    with pytest.raises(UsageError):
        record.disjoint_windows("mexico_detentions", start, end, edition=edition)
