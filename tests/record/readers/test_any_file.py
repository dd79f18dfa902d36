"""Whatever a file holds: a reading, or one clear message; never a traceback."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_official import aor, as_book, as_csv, in_file, panama, patrol, upmrip, wide
from old_workbook import write_xls

from corredor.errors import CorredorError, InputError
from corredor.record import readers
from corredor.record.readers import opened, workbook

ROW = ("2024", "JAN", "U.S. Border Patrol", "Yuma Sector", "FMUA", "PERU", 12)
MEXICO = upmrip("3.1.1 Eventos, situación irregular, 2024", [["Haití", 3, *[""] * 11, 3]])
FRONTEX = [["Route", "Nationality", "JAN2009"], ["A", "Peru", 3]]
MISSING = (
    b"Main ID,Region of Incident,Incident Date,Number of Dead,"
    b"Total Number of Dead and Missing,Cause of Death\n1,Asia,2014-01-06,1,1,x\n"
)
UNHCR = (
    b'{"items": [{"year": 2024, "coo_iso": "PER", "coa_iso": "MEX", "app_type": "N", '
    b'"applied": 7}]}'
)


def samples(folder: Path) -> list[bytes]:
    """Return one small file of each format."""
    return [
        as_csv(aor(ROW, ROW)),
        as_book({"A": [["Fiscal Year", "Month", "Quantity"], [2024, "01 October", 10]]}),
        as_book({"A": wide("CBP One Appointments: x", ["Total", "Cuba"], [[2024, "May", 10, 10]])}),
        patrol(2020, [["Yuma", *range(1, 13), 78]]).encode(),
        write_xls(folder / "old", MEXICO).read_bytes(),
        panama(2023, [["Total", 3, 1, 2], ["Perú", 3, 1, 2]]).encode(),
        as_book({"A": FRONTEX}),
        MISSING,
        UNHCR,
        as_csv([["t", "nat", "n"], ["2023-01", "TWN", 12]]),
    ]


@pytest.fixture(scope="module")
def made(folder: Path) -> list[bytes]:
    return samples(folder)


def try_reading(path: Path) -> None:
    try:
        reading = readers.read(path)
    except CorredorError as error:
        assert str(path) in str(error)
    else:
        for table in reading.tables.values():
            assert set(readers.reading.COLUMNS) <= set(table.columns)
            assert table["value"].notna().all() and len(table)
            key = [c for c in ("start", "end", "place", "category", "event") if c in table]
            assert not table.duplicated([*key, "unit"]).any()
            assert (table["start"] <= table["end"]).all()


def test_each_sample_is_read_by_its_own_reader(folder: Path, made: list[bytes]) -> None:
    names = [readers.recognise(in_file(folder, each)).format.name for each in made]
    assert names == [reader.format.name for reader in readers.READERS]
    for each in made:
        assert readers.read(in_file(folder, each)).tables


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_cut_off_mixed_up_and_damaged_files(folder: Path, made, data: st.DataObject) -> None:
    whole = bytearray(data.draw(st.sampled_from(made)))
    how = data.draw(st.sampled_from(["cut", "joined", "changed", "middle"]))
    at = data.draw(st.integers(0, len(whole)))
    if how == "cut":
        whole = whole[:at]
    elif how == "joined":
        whole = whole[:at] + data.draw(st.sampled_from(made))
    elif how == "middle":
        whole = whole[at:]
    else:
        for _ in range(data.draw(st.integers(1, 8))):
            whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try_reading(in_file(folder, bytes(whole)))


@settings(deadline=None, max_examples=40)
@given(st.one_of(st.binary(max_size=400), st.text(max_size=400).map(str.encode)), st.booleans())
def test_any_bytes(folder: Path, content: bytes, as_old: bool) -> None:
    try_reading(in_file(folder, workbook.OLE + content if as_old else content))


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_any_cells_below_a_known_header(folder: Path, data: st.DataObject) -> None:
    known = st.sampled_from(["2024", "JAN", "Total", "-", "X", "1,2", "Ene."])
    cell = st.one_of(st.text(max_size=6), st.integers(-5, 10**12), st.floats(), known)
    rows = data.draw(st.lists(st.lists(cell, min_size=12, max_size=12), max_size=4))
    try_reading(in_file(folder, as_csv([aor(ROW)[0], *rows])))
    months = ["Fiscal Year", "Month", "Total", "Cuba"]
    clean = [[c if not isinstance(c, str) or c.isprintable() else "" for c in row] for row in rows]
    clean = [["" if isinstance(c, float) and c - c != 0 else c for c in row] for row in clean]
    try_reading(in_file(folder, as_book({"A": [months, *(row[:4] for row in clean)]})))
    try_reading(in_file(folder, as_book({"A": [["3.1.1 irregular 2024"], ["", "Ene.", "Feb."],
                                               *(row[:3] for row in clean)]})))  # fmt: skip


def test_what_is_no_official_file_is_told_what_was_found(folder: Path) -> None:
    with pytest.raises(InputError) as told:
        readers.read(in_file(folder, b"height,weight\n1,2\n"))
    message = str(told.value)
    assert "height, weight" in message and "UPMRIP" in message and message.count("\n") == 0
    with pytest.raises(InputError, match=r"'S' \(height, weight\)"):
        readers.read(in_file(folder, as_book({"S": [["height", "weight"]]})))


def zipped(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b" \r\n\t", "empty"),
        (b"\0\0\0", "empty"),
        (b"%PDF-1.7 \0", "pdftotext"),
        (b"\x1f\x8b\x08\x00", "gzip"),
        (b"\x89PNG\r\n", "binary"),
        (b"a,b\0c", "binary"),
        (zipped(readme=b"x"), "zip that holds readme"),
        (as_book({"A": FRONTEX})[:-40], "cut off"),
        (as_book({"A": FRONTEX})[:400], "cut off"),
        (workbook.OLE + b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0", "password"),
        (workbook.OLE + bytes(2_000), "damaged"),
        ("País,año\n".encode("utf-16"), "format that is known"),
        (b"\x81\x8d\xff,1", "neither"),
        (b'{"items": [1, 2]}', "format that is known"),
        (b'{"items": ' + b"[" * 3_000, "format that is known"),
    ],
)
def test_files_that_are_none_get_one_message(folder: Path, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as told:
        readers.read(in_file(folder, content))
    assert len(told.value.problems) == 1


def test_folders_absent_files_and_long_ones(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in (folder, folder / "absent", folder / "a\0b"):
        with pytest.raises(InputError):
            readers.read(path)
    with pytest.raises(InputError, match="lines of at most") as told:
        readers.read(in_file(folder, b"a,b\n" + b"x" * 200_000))
    assert told.value.problems[0].row == 2
    with pytest.raises(InputError, match="at most 600,000 lines"):
        readers.read(in_file(folder, b"\n" * 600_001 + b"x"))
    monkeypatch.setattr(opened, "MOST_BYTES", 10)
    with pytest.raises(InputError, match="longer"):
        readers.read(in_file(folder, b"a,b,c,d,e,f,g\n"))


def test_a_sheet_that_spans_more_than_can_be_held_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_CELLS", 50)
    far = as_book({"A": [*FRONTEX, *[[""] * 9 for _ in range(9)], [*[""] * 9, 1]]})
    with pytest.raises(InputError, match="cells"):
        readers.read(in_file(folder, far))
    old = write_xls(folder / "far", [[1], *[[] for _ in range(8)], ["", "", "", "", "", "", 1]])
    with pytest.raises(InputError, match="cells"):
        readers.read(old)
    monkeypatch.setattr(workbook, "MOST_UNPACKED", 100)
    with pytest.raises(InputError, match="unpacked"):
        readers.read(in_file(folder, as_book({"A": FRONTEX})))
    monkeypatch.setattr(workbook, "MOST_OLD", 100)
    with pytest.raises(InputError, match="longer"):
        readers.read(old)


def test_names_say_nothing(folder: Path, made: list[bytes]) -> None:
    misnamed = folder / "cuadro3.1.1_.xls"
    misnamed.write_bytes(made[0])
    assert readers.recognise(misnamed).format.name == "cbp-encounters"
