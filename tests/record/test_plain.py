"""A world brings its record as plain tables, and what is wrong with one is told cell by cell."""

from __future__ import annotations

from pathlib import Path

import pytest

from corredor import record
from corredor.errors import InputError, UsageError
from corredor.record.digest import record_digest
from corredor.record.of_world import record_folder
from corredor.record.plain import plain

CARD = (
    "houses_full,Nights in houses,Noches en casas,A network,people,people in a bed,none,,,flow,"
    "the coast,2023-01-01,2023-02-28,month,one edition,B,,none,30,assumption: a month,no"
)
FILES = {
    "catalogue.csv": "series,title,title_es,publisher,unit,counts,rounding,compare_with,"
    "not_comparable_with,kind,place,first,last,frequency,revisions,quality,address,licence_note,"
    f"published_after_days,published_after_basis,republished\n{CARD}\n",
    "sources.csv": "id,citation,address\nnetwork,A network,\n",
    "editions.csv": "edition,published,note\nMay 2023,2023-05-31,\n",
    "series/houses_full.csv": "start,end,place,category,value,edition,rank,source,note\n"
    "2023-01-01,2023-01-31,the coast,all,410,May 2023,1,network,\n"
    "2023-02-01,2023-02-28,the coast,all,,as printed,1,network,not told\n",
}


@pytest.fixture
def world(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / "record" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def test_a_world_has_its_own_series_and_no_others(world: Path) -> None:
    before = list(record.catalogue().index)
    with record.with_world(world):
        assert list(record.catalogue().index) == ["houses_full"]
        table = record.load_series("houses_full")
        assert table["value"].tolist()[0] == 410
        assert table["value"].isna().tolist() == [False, True]
        # An edition whose name tells a day is out on that day, another after the usual delay.
        assert [f"{day:%Y-%m-%d}" for day in table["published"]] == ["2023-05-31", "2023-03-30"]
        assert record.sources().index.tolist() == ["network"]
        with pytest.raises(UsageError, match="Known: houses_full"):
            record.describe(before[0])
    assert list(record.catalogue().index) == before


def test_a_world_without_a_record_has_no_series(tmp_path: Path) -> None:
    with record.with_world(tmp_path):
        assert record.catalogue().empty
        assert record.sources().empty
        with pytest.raises(UsageError, match="unknown series"):
            record.monthly("houses_full")


def test_a_record_that_is_changed_is_read_anew(world: Path) -> None:
    path = world / "record" / "series" / "houses_full.csv"
    with record.with_world(world):
        digest = record_digest(world)
        assert record.load_series("houses_full", edition="all")["value"].max() == 410
        path.write_text(path.read_text().replace("410", "411"), encoding="utf-8")
        assert record.load_series("houses_full", edition="all")["value"].max() == 411
        assert record_digest(world) != digest


@pytest.mark.parametrize(
    ("name", "good", "bad", "told"),
    [
        ("series/houses_full.csv", "410", "four", r"line 2, value.*found 'four'"),
        ("series/houses_full.csv", "2023-01-31", "31/1/2023", r"line 2, end: .*YYYY-MM-DD"),
        ("series/houses_full.csv", ",rank,", ",place in the row,", "rank"),
        ("catalogue.csv", ",30,", ",a month,", r"line 2, published_after_days"),
        ("catalogue.csv", "title_es,", "titulo,", "title_es"),
        ("sources.csv", "citation,", "author,", "citation"),
        ("editions.csv", "2023-05-31", "May", r"line 2, published"),
    ],
)
def test_a_wrong_cell_is_told_with_its_place(
    world: Path, name: str, good: str, bad: str, told: str
) -> None:
    path = world / "record" / name
    path.write_text(path.read_text().replace(good, bad), encoding="utf-8")
    with pytest.raises(InputError, match=told) as caught, record.with_world(world):
        record.sources()
        record.load_series("houses_full")
    assert str(path) in str(caught.value)


def test_a_series_without_its_file_is_told(world: Path) -> None:
    path = world / "record" / "series" / "houses_full.csv"
    path.unlink()
    with pytest.raises(InputError, match=str(path)), record.with_world(world):
        record.load_series("houses_full")


def test_the_record_that_ships_is_of_the_world_that_is_run_where_none_is_named() -> None:
    files = {path.name for path in plain(record_folder()).files()}
    assert {f"{name}.csv" for name in record.catalogue().index} <= files
