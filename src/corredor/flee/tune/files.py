"""Write what tuning a Flee case gave: settings that Flee reads too, and every member."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from corredor import __version__
from corredor.errors import UsageError
from corredor.flee.scores import averaged_relative_difference
from corredor.flee.tune.tuned import Tuned
from corredor.flee.tune.unknowns import values

DIGITS = 6


def read_given(settings: Path | None) -> dict[str, Any]:
    """Return the settings as given, of a file that was read and checked before.

    Raises
    ------
    UsageError
        If they ask for the rules of Flee 1, which fix what would be tuned.
    """
    if settings is None:
        return {}
    given: dict[str, Any] = yaml.safe_load(settings.read_text(encoding="utf-8-sig")) or {}
    if (given.get("move_rules") or {}).get("use_v1_rules"):
        raise UsageError(
            f"{settings}: use_v1_rules fixes speed and weights, so they cannot be tuned; take it "
            "out and set them themselves."
        )
    return given


def settings_text(tuned: Tuned, given: dict[str, Any], about: dict[str, object]) -> str:
    """Return the text of a ``simsetting.yml`` with the tuned values in the place of those given.

    Parameters
    ----------
    tuned : Tuned
        What tuning gave.
    given : dict
        As :func:`read_given` returns.
    about : dict
        How it was made, for the head of the file.
    """
    rules = {key: float(f"{value:.{DIGITS}g}") for key, value in tuned.settings().items()}
    merged = {**given, "move_rules": {**(given.get("move_rules") or {}), **rules}}
    scores = tuned.scores()
    lines = [
        f"Made by Corredor {__version__}: corredor flee calibrate.",
        *(f"{name}: {value}" for name, value in about.items()),
        f"Tuned on the first {tuned.half} of {tuned.case.period.days} days. Averaged relative",
        f"difference on the days after: {scores['tuned']['second half']:.4f}; "
        f"{scores['as given']['second half']:.4f} under the settings as given.",
    ]
    head = "".join(f"# {' '.join(line.split())}\n" for line in lines)
    return head + str(yaml.safe_dump(merged, sort_keys=False))


def members_table(tuned: Tuned) -> pd.DataFrame:
    """Return the settings and scores of every member, a row for each."""
    halves = (("first_half", slice(0, tuned.half)), ("second_half", slice(tuned.half, None)))
    scores = {
        f"difference_{name}": averaged_relative_difference(
            tuned.people[:, days], tuned.counted[days]
        )
        for name, days in halves
    }
    table = pd.DataFrame({**values(tuned.members), **scores})
    return table.rename_axis("member").reset_index()
