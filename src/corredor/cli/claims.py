"""``corredor claims``: hold files of claims against the record, the map and the model."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.notes import documents, tell
from corredor.cli.options import AsJson, Language, OfWorld, Seed
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corredor.claims import Results, Verdict
    from corredor.claims.verdicts import Claim
    from corredor.corridor.world import World

app = typer.Typer(
    no_args_is_help=True,
    help="Hold claims against the official record, the map and the model, each with its numbers.",
)


@app.command(name="list")
def list_claims(as_json: AsJson = False) -> None:
    """List the files of claims that ship with Corredor."""
    from corredor.claims import load_file
    from corredor.inputs import shipped as assets
    from corredor.record import with_world

    usual = assets.default_world()
    held = [(usual, path) for path in sorted(assets.folder("claims").glob("*.toml"))]
    held += [
        (folder, path)
        for folder in sorted(assets.folder("worlds").iterdir())
        for path in sorted(folder.glob("claims/*.toml"))
    ]
    rows = []
    for folder, path in held:
        with with_world(folder):
            read = load_file(path)
        rows.append({
            "file": path.stem, "title": read.title, "claims": len(read.claim),
            "world": folder.name,
        })  # fmt: skip
    if as_json:
        print_json(rows)
        return
    for row in rows:
        of_world = "" if row["world"] == usual.name else f" (--world {row['world']})"
        typer.echo(f"{row['file']:<36}  {row['claims']:>2} claims  {row['title']}{of_world}")
    typer.echo(
        "`corredor claims check FILE` checks one; docs/claims.md tells how to write your own."
    )


@app.command()
def check(
    file: Annotated[
        str, typer.Argument(help="A file that ships, or lies in claims/ of the world, or a path.")
    ],
    replicates: Annotated[
        int, typer.Option(min=2, help="How many runs of each scenario that the claims need.")
    ] = 50,
    seed: Seed = 1,
    world: OfWorld = None,
    record_only: Annotated[
        bool, typer.Option("--record-only", help="Run nothing: ask the record and the map alone.")
    ] = False,
    html: Annotated[
        Path | None, typer.Option(help="Write the verdicts to this new file, as a page.")
    ] = None,
    lang: Annotated[
        Language, typer.Option(help="Language of reasons, table and page.")
    ] = Language.ENGLISH,
    as_json: AsJson = False,
) -> None:
    """Give each claim of a file its verdict, with the number found, its source and the reason."""
    from corredor.claims import load_file
    from corredor.corridor.scenario_files import default_world
    from corredor.corridor.world import load_world
    from corredor.inputs.whole_files import refuse_existing
    from corredor.record import with_world
    from corredor.text.language import speaking

    if html is not None:
        refuse_existing(html)
    asked = default_world() if world is None else load_world(world)
    own = asked.folder / "claims" / f"{file}.toml"
    with with_world(asked.folder):
        read = load_file(own if own.is_file() and not Path(file).exists() else file)
    heading = read.title_es if lang is Language.SPANISH and read.title_es else read.title
    runs = None if record_only else (replicates, seed)
    with speaking(lang.value):
        verdicts, results = _judged(read.claim, asked, runs, shown=not as_json)
    if html is not None:
        from corredor.show.claims import build
        from corredor.show.html import save_page

        with with_world(asked.folder):
            page = build(heading, Path(file).stem, verdicts, results, lang.value)
        save_page(page, html)
    if as_json:
        ran = None if record_only else {"replicates": replicates, "seed": seed}
        about = {"file": file, "title": read.title, "model": ran, "page": html and str(html)}
        print_json({**about, "audit": _audit(results), "claims": [v.plain() for v in verdicts]})
        return
    _print(heading, verdicts, lang)
    if results is not None and results.done:
        with speaking(lang.value):
            tell(*results.done.values())
    if html is not None:
        typer.echo(f"Page: {html}")


def _judged(
    claims: Sequence[Claim], world: World, runs: tuple[int, int] | None, *, shown: bool
) -> tuple[list[Verdict], Results | None]:
    """Return verdicts and what was run for them: so many replicates with a seed, or nothing."""
    from corredor.claims import Results, judge, scenarios_of
    from corredor.inputs.home import home
    from corredor.inputs.ledger import Ledger
    from corredor.inputs.whole_files import working_folder

    count = len({scenario.hash for scenario in scenarios_of(claims)})
    bar = shown and count > 0 and runs is not None
    if runs is None:
        return judge(claims, world, None), None
    with (
        progress(f"Running {count} scenarios", shown=bar) as on_day,
        working_folder(home()) as folder,  # in memory all of them would need gigabytes
    ):
        results = Results(*runs, on_day=on_day, ledger=Ledger(folder, passing=True))
        return judge(claims, world, results), results


def _audit(results: Results | None) -> list[dict[str, Any]]:
    from corredor.runs.audit import notes_of_all

    return [] if results is None else documents(notes_of_all(list(results.done.values())))


def _print(title: str, verdicts: Sequence[Verdict], language: Language) -> None:
    """Print the verdicts as a table, and below it each reason with its source."""
    from corredor.show.claims import claims_words, interval, quantity

    words = claims_words(language)
    rows = [
        (
            verdict.id,
            words["verdict"][verdict.verdict],
            quantity(verdict.value, verdict.unit, words),
            interval(verdict.interval, words),
        )
        for verdict in verdicts
    ]
    print_table(title, words["table"]["columns"], rows)
    for verdict in verdicts:
        note = verdict.claim.said(language)[2] if verdict.claim else verdict.note
        source = words["claim"]["source"].format(source=verdict.source) if verdict.source else ""
        parts = (verdict.reason, note, source)
        typer.echo(f"{verdict.id}: {' '.join(part for part in parts if part)}\n")
