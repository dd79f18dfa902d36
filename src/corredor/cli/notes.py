"""What has to be known of a run, in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import xarray as xr

    from corredor.runs.audit import Note


def warn(audits: Sequence[Sequence[Note]]) -> None:
    """Say on standard error, before the first day, what looks like a slip of the pen."""
    from corredor.runs.audit import SLIPS

    for text in dict.fromkeys(str(n) for notes in audits for n in notes if n.kind in SLIPS):
        typer.echo(f"Note: {text}", err=True)


def tell(*results: xr.Dataset) -> None:
    """Print what has to be known of results, one a line, each once."""
    from corredor.runs.audit import notes_of_all

    tell_notes(notes_of_all(results))


def tell_notes(notes: Sequence[Note]) -> None:
    """Print notes, one a line, and where to read on."""
    from corredor.text.language import page_words

    words = page_words("audit")["title"]
    typer.echo(f"{words['heading']}:")
    for note in notes:
        typer.echo(f"- {note}")
    typer.echo(words["limits"])


def documents(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """Return notes as JSON has them."""
    return [note.document() for note in notes]
