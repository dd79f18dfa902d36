from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_official import ENGLISH, SPANISH, as_csv, in_file, panama, patrol

from corredor.errors import InputError
from corredor.record import readers

NUMBERS = [1_302, 5, 0, 7, 8, 9, 10, 11, 12, 13, 14, 15]


def comma(numbers: list[int]) -> list[str]:
    return [f"{number:,}" for number in numbers]


@pytest.mark.parametrize("mark", ["|", "   "])
def test_the_border_patrol_s_text(folder: Path, mark: str) -> None:
    rows = [["Big Bend", *comma(NUMBERS), f"{sum(NUMBERS):,}"],
            ["Rio Grande Valley", *comma(NUMBERS), f"{sum(NUMBERS):,}"],
            ["Miami", *comma(NUMBERS), f"{sum(NUMBERS):,}"],
            ["Southwest Border", *comma([2 * n for n in NUMBERS]), f"{2 * sum(NUMBERS):,}"],
            ["Monthly Total", *comma([3 * n for n in NUMBERS]), f"{3 * sum(NUMBERS):,}"],
            ]  # fmt: skip
    reading = readers.read(in_file(folder, patrol(2020, rows, mark).encode()))
    sectors = reading.tables["border_patrol_by_sector_exact"]
    valley = sectors[sectors["place"] == "Rio Grande Valley"]
    assert valley["value"].tolist() == NUMBERS
    assert str(valley["start"].iloc[0].date()) == "2019-10-01"
    borders = reading.tables["border_patrol_encounters_exact"]
    assert set(borders["place"]) == {"southwest border", "United States"}
    assert len(reading.checks) == 7 and all(check.ok for check in reading.checks)
    assert reading.edition == "September 2020"


def test_a_sum_that_misses_its_total_fails_the_check(folder: Path) -> None:
    rows = [["Yuma", *NUMBERS, sum(NUMBERS) + 1], ["Southwest Border", *NUMBERS, sum(NUMBERS)]]
    checks = readers.read(in_file(folder, patrol(2020, rows).encode())).checks
    assert [check.ok for check in checks] == [False, True, True]


def test_a_running_year_has_fewer_columns(folder: Path) -> None:
    rows = [["Yuma", 5, 6, 11], ["Big Bend", 1, 0, 1]]
    table = readers.read(in_file(folder, patrol(2021, rows).encode())).tables[
        "border_patrol_by_sector_exact"
    ]
    assert table["start"].nunique() == 2
    with pytest.raises(InputError, match="12 months"):  # which month is 7 of?
        readers.read(in_file(folder, patrol(2021, [["Yuma", 5, 7, 99]]).encode()))


def test_months_may_stand_above_the_word_sector(folder: Path) -> None:
    text = patrol(2004, [["Marfa", *NUMBERS, sum(NUMBERS)]], "  ")
    words = "Beginning in March FY20 there are expulsions too.\n"
    text = text.replace("SECTOR  ", words).replace("September\nTotal", "September\nSECTOR Total")
    reading = readers.read(in_file(folder, text.encode()))
    table = reading.tables["border_patrol_by_sector_exact"]
    assert table["value"].tolist() == NUMBERS and set(table["place"]) == {"Big Bend"}


def test_children_s_tables_are_not_taken_for_all(folder: Path) -> None:
    text = patrol(2020, [["Yuma", *NUMBERS, sum(NUMBERS)]]).replace(
        "Total Encounters", "Unaccompanied Children Encounters"
    )
    table = readers.read(in_file(folder, text.encode())).tables["border_patrol_by_sector_exact"]
    assert set(table["category"]) == {"children alone"}


SECTORS = ["Big Bend", "Del Rio", "Yuma", "Tucson", "Swanton", "Miami"]


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(
        st.sampled_from(SECTORS),
        st.lists(st.integers(0, 99_999), min_size=12, max_size=12).filter(lambda n: n[-1]),
        min_size=1,
    ),
    st.sampled_from(["|", "    "]),
    st.integers(2000, 2025),
)
def test_any_sectors_read_as_written(folder: Path, rows, mark, year) -> None:
    text = patrol(year, [[name, *comma(n), f"{sum(n):,}"] for name, n in rows.items()], mark)
    table = readers.read(in_file(folder, text.encode())).tables["border_patrol_by_sector_exact"]
    for name, numbers in rows.items():
        assert table.loc[table["place"] == name, "value"].tolist() == numbers


DARIEN = [
    ["TOTAL", "1,240", "1,236", "4"],
    ["Haití", "1,236", "1,234", "2"],
    ["Brasil (1)", "2", "2", "-"],
    ["Chile (1)", "2", "-", "2"],
]


def test_panama_s_table_of_a_running_year(folder: Path) -> None:
    reading = readers.read(in_file(folder, panama(2023, DARIEN).encode()))
    table = reading.tables["darien_crossings"]
    february = table[table["start"] == "2023-02-01"].set_index("category")["value"]
    assert february.to_dict() == {"Brazil": 0, "Chile": 2, "Haiti": 2, "all": 4}
    assert table["start"].nunique() == 2  # not a month more
    assert set(table["place"]) == {"Darien"} and reading.edition == "February 2023"
    assert all(check.ok for check in reading.checks) and len(reading.checks) == 6
    assert any("Haitians" in note for note in reading.notes)
    assert any("preliminary" in note for note in reading.notes)


def test_panama_s_table_as_csv_in_latin_1(folder: Path) -> None:
    rows = [["TRÁNSITO IRREGULAR DE EXTRANJEROS POR LA FRONTERA CON COLOMBIA POR PAÍS 2024"],
            ["País", "Total", *SPANISH], ["Total", 3, 1, 2, *[""] * 10],
            ["Perú", "3", "1", "2", *[""] * 10]]  # fmt: skip
    content = as_csv([row + [""] * (14 - len(row)) for row in rows]).decode().encode("latin-1")
    reading = readers.read(in_file(folder, content))
    assert reading.tables["darien_crossings"]["category"].tolist() == ["Peru", "all", "Peru", "all"]
    assert any("Windows-1252" in note for note in reading.notes)


def test_names_that_break_over_lines_and_tables_of_sex(folder: Path) -> None:
    text = panama(2023, DARIEN).replace("Haití ", "República\n  Dominicana\n   ")
    text += (
        "SEGÚN CONDICIÓN\nCondición  Total  " + "  ".join(SPANISH) + "\n"
        "Total  4  3  1\nHombres  3  2  1\nMujeres  1  1  -\n"
    )
    tables = readers.read(in_file(folder, text.encode())).tables
    assert "Dominican Republic" in set(tables["darien_crossings"]["category"])
    assert set(tables["darien_by_sex_and_age"]["category"]) == {"all", "men", "women"}


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(
        st.sampled_from(["Haití", "Perú", "Rusia", "Rumania", "Camerún", "Otros países"]),
        st.lists(st.integers(0, 99_999), min_size=12, max_size=12).filter(lambda n: n[-1]),
        min_size=1,
    ),
    st.booleans(),
)
def test_any_countries_read_as_written(folder: Path, rows, first) -> None:
    def cells(n: list[int]) -> list[str]:
        return [f"{sum(n):,}", *("-" if x == 0 else f"{x:,}" for x in n)]

    written = [[name, *cells(numbers)] for name, numbers in rows.items()]
    text = panama(2022, written)
    if not first:
        text = text.replace("Total   Ene.", "Ene.").replace("Dic.", "Dic.   Total")
        for row in written:
            text = text.replace("   ".join(row), "   ".join([row[0], *row[2:], row[1]]))
    table = readers.read(in_file(folder, text.encode())).tables["darien_crossings"]
    known = {"Haití": "Haiti", "Perú": "Peru", "Rusia": "Russia", "Rumania": "Romania",
             "Camerún": "Cameroon", "Otros países": "Other"}  # fmt: skip
    for name, numbers in rows.items():
        assert table.loc[table["category"] == known[name], "value"].tolist() == numbers


def test_the_official_texts(official: Path) -> None:
    paths = list(official.glob("usbp_monthly_encounters_fy*.csv"))
    assert paths
    for path in paths:
        reading = readers.read(path)
        assert len(reading.checks) == 28 and all(check.ok for check in reading.checks)
        assert len(reading.tables["border_patrol_by_sector_exact"]) == 20 * len(ENGLISH)
