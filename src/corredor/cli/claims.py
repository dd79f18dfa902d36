"""``corredor claims``: hold files of claims against the record, the map and the model."""

from __future__ import annotations

import enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from corredor.cli.notes import documents, tell
from corredor.cli.output import AsJson, print_json, print_table
from corredor.cli.run import Seed, progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from corredor.claims import Verdict

app = typer.Typer(
    no_args_is_help=True,
    help="Hold claims against the official record, the map and the model, each with its numbers.",
)


class Language(enum.StrEnum):
    """Languages of the page."""

    ENGLISH = "en"
    SPANISH = "es"


@app.command(name="list")
def list_claims(as_json: AsJson = False) -> None:
    """List the files of claims that ship with Corredor."""
    from corredor.claims import load_file
    from corredor.inputs import shipped as assets

    rows = [
        {"file": path.stem, "title": read.title, "claims": len(read.claim)}
        for path in sorted(assets.folder("claims").glob("*.toml"))
        for read in [load_file(path)]
    ]
    if as_json:
        print_json(rows)
        return
    for row in rows:
        typer.echo(f"{row['file']:<36}  {row['claims']:>2} claims  {row['title']}")
    typer.echo(
        "`corredor claims check FILE` checks one; docs/claims.md tells how to write your own."
    )


@app.command()
def check(
    file: Annotated[str, typer.Argument(help="A file that ships with Corredor, or a TOML file.")],
    replicates: Annotated[
        int, typer.Option(min=2, help="How many runs of each scenario that the claims need.")
    ] = 50,
    seed: Seed = 1,
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
    from corredor.claims import Results, judge, load_file, scenarios_of
    from corredor.corridor.world import load_world
    from corredor.inputs.whole_files import refuse_existing
    from corredor.runs.audit import notes_of_all
    from corredor.text.language import speaking

    if html is not None:
        refuse_existing(html)
    read = load_file(file)
    count = len({scenario.hash for scenario in scenarios_of(read.claim)})
    shown = count > 0 and not record_only and not as_json
    heading = read.title_es if lang is Language.SPANISH and read.title_es else read.title
    with speaking(lang), progress(f"Running {count} scenarios", shown=shown) as on_day:
        results = None if record_only else Results(replicates, seed, on_day=on_day)
        verdicts = judge(read.claim, load_world("mexico"), results)
    if html is not None:
        from corredor.show.claims import build
        from corredor.show.html import save_page

        save_page(build(heading, Path(file).stem, verdicts, results, lang), html)
    if as_json:
        ran = None if results is None else {"replicates": replicates, "seed": seed}
        about = {"file": file, "title": read.title, "model": ran, "page": html and str(html)}
        audit = [] if results is None else documents(notes_of_all(list(results.done.values())))
        print_json({**about, "audit": audit, "claims": [v.plain() for v in verdicts]})
        return
    _print(heading, verdicts, lang)
    if results is not None and results.done:
        with speaking(lang):
            tell(*results.done.values())
    if html is not None:
        typer.echo(f"Page: {html}")


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
