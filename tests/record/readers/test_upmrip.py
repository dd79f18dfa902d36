from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_official import SPANISH, as_book, in_file, upmrip
from old_workbook import write_xls

from corredor.errors import InputError
from corredor.record import readers

TITLE = (
    "3.1.1 Eventos de personas en situación migratoria irregular en México, según continente, "
    "país de nacionalidad y mes, 2024"
)
COUNTRIES = {"Haití": "Haiti", "Rumania 1/": "Romania", "Rusia": "Russia", "Türkiye": "Turkey",
             "Estados Unidos": "United States", "China (1)": "China"}  # fmt: skip


def row(label: str, *numbers: object) -> list[object]:
    cells = [*numbers, *[""] * (12 - len(numbers))]
    return [label, *cells, sum(n for n in numbers if isinstance(n, int))]


NATIONALITIES = [
    row("Total general", 12, 8),
    row("América", 10, 3),
    row("Islas del Caribe", 10, 3),
    row("Haití", 10, 3),
    row("Europa", 2, 5),
    row("Rumania 1/", 2, "-"),
    row("Rusia", "-", 5),
]


@pytest.mark.parametrize("old", [True, False])
def test_nationalities_from_both_kinds_of_workbook(folder: Path, old: bool) -> None:
    rows = upmrip(TITLE, NATIONALITIES)
    path = write_xls(folder / "a", rows) if old else in_file(folder, as_book({"x": rows}))
    reading = readers.read(path)
    table = reading.tables["mexico_detentions"]
    assert table[["category", "value"]].values.tolist() == [
        ["Haiti", 10], ["Romania", 2], ["Russia", 0], ["all", 12],
        ["Haiti", 3], ["Romania", 0], ["Russia", 5], ["all", 8],
    ]  # fmt: skip
    assert reading.edition == "February 2024"  # ten months have not happened
    assert len(reading.checks) == 8 and all(check.ok for check in reading.checks)
    assert any("preliminary" in note for note in reading.notes)


def test_states(folder: Path) -> None:
    title = "3.1.2 Eventos de personas en situación irregular, según entidad federativa y mes, 2024"
    rows = [
        row("Total general", 9),
        row("Chiapas", 4),
        row("Ciudad de México", 3),
        row("Veracruz", 2),
    ]
    table = readers.read(in_file(folder, as_book({"x": upmrip(title, rows)}))).tables[
        "mexico_detentions"
    ]
    assert dict(zip(table["place"], table["value"], strict=True)) == {
        "Chiapas": 4, "Mexico": 9, "Mexico City": 3, "Veracruz": 2,
    }  # fmt: skip


AGES = ["18 años y más", "12 a 17 años", "0 a 11 años"]


@pytest.mark.parametrize("sex_outside", [True, False])
def test_sex_and_age_nested_either_way(folder: Path, sex_outside: bool) -> None:
    title = "3.1.3 Eventos de personas en situación migratoria irregular, según sexo y edad, 2023"
    sexes = ["Hombres", "Mujeres"]
    outer, inner = (sexes, AGES) if sex_outside else (AGES, sexes)
    rows, number = [row("Total", 21)], 0
    want = {"all": 21.0}
    names = {"Hombres": "male", "Mujeres": "female", **dict(zip(AGES, ["18+", "12-17", "under 12"],
             strict=True))}  # fmt: skip
    for each in outer:
        rows.append(row(each, 100 + number))
        want[names[each]] = 100 + number
        for one in inner:
            number += 1
            rows.append(row(one, number))
            sex, age = (each, one) if sex_outside else (one, each)
            want[f"{names[sex]}; {names[age]}"] = number
    table = readers.read(in_file(folder, as_book({"x": upmrip(title, rows)}))).tables[
        "mexico_detentions_by_sex_and_age"
    ]
    assert dict(zip(table["category"], table["value"], strict=True)) == want


@pytest.mark.parametrize("kind_outside", [True, False])
def test_returns_by_kind(folder: Path, kind_outside: bool) -> None:
    title = "3.2.4 Eventos de personas devueltas por la autoridad migratoria mexicana, 2022"
    kinds, countries = ["Deportación", "Retorno asistido"], ["Guatemala", "Honduras"]
    outer, inner = (kinds, countries) if kind_outside else (countries, kinds)
    rows, number = [row("Total general", 10)], 0
    for each in outer:
        rows.append(row(each, 2 * number + 3))
        for one in inner:
            number += 1
            rows.append(row(one, number))
    tables = readers.read(in_file(folder, as_book({"x": upmrip(title, rows)}))).tables
    by_kind = tables["mexico_returns_by_kind"].set_index("category")["value"].to_dict()
    by_country = tables["mexico_returns"].set_index("category")["value"].to_dict()
    inside = (4, 6)  # 1 + 3, 2 + 4, added up where the table has no row of its own
    outside = (3, 7)
    assert by_kind == {
        "all": 10,
        "deportation": (outside if kind_outside else inside)[0],
        "assisted return": (outside if kind_outside else inside)[1],
    }
    assert by_country == {
        "all": 10,
        "Guatemala": (inside if kind_outside else outside)[0],
        "Honduras": (inside if kind_outside else outside)[1],
    }
    assert len(tables["mexico_returns_by_citizenship_and_kind"]) == 4


def test_no_year_no_month_and_no_count_are_told(folder: Path) -> None:
    without = upmrip(TITLE.replace(", 2024", ""), NATIONALITIES)
    with pytest.raises(InputError, match="year in the title"):
        readers.read(in_file(folder, as_book({"x": without})))
    empty = upmrip(TITLE, [["Total general", *[""] * 13]])
    with pytest.raises(InputError, match="at least one month"):
        readers.read(in_file(folder, as_book({"x": empty})))
    wrong = upmrip(TITLE, [row("Total general", 1), row("Haití", "muchos")])
    with pytest.raises(InputError, match="muchos"):
        readers.read(in_file(folder, as_book({"x": wrong})))


@settings(deadline=None, max_examples=25)
@given(
    st.dictionaries(
        st.sampled_from(list(COUNTRIES)),
        st.lists(st.one_of(st.integers(0, 9_999), st.just("-")), min_size=5, max_size=5),
        min_size=1,
    ),
    st.permutations(range(5)),
    st.booleans(),
)
def test_any_countries_read_as_written(folder: Path, rows, order, old) -> None:
    rows = {name: [*numbers[:-1], 1] for name, numbers in rows.items()}  # the last has happened
    cells = [[name, *(numbers[at] for at in order)] for name, numbers in rows.items()]
    sheet = [[TITLE], ["País", *(SPANISH[at] for at in order)], *cells]
    path = write_xls(folder / "b", sheet) if old else in_file(folder, as_book({"q": sheet}))
    table = readers.read(path).tables["mexico_detentions"]
    for name, numbers in rows.items():
        got = table.loc[table["category"] == COUNTRIES[name], "value"].tolist()
        assert got == [0 if n == "-" else n for n in numbers]
