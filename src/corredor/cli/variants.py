"""``corredor variants``: structures of a world, each fitted by itself and asked one question."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from corredor.cli.fit import Target, month_of
from corredor.cli.options import AsJson, Ensemble, Language, WorldName, grouped
from corredor.cli.output import print_json, print_table
from corredor.cli.run import progress

if TYPE_CHECKING:
    from corredor.corridor.world import World
    from corredor.fit.calibrate import OnStep
    from corredor.runs.structures import Compared, Structures


@dataclass(frozen=True)
class Structured(Ensemble):
    """The ensemble of each structure."""

    members: Annotated[int, typer.Option(min=10, help="How many sets of unknowns.")] = 200
    iterations: Annotated[int, typer.Option(min=1, help="Steps of the smoother.")] = 4


@dataclass(frozen=True)
class Fits:
    """How often each structure is fitted, and to which months."""

    seeds: Annotated[int, typer.Option(min=1, max=20, help="How often each is fitted.")] = 2
    first: Annotated[str, typer.Option("--from", help="First month of the record.")] = "2023-06"
    last: Annotated[str, typer.Option("--to", help="Last month of the record.")] = "2024-04"


@grouped
def variants(
    *,
    world: WorldName,
    fit: Annotated[
        bool,
        typer.Option("--fit", help="Fit the structures anew, instead of showing what is kept."),
    ] = False,
    ensemble: Structured,
    fits: Fits,
    target: Target,
    language: Annotated[Language, typer.Option("--lang", help="Language of the table.")] = (
        Language.ENGLISH
    ),
    as_json: AsJson = False,
) -> None:
    """Show how far a causal answer depends on the structure of the model, and on the seed."""
    from corredor.corridor.world import load_world
    from corredor.runs.structures import COMPARED, load_compared, load_variants

    wanted = load_world(world)
    structures = load_variants(wanted)
    if fit:
        path = target.path(wanted, COMPARED)
        found = _fitted(wanted, structures, path, ensemble, fits, target.resume, shown=not as_json)
    else:
        found = load_compared(wanted)
    if as_json:
        print_json(_document(structures, found))
    else:
        _show(structures, found, language)


def _fitted(
    world: World, structures: Structures, path: Path, ensemble: Structured, fits: Fits,
    resume: bool, *, shown: bool,
) -> Compared:  # fmt: skip
    """Fit every structure anew, and write what came of it."""
    from corredor.fit.calibrate import Ensemble as Asked
    from corredor.fit.variants import compare

    asked = Asked(ensemble.members, ensemble.iterations, ensemble.seed)
    numbers = range(ensemble.seed, ensemble.seed + fits.seeds)
    months = (month_of(fits.first), month_of(fits.last))
    every = len(structures.variants) * fits.seeds
    with progress(f"Fitting {every} structures", shown=shown) as on_day:

        def on_fit(number: int, count: int) -> OnStep:
            def on_step(step: int, steps: int, done: int, total: int) -> None:
                if on_day:
                    on_day((number * steps + step) * total + done, count * steps * total)

            return on_step

        return compare(world, asked, numbers, months, path, resume=resume, on_fit=on_fit)


def _document(structures: Structures, found: Compared) -> dict[str, Any]:
    """Return what was found as plain values."""
    return {
        "question": structures.question.model_dump(),
        "passing": [
            {"variant": name, "seed": seed, "passes": passes}
            for (name, seed), passes in found.passing().items()
        ],
        "structures": found.table.to_dict("records"),
        "provenance": dict(found.provenance),
    }


def _show(structures: Structures, found: Compared, language: Language) -> None:
    from corredor.show.variants import answer, columns, rows
    from corredor.text.language import speaking

    with speaking(language.value):
        for without in structures.question.without:
            title, told = answer(found, structures, without)
            print_table(title, columns(), rows(found, structures, without.name))
            typer.echo(told + "\n")
