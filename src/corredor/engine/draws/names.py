"""What the draws are called; this loads nothing, for the command line asks for it at its start."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, get_args

from corredor.errors import UsageError, did_you_mean

CountedDrawName = Literal["exact", "expected", "hybrid"]
DrawName = Literal[CountedDrawName, "individual"]
COUNTED: tuple[CountedDrawName, ...] = get_args(CountedDrawName)
DRAWS: tuple[DrawName, ...] = get_args(DrawName)
DRAW_OF_BANDS: CountedDrawName = "hybrid"  # of studies and of the app, unless told


def check_draw(name: str, known: Iterable[str] = DRAWS) -> None:
    """Refuse a draw that is none of those known.

    Raises
    ------
    UsageError
        If it is none.
    """
    *most, last = known
    if name not in (*most, last):
        told = f"draw: found {name!r}, expected {', '.join(most)} or {last}."
        raise UsageError(f"{told} {did_you_mean(name, [*most, last])}".rstrip())
