"""How commands print: a table for people, or one JSON document for programs."""

from __future__ import annotations

import json
import math
import sys
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console

FRAME, BETWEEN = 4, 3  # characters around a row of a table, and between two of its cells
NAMES = 3  # in a block of lines the names of columns take a third of the width at most


def print_json(document: object) -> None:
    """Print ``document`` as JSON; a missing number becomes ``null``."""
    every_letter = (getattr(sys.stdout, "encoding", "") or "").lower().startswith("utf")
    typer.echo(json.dumps(_plain(document), ensure_ascii=not every_letter, indent=2))


def print_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows as a table; numbers stand to the right.

    Where the console is too narrow for the longest word of each column, each row is a block of
    lines instead, one for each column, so that no key and no number is ever cut.
    """
    from rich.console import Console

    if not columns:  # rich would leave out the title too
        typer.echo(title)
        return
    listed = [tuple(row) for row in rows]
    numeric = [any(isinstance(row[i], int | float) for row in listed) for i in range(len(columns))]
    cells = [[_text(cell) for cell in row] for row in listed]
    console = Console(highlight=False)
    widths = _widths(columns, cells, numeric, console.width - BETWEEN * (len(columns) - 1) - FRAME)
    if widths is not None:
        _print_grid(console, title, columns, cells, numeric, widths)
    else:
        _print_blocks(console, title, columns, cells)


def _widths(
    columns: Sequence[str], cells: Sequence[Sequence[str]], numeric: Sequence[bool], room: int
) -> list[int] | None:
    """Share out the room over the columns so that no word and no number is cut, if that can be."""
    from rich.cells import cell_len

    least, most = [], []
    for i, name in enumerate(columns):
        column = [row[i] for row in cells]
        words = [*name.split(), *(column if numeric[i] else " ".join(column).split())]
        least.append(max(map(cell_len, words), default=0))
        most.append(max(map(cell_len, (name, *column))))
    spare = room - sum(least)
    if spare < 0:
        return None
    wanted = sum(most) - sum(least)
    if wanted <= spare:
        return most
    return [a + (b - a) * spare // wanted for a, b in zip(least, most, strict=True)]


def _print_grid(
    console: Console,
    title: str,
    columns: Sequence[str],
    cells: Sequence[Sequence[str]],
    numeric: Sequence[bool],
    widths: Sequence[int],
) -> None:
    from rich.table import Table
    from rich.text import Text

    # As Text, for brackets in a name are no markup.
    table = Table(title=Text(title), title_justify="left", header_style="bold")
    for name, is_number, width in zip(columns, numeric, widths, strict=True):
        table.add_column(
            Text(name), justify="right" if is_number else "left", overflow="fold", width=width
        )
    for row in cells:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _print_blocks(
    console: Console, title: str, columns: Sequence[str], cells: Sequence[Sequence[str]]
) -> None:
    name_width = min(max(map(len, columns)), console.width // NAMES)
    typer.echo(textwrap.fill(title, console.width, break_long_words=False))
    for row in cells:
        typer.echo()
        for name, cell in zip(columns, row, strict=True):
            lines = textwrap.wrap(
                cell, max(console.width - name_width - 2, 1), break_long_words=False,
                break_on_hyphens=False,
            ) or [""]  # fmt: skip
            # A name too long for its column has a line of its own.
            first = f"{name}\n{'':{name_width}}" if len(name) > name_width else name
            typer.echo(f"{first:<{name_width}}  {lines[0]}".rstrip())
            for line in lines[1:]:
                typer.echo(f"{'':{name_width}}  {line}")
    typer.echo()


def _text(cell: object) -> str:
    if cell is None or (isinstance(cell, float) and math.isnan(cell)):
        return "–"
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:,.3g}"
    return str(cell)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(v) for v in value]
    if hasattr(value, "tolist"):
        return _plain(value.tolist())
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
