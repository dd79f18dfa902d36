"""What is still ahead on the way from a new world to a calibrated one, in the order to do it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd

from corredor.checks.whole import UnreadError, Whole
from corredor.corridor.posterior import has_posterior
from corredor.corridor.priors import load_priors
from corredor.corridor.scenarios_of import BASELINE, FOLDER, scenarios_folder
from corredor.errors import CorredorError, UsageError
from corredor.inputs import shipped
from corredor.record.of_world import FOLDER as RECORD
from corredor.record.plain import CATALOGUE
from corredor.runs.targets import has_targets, load_targets
from corredor.text.language import page_words

EXAMPLE, ASSUMED = "example", "assumption"  # how a source or basis begins that is none yet


def steps_ahead(name_or_path: str | Path) -> dict[str, str]:
    """Return what to do next with a world, by name of the step, in the language spoken now.

    A step that is done is left out; what is assumed is told as long as something is.

    Parameters
    ----------
    name_or_path : str or Path
        A world that ships with Corredor, or a folder.

    Raises
    ------
    UsageError
        If there is no such world.
    """
    whole = Whole(shipped.find("worlds", name_or_path))
    words = page_words("checks")["steps"]
    return {
        step: str(words[step]).format(world=name_or_path, **about) for step, about in _ahead(whole)
    }


def _ahead(whole: Whole) -> Iterator[tuple[str, dict[str, object]]]:
    if whole.unread or any(found != [] for found in whole.held.values()):
        yield "mend", {}
        return
    for step, start in (("examples", EXAMPLE), ("assumptions", ASSUMED)):
        if found := _rows(whole, start):
            yield step, {"files": ", ".join(f"{file}.csv ({n})" for file, n in found.items())}
    try:
        baseline = scenarios_folder(whole.folder) / BASELINE
    except UsageError:
        yield "baseline", {"file": whole.folder / FOLDER / BASELINE}
        return
    if has_posterior(whole.world):
        return
    yield "run", {"file": baseline}
    if not (whole.folder / RECORD / CATALOGUE).is_file():
        yield "record", {"file": whole.folder / RECORD / CATALOGUE}
    try:
        observed = has_targets(whole.world) and bool(load_targets(whole.world))
        unsure = bool(list(load_priors(whole.world)))
    except (CorredorError, UnreadError):  # a check says what is wrong with them
        return
    if not observed:
        yield "observations", {"file": whole.file("observations.toml")}
    if not unsure:
        yield "priors", {"file": whole.file("priors.toml")}
    if observed and unsure:
        yield "calibrate", {}


def _rows(whole: Whole, start: str) -> dict[str, int]:
    """Return how many rows of each table have a cell that begins with a word."""
    found = {}
    for name, table in whole.tables.items():
        texts = table.select_dtypes(include=["object", "string"])
        begins = [
            column.astype(str).str.lower().str.startswith(start).to_numpy()
            for _, column in texts.items()
        ]
        rows = int(pd.DataFrame(begins).any().sum()) if begins else 0
        if rows:
            found[name] = rows
    return found
