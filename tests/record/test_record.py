import re

import pandas as pd
import pytest

from corredor import record
from corredor.errors import UsageError

NAMES = list(record.catalogue().index)
LAST_OUTCOME = pd.Timestamp("2024-06-30")
RULES = {"policy_events", "survey_rates", "travel_and_transit", "appointments"}


@pytest.mark.parametrize("name", NAMES)
def test_every_series_loads_and_is_catalogued_as_it_is(name: str) -> None:
    table, info = record.load_series(name, edition="all"), record.describe(name)
    assert str(table["start"].min().date()) == info.first
    assert str(table["end"].max().date()) == info.last
    assert (table["start"] <= table["end"]).all()
    assert table["value"].dtype == float
    assert set(table["source"]) <= set(record.sources().index)
    assert info.counts and info.unit and info.title_es and info.publisher


@pytest.mark.parametrize("name", NAMES)
def test_one_preferred_edition_a_figure_and_ranks_without_gaps(name: str) -> None:
    table = record.load_series(name, edition="all")
    figure = ["start", "end", "place", "category", *(["event"] if "event" in table else [])]
    for edition in ("preferred", "first published"):
        chosen = record.load_series(name, edition=edition)
        assert not chosen.duplicated(figure).any()
        assert len(chosen) == len(table.drop_duplicates(figure))
    ranks = table.groupby(figure)["rank"].agg(["max", "count"])
    assert (ranks["max"] == ranks["count"]).all() or "event" in table


@pytest.mark.parametrize("name", sorted(set(NAMES) - RULES))
def test_outcomes_stop_in_june_2024(name: str) -> None:
    assert record.load_series(name, edition="all")["end"].max() <= LAST_OUTCOME


def test_cumulative_appointments_stop_in_june_2024() -> None:
    table = record.load_series("appointments")
    counted = table[table["category"].str.contains("cumulative|processed")]
    assert counted["end"].max() <= LAST_OUTCOME


def test_derived_rows_say_so() -> None:
    for name in NAMES:
        table = record.load_series(name, edition="all")
        derived = table["note"].str.contains("DERIVED")
        assert table.loc[derived, "edition"].str.startswith("DERIVED").all(), name


def test_january_2024_keeps_both_editions() -> None:
    def read(edition: str) -> list[float]:
        table = record.load_series("mexico_detentions", "2024-01", "2024-01", edition=edition)
        return table["value"].tolist()

    assert read("preferred") == [113839]
    assert read("first published") == [120005]
    assert read("all") == [113839, 120005]


def test_may_2024_has_the_published_and_the_derived_figure() -> None:
    table = record.load_series("mexico_detentions", "2024-05", "2024-05", edition="all")
    assert table["value"].tolist() == [125499, 109376]
    assert table["edition"].iloc[1].startswith("DERIVED")


def test_own_counts_of_the_institute_are_kept_apart() -> None:
    detentions = record.load_series("mexico_detentions", edition="all")
    assert not detentions["value"].isin([1393683, 454816, 563569, 6833]).any()
    own = record.load_series("mexico_inm_counts", category="all")
    assert own["value"].max() == 1393683


def test_sectors_add_to_the_total() -> None:
    sectors = record.load_series("border_patrol_by_sector").groupby("start")["value"].sum()
    total = record.load_series("border_patrol_encounters").set_index("start")["value"]
    assert (sectors - total).abs().max() <= 50


def test_family_status_adds_to_the_total() -> None:
    status = record.load_series("border_patrol_by_family_status").groupby("start")["value"].sum()
    total = record.load_series("border_patrol_encounters").set_index("start")["value"]
    assert (status - total).abs().max() <= 20


def test_citizenships_add_to_the_total() -> None:
    parts = record.load_series("border_patrol_by_citizenship").groupby("start")["value"].sum()
    total = record.load_series("border_patrol_encounters").set_index("start")["value"]
    assert ((parts - total).abs() <= 0.005 * total + 600).all()


def test_exact_and_rounded_counts_agree() -> None:
    exact = record.monthly("border_patrol_encounters_exact")
    rounded = record.monthly("border_patrol_encounters").loc[exact.index]
    assert (exact - rounded).abs().max() <= 10


def test_ports_and_patrol_add_to_all_encounters() -> None:
    every = record.monthly("encounters_all_by_citizenship")
    both = record.monthly("ports_of_entry_encounters") + record.monthly("border_patrol_encounters")
    assert (every - both.loc[every.index]).abs().max() <= 10


def test_demographics_add_to_the_ports() -> None:
    kinds = ["single adults", "family members", "children alone", "accompanied minors"]
    parts = sum(record.monthly("ports_of_entry_encounters", kind) for kind in kinds)
    assert (parts - record.monthly("ports_of_entry_encounters")).dropna().eq(0).all()


def test_darien_months_of_2023_add_to_the_year() -> None:
    months = record.monthly("darien_crossings").loc["2023"]
    assert len(months) == 12 and months.sum() == 520085


def test_missing_months_stay_missing() -> None:
    months = record.monthly("mexico_detentions")
    assert months.index.equals(pd.period_range("2021-09", "2024-05", freq="M", name="month"))
    assert months.isna().sum() == len(months) - 8
    assert pd.isna(months["2024-03"])


def test_windows_are_whole_months() -> None:
    table = record.windows("honduras_irregular_entries")
    assert 164096 not in table["value"].tolist()  # 1 January to 24 April
    assert 545043 in table["value"].tolist()


def test_dates_may_be_months_or_years() -> None:
    assert len(record.load_series("border_patrol_encounters", "2023", "2023")) == 12
    assert len(record.load_series("border_patrol_encounters", "2023-12", "2024-01-31")) == 2
    day = pd.Timestamp("2024-01-01")
    assert len(record.load_series("border_patrol_encounters", start=day)) == 6


def test_tables_given_out_may_be_changed_without_harm() -> None:
    table, known = record.load_series("darien_crossings"), record.catalogue()
    table["value"], known["unit"] = 0.0, ""
    assert record.load_series("darien_crossings")["value"].max() > 0
    assert record.describe("darien_crossings").unit == "people"


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: record.describe("border_patrol_encounter"), "'border_patrol_encounters'?"),
        (lambda: record.load_series("darien_crossings", category="Venezula"), "'Venezuela'?"),
        (lambda: record.load_series("darien_crossings", place="Darian"), "'Darien'?"),
        (lambda: record.load_series("darien_crossings", edition="latest"), "preferred"),
        (lambda: record.load_series("border_patrol_encounters", "1998"), "1999-10-01 to 2024-06"),
        (lambda: record.load_series("border_patrol_encounters", end="2025-01"), "2024-06-30"),
        (lambda: record.load_series("darien_crossings", "soon"), "'soon' is no date"),
        (lambda: record.monthly("border_patrol_by_sector"), "name a place"),
        (lambda: record.monthly("darien_crossings", edition="all"), "one value"),
        (lambda: record.windows("darien_crossings", "Venezula"), "'Venezuela'?"),
    ],
)
def test_errors_say_what_to_do(call: object, words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        call()  # type: ignore[operator]


def test_no_text_of_the_collection_is_left() -> None:
    for table in (record.sources().reset_index(), *(record.load_series(n) for n in NAMES)):
        text = table.select_dtypes(exclude="number").astype(str).to_csv()
        assert "this session" not in text and "search index" not in text
