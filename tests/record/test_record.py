import re
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor import record
from corredor.errors import UsageError

NAMES = list(record.catalogue().index)
LAST_OUTCOME = pd.Timestamp("2024-12-31")
RULES = {"policy_events", "survey_rates", "travel_and_transit", "appointments"}
BULLETIN = "bulletin, June 2025"
AREAS = {
    "border_patrol": "border_patrol_by_area_citizenship_family",
    "ports_of_entry": "ports_of_entry_by_area_citizenship_family",
}
SPLITS = {
    "border_patrol": [("citizenship", "border_patrol_by_citizenship_exact")],
    "ports_of_entry": [
        ("citizenship", "ports_of_entry_encounters"), ("family", "ports_of_entry_encounters"),
        ("citizenship", "ports_of_entry_by_citizenship"),
    ],
}  # fmt: skip
# Series by month and nationality: their edition, and the years that the publisher prints in all.
BY_NATIONALITY = {
    "mexico_detentions": (BULLETIN, {2018: 131445, 2019: 182940, 2020: 82379, 2021: 309692,
                                     2022: 441409, 2023: 778907, 2024: 1231320}),
    "mexico_returns": (BULLETIN, {}),
    "darien_crossings": ("SNM, May 2025", {2020: 6465, 2021: 133726, 2022: 248284, 2023: 520085,
                                           2024: 302203}),
    "honduras_irregular_entries": ("INM dashboard, June 2025", {2020: 8154, 2021: 17590,
                                                                2022: 188858, 2023: 545043}),
}  # fmt: skip


def months(series: str, edition: str) -> pd.DataFrame:
    """Return the single months of one edition: a row a month, a column a category."""
    table = record.load_series(series, edition="all")
    table = table[(table["edition"] == edition) & (table["note"] == "")]
    table = table[table["end"] - table["start"] < pd.Timedelta(days=31)]
    return table.pivot_table(index="start", columns="category", values="value")


def by_area(agency: str) -> pd.DataFrame:
    """Return a table by area with its citizenship and family status apart, and its months."""
    table = record.load_series(AREAS[agency])
    parts = table["category"].str.split("; ", expand=True)
    return table.assign(
        citizenship=parts[0], family=parts[1], month=table["start"].dt.to_period("M")
    )


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
def test_outcomes_stop_in_december_2024(name: str) -> None:
    assert record.load_series(name, edition="all")["end"].max() <= LAST_OUTCOME


def test_cumulative_appointments_stop_in_december_2024() -> None:
    table = record.load_series("appointments")
    counted = table[table["category"].str.contains("cumulative|processed")]
    assert counted["end"].max() <= LAST_OUTCOME


def test_derived_rows_say_so() -> None:
    for name in NAMES:
        table = record.load_series(name, edition="all")
        derived = table["note"].str.contains("DERIVED")
        assert table.loc[derived, "edition"].str.startswith("DERIVED").all(), name


def test_january_2024_keeps_every_edition() -> None:
    def read(edition: str) -> list[float]:
        table = record.load_series(
            "mexico_detentions", "2024-01", "2024-01", category="all", edition=edition
        )
        return table["value"].tolist()

    assert read("preferred") == [113347]
    assert read("first published") == [120005]
    assert read("all") == [113347, 113839, 120005]


@pytest.mark.parametrize("name", NAMES)
def test_no_row_is_a_difference_of_totals(name: str) -> None:
    """Two totals of different editions differ by their revision too (May 2024 was 109,376 so)."""
    table = record.load_series(name, edition="all")
    assert not table["note"].str.contains("DERIVED.* less |DERIVED by subtraction").any()
    assert not table["edition"].str.contains(" less ").any()


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
    ports = record.monthly("ports_of_entry_encounters")
    exact = (ports + record.monthly("border_patrol_encounters_exact")).dropna()
    assert exact.index[0] == pd.Period("2021-10") and (every.loc[exact.index] == exact).all()
    rounded = ports + record.monthly("border_patrol_encounters").loc[every.index]
    off = (every - rounded).abs()
    # OHSS counts these three months otherwise than CBP; the ports were derived from both once.
    assert set(off.index[off > 10].astype(str)) == {"2020-06", "2020-07"} and off.max() <= 24


@pytest.mark.parametrize("agency", AREAS)
def test_areas_add_to_the_exact_totals_of_every_edition(agency: str) -> None:
    series = {"border_patrol": "border_patrol_encounters_exact"}.get(agency, f"{agency}_encounters")
    added = by_area(agency).groupby("month")["value"].sum()
    totals = record.load_series(series, category="all", edition="all")
    assert {"May 2025", "August 2025"} == set(totals["edition"])
    month = totals["start"].dt.to_period("M")
    assert (totals["value"].to_numpy() == added.loc[pd.PeriodIndex(month)].to_numpy()).all()
    assert month.max() == added.index.max() == pd.Period("2024-12")


@pytest.mark.parametrize("agency", AREAS)
def test_areas_add_to_every_family_status_and_citizenship(agency: str) -> None:
    table = by_area(agency)
    for part, series in SPLITS[agency]:
        added = table.groupby(["start", part])["value"].sum()
        known = record.load_series(series, edition="all")
        known = known[~known["category"].isin(["all", "Other"])]  # a pool of another size
        known = known[known["category"].isin(table[part])]
        keys = pd.MultiIndex.from_frame(known[["start", "category"]])
        assert len(keys) > 100
        assert (known["value"].to_numpy() == added.loc[keys].to_numpy()).all(), series


def test_rounded_series_end_with_the_exact_december_2024() -> None:
    december = {"start": "2024-12", "end": "2024-12"}
    (exact,) = record.load_series("border_patrol_encounters_exact", **december)["value"]
    for name in ("encounters", "by_sector", "by_family_status", "by_citizenship"):
        table = record.load_series(f"border_patrol_{name}", **december)
        assert table["value"].sum() == exact == 47323, name
        assert set(table["edition"]) == {"May 2025"}
    pool = record.load_series("border_patrol_by_citizenship", category="Other", **december)
    assert "a larger pool" in pool["note"].iloc[0]
    known = record.load_series("border_patrol_by_citizenship", end="2024-11")["category"]
    assert set(table["category"]) <= set(known)


def test_all_encounters_since_title_42_are_under_title_8() -> None:
    title_8 = record.monthly("border_patrol_by_legal_authority", "Title 8", "southwest border")
    total = record.monthly("border_patrol_encounters_exact")
    assert (title_8 == total).loc["2023-06":].all()
    derived = record.load_series("border_patrol_by_legal_authority", "2024-07")
    assert derived["edition"].str.startswith("DERIVED").all() and len(derived) == 6


def test_true_counts_at_ports_stand_where_differences_stood() -> None:
    ports = record.load_series("ports_of_entry_encounters", category="all", edition="all")
    assert ports["start"].min() == pd.Timestamp("2019-10-01")
    assert set(ports["edition"]) == {"May 2025", "August 2025"}
    values = record.monthly("ports_of_entry_encounters")
    assert values[["2019-10", "2020-07"]].tolist() == [9737, 2393]  # were 9,739 and 2,369


@pytest.mark.parametrize("series", BY_NATIONALITY)
def test_years_by_nationality_add_to_the_printed_years(series: str) -> None:
    edition, years = BY_NATIONALITY[series]
    table = months(series, edition)
    added = table.groupby(table.index.year)["all"].sum()
    assert {year: added[year] for year in years} == years
    named = table.drop(columns="all").sum(axis=1)
    assert (named <= table["all"]).all() and named.sum() > 0.85 * table["all"].sum()
    own = record.load_series(series, edition="all", category="all")
    own = own[(own["edition"] == edition) & (own["end"] - own["start"] > pd.Timedelta(days=360))]
    printed = own.set_index(own["start"].dt.year)["value"]
    printed = printed[printed.index >= added.index[0]]
    assert (printed == added.loc[printed.index]).all()


@given(st.sampled_from(sorted(BY_NATIONALITY)), st.data())
def test_a_window_of_a_table_is_the_sum_of_its_months(series: str, data: st.DataObject) -> None:
    edition, _ = BY_NATIONALITY[series]
    table = record.load_series(series)
    windows = table[(table["edition"] == edition) & table["note"].str.startswith("the sum of")]
    row = data.draw(st.sampled_from(windows.to_dict("records")))
    parts = months(series, edition).loc[row["start"] : row["end"], row["category"].split("+")]
    assert parts.notna().all(axis=None) and parts.to_numpy().sum() == row["value"]


def test_kinds_of_return_add_to_all_returns() -> None:
    kinds = months("mexico_returns_by_kind", BULLETIN)
    total = months("mexico_returns", BULLETIN)["all"]
    assert len(kinds) == 120 and (kinds.sum(axis=1) == total).all()
    january = record.load_series("mexico_returns_by_kind", "2023-01", "2023-01", edition="all")
    assert {466, 4586} <= set(january["value"])


@pytest.mark.parametrize(
    ("parts", "whole", "edition"),
    [
        ("darien_by_sex_and_age", "darien_crossings", "SNM, May 2025"),
        ("honduras_by_sex_and_age", "honduras_irregular_entries", "INM dashboard, June 2025"),
        ("mexico_detentions_by_sex_and_age", "mexico_detentions", BULLETIN),
    ],
)
def test_sexes_and_ages_add_to_the_total(parts: str, whole: str, edition: str) -> None:
    added = months(parts, edition).sum(axis=1)
    total = months(whole, edition)["all"].reindex(added.index).fillna(0)
    exact = slice(None, "2023-12-31") if whole == "mexico_detentions" else slice(None)
    assert (added == total).loc[exact].all()
    assert ((added - total).abs() <= 0.035 * total).all()


def figure(series: str, month: str, category: str = "all") -> dict[str, float]:
    """Return the value of a month in every edition."""
    table = record.load_series(series, month, month, category=category, edition="all")
    return dict(zip(table["edition"], table["value"], strict=True))


def test_romanians_are_no_russians() -> None:
    assert figure("mexico_detentions", "2022-05", "Russia") == {BULLETIN: 10}
    assert figure("mexico_detentions", "2022-05", "Romania") == {"first published 2022": 271}


@pytest.mark.parametrize(
    ("series", "start", "end", "category", "value", "was"),
    [
        ("mexico_detentions", "2021-09", "2021-09", "all", 46717, 41225),
        ("mexico_detentions", "2021-01", "2021-09", "all", 220016, 190476),
        ("mexico_returns", "2022-01", "2022-03", "all", 32671, 26131),
        ("mexico_returns", "2023-01", "2023-01", "all", 6236, 5544),
        ("darien_crossings", "2022-01", "2022-01", "all", 4702, 4442),
        ("darien_crossings", "2022-02", "2022-02", "all", 4262, 4014),
        ("darien_crossings", "2022-03", "2022-03", "all", 4827, 4969),
        ("honduras_irregular_entries", "2022-11", "2022-11", "Venezuela", 3756, 1615),
        ("honduras_irregular_entries", "2022-12", "2022-12", "Venezuela", 1923, 1111),
        ("honduras_irregular_entries", "2021-01", "2021-05", "all", 6131, 5132),
    ],
)
def test_first_prints_stand_below_the_table(
    series: str, start: str, end: str, category: str, value: float, was: float
) -> None:
    table = record.load_series(series, start, end, category=category, edition="all")
    whole = (table["start"] == table["start"].min()) & (table["end"] == table["end"].max())
    table = table[whole]
    assert table.loc[table["rank"] == 1, "value"].tolist() == [value]
    assert was in table.loc[table["rank"] > 1, "value"].tolist()


def test_the_last_months_of_2021_are_no_difference_of_editions() -> None:
    tiles = record.disjoint_windows("mexico_detentions", "2021-10", "2021-12")
    assert tiles["value"].sum() == 89676 and not tiles["derived"].any()  # once 119,216
    darien = record.disjoint_windows("darien_crossings", "2021-11", "2021-12")
    assert darien["value"].sum() == 11956 and not darien["derived"].any()  # once 9,226


def test_quoted_returns_say_whether_children_are_in_them() -> None:
    table = record.load_series("mexico_returns", edition="all")
    quoted = table[(table["edition"] != BULLETIN)]
    assert quoted["note"].str.contains("assisted returns of children").all()
    within = quoted["start"].dt.year.isin([2022, 2023])
    assert (quoted["note"].str.contains("without assisted") == within).all()


def test_appointments_of_the_first_half_year_fit_the_months() -> None:
    cumulative = record.load_series("appointments")
    (row,) = cumulative[cumulative["value"] == 170000].to_dict("records")
    assert row["end"] == pd.Timestamp("2023-07-18") and "ASSUMPTION" in row["note"]
    by_month = record.monthly("appointments_by_citizenship").cumsum()
    assert by_month["2023-06"] == 143770 < row["value"] < by_month["2023-07"] == 188580
    assert abs(by_month["2024-01"] - 459118) <= 10  # as CBP said then
    table = record.load_series("appointments_by_citizenship").pivot_table(
        index="start", columns="category", values="value"
    )
    assert (table.drop(columns="all").sum(axis=1) - table["all"]).abs().max() <= 30


def test_outcomes_of_encounters_add_to_all_of_them() -> None:
    table = record.load_series("book_outs_by_outcome").pivot_table(
        index=["start", "place"], columns="category", values="value"
    )
    off = table.drop(columns="all").sum(axis=1) - table["all"]
    lacking = off.index[off.abs() > 50]  # months of the protocols marked as not applicable
    assert {str(start.date()) for start, _ in lacking} <= {"2019-01-01", "2019-02-01"}


def test_asylum_applications_of_2024_grow_with_the_months() -> None:
    table = record.load_series("asylum_applications_mexico", "2024")
    assert set(table["start"]) == {pd.Timestamp("2024-01-01")}
    for _, rows in table.groupby("category"):
        assert rows.sort_values("end")["value"].is_monotonic_increasing
    year = table[table["end"] == pd.Timestamp("2024-12-31")].set_index("category")["value"]
    assert year["all"] == 78975 and year.drop("all").sum() <= year["all"]


def test_deaths_have_a_place_and_a_cause() -> None:
    table = record.load_series("deaths_and_disappearances")
    assert len(table) == 6507 and table["value"].sum() == 8990
    assert table["event"].is_unique and (table["category"] != "").all()
    longitude, latitude = pd.to_numeric(table["lon"]), pd.to_numeric(table["lat"])
    known = longitude.notna()
    assert (~known).sum() == 2 and table.loc[~known, "note"].str.contains("left out").all()
    assert longitude[known].between(-125, -66).all() and latitude[known].between(-5, 49.1).all()
    assert table["note"].str.contains("without its sign").sum() == 7
    assert "CC BY 4.0" in record.describe("deaths_and_disappearances").licence_note


def test_chinese_in_honduras_are_known_for_a_year_alone() -> None:
    table = record.load_series("honduras_irregular_entries", category="China")
    assert table["value"].tolist() == [12184]


def test_demographics_add_to_the_ports() -> None:
    kinds = ["single adults", "family members", "children alone", "accompanied minors"]
    parts = sum(record.monthly("ports_of_entry_encounters", kind) for kind in kinds)
    assert (parts - record.monthly("ports_of_entry_encounters")).dropna().eq(0).all()


def test_darien_months_of_2023_add_to_the_year() -> None:
    months = record.monthly("darien_crossings").loc["2023"]
    assert len(months) == 12 and months.sum() == 520085


def test_missing_months_stay_missing() -> None:
    values = record.monthly("asylum_applications_mexico")
    assert values.index.equals(pd.period_range("2020-06", "2022-11", freq="M", name="month"))
    assert values.isna().sum() == len(values) - 7
    assert pd.isna(values["2022-09"])
    assert record.monthly("mexico_detentions").notna().all()
    darien = record.monthly("darien_crossings")
    assert list(darien.index[darien.isna()].astype(str)) == ["2020-04", "2020-05", "2020-07"]


def test_windows_are_whole_months() -> None:
    table = record.windows("honduras_irregular_entries")
    assert 164096 not in table["value"].tolist()  # 1 January to 24 April
    assert 545043 in table["value"].tolist()


def test_dates_may_be_months_or_years() -> None:
    assert len(record.load_series("border_patrol_encounters", "2023", "2023")) == 12
    assert len(record.load_series("border_patrol_encounters", "2023-12", "2024-01-31")) == 2
    day = pd.Timestamp("2024-01-01")
    assert len(record.load_series("border_patrol_encounters", start=day)) == 12


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
        (lambda: record.load_series("border_patrol_encounters", "1998"), "1999-10-01 to 2024-12"),
        (lambda: record.load_series("border_patrol_encounters", end="2025-01"), "2024-12-31"),
        (lambda: record.load_series("darien_crossings", "soon"), "'soon' is no date"),
        (lambda: record.monthly("border_patrol_by_sector"), "name a place"),
        (lambda: record.monthly("darien_crossings", edition="all"), "one value"),
        (lambda: record.windows("darien_crossings", "Venezula"), "'Venezuela'?"),
    ],
)
def test_errors_say_what_to_do(call: Callable[[], object], words: str) -> None:
    with pytest.raises(UsageError, match=re.escape(words)):
        call()


def test_no_text_of_the_collection_is_left() -> None:
    for table in (record.sources().reset_index(), *(record.load_series(n) for n in NAMES)):
        text = table.select_dtypes(exclude="number").astype(str).to_csv()
        assert "this session" not in text and "search index" not in text
