from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_official import CBP, ENGLISH, SBO, STATE, aor, as_book, as_csv, in_file

from corredor.errors import InputError
from corredor.record import readers

PATROL, OFO = "U.S. Border Patrol", "Office of Field Operations"


def value(table, month: str, place: str, category: str) -> float:
    at = (table["start"] == f"{month}-01") & (table["place"] == place)
    (found,) = table.loc[at & (table["category"] == category), "value"]
    return float(found)


def test_the_layout_by_area_gives_the_series_of_the_record(folder: Path) -> None:
    rows = aor(
        ("2024", "OCT", PATROL, "Del Rio Sector", "FMUA", "VENEZUELA", 7),
        ("2024", "OCT", PATROL, "Del Rio Sector", "FMUA", "VENEZUELA", 5),
        ("2024", "JAN", PATROL, "Yuma Sector", "UC / Single Minors", "MEXICO", 4),
        ("2024", "JAN", OFO, "San Diego Field Office", "Accompanied Minors", "MEXICO", 3),
        ("2024", "JAN", OFO, "Laredo Field Office", "Single Adults", "MYANMAR (BURMA)", 2),
    )
    reading = readers.read(in_file(folder, as_csv(rows)))
    fine = reading.tables["border_patrol_by_area_citizenship_family"]
    assert value(fine, "2023-10", "Del Rio", "Venezuela; family members") == 12  # rows add up
    assert list(fine.columns[4:]) == ["region", "citizenship", "family", "value", "unit"]
    ports = reading.tables["ports_of_entry_by_area_citizenship_family"]
    assert value(ports, "2024-01", "San Diego", "Mexico; accompanied minors") == 3
    all_ports = reading.tables["ports_of_entry_encounters"]
    assert value(all_ports, "2024-01", "southwest ports of entry", "all") == 5
    assert value(all_ports, "2024-01", "southwest ports of entry", "Myanmar") == 2
    patrol = reading.tables["border_patrol_encounters_exact"]
    assert value(patrol, "2024-01", "southwest border", "all") == 4
    both = reading.tables["encounters_all_by_citizenship"]
    assert value(both, "2024-01", "southwest border with ports", "all") == 9
    assert reading.edition == "January 2024" and reading.publisher.startswith("US Customs")
    assert all(check.ok for check in reading.checks)


def test_a_field_office_at_two_borders_has_two_places(folder: Path) -> None:
    rows = aor(("2024", "JAN", OFO, "Laredo Field Office", "Single Adults", "MEXICO", 2))
    rows.append([*rows[1][:4], "Other", *rows[1][5:-1], 3])
    ports = readers.read(in_file(folder, as_csv(rows))).tables[
        "ports_of_entry_by_area_citizenship_family"
    ]
    assert dict(zip(ports["place"], ports["value"], strict=True)) == {
        "Laredo": 2,
        "Laredo, elsewhere": 3,
    }


def test_the_southwest_layout(folder: Path) -> None:
    rows = [
        SBO,
        ["2022", "FYTD", "DEC", PATROL, "Single Adults", "Other", "Title 42", "Expulsions", 10],
        ["2022", "FYTD", "DEC", PATROL, "UAC", "Guatemala", "Title 8", "Apprehensions", 4],
        ["2022", "FYTD", "DEC", OFO, "FMUA", "Honduras", "Title 8", "Inadmissibles", 3],
    ]
    tables = readers.read(in_file(folder, as_csv(rows))).tables
    exact = tables["border_patrol_by_citizenship_exact"]
    assert value(exact, "2021-12", "southwest border", "Other") == 10
    family = tables["border_patrol_by_family_status_exact"]
    assert value(family, "2021-12", "southwest border", "children alone") == 4
    authority = tables["border_patrol_by_legal_authority"]
    assert value(authority, "2021-12", "southwest border", "Title 42") == 10
    assert "border_patrol_by_area_citizenship_family" not in tables


def test_the_layout_by_state_knows_no_agency(folder: Path) -> None:
    rows = [
        STATE,
        ["2021", "FYTD", "APR", "Northern Land Border", "ID", "FMUA", "CANADA", "Title 8", 1],
        ["2021", "FYTD", "APR", "Southwest Land Border", "TX", "FMUA", "PERU", "Title 42", 6],
    ]
    tables = readers.read(in_file(folder, as_csv(rows))).tables
    assert value(tables["encounters_all_by_citizenship"], "2021-04", "southwest border with ports",
                 "Peru") == 6  # fmt: skip
    assert value(tables["border_patrol_by_legal_authority"], "2021-04",
                 "southwest border with ports", "Title 42") == 6  # fmt: skip
    states = tables["encounters_by_state_citizenship_family"]
    assert value(states, "2021-04", "ID", "northern border; Canada; family members") == 1


def test_months_called_remaining_count_and_future_ones_do_not(folder: Path) -> None:
    rows = [SBO]
    for year, group, month, count in (
        ("2024", "FYTD", "AUG", 5),
        ("2024", "Remaining", "SEP", 8),  # a closed year: it happened
        ("2025 (FYTD)", "FYTD", "OCT", 7),
        ("2025 (FYTD)", "Remaining", "NOV", 0),
        ("2025 (FYTD)", "Remaining", "DEC", ""),
    ):
        rows.append(
            [year, group, month, PATROL, "FMUA", "Mexico", "Title 8", "Apprehensions", count]
        )
    reading = readers.read(in_file(folder, as_csv(rows)))
    table = reading.tables["border_patrol_encounters_exact"]
    assert [f"{day:%Y-%m}" for day in table["start"]] == ["2024-08", "2024-09", "2024-10"]
    assert any("November 2024" in note for note in reading.notes)


def test_unknown_names_are_kept_and_noted(folder: Path) -> None:
    rows = aor(("2024", "JAN", PATROL, "Gulf Sector", "Elders", "ATLANTIS", 3))
    reading = readers.read(in_file(folder, as_csv(rows)))
    table = reading.tables["border_patrol_by_area_citizenship_family"]
    assert list(table["place"]) == ["Gulf"] and list(table["category"]) == ["ATLANTIS; Elders"]
    assert sum("not known" in note for note in reading.notes) == 3


def test_what_is_wrong_is_told_with_line_and_column(folder: Path) -> None:
    rows = aor(
        ("2024", "JAN", PATROL, "Yuma Sector", "FMUA", "PERU", "12a"),
        ("2024", "JAN", PATROL, "Yuma Sector", "FMUA", "PERU", "-3"),
    )
    with pytest.raises(InputError) as told:
        readers.read(in_file(folder, as_csv(rows)))
    assert [(p.row, p.column, p.value) for p in told.value.problems] == [
        (2, "Encounter Count", "12a"),
        (3, "Encounter Count", "-3"),
    ]
    rows = aor(("20x4", "JAM", PATROL, "Yuma Sector", "FMUA", "PERU", "1"))
    with pytest.raises(InputError) as told:
        readers.read(in_file(folder, as_csv(rows)))
    assert {p.value for p in told.value.problems} == {"20x4", "JAM"}


def test_a_file_cut_off_within_a_row_is_refused(folder: Path) -> None:
    whole = as_csv(aor(("2024", "JAN", PATROL, "Yuma Sector", "FMUA", "PERU", 123)))
    with pytest.raises(InputError, match="cut off"):
        readers.read(in_file(folder, whole[:-20]))
    notes = readers.read(in_file(folder, whole[:-2])).notes  # within the last number
    assert any("line break" in note for note in notes)


RECORDS = st.lists(
    st.tuples(
        st.sampled_from([2021, 2022, 2023]),
        st.sampled_from([name[:3].upper() for name in ENGLISH]),
        st.sampled_from([PATROL, OFO]),
        st.sampled_from(["Del Rio Sector", "Yuma Sector", "San Diego Field Office"]),
        st.sampled_from(["FMUA", "Single Adults", "UC / Single Minors"]),
        st.sampled_from(["MEXICO", "PERU", "CHINA, PEOPLES REPUBLIC OF", "OTHER"]),
        st.integers(1, 9_999),
    ),
    min_size=1,
    max_size=20,
)


@settings(deadline=None, max_examples=25)
@given(RECORDS, st.permutations(range(len(CBP))), st.booleans(), st.sampled_from(["\n", "\r\n"]),
       st.sampled_from(["csv", "semicolons", "book"]))  # fmt: skip
def test_any_order_of_columns_and_rows_reads_the_same(
    folder: Path, records, order, bom, end, kind
) -> None:
    rows = [[row[at] for at in order] for row in aor(*records)]
    mark = ";" if kind == "semicolons" else ","
    content = as_book({"x": rows}) if kind == "book" else as_csv(rows, bom=bom, end=end, mark=mark)
    reading = readers.read(in_file(folder, content))
    table = reading.tables.get("border_patrol_by_area_citizenship_family")
    got = Counter()
    if table is not None:
        for row in table.itertuples():
            got[(f"{row.start:%b}".upper(), row.place, row.citizenship)] += row.value
    want = Counter()
    known = {"MEXICO": "Mexico", "PERU": "Peru", "CHINA, PEOPLES REPUBLIC OF": "China",
             "OTHER": "Other"}  # fmt: skip
    for _, month, component, area, _, citizen, count in records:
        if component == PATROL:
            place = area.removesuffix(" Sector").removesuffix(" Field Office")
            want[(month, place, known[citizen])] += count
    assert got == want


def test_the_official_file_by_state(official: Path) -> None:
    path = next(official.glob("nationwide-encounters-*-state.csv"))
    reading = readers.read(path)
    table = reading.tables["encounters_all_by_citizenship"]
    place = table["place"] == "southwest border with ports"
    year = table["start"].between("2023-10-01", "2024-09-30") & (table["category"] == "all")
    assert table.loc[place & year, "value"].sum() == 2_135_005  # CBP's total of fiscal year 2024
