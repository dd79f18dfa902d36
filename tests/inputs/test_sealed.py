"""A sealed table comes back as it was, or not at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corredor.errors import DamagedError
from corredor.inputs import sealed
from corredor.inputs.sealed import read_sealed, seal_of, write_sealed

ABOUT = {"seed": 1, "world": "mexico"}
TABLE = pa.table(
    {
        "name": pa.array(["a", "b", None, "a"]),
        "value": pa.array([1.5, float("nan"), -0.0, 2.5], pa.float32()),
        "member": pa.array([0, 1, 2, None], pa.int16()),
        "day": pa.array([None, dt.date(2024, 1, 1), dt.date(2023, 5, 5), None], pa.date32()),
        "kept": pa.array([True, False, None, True]),
    }
)


def test_a_table_comes_back_as_it_was(tmp_path: Path) -> None:
    write_sealed(TABLE, tmp_path / "a.parquet", ABOUT)
    table, about = read_sealed(tmp_path / "a.parquet")
    assert about == ABOUT
    assert str(table.to_pylist()) == str(TABLE.to_pylist())


def test_the_same_table_has_the_same_seal(tmp_path: Path) -> None:
    write_sealed(TABLE, tmp_path / "a.parquet", ABOUT)
    chunks = pa.concat_tables([TABLE.slice(0, 1), TABLE.slice(1)])
    write_sealed(chunks, tmp_path / "b.parquet", ABOUT)
    assert seal_of(tmp_path / "a.parquet") == seal_of(tmp_path / "b.parquet")


@given(st.data())
def test_no_flipped_bit_gives_other_values(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.mktemp("sealed") / "a.parquet"
    write_sealed(TABLE, path, ABOUT)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, 8 * len(content) - 1))
    content[at // 8] ^= 1 << at % 8
    path.write_bytes(content)
    try:
        table, about = read_sealed(path)
    except DamagedError as error:
        assert str(path) in str(error)
    else:  # a bit that nobody reads
        assert about == ABOUT
        assert str(table.to_pylist()) == str(TABLE.to_pylist())


@pytest.mark.parametrize("content", [b"", b"PAR1", b"no table"])
def test_what_is_no_table_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.parquet").write_bytes(content)
    with pytest.raises(DamagedError, match=r"a\.parquet: is damaged"):
        read_sealed(tmp_path / "a.parquet")


def test_a_table_without_a_seal_is_refused(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    pq.write_table(TABLE, tmp_path / "a.parquet")
    with pytest.raises(DamagedError, match="carries no digest"):
        read_sealed(tmp_path / "a.parquet")


def test_texts_may_be_left_as_codes(tmp_path: Path) -> None:
    """Their seal is that of the texts, though each group of rows has codes of its own."""
    groups = pa.concat_tables([TABLE, TABLE.slice(1), TABLE.slice(3)])
    write_sealed(groups, tmp_path / "a.parquet", ABOUT)
    table, about = read_sealed(tmp_path / "a.parquet", coded=("name",))
    assert about == ABOUT
    assert pa.types.is_dictionary(table["name"].type)
    assert str(table.to_pylist()) == str(groups.to_pylist())
    assert sealed._seal(table, b"told") == sealed._seal(groups, b"told")


def test_a_text_of_codes_that_was_changed_is_found() -> None:
    coded = TABLE.set_column(0, "name", TABLE["name"].dictionary_encode())
    others = TABLE.set_column(0, "name", pa.array(["a", "B", None, "a"]).dictionary_encode())
    apart = pa.concat_tables([coded.slice(0, 1), coded.slice(1)])
    assert sealed._seal(apart, b"") == sealed._seal(TABLE, b"") != sealed._seal(others, b"")


def test_what_has_no_seal_decides_nothing(tmp_path: Path) -> None:
    """What pandas notes of a table's types is not under the seal, so it is not read back."""
    noted = TABLE.replace_schema_metadata({b"pandas": b'{"columns": "flipped"}'})
    write_sealed(noted, tmp_path / "a.parquet", ABOUT)
    assert read_sealed(tmp_path / "a.parquet")[0].schema.metadata is None
