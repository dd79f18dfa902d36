"""What has to be known of a run, in the terminal: told before it is made."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    import xarray as xr

    from corredor.audit import Note


def teller(*, shown: bool) -> Callable[[list[list[Note]]], None] | None:
    """Return what a run tells its audit to before its first day; None where nothing is shown."""
    if not shown:
        return None
    return lambda audits: tell(_each_once(audits))


def tell(notes: Sequence[Note]) -> None:
    """Print notes, one a line."""
    from corredor.language import page_words

    if not notes:
        return
    words = page_words("audit")["title"]
    typer.echo(f"{words['heading']}:")
    for note in notes:
        typer.echo(f"- {note}")
    typer.echo(words["limits"])


def tell_of_result(name: str, data: xr.Dataset) -> None:
    """Print the notes of a result that was read; a run has told its own before its first day."""
    from corredor.audit import notes_of
    from corredor.results import is_result

    if is_result(name):
        tell(notes_of(data))


def documents(notes: Sequence[Note]) -> list[dict[str, Any]]:
    """Return notes as JSON has them."""
    return [note.document() for note in notes]


def _each_once(audits: Sequence[Sequence[Note]]) -> list[Note]:
    """Return the notes of several scenarios, each sentence once."""
    return list({str(note): note for notes in audits for note in notes}.values())
