"""``corredor app``: the page on this computer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def app(
    port: Annotated[
        int, typer.Option(min=1024, max=65535, help="The page is http://127.0.0.1:PORT.")
    ] = 8765,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    folder: Annotated[
        Path | None, typer.Option(help="Where runs are kept; the user's own folder unless told.")
    ] = None,
) -> None:
    """Open a page with map, charts, levers and comparisons; it needs no internet."""
    from corredor.app.serve import serve
    from corredor.extras import require

    require("fastapi", "uvicorn")  # before an address is told at which nothing answers
    kept = folder or Path(typer.get_app_dir("corredor")) / "runs"
    typer.echo(f"http://127.0.0.1:{port}\nRuns are kept in {kept}. Ctrl-C ends the app.")
    serve(kept, port, browser=browser)
