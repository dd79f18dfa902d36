"""Read a text file whole, or say in one sentence why it cannot be read."""

from __future__ import annotations

import codecs
from pathlib import Path

from corredor.errors import InputError, Problem

# Assumption: no table of a corridor comes near this.
MOST_BYTES = 256_000_000
PART = 1_000_000  # bytes read at a time
_OTHER_ENCODINGS = {
    codecs.BOM_UTF32_LE: "UTF-32",  # before UTF-16, whose mark it begins with
    codecs.BOM_UTF32_BE: "UTF-32",
    codecs.BOM_UTF16_LE: "UTF-16",
    codecs.BOM_UTF16_BE: "UTF-16",
}


def read_text(path: str | Path, most_bytes: int = MOST_BYTES) -> str:
    """Return the text of a file in UTF-8; a byte order mark is left out.

    Parameters
    ----------
    path : str or Path
        The file.
    most_bytes : int
        A longer file is refused before all of it is read.

    Raises
    ------
    InputError
        If it is no file that can be read, longer than that, of another encoding, or no text.
    """
    content = read_bytes(Path(path), most_bytes)
    for mark, name in _OTHER_ENCODINGS.items():
        if content.startswith(mark):
            hint = f"This file is in {name}; save it as UTF-8."
            raise InputError(Problem(str(path), "text in UTF-8", hint=hint))
    if (zero := content.find(b"\0")) >= 0:
        expected = "text in UTF-8; there is a byte 0, which no text has"
        raise InputError(Problem(str(path), expected, row=_line(content, zero)))
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        at = error.start + len(content) - len(error.object)  # it does not count the mark
        expected = f"text in UTF-8; byte {at + 1} is not"
        hint = "Save the file as UTF-8."
        raise InputError(Problem(str(path), expected, row=_line(content, at), hint=hint)) from error


def read_bytes(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return the content of a file.

    Raises
    ------
    InputError
        If it is no file that can be read, or longer than that.
    """
    try:
        with path.open("rb") as file:
            content = bytearray()
            while len(content) <= most and (part := file.read(PART)):  # read(most) would ask for
                content += part  # so much memory at once, however short the file
    except (OSError, ValueError) as error:  # ValueError: a name with a byte 0
        why = getattr(error, "strerror", None) or str(error)
        raise InputError(Problem(str(path), f"a file that can be read ({why})")) from error
    if len(content) > most:
        expected = f"a file of at most {most / 1e6:,.0f} MB; this is longer"
        raise InputError(Problem(str(path), expected))
    return bytes(content)


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1
