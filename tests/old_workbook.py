"""Old Excel workbooks (.xls) for tests: one sheet of texts and numbers, in Latin-1."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

SECTOR = 512
FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SMALLEST_STREAM = 4096  # a shorter one would lie among the short sectors


def write_xls(path: Path, rows: Sequence[Sequence[object]], sheet: str = "Cuadro") -> Path:
    """Write rows as a workbook of Excel 97; blank cells are None or an empty text."""
    path.write_bytes(_container(_book(rows, sheet)))
    return path


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _text(words: str, length: str) -> bytes:
    """Return a text with its length; letters of Latin-1 take a byte, as Excel writes them."""
    try:
        letters, wide = words.encode("latin-1"), 0
    except UnicodeEncodeError:
        letters, wide = words.encode("utf-16-le"), 1
    return struct.pack(f"<{length}B", len(words), wide) + letters


def _book(rows: Sequence[Sequence[object]], sheet: str) -> bytes:
    begin = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0))
    begin += _record(0x0042, struct.pack("<H", 1252))
    end = _record(0x000A, b"")
    name = _text(sheet, "B")
    at = len(begin) + len(_record(0x0085, struct.pack("<IH", 0, 0) + name)) + len(end)
    book = begin + _record(0x0085, struct.pack("<IH", at, 0) + name) + end
    cells = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
    width = max((len(row) for row in rows), default=0)
    cells += _record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0))
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            if isinstance(value, str) and value:
                head = struct.pack("<HHH", row, column, 0)
                cells += _record(0x0204, head + _text(value, "H"))
            elif isinstance(value, (int, float)):
                cells += _record(0x0203, struct.pack("<HHHd", row, column, 0, value))
    stream = book + cells + end
    return stream.ljust(SMALLEST_STREAM, b"\0")


def _container(stream: bytes) -> bytes:
    """Put a stream into an OLE container: header, allocation table, directory, the stream."""
    stream += b"\0" * (-len(stream) % SECTOR)
    count = len(stream) // SECTOR
    tables = -(-(count + 2) // (SECTOR // 4 - 1))
    first = tables + 1  # sectors: tables, directory, stream
    chain = [FAT] * tables + [END]
    chain += [first + n + 1 for n in range(count - 1)] + [END]
    chain += [FREE] * (tables * SECTOR // 4 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIII", 0, tables, tables, 0, SMALLEST_STREAM, END, 0, END, 0)
    header += struct.pack("<109I", *range(tables), *[FREE] * (109 - tables))
    entries = _entry("Root Entry", 5, END, 0, child=1) + _entry("Workbook", 2, first, len(stream))
    entries += b"\0" * (SECTOR - len(entries))
    return header + struct.pack(f"<{len(chain)}I", *chain) + entries + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = FREE) -> bytes:
    letters = name.encode("utf-16-le")
    entry = letters.ljust(64, b"\0") + struct.pack("<HBB", len(letters) + 2, kind, 1)
    entry += struct.pack("<III", FREE, FREE, child) + b"\0" * 36
    return entry + struct.pack("<IQ", start, size)
