"""What was added is whole or absent, every edition is kept, and the newest is preferred."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_official import aor, as_csv

from corredor import record
from corredor.errors import InputError, OutputError, UsageError
from corredor.record import adding, additions
from corredor.record.differences import between_editions
from corredor.record.of_world import FOLDER, record_folder

TODAY = dt.date(2025, 9, 30)
ENCOUNTERS, BORDER = "border_patrol_encounters", "southwest border"


@pytest.fixture
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("CORREDOR_HOME", str(tmp_path / "home"))
    yield additions.user_folder()


def cbp(folder: Path, *rows: tuple[int, str, int], name: str = "download") -> Path:
    """Write CBP's file by area with encounters at El Paso, by fiscal year and month."""
    who = ("U.S. Border Patrol", "El Paso Sector", "Single Adults", "MEXICO")
    table = aor(*((year, month, *who, n) for year, month, n in rows))
    path = folder / name
    path.write_bytes(as_csv(table))
    return path


def added(path: Path, folder: Path, published: dt.date | None = None) -> additions.Addition:
    return adding.plan(path, folder, published=published, read_on=TODAY).write()


def total(month: str, **options: str) -> float:
    return float(record.monthly(ENCOUNTERS, **options)[month])


def test_a_month_that_is_added_is_in_the_series_and_gone_when_it_is_removed(
    own_home: Path, tmp_path: Path
) -> None:
    before = record.load_series(ENCOUNTERS)
    one = added(cbp(tmp_path, (2025, "JAN", 29_101), (2025, "FEB", 8_347)), own_home)
    assert total("2025-02") == 8347
    assert record.describe(ENCOUNTERS).last == "2025-02-28"
    assert record.sources().loc[one.name, "citation"].endswith("download")
    additions.remove(one.name, own_home)
    pd.testing.assert_frame_equal(record.load_series(ENCOUNTERS), before)
    assert list(own_home.iterdir()) == []


def test_the_newer_edition_counts_whatever_the_order_in_which_they_are_added(
    own_home: Path, tmp_path: Path
) -> None:
    newer = cbp(tmp_path, (2025, "JAN", 29_200), (2025, "FEB", 8_347), name="newer")
    older = cbp(tmp_path, (2025, "JAN", 29_101), name="older")
    added(newer, own_home)
    late = adding.plan(older, own_home, read_on=TODAY)
    assert {c.series: c.older for c in late.comparisons}[ENCOUNTERS]
    late.write()
    assert total("2025-01") == 29_200
    every = record.load_series(ENCOUNTERS, "2025-01-01", place=BORDER, edition="all")
    assert sorted(every["value"]) == [8347, 29_101, 29_200]
    found = between_editions(ENCOUNTERS)
    assert found.changed[["before", "after"]].to_numpy().tolist() == [[29_101, 29_200]]


def test_a_day_of_publication_decides_which_edition_is_newer(
    own_home: Path, tmp_path: Path
) -> None:
    revised = cbp(tmp_path, (2025, "JAN", 29_300), name="revised")
    added(cbp(tmp_path, (2025, "JAN", 29_101), (2025, "FEB", 8_347), name="first"), own_home)
    added(revised, own_home, published=dt.date(2025, 5, 20))
    assert total("2025-01") == 29_300


def test_parts_of_a_month_are_of_one_edition(own_home: Path, tmp_path: Path) -> None:
    """What one edition calls Other another splits: of two editions a month is taken whole."""
    december = record.load_series("border_patrol_by_citizenship", "2024-12-01")
    assert len(december) > 10
    patrol = ("U.S. Border Patrol", "El Paso Sector", "Single Adults")
    path = tmp_path / "download"
    path.write_bytes(
        as_csv(aor((2025, "DEC", *patrol, "MEXICO", 9), (2025, "DEC", *patrol, "PERU", 5)))
    )
    added(path, own_home, published=dt.date(2025, 7, 1))
    december = record.load_series("border_patrol_by_citizenship", "2024-12-01", "2024-12-31")
    assert december["category"].tolist() == ["Mexico", "Peru"]


def test_as_of_a_day_an_addition_is_known_from_when_its_figures_are_out(
    own_home: Path, tmp_path: Path
) -> None:
    added(cbp(tmp_path, (2025, "JAN", 29_101)), own_home)
    lag = record.describe(ENCOUNTERS).published_after_days
    day = dt.date(2025, 1, 31) + dt.timedelta(days=lag)
    assert "2025-01" not in record.monthly(ENCOUNTERS, as_of=day - dt.timedelta(days=1))
    assert total("2025-01", as_of=str(day)) == 29_101


def test_the_same_file_twice_changes_nothing(own_home: Path, tmp_path: Path) -> None:
    path = cbp(tmp_path, (2025, "JAN", 29_101))
    first = added(path, own_home)
    again = adding.plan(path, own_home, read_on=TODAY)
    assert again.held
    again.write()
    assert [a.name for a in additions.additions()] == [first.name]


@pytest.mark.parametrize("what", ["table", "manifest", "lost"])
def test_damage_is_one_message_that_names_the_file_and_the_remedy(
    own_home: Path, tmp_path: Path, what: str
) -> None:
    one = added(cbp(tmp_path, (2025, "JAN", 29_101)), own_home)
    table, manifest = one.folder / f"{ENCOUNTERS}.parquet", one.folder / additions.MANIFEST
    if what == "table":
        content = bytearray(table.read_bytes())
        content[len(content) // 2] ^= 1
        table.write_bytes(content)
    elif what == "lost":
        table.unlink()
    else:
        manifest.write_text(manifest.read_text()[:40])
    with pytest.raises(InputError) as caught:
        record.load_series(ENCOUNTERS)
    assert one.name in str(caught.value)
    assert f"corredor record remove {one.name}" in str(caught.value)
    additions.remove(one.name, own_home)
    assert len(record.load_series(ENCOUNTERS))


def test_nothing_that_is_half_there_counts(own_home: Path, tmp_path: Path) -> None:
    one = added(cbp(tmp_path, (2025, "JAN", 29_101)), own_home)
    one.folder.rename(own_home / f".{one.name}-unfinished")
    assert additions.additions() == ()
    with pytest.raises(UsageError, match="unknown addition"):
        additions.remove(one.name, own_home)


def test_what_is_added_to_a_world_counts_there_alone_beside_its_plain_series(
    own_home: Path, tmp_path: Path
) -> None:
    world = tmp_path / "world"
    shutil.copytree(record_folder(), world / FOLDER)
    with record.with_world(world):
        added(cbp(tmp_path, (2025, "JAN", 29_101)), world / FOLDER)
        assert total("2025-01") == 29_101
        assert total("2024-01") > 100_000
        assert [one.format for one in additions.additions()] == ["cbp-encounters"]
    assert "2025-01" not in record.monthly(ENCOUNTERS)


def test_a_world_without_a_record_takes_an_official_file(own_home: Path, tmp_path: Path) -> None:
    world = tmp_path / "world"
    with record.with_world(world):
        assert record.catalogue().empty
        added(cbp(tmp_path, (2025, "JAN", 29_101)), world / FOLDER)
        assert total("2025-01") == 29_101
        assert record.describe(ENCOUNTERS).publisher == "US Customs and Border Protection"


def test_what_was_added_to_a_series_of_one_world_is_no_series_of_another(
    own_home: Path, tmp_path: Path
) -> None:
    one = added(cbp(tmp_path, (2025, "JAN", 29_101)), own_home)
    with record.with_world(tmp_path / "world"):
        assert ENCOUNTERS not in record.catalogue().index
        assert one.name in record.sources().index
        with pytest.raises(UsageError, match="unknown series"):
            record.load_series(ENCOUNTERS)


def test_a_folder_that_is_no_addition_is_let_be(own_home: Path) -> None:
    (own_home / "series").mkdir(parents=True)
    (own_home / "as-published").mkdir()
    assert additions.additions() == ()
    with pytest.raises(UsageError, match="unknown addition"):
        additions.remove("series", own_home)
    (own_home / "cbp-aor-january-1f2e3d4c").mkdir()
    with pytest.raises(InputError, match="what was written when the file was added"):
        additions.additions()


def test_a_file_that_fails_its_own_totals_is_refused_unless_told(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = cbp(tmp_path, (2025, "JAN", 29_101))
    reading = adding.readers.read(path)
    failing = adding.readers.Check("all rows", 5.0, 4.0, ok=False)
    changed = adding.readers.Reading(**{**vars(reading), "checks": (failing,)})
    monkeypatch.setattr(adding.readers, "read", lambda _: changed)
    with pytest.raises(InputError, match="--despite-totals"):
        adding.plan(path, own_home, read_on=TODAY)
    assert not adding.plan(path, own_home, read_on=TODAY, despite_totals=True).checks[0].ok


def test_a_month_that_has_not_begun_is_refused(own_home: Path, tmp_path: Path) -> None:
    path = cbp(tmp_path, (2025, "JAN", 29_101))
    with pytest.raises(InputError, match="no month after today's"):
        adding.plan(path, own_home, read_on=dt.date(2024, 12, 31))
    with pytest.raises(InputError, match="a day of publication until today"):
        adding.plan(path, own_home, published=dt.date(2025, 10, 1), read_on=TODAY)


def test_where_one_file_cannot_be_written_none_is(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = [cbp(tmp_path, (2025, m, 9), name=m) for m in ("JAN", "FEB")]
    plans = [adding.plan(path, own_home, read_on=TODAY) for path in paths]
    write = additions.write

    def full(addition: additions.Addition, tables: dict[str, pd.DataFrame]) -> object:
        if addition.name == plans[1].addition.name:
            raise OutputError("no space left")
        return write(addition, tables)

    monkeypatch.setattr(additions, "write", full)
    with pytest.raises(OutputError, match="no space left"):
        adding.write_all(plans)
    assert additions.additions() == ()


@settings(max_examples=6, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
@given(counts=st.dictionaries(st.sampled_from(["JAN", "FEB", "MAR"]), st.integers(1, 10**6),
                              min_size=1))  # fmt: skip
def test_whatever_is_added_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch,
    counts: dict[str, int],
) -> None:  # fmt: skip
    folder = tmp_path_factory.mktemp("any")
    monkeypatch.setenv("CORREDOR_HOME", str(folder))
    path = cbp(folder, *((2025, month, n) for month, n in counts.items()))
    one = added(path, additions.user_folder())
    held = record.load_series("border_patrol_by_sector", "2025-01-01", place="El Paso")
    assert held["value"].sum() == sum(counts.values())
    assert json.loads((one.folder / additions.MANIFEST).read_text())["digest"] == one.digest


def test_a_changed_note_of_an_addition_is_told(own_home: Path, tmp_path: Path) -> None:
    one = added(cbp(tmp_path, (2025, "JAN", 29_101)), own_home, published=dt.date(2025, 8, 1))
    path = one.folder / additions.MANIFEST
    path.write_text(path.read_text().replace("2025-08-01", "2025-09-01"))
    with pytest.raises(InputError, match=r"addition\.json"):
        additions.additions_in(own_home)


def test_additions_of_earlier_versions_have_no_seal_and_count(
    own_home: Path, tmp_path: Path
) -> None:
    one = added(cbp(tmp_path, (2025, "JAN", 29_101)), own_home)
    held = json.loads((one.folder / additions.MANIFEST).read_text())
    del held["sha256_of_this"]
    (one.folder / additions.MANIFEST).write_text(json.dumps(held))
    assert [each.name for each in additions.additions_in(own_home)] == [one.name]


def test_what_a_killed_removal_left_is_swept(own_home: Path, tmp_path: Path) -> None:
    (own_home / ".corredor-left" / "half").mkdir(parents=True)
    adding.write_all([adding.plan(cbp(tmp_path, (2025, "JAN", 1)), own_home, read_on=TODAY)])
    assert not (own_home / ".corredor-left").exists()
