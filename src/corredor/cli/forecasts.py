"""``corredor forecast``: make one, or score those that were kept."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from corredor.cli import forecasting, hub
from corredor.inputs.home import home

MAKE, SCORE = "make", "score"


class _MakeUnlessTold(TyperGroup):
    """Commands of which one is meant where none is named: a scenario may stand in its place."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        named = bool(args) and args[0] in self.commands
        return super().parse_args(ctx, args if named else [MAKE, *args])


app = typer.Typer(cls=_MakeUnlessTold)
app.command(name=MAKE)(forecasting.forecast)
app.command(name=SCORE)(hub.scoring(home))
