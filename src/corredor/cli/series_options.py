"""How commands take a series of the record and a part of it."""

from __future__ import annotations

from typing import Annotated

import typer

Series = Annotated[str, typer.Argument(help="Id of a series, as `corredor record list` shows.")]
Category = Annotated[str | None, typer.Option(help="Keep one category, such as Venezuela.")]
Place = Annotated[str | None, typer.Option(help="Keep one place, such as Tucson.")]
