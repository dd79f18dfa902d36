"""Standard output that shows what it can, and a reader such as ``head`` that has seen enough."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys

from corredor.errors import without_accents

READER_GONE = 141  # 128 + SIGPIPE: what a shell reports of any tool whose reader went away
_ASCII = "plain-ascii"
_PLAIN = "corredor-plain"
_LIKE = {
    "–": "-", "—": "-", "−": "-", "…": "...", "’": "'", "‘": "'", "“": '"', "”": '"', "«": '"',
    "»": '"', "×": "x", "≤": "<=", "≥": ">=", "\u00a0": " ", "\u202f": " ", "─": "-", "│": "|",
}  # fmt: skip


def show_what_can_be_shown() -> None:
    """Let no character that the console lacks end a command: show its nearest, or ``?``."""
    codecs.register_error(_PLAIN, _nearest)
    codecs.register(_plain_ascii)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # Where a stream says that it is ASCII, click writes past it, in UTF-8.
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            stream.reconfigure(encoding=_ASCII if ascii_only else None, errors=_PLAIN)


def _nearest(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    lacking = error.object[error.start : error.end]
    shown = "".join(_LIKE.get(c) or without_accents(c) for c in lacking)
    return "".join(c if c.isascii() else "?" for c in shown), error.end


def _plain_ascii(name: str) -> codecs.CodecInfo | None:
    """Return the codec of ASCII under a name of its own."""
    if name.replace("_", "-") != _ASCII:
        return None
    known = codecs.lookup("ascii")
    return codecs.CodecInfo(
        known.encode, known.decode, known.streamreader, known.streamwriter,
        known.incrementalencoder, known.incrementaldecoder, name=_ASCII,
    )  # fmt: skip


def reader_is_gone(error: BaseException | None) -> bool:
    """Say whether an error, or what it came from, is that nobody reads the output any more."""
    while error is not None:
        if isinstance(error, OSError) and error.errno == errno.EPIPE:
            return True
        error = error.__context__
    return False


def write_out() -> None:
    """Write what is still held back, so that an error in it is met here and not at the very end.

    Raises
    ------
    OSError
        If the output cannot be written, or its reader is gone.
    """
    if sys.stdout is not None:
        sys.stdout.flush()


def say_no_more() -> None:
    """Throw away what is still to be written to standard output."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.close(nowhere)
