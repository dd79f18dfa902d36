"""Frontex, Missing Migrants, UNHCR and Honduras."""

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_official import as_book, as_csv, in_file

from corredor.errors import InputError
from corredor.record import readers

ROUTE = ["Route", "Border type or inland", "Nationality"]


def test_frontex_keeps_blank_apart_from_zero(folder: Path) -> None:
    rows = [[], [*ROUTE, "JAN2009", "FEB2009", "MAR2009"],
            ["Central Mediterranean Route", "Sea", "Syrian Arab Republic", 4, "", 0],
            ["Black Sea Route", "Land", "Unknown", 0, 5, 0]]  # fmt: skip
    book = as_book({"Read me": [["words"]], "Detections_of_IBC": rows})
    reading = readers.read(in_file(folder, book))
    table = reading.tables["frontex_detections"]
    assert table[["place", "category", "value"]].values.tolist() == [
        ["Black Sea Route", "Unknown; Land", 0],
        ["Central Mediterranean Route", "Syria; Sea", 4],
        ["Black Sea Route", "Unknown; Land", 5],
    ]
    assert reading.edition == "February 2009"  # all of March is 0: it has not happened
    assert set(table["unit"]) == {"detections"}


def test_frontex_of_older_years_has_other_columns(folder: Path) -> None:
    rows = [["Route", "BorderLocation", "NationalityLong", dt.date(2009, 1, 1), 39_845.0],
            ["Other", "Land", "Cote d'Ivoire", 1, 2]]  # fmt: skip
    table = readers.read(in_file(folder, as_book({"x": rows}))).tables["frontex_detections"]
    assert [f"{day:%Y-%m}" for day in table["start"]] == ["2009-01", "2009-02"]


@settings(deadline=None, max_examples=20)
@given(st.data())
def test_frontex_in_any_order(folder: Path, data: st.DataObject) -> None:
    months = ["JAN2020", "FEB2020", "MAR2020"]
    key = st.tuples(st.sampled_from(["A Route", "B Route"]), st.sampled_from(["Sea", "Land"]),
                    st.sampled_from(["Albania", "Gambia"]))  # fmt: skip
    cell = st.one_of(st.just(""), st.integers(0, 999))
    records = data.draw(st.dictionaries(key, st.tuples(cell, cell, st.integers(1, 9)), min_size=1))
    order = data.draw(st.permutations(range(6)))
    header = [*ROUTE, *months]
    rows = [[header[at] for at in order]]
    rows += [[[*k, *v][at] for at in order] for k, v in records.items()]
    table = readers.read(in_file(folder, as_book({"x": [[], *rows]}))).tables["frontex_detections"]
    got = {(r.place, r.border, r.citizenship, f"{r.start:%b%Y}".upper()): r.value
           for r in table.itertuples()}  # fmt: skip
    assert got == {
        (*k, month): cell
        for k, v in records.items()
        for month, cell in zip(months, v, strict=True)
        if cell != ""
    }


MISSING = ["Main ID", "Incident ID", "Incident Type", "Region of Incident", "Incident Date",
           "Incident Year", "Month", "Number of Dead", "Minimum Estimated Number of Missing",
           "Total Number of Dead and Missing", "Number of Survivors", "Country of Origin",
           "Cause of Death", "Country of Incident", "Migration Route", "Location of Incident",
           "Coordinates"]  # fmt: skip


def incident(name: str, day: object, people: tuple[object, object, object],
             where: str = "31.65, -110.36", year: object = 2014, month: object = "January",
             country: object = "United States of America") -> list[object]:  # fmt: skip
    return [name, name, "Incident", "North America", day, year, month, *people, "",
            "Unknown", "Drowning", country, "US-Mexico border crossing", "a river, Texas", where,
            ]  # fmt: skip


def test_incidents_with_days_places_and_coordinates(folder: Path) -> None:
    rows = [MISSING, incident("2014.MMP1", "2014-01-06", (1, "", 1)),
            incident("2014.MMP2", "", ("", 3, 3), "POINT (-110.5 31.5)"),
            incident("2014.MMP2", "", ("", "", ""), "somewhere"),
            incident("2014.MMP3", "", (2, 0, 2), month="", country="")]  # fmt: skip
    reading = readers.read(in_file(folder, as_csv(rows, bom=True, end="\r\n")))
    table = reading.tables["deaths_and_disappearances"].set_index("event")
    assert table.loc["2014.MMP1", ["latitude", "longitude"]].tolist() == [31.65, -110.36]
    assert table.loc["2014.MMP2", ["latitude", "longitude"]].tolist() == [31.5, -110.5]
    assert str(table.loc["2014.MMP2", "end"].date()) == "2014-01-31"
    assert str(table.loc["2014.MMP3", "start"].date()) == "2014-01-01"
    assert str(table.loc["2014.MMP3", "end"].date()) == "2014-12-31"
    assert table.loc["2014.MMP1", "place"] == "United States"
    assert table.loc["2014.MMP3", "place"] == "North America"
    assert len(table) == 3 and any("left out" in note for note in reading.notes)
    assert [check.ok for check in reading.checks] == [True]


def test_incidents_of_older_files(folder: Path) -> None:
    header = ["Web ID", "Region of Incident", "Reported Date", "Reported Year", "Reported Month",
              "Number Dead", "Minimum Estimated Number of Missing", "Total Dead and Missing",
              "Cause of Death", "Location Description", "Location Coordinates", "Migration Route",
              ]  # fmt: skip
    march = ["2019", "Mar"]
    rows = [header,
            ["51591", "Asia", "March 28, 2019", *march, "1", "2", "3", "", "", "36.89, 27.28", ""],
            ["51592", "Asia", "26/03/2019", *march, "4", "-5", "4", "", "", "", ""]]  # fmt: skip
    reading = readers.read(in_file(folder, as_csv(rows)))
    table = reading.tables["deaths_and_disappearances"]
    assert [str(day.date()) for day in table["start"]] == ["2019-03-26", "2019-03-28"]
    assert any("-5" in note for note in reading.notes)
    assert any("day/month/year" in note for note in reading.notes)


def test_an_incident_without_any_date_is_told(folder: Path) -> None:
    rows = [MISSING, incident("x", "soon", (1, 0, 1), year="")]
    with pytest.raises(InputError) as told:
        readers.read(in_file(folder, as_csv(rows)))
    assert told.value.problems[0].row == 2 and told.value.problems[0].value == "soon"


@settings(deadline=None, max_examples=20)
@given(
    st.lists(
        st.tuples(st.dates(dt.date(2014, 1, 1), dt.date(2025, 12, 31)), st.integers(0, 99),
                  st.integers(0, 99), st.floats(-89, 89).map(lambda x: round(x, 4))),
        min_size=1, max_size=12,
    ),
    st.permutations(range(len(MISSING))),
    st.booleans(),
)  # fmt: skip
def test_incidents_in_any_order_of_columns(folder: Path, records, order, book) -> None:
    rows = [MISSING]
    for number, (day, dead, missing, at) in enumerate(records):
        written = day if book else day.isoformat()
        rows.append(incident(f"e{number}", written, (dead, missing, dead + missing), f"{at}, {at}",
                             year=day.year))  # fmt: skip
    rows = [[row[at] for at in order] for row in rows]
    content = as_book({"x": rows}) if book else as_csv(rows)
    table = readers.read(in_file(folder, content)).tables["deaths_and_disappearances"]
    got = {(r.start.date(), r.value, r.latitude) for r in table.itertuples()}
    assert got == {(day, dead + missing, at) for day, dead, missing, at in records}


UNHCR = ["year", "coo_id", "coo_name", "coo", "coo_iso", "coa_id", "coa_name", "coa", "coa_iso",
         "procedure_type", "app_type", "dec_level", "app_pc", "applied"]  # fmt: skip


def application(year: int, origin: str, app: str, unit: str, count: object) -> list[object]:
    return [year, 1, origin, "X", "X", 2, "Mexico", "MEX", "MEX", "G", app, "NA", unit, count]


def test_unhcr_keeps_people_and_cases_apart(folder: Path) -> None:
    rows = [UNHCR, application(2023, "Venezuela (Bolivarian Republic of)", "N", "P", 10),
            application(2023, "Haiti", "R", "P", 20), application(2023, "Haiti", "N", "C", 30),
            application(2023, "Cuba", "N", "P", "-")]  # fmt: skip
    reading = readers.read(in_file(folder, as_csv(rows)))
    table = reading.tables["asylum_applications"]
    assert table[["category", "value", "unit"]].values.tolist() == [
        ["Haiti; cases", 30, "cases"], ["Haiti; repeat", 20, "people"], ["Venezuela", 10, "people"],
    ]  # fmt: skip
    assert str(table["end"].iloc[0].date()) == "2023-12-31" and reading.edition == "2023"


def test_unhcr_in_json_has_a_total_of_its_own(folder: Path) -> None:
    items = [dict(zip(UNHCR, application(2024, "Peru", "N", "P", 7), strict=True))]
    answer = {"page": 1, "maxPages": 1, "total": {"applied": 7}, "items": items}
    reading = readers.read(in_file(folder, json.dumps(answer).encode()))
    assert [check.ok for check in reading.checks] == [True]
    answer["maxPages"] = 9
    notes = readers.read(in_file(folder, json.dumps(answer).encode())).notes
    assert any("page 1 of 9" in note for note in notes)


@settings(deadline=None, max_examples=20)
@given(st.data())
def test_unhcr_in_any_order(folder: Path, data: st.DataObject) -> None:
    key = st.tuples(
        st.integers(2000, 2025), st.sampled_from(["Haiti", "Peru"]), st.sampled_from("NRA")
    )
    records = data.draw(st.dictionaries(key, st.integers(0, 9_999), min_size=1))
    order = data.draw(st.permutations(range(len(UNHCR))))
    rows = [UNHCR, *[application(*k, "P", v) for k, v in records.items()]]
    rows = [[row[at] for at in order] for row in rows]
    if data.draw(st.booleans()):
        items = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
        content = json.dumps({"items": items}).encode()
    else:
        content = as_csv(rows)
    table = readers.read(in_file(folder, content)).tables["asylum_applications"]
    words = {"N": "all", "R": "repeat", "A": "appeal"}
    got = {(r.start.year, r.origin, r.application): r.value for r in table.itertuples()}
    assert got == {(y, o, words[a]): v for (y, o, a), v in records.items()}


def test_honduras_long_with_iom_s_code_for_china(folder: Path) -> None:
    rows = [["t", "nat", "n"], ["2023-01-01", "TWN", 12], ["2023-01-01", "VEN", 30],
            ["2023-02-01", "VEN", 5]]  # fmt: skip
    reading = readers.read(in_file(folder, as_csv(rows)))
    table = reading.tables["honduras_irregular_entries"]
    assert table[["category", "value"]].values.tolist() == [
        ["China", 12], ["Venezuela", 30], ["all", 42], ["Venezuela", 5], ["all", 5],
    ]  # fmt: skip
    assert any("Taiwan" in note for note in reading.notes)


def test_honduras_wide_with_its_total(folder: Path) -> None:
    rows = [["Instituto Nacional de Migración, Honduras, 2024", "", ""],
            ["Nacionalidad", "Enero", "Febrero"], ["Cuba", "1,200", 3], ["Total", 1200, 3],
            ]  # fmt: skip
    reading = readers.read(in_file(folder, as_csv(rows)))
    table = reading.tables["honduras_irregular_entries"]
    assert set(table["category"]) == {"Cuba", "all"} and table["value"].sum() == 2406
    assert [check.ok for check in reading.checks] == [True]


def test_counts_that_could_be_anybody_s_are_refused(folder: Path) -> None:
    rows = [["t", "nat", "n"], ["2023-01-01", "HND", 12], ["2023-01-01", "VEN", 30]]
    with pytest.raises(InputError, match="t, nat, n"):  # Hondurans, but where?
        readers.read(in_file(folder, as_csv(rows)))


@settings(deadline=None, max_examples=20)
@given(
    st.dictionaries(
        st.tuples(st.integers(2018, 2025), st.integers(1, 12), st.sampled_from(["Cuba", "Haití"])),
        st.integers(1, 9_999),
        min_size=1,
    ),
    st.permutations(range(4)),
)
def test_honduras_long_in_any_order(folder: Path, records, order) -> None:
    header = ["Año", "Mes", "Nacionalidad", "Total"]
    rows = [[[*k, v][at] for at in order] for k, v in records.items()]
    title = [["Migrantes irregulares, Honduras", "", "", ""]]
    content = as_csv([*title, [header[at] for at in order], *rows])
    table = readers.read(in_file(folder, content)).tables["honduras_irregular_entries"]
    names = {"Cuba": "Cuba", "Haití": "Haiti"}
    got = {(r.start.year, r.start.month, r.category): r.value
           for r in table.itertuples() if r.category != "all"}  # fmt: skip
    assert got == {(y, m, names[n]): v for (y, m, n), v in records.items()}
