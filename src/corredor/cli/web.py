"""``corredor app``: the page on this computer, and the users of one that is shared."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated

import typer

from corredor.cli.options import AsJson, OfWorld

app = typer.Typer(invoke_without_command=True)
users = typer.Typer(no_args_is_help=True, help="Say who else may use the app, and show who may.")
app.add_typer(users, name="users")

Folder = Annotated[
    Path | None,
    typer.Option(help="Where runs and users are kept; the user's own folder unless told."),
]
UserName = Annotated[str, typer.Argument(help="Small letters, digits and hyphens.")]


@app.callback()
def serve_app(
    context: typer.Context,
    port: Annotated[
        int, typer.Option(min=1024, max=65535, help="The page is http://127.0.0.1:PORT.")
    ] = 8765,
    browser: Annotated[
        bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")
    ] = True,
    world: OfWorld = None,
    folder: Folder = None,
    host: Annotated[
        str, typer.Option(help="Address of this computer at which others may reach the app.")
    ] = "127.0.0.1",
    address: Annotated[
        str,
        typer.Option(
            metavar="URL", help="How others reach it, if by a proxy: https://corredor.example.org."
        ),
    ] = "",
    token: Annotated[
        str | None,
        typer.Option(
            envvar="CORREDOR_TOKEN",
            help="The token that lets in who starts the app; made anew unless told.",
        ),
    ] = None,
    no_token: Annotated[
        bool, typer.Option("--no-token", help="Let in everybody on this computer.")
    ] = False,
) -> None:
    """Open a page with map, charts, levers and comparisons; it needs no internet.

    The address that is shown holds a token; whoever opens it is let in. With --host others can
    reach the app too: `corredor app users add NAME` gives each a token and a folder of their own.
    """
    if context.invoked_subcommand is not None:
        context.obj = folder
        return
    from corredor.app.access.entry import Entry, is_loopback
    from corredor.app.access.tokens import checked_token, new_token
    from corredor.app.serve import serve
    from corredor.errors import UsageError
    from corredor.inputs.shipped import find

    if no_token and token is not None:
        raise UsageError("token: give either --token (or CORREDOR_TOKEN) or --no-token.")
    chosen = "" if no_token else checked_token(token) if token is not None else new_token()
    entry = Entry(port, host, chosen, address)
    opened = None if world is None else find("worlds", world)
    kept = _kept(folder) if opened is None or folder else _kept_of(opened)

    def tell() -> None:
        typer.echo(f"{entry.link}\nRuns are kept in {kept}. Ctrl-C ends the app.")
        if not is_loopback(host) and not entry.secure:
            typer.echo(
                "Others can reach the app, and whoever is in between can read along: for more than "
                "a network that you trust put a proxy with TLS before it (docs/sharing.md).",
                err=True,
            )

    serve(kept, entry, browser=browser, world=opened, told=tell)


@users.command()
def add(context: typer.Context, name: UserName, folder: Folder = None) -> None:
    """Let a user in: print the token that is theirs, which is shown only once."""
    from corredor.app.access.users import Users

    token = Users(_kept(folder or context.obj)).add(name)
    typer.echo(
        f"{token}\nThis is the token of {name}; it is kept nowhere. They open the app's address "
        f"with /?token={token} at its end.",
    )


@users.command()
def remove(context: typer.Context, name: UserName, folder: Folder = None) -> None:
    """Let a user in no longer, at once; their runs stay, and are theirs if they are added again."""
    from corredor.app.access.users import Users

    Users(_kept(folder or context.obj)).remove(name)
    typer.echo(
        f"{name} is let in no longer. Their runs are still in {_kept(folder or context.obj)}."
    )


@users.command(name="list")
def list_users(
    context: typer.Context,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """List the users, and since when each is let in."""
    from corredor.app.access.users import Users

    known = Users(_kept(folder or context.obj)).known()
    days = {
        name: dt.datetime.fromtimestamp(user.since, dt.UTC).date().isoformat()
        for name, user in sorted(known.items())
    }
    if as_json:
        typer.echo(json.dumps([{"name": name, "since": day} for name, day in days.items()]))
    elif not days:
        typer.echo("There are no users beside the one who starts the app.")
    else:
        for name, day in days.items():
            typer.echo(f"{day}  {name}")


def _kept_of(world: Path) -> Path:
    """Return where runs of another world than the usual one are kept: apart, by its name."""
    from corredor.inputs.shipped import default_world

    if world.resolve() == default_world().resolve():
        return _kept(None)
    return Path(typer.get_app_dir("corredor")) / f"runs-{world.resolve().name}"


def _kept(folder: Path | None) -> Path:
    return folder or Path(typer.get_app_dir("corredor")) / "runs"
