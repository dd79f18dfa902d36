from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_official import ENGLISH, as_book, in_file, wide

from corredor.errors import InputError
from corredor.record import readers

CITIZENS = ["Mexico", "Venezuela", "Cuba", "China, People's Republic", "Haiti", "Other"]
TITLE = "CBP One Appointments: Fiscal Years 2023 to 2024 YTD (February 2024)"
FISCAL = [f"{number:02} {name}" for number, name in enumerate(ENGLISH, 1)]


def khsm(rows: list[list[object]], header: list[str]) -> list[list[object]]:
    return [header, *rows]


def test_khsm_gives_the_series_of_the_record(folder: Path) -> None:
    sheets = {
        "Annual Region": [["Fiscal\nYear", "Region", "Quantity"],
                          [2024, "Southwest Land Border", 30]],
        "Monthly Count": [["Fiscal\nYear", "Month", "Quantity"], [2024, "01 October", 90]],
        "Monthly Region": [["Fiscal\nYear", "Month", "Region", "Quantity"],
                           [2024, "01 October", "Southwest Land Border", 10],
                           [2024, "04 January", "Southwest Land Border", 20]],
        "Monthly Rgn and Citp": [["Fiscal\nYear", "Month", "Region", "Citizenship", "Quantity"],
                                 [2024, "04 January", "Southwest Land Border", "Burma", 20]],
        "Monthly Sector": [["Fiscal\nYear", "Month", "Sector", "Quantity"],
                           [2024, "04 January", "Del Rio, TX", 20]],
        "Monthly Rgn and Fam Status": [
            ["Fiscal\nYear", "Month", "Region", "Family Status", "Quantity"],
            [2024, "04 January", "Southwest Land Border", "Unaccompanied Children", 20]],
        "Monthly Gender": [["Fiscal\nYear", "Month", "Gender", "Quantity"],
                           [2024, "04 January", "F", 1]],
    }  # fmt: skip
    reading = readers.read(in_file(folder, as_book(sheets)))
    tables = {
        name: table.set_index(["place", "category"]) for name, table in reading.tables.items()
    }
    assert tables["border_patrol_encounters"].loc[("southwest border", "all"), "value"].sum() == 30
    assert tables["border_patrol_encounters"].loc[("United States", "all"), "value"].sum() == 90
    assert tables["border_patrol_by_citizenship"].index.tolist() == [
        ("southwest border", "Myanmar")
    ]
    assert tables["border_patrol_by_sector"].index.tolist() == [("Del Rio", "all")]
    assert tables["border_patrol_by_family_status"].index.tolist() == [
        ("southwest border", "children alone")
    ]
    assert reading.edition == "January 2024"
    assert [check.ok for check in reading.checks] == [True]
    assert any("Gender" in note for note in reading.notes)
    assert any("0 to 4" in note for note in reading.notes)


def test_khsm_of_the_ports_and_bad_rows_are_refused(folder: Path) -> None:
    ports = {"Monthly Field Office": [["Fiscal Year", "Month", "Field Office", "Quantity"],
                                      [2024, "01 October", "Laredo", 10]]}  # fmt: skip
    with pytest.raises(InputError, match="field office"):
        readers.read(in_file(folder, as_book(ports)))
    bad = {"Monthly Count": [["Fiscal Year", "Month", "Quantity"], [2024, "01 Octember", 10],
                             [2024, "02 November", "ten"]]}  # fmt: skip
    with pytest.raises(InputError) as told:
        readers.read(in_file(folder, as_book(bad)))
    assert told.value.problems[0].row in (2, 3) and "Monthly Count" in str(told.value)


def test_a_year_in_words_begins_a_new_year(folder: Path) -> None:
    rows = [[2023, "Total", 30, 30], ["", "October", "X", "X"], ["", "January", 30, 30],
            ["2024 YTD", "Total", 70, 70], ["", "October", 50, 50], ["", "November", 20, 20],
            ["", "December", "NA", "NA"]]  # fmt: skip
    sheet = wide(TITLE, ["Total", "Cuba1"], rows)
    reading = readers.read(in_file(folder, as_book({"TOC": [["Table of Contents"]], "A": sheet})))
    table = reading.tables["appointments_by_citizenship"]
    cuba = table[table["category"] == "Cuba"]
    assert {f"{day:%Y-%m}": v for day, v in zip(cuba["start"], cuba["value"], strict=True)} == {
        "2023-01": 30,
        "2023-10": 50,
        "2023-11": 20,
    }
    assert reading.edition == "February 2024"
    assert all(check.ok for check in reading.checks) and len(reading.checks) == 2


def test_months_after_the_one_in_the_title_are_left_out(folder: Path) -> None:
    rows = [["2024 YTD", "Total", 5, 5], ["", "February", 5, 5], ["", "March", 0, 0]]
    table = readers.read(
        in_file(folder, as_book({"A": wide(TITLE, ["Total", "Cuba"], rows)}))
    ).tables["appointments_by_citizenship"]
    assert set(table["start"].dt.month) == {2}


def test_groups_footnotes_and_series_of_the_record(folder: Path) -> None:
    title = "CBP SW Border Encounters by Agency and Family Status: 2024 YTD (October 2023)"
    groups = ["", "", "Total CBP", "", "USBP", "", "OFO", ""]
    header = ["Total", "Family Unit Individuals2"] * 3
    rows = [["2024 YTD", "Total", 50, 50, 30, 30, 20, "NA"],
            ["", "October", 50, 50, 30, 30, 20, "NA"]]  # fmt: skip
    area = wide(
        "CBP SW Border Encounters by Agency and Sector or Field Office: (October 2023)",
        ["Total CBP", "Total USBP", "San Diego, CA", "Total OFO", "San Diego, CA"],
        [["2024 YTD", "Total", 50, 30, 30, 20, 20], ["", "October", 50, 30, 30, 20, 20]],
        ["", "", "", "USBP", "", "OFO", ""],
    )
    book = as_book({"b": area, "a": wide(title, header, rows, groups), "c": wide("New things: x", [
        "Total", "Some"], [[2024, "October", 1, 2]])})  # fmt: skip
    tables = readers.read(in_file(folder, book)).tables
    both = tables["encounters_by_agency_and_family_status"]
    assert dict(zip(both["category"], both["value"], strict=True)) == {
        "all": 50,
        "family members": 50,
        "Border Patrol": 30,
        "Border Patrol; family members": 30,
        "ports of entry": 20,
    }
    assert tables["border_patrol_encounters"]["value"].tolist() == [30]
    assert tables["border_patrol_by_family_status"]["category"].tolist() == ["family members"]
    sectors = tables["border_patrol_by_sector"]
    assert sectors[["place", "category", "value"]].values.tolist() == [["San Diego", "all", 30.0]]
    assert "ohss_new_things" in tables


def test_a_total_above_months_that_are_not_given_is_noted(folder: Path) -> None:
    rows = [["2024 YTD", "Total", 100, 100], ["", "October", "X", "X"], ["", "November", 50, 50]]
    reading = readers.read(in_file(folder, as_book({"A": wide(TITLE, ["Total", "Cuba"], rows)})))
    assert all(check.ok for check in reading.checks)
    assert any("marked as not given" in note for note in reading.notes)
    rows = [["2024 YTD", "Total", 100, 50], ["", "October", 0, 0], ["", "November", 50, 50]]
    reading = readers.read(in_file(folder, as_book({"A": wide(TITLE, ["Total", "Cuba"], rows)})))
    assert [c.what for c in reading.checks if not c.ok] == ["A, Total, fiscal year 2024"]


@pytest.mark.parametrize("row", [["", "Octember", 1, 2], ["", "October", "1x", 2]])
def test_cells_and_months_that_are_none_are_told(folder: Path, row: list[object]) -> None:
    book = as_book({"A": wide(TITLE, ["Total", "Cuba"], [[2024, "Total", 1, 2], row])})
    with pytest.raises(InputError) as told:
        readers.read(in_file(folder, book))
    assert told.value.problems[0].row == 5 and "sheet 'A'" in str(told.value)


@settings(deadline=None, max_examples=20)
@given(st.data())
def test_top_ten_columns_in_any_order_go_by_name(folder: Path, data: st.DataObject) -> None:
    names = data.draw(st.permutations(CITIZENS))[: data.draw(st.integers(1, len(CITIZENS)))]
    cell = st.one_of(st.integers(0, 99_999).map(lambda n: 10 * n), st.sampled_from(["X", "NA", ""]))
    months = ENGLISH[: data.draw(st.integers(1, 5))]
    values = [[data.draw(cell) for _ in names] for _ in months]
    rows = [["2024 YTD", "Total", *["" for _ in names]]]
    rows += [["", month, *each] for month, each in zip(months, values, strict=True)]
    marked = [f"{name}{data.draw(st.sampled_from(['', '1', '12']))}" for name in names]
    sheets = {"z": wide(TITLE, ["Total", *marked], [[r[0], r[1], 10, *r[2:]] for r in rows])}
    sheets["notes"] = [["only words"]]
    order = data.draw(st.permutations(list(sheets)))
    table = readers.read(in_file(folder, as_book({n: sheets[n] for n in order}))).tables[
        "appointments_by_citizenship"
    ]
    got = {
        (f"{row.start:%B}", row.citizenship): row.value
        for row in table.itertuples()
        if row.citizenship != "all"
    }
    assert got == {
        (month, name.replace("China, People's Republic", "China")): cell
        for month, each in zip(months, values, strict=True)
        for name, cell in zip(names, each, strict=True)
        if not isinstance(cell, str)
    }


@settings(deadline=None, max_examples=20)
@given(st.data())
def test_khsm_reads_the_same_in_any_order(folder: Path, data: st.DataObject) -> None:
    key = st.tuples(st.integers(2001, 2025), st.sampled_from(FISCAL), st.sampled_from(CITIZENS[:4]))
    records = data.draw(st.dictionaries(key, st.integers(1, 999).map(lambda n: n * 10), min_size=1))
    header = ["Fiscal\nYear", "Month", "Citizenship", "Quantity"]
    order = data.draw(st.permutations(range(4)))
    rows = [[[*k, v][at] for at in order] for k, v in records.items()]
    sheet = khsm(data.draw(st.permutations(rows)), [header[at] for at in order])
    table = readers.read(in_file(folder, as_book({"x": sheet}))).tables[
        "border_patrol_by_citizenship"
    ]
    months = {word: (number + 9 - 1) % 12 + 1 for number, word in enumerate(FISCAL, 1)}
    want = {
        (year - (months[month] >= 10), months[month], name.split(",")[0]): v
        for (year, month, name), v in records.items()
    }  # fmt: skip
    got = {(r.start.year, r.start.month, r.category): r.value for r in table.itertuples()}
    assert got == want


def test_the_official_workbooks(official: Path) -> None:
    for path in official.glob("*ohss*tables*.xlsx"):
        reading = readers.read(path)
        assert all(check.ok for check in reading.checks)
        assert len(reading.tables) == 34
    khsm_book = readers.read(next(official.glob("KHSM*")))
    assert all(check.ok for check in khsm_book.checks)
    table = khsm_book.tables["border_patrol_encounters"]
    december = table[(table["start"] == "2023-12-01") & (table["place"] == "southwest border")]
    assert december["value"].tolist() == [249_740]
