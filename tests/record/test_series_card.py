"""The catalogue's row for a series of one's own."""

from __future__ import annotations

import csv
import datetime as dt
from typing import Any

import pytest

from corredor.errors import UsageError
from corredor.record import catalogue
from corredor.record.of_world import record_folder
from corredor.record.series_card import Card, describe_own

VALUES: dict[str, Any] = {
    "series": "shelter_arrivals",
    "title": "Arrivals at a shelter",
    "counts": "people who sleep there for the first time",
    "unit": "people",
    "publisher": "The shelter",
    "lag_days": 20,
    "first": dt.date(2024, 1, 1),
    "last": dt.date(2024, 12, 31),
}
OFFICIAL = set(catalogue().index)


def describe(**changed: Any) -> Card:
    return describe_own(VALUES | changed, OFFICIAL, {"series": "--as", "lag_days": "--lag"})


def refused(**changed: Any) -> str:
    with pytest.raises(UsageError) as caught:
        describe(**changed)
    return str(caught.value)


def test_a_row_has_the_columns_of_the_catalogue_in_their_order() -> None:
    with (record_folder() / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        header = next(csv.reader(file))
    row = describe(kind="stock", address="https://example.org").as_row()
    assert list(row) == header
    assert row["series"] == "shelter_arrivals" and row["kind"] == "stock"
    assert row["first"] == "2024-01-01" and row["published_after_days"] == "20"
    assert (row["quality"], row["rounding"], row["republished"]) == ("user", "not stated", "yes")
    assert row["published_after_basis"] == "as the user says"
    assert all(isinstance(cell, str) for cell in row.values())


def test_the_english_title_stands_for_both_where_it_is_alone() -> None:
    assert describe().as_row()["title_es"] == "Arrivals at a shelter"
    assert describe(title_es="Llegadas").as_row()["title_es"] == "Llegadas"


def test_texts_are_kept_on_one_line() -> None:
    assert describe(counts=" people\n who  stay ").counts == "people who stay"


@pytest.mark.parametrize("name", ["Shelter", "2024_arrivals", "a-b", "", "año", "a b", "../x"])
def test_names_are_lower_case_letters_digits_and_underscores(name: str) -> None:
    assert refused(series=name).startswith(f"--as: found {name!r}, expected lower case letters")


def test_no_name_of_an_official_series_is_taken() -> None:
    told = refused(series="darien_crossings")
    assert told == (
        "--as: found 'darien_crossings', expected another name; an official series has it."
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"title": "  "}, "title: found '  ', expected some text."),
        ({"unit": "x" * 600}, "expected at most 500 characters."),
        ({"counts": "a\x00b"}, "expected text that can be printed."),
        ({"series": "a" * 61}, "expected at most 60 characters."),
        ({"lag_days": -1}, "--lag: found -1, expected 0 or more."),
        ({"lag_days": 1501}, "--lag: found 1501, expected 1500 or less."),
        ({"lag_days": 2.5}, "--lag: found 2.5, expected a whole number."),
        ({"kind": "event list"}, "kind: found 'event list', expected 'flow' or 'stock'."),
        ({"series": 3}, "--as: found 3, expected text in quotes."),
        ({"colour": "red"}, "colour: found 'red', expected no such key here."),
        ({"last": dt.date(2023, 1, 1)}, "last: found '2023-01-01', expected a day not before"),
    ],
)
def test_what_is_wrong_is_said(changed: dict[str, Any], told: str) -> None:
    assert told in refused(**changed)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    values = {name: value for name, value in VALUES.items() if name != "title"}
    with pytest.raises(UsageError) as caught:
        describe_own(values | {"lag_days": "soon", "series": "darien_crossings"}, OFFICIAL)
    assert str(caught.value).split("\n") == [
        "series: found 'darien_crossings', expected another name; an official series has it.",
        "title: expected a value; this key is required.",
        "lag_days: found 'soon', expected a whole number.",
    ]
