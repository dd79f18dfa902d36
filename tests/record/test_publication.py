"""What had been published by a day, and nothing later."""

import datetime as dt
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from corredor import record
from corredor.cli.record import app
from corredor.errors import UsageError
from corredor.record.of_world import record_folder
from corredor.record.record import Day
from corredor.record.series_info import editions

NAMES = list(record.catalogue().index)
REPUBLISHED = [n for n in NAMES if record.describe(n).republished]
TILED = [
    "mexico_detentions", "mexico_returns", "darien_crossings", "honduras_irregular_entries",
    "asylum_applications_mexico",
]  # fmt: skip
# Editions whose names tell no day: out so long after the end of the window as the catalogue says,
# and inside the year that the name tells, if it tells one. A figure DERIVED from an edition
# counts as one of it.
BY_END_AND_LAG = {
    "only edition seen",  # its page may be later, but the figure was read as it came out
    "first published",
    "first published 2021",
    "first published 2022",
    "first published 2023",
    "first published 2024",
    "final",  # of the Darién: told from first releases, yet no day is given
}
SPELLINGS = ("preferred", "first published", "all")

days = st.dates(dt.date(2012, 1, 1), dt.date(2026, 6, 30)).map(pd.Timestamp)


def detentions(month: str, as_of: Day | None, edition: str = "preferred") -> list[float]:
    table = record.load_series(
        "mexico_detentions", month, month, "Mexico", "all", edition, as_of=as_of
    )
    return table["value"].tolist()


def figures(name: str, day: pd.Timestamp) -> set[tuple[object, ...]]:
    """Return every row known by a day; ranks are left out, for they count what is known."""
    table = record.load_series(name, edition="all", as_of=day).drop(columns="rank")
    return set(table.fillna({"value": -1.0}).itertuples(index=False, name=None))


def test_january_2024_is_the_first_release_until_the_revision_came_out() -> None:
    assert detentions("2024-01", "2024-03-15") == []
    for edition in SPELLINGS:
        assert detentions("2024-01", "2024-03-20", edition) == [120005]
    assert detentions("2024-01", "2024-10") == [113839]
    assert detentions("2024-01", "2024-10", "first published") == [120005]
    assert detentions("2024-01", "2024-10", "all") == [113839, 120005]
    assert detentions("2024-01", "2025-06-29") == [113839]
    assert detentions("2024-01", "2025-06-30") == [113347]


def test_ranks_count_the_editions_known_by_then() -> None:
    early = record.load_series("mexico_detentions", "2024-01", "2024-01", as_of="2024-03-20")
    assert early["rank"].tolist() == [1]


@pytest.mark.parametrize(
    ("series", "window", "place", "value", "published"),
    [
        ("mexico_detentions", "2023-12-31", "Mexico", 778907, "2025-06-30"),
        ("mexico_detentions", "2023-12-31", "Mexico", 782176, "2024-02-14"),
        ("mexico_detentions", "2022-12-31", "Mexico", 444439, "2024-04-30"),
        ("mexico_detentions", "2021-03-31", "Mexico", 41005, "2022-12-31"),  # beside a 2022 figure
        ("mexico_detentions", "2023-05-31", "Mexico", 184857, "2024-07-31"),
        ("mexico_detentions", "2023-08-31", "Mexico", 402324, "2023-11-30"),
        ("mexico_detentions", "2022-02-28", "Mexico", 47686, "2023-06-21"),
        ("mexico_detentions", "2024-12-31", "Mexico", 68765, "2025-06-30"),
        ("mexico_detentions", "2021-09-30", "Mexico", 220016, "2025-06-30"),  # as its months
        ("mexico_returns", "2022-03-31", "Mexico", 29073, "2023-12-31"),  # as its parents
        ("mexico_returns", "2023-01-31", "Mexico", 5052, "2023-03-17"),
        ("darien_crossings", "2022-05-31", "Darien", 13894, "2025-05-31"),
        ("darien_crossings", "2022-06-30", "Darien", 49452, "2025-05-31"),
        ("honduras_irregular_entries", "2024-12-31", "Honduras", 13994, "2025-06-30"),
        ("appointments_by_citizenship", "2024-08-31", "southwest border", 45500, "2024-12-06"),
        (
            "ports_of_entry_by_citizenship",
            "2024-12-31",
            "southwest ports of entry",
            48713,
            "2025-01-25",
        ),
        ("asylum_applications_mexico", "2021-12-31", "Mexico", 129780, "2023-04-30"),
        ("survey_rates", "2021-09-30", "Mexico", 524, "2021-12-31"),
        ("border_patrol_encounters", "2024-01-31", "southwest border", 124220, "2024-02-25"),
        ("policy_events", "2024-06-04", "US", None, "2024-06-04"),
    ],
)
def test_each_rule_gives_the_day_by_which_a_figure_was_out(
    series: str, window: str, place: str, value: float | None, published: str
) -> None:
    table = record.load_series(series, edition="all", place=place)
    row = table[(table["end"] == window) & ((table["value"] == value) | (value is None))]
    assert pd.Timestamp(published) in set(row["published"])
    assert len(row) == 1 or len(row) == row["published"].nunique()


@pytest.mark.parametrize("name", NAMES)
def test_every_figure_has_a_day_and_none_was_out_before_its_window_ended(name: str) -> None:
    table, info = record.load_series(name, edition="all"), record.describe(name)
    assert (table["published"] >= table["end"]).all()
    assert info.published_after_days >= 0 and info.published_after_basis


def test_every_edition_has_been_considered() -> None:
    found = {e for n in NAMES for e in record.load_series(n, edition="all")["edition"]}
    found = {e.removeprefix("DERIVED from ") for e in found}
    dated = set(editions().index)
    assert not dated & BY_END_AND_LAG
    assert found == dated | BY_END_AND_LAG


def test_last_editions_of_republished_series_do_not_date_them() -> None:
    assert {e.removesuffix("_exact") for e in REPUBLISHED} == {
        "border_patrol_encounters", "border_patrol_by_citizenship", "border_patrol_by_sector",
        "border_patrol_by_family_status", "border_patrol_by_legal_authority",
        "border_patrol_by_area_citizenship_family", "ports_of_entry_encounters",
        "ports_of_entry_by_citizenship", "ports_of_entry_by_area_citizenship_family",
        "encounters_all_by_citizenship",
    }  # fmt: skip
    for name in REPUBLISHED:
        table = record.load_series(name, edition="all")
        assert (table["published"] - table["end"] == pd.Timedelta(days=25)).all()


@settings(deadline=None)  # the first to read a long series waits for it
@given(st.sampled_from(NAMES), days, st.sampled_from(SPELLINGS))
def test_nothing_later_than_the_day_ever_shows(name: str, day: pd.Timestamp, edition: str) -> None:
    table = record.load_series(name, edition=edition, as_of=day)
    assert (table["end"] <= day).all() and (table["published"] <= day).all()


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(NAMES), days, days)
def test_what_was_known_stays_known(name: str, one: pd.Timestamp, other: pd.Timestamp) -> None:
    assert figures(name, min(one, other)) <= figures(name, max(one, other))


@settings(deadline=None)
@given(st.sampled_from(NAMES), days)
def test_a_day_shows_each_known_figure_once_in_its_best_edition(
    name: str, day: pd.Timestamp
) -> None:
    table = record.load_series(name, edition="all")
    figure = ["start", "end", "place", "category", *(["event"] if "event" in table else [])]
    best = table[table["published"] <= day].sort_values("rank", kind="stable")
    best = best.drop_duplicates(figure).sort_index().reset_index(drop=True)
    shown = record.load_series(name, as_of=day)
    pd.testing.assert_frame_equal(shown.drop(columns="rank"), best.drop(columns="rank"))
    assert (shown["rank"] == 1).all()


@pytest.mark.parametrize("name", NAMES)
def test_when_all_is_out_a_day_changes_nothing(name: str) -> None:
    for edition in SPELLINGS:
        pd.testing.assert_frame_equal(
            record.load_series(name, edition=edition, as_of="2030"),
            record.load_series(name, edition=edition),
        )


def test_monthly_as_of_a_day() -> None:
    values = record.monthly("mexico_detentions", as_of="2024-03-20")
    assert values.index[-1] == pd.Period("2024-01") and values.iloc[-1] == 120005
    patrol = record.monthly("border_patrol_encounters", as_of="2024-02-24")
    assert patrol.index[-1] == pd.Period("2023-12")
    assert record.monthly("darien_crossings", as_of="2015-06-30").empty


@settings(max_examples=50, deadline=None)
@given(st.sampled_from(TILED), days, st.booleans(), st.sampled_from(SPELLINGS[:2]))
def test_disjoint_windows_use_no_later_total(
    name: str, day: pd.Timestamp, mix: bool, edition: str
) -> None:
    table = record.disjoint_windows(
        name, "2019-01", "2024-06", edition=edition, mix_editions=mix, as_of=day
    )
    every = record.load_series(name, category="all", edition="all")
    known = every[every["published"] <= day]
    printed = {f"{v:,.0f} ({e})" for v, e in zip(known["value"], known["edition"], strict=True)}
    for tile in table.to_dict("records"):
        assert tile["end"].end_time.normalize() <= day
        for parent in re.split(r" [+-] ", tile["parents"]):
            assert parent.partition(": ")[2] in printed


def test_disjoint_windows_of_early_2024_as_of_its_days() -> None:
    def tiles(day: str) -> list[float]:
        table = record.disjoint_windows("mexico_detentions", "2024-01", "2024-05", as_of=day)
        return table["value"].tolist()

    assert tiles("2024-02-29") == []
    assert tiles("2024-03-20") == [120005]
    assert tiles("2024-06-30") == [120005, 119943, 481025 - 120005 - 119943]
    assert tiles("2024-07-31") == [120005, 119943, 481025 - 120005 - 119943, 590401 - 481025]


@pytest.fixture
def change_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str, pd.DataFrame], None]:
    """Let a test write a series of a copy of the record, with an edition of January 2027."""
    folder = tmp_path / "record"
    shutil.copytree(record_folder(), folder)
    with (folder / "editions.csv").open("a", encoding="utf-8") as file:
        file.write("January 2027,2027-01-31,\n")

    def write(name: str, table: pd.DataFrame) -> None:
        table.to_csv(folder / "series" / f"{name}.csv", index=False)
        monkeypatch.setattr("corredor.record.series_info.record_folder", lambda: folder)

    return write


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if name in TILED or i % 4 == 0 else [pytest.mark.slow])
        for i, name in enumerate(NAMES)
    ],
)
def test_rows_of_the_future_change_nothing_as_of_an_earlier_day(
    name: str, change_record: Callable[[str, pd.DataFrame], None]
) -> None:
    moments = ["2019-12-31", "2022-07-20", "2024-03-20", "2024-10-31", "2026-12-31"]

    def seen() -> list[pd.DataFrame]:
        tables = [
            record.load_series(name, edition=edition, as_of=day)
            for day in moments
            for edition in SPELLINGS
        ]
        if name in TILED:
            tables += [record.monthly(name, as_of=day).to_frame() for day in moments]
            tables += [
                record.disjoint_windows(name, "2021-01", "2024-06", as_of=day) for day in moments
            ]
        return tables

    before = seen()
    table = pd.read_csv(
        record_folder() / "series" / f"{name}.csv", dtype=str, keep_default_na=False
    )
    later = table.tail(1).assign(start="2027-01-01", end="2027-01-31", edition="January 2027")
    better = table.iloc[:0]
    if name not in REPUBLISHED:  # their earlier editions are not kept: the weakness of the rule
        better = table[table["rank"] == "1"].assign(edition="January 2027", value="7")
        table = table.assign(rank=(table["rank"].astype(int) + 1).astype(str))
    change_record(name, pd.concat([table, better, later], ignore_index=True))
    assert len(record.load_series(name, edition="all")) == len(table) + len(better) + 1
    for old, new in zip(before, seen(), strict=True):
        pd.testing.assert_frame_equal(old, new)


def test_days_may_be_months_and_lie_outside_the_record() -> None:
    assert record.load_series("mexico_detentions", as_of="1990").empty
    assert detentions("2024-01", "2024-03") == [120005]
    assert detentions("2024-01", pd.Timestamp("2024-03-16 08:00")) == [120005]
    with pytest.raises(UsageError, match="'soon' is no date"):
        record.load_series("mexico_detentions", as_of="soon")


def test_show_as_of_a_day() -> None:
    words = ["show", "mexico_detentions", "--from", "2024-01", "--to", "2024-01", "--as-of"]
    text = CliRunner().invoke(app, [*words, "2024-03-20"], catch_exceptions=False).stdout
    assert "│ 2024-01 │ 120,005 │" in text
    assert "published 2024-03-16" in text
    nothing = CliRunner().invoke(app, [*words, "2024-02-29"], catch_exceptions=False).stdout
    assert "No figure was published for this by 2024-02-29" in nothing
    found = CliRunner().invoke(app, [*words, "2024-12-31", "--json"], catch_exceptions=False)
    shown = json.loads(found.stdout)
    assert [row["published"] for row in shown["rows"]] == ["2024-09-30"]
    assert shown["series"]["published_after_days"] == 45
