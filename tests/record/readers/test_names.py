import csv
import doctest
import importlib
import pkgutil
from collections import Counter
from pathlib import Path

import pytest

from corredor import record
from corredor.record import readers
from corredor.record.readers import cells, months, names

MODULES = [module.name for module in pkgutil.iter_modules(readers.__path__)]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_every_module(name: str) -> None:
    module = importlib.import_module(f"corredor.record.readers.{name}")
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("Rumania", "Romania"),
        ("RUSIA", "Russia"),
        ("Rumania 1/", "Romania"),
        ("CHINA, PEOPLES REPUBLIC OF", "China"),
        ("China, People's Republic", "China"),
        ("MYANMAR (BURMA)", "Myanmar"),
        ("Türkiye", "Turkey"),
        ("turquia", "Turkey"),
        ("VEN", "Venezuela"),
        ("Brasil(1)", "Brazil"),
        ("Perú*", "Peru"),
        ("All other, including stateless and unknown", "Other"),
        ("Atlantis", None),
    ],
)
def test_spellings_of_countries(spelling: str, name: str | None) -> None:
    assert names.known("country", spelling) == name


def test_every_citizenship_of_the_record_is_a_name_of_itself() -> None:
    table = record.load_series("border_patrol_by_citizenship")
    for name in table["category"].unique():
        assert names.known("country", name) == name


def test_no_spelling_stands_for_two_names() -> None:
    with Path(names.FILE).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    pairs = {(row["kind"], cells.fold(row["spelling"]), row["name"]) for row in rows}
    assert Counter((kind, spelling) for kind, spelling, _ in pairs).most_common(1)[0][1] == 1


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1,302", 1302), ("1.302", 1302), ("21,000", 21_000), ("12.0", 12), (3.0, 3), ("7", 7),
     ("-", None), ("X", None), ("NA", None), ("", None), (float("nan"), None), ("1 302", 1302)],
)  # fmt: skip
def test_counts_as_publishers_write_them(cell: object, value: float | None) -> None:
    reader = cells.Counts("f")
    got = reader.read(cell, 1, "c")
    assert (got == value) if value is not None else got != got
    assert reader.finish() == ()


@pytest.mark.parametrize("cell", ["12a", "-3", -1, 1.5, True, "1,23", "1e5", "٣٫٥"])
def test_what_is_no_count_is_told(cell: object) -> None:
    reader = cells.Counts("f")
    reader.read(cell, 4, "c")
    assert [(p.row, p.column) for p in reader.problems] == [(4, "c")]


@pytest.mark.parametrize("cell", ["<5", "1-4", "*", "D"])
def test_masked_counts_are_noted(cell: str) -> None:
    reader = cells.Counts("f")
    assert reader.read(cell, 1, "c") != reader.read(cell, 1, "c")
    assert "2 small counts" in reader.finish()[0]


def test_fiscal_months_lie_before_their_year() -> None:
    assert months.named(months.fiscal(2024, 10)) == "October 2023"
    assert months.named(months.fiscal(2024, 9)) == "September 2024"
