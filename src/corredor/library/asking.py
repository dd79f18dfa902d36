"""Questions to a result, or to the record: claims and needs, as a notebook asks for them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from corredor.claims import Results, load_file
from corredor.claims import check_claims as judged
from corredor.corridor.scenario_files import default_world
from corredor.corridor.world import World
from corredor.needs import load_standards, needs_by_day, needs_by_period, people_in_places
from corredor.needs.periods import By
from corredor.runs.simulate import OnDay

if TYPE_CHECKING:
    import xarray as xr


def check_claims(
    file: str | Path = "amlo-crackdown-2024", *, world: World | None = None, replicates: int = 50,
    seed: int = 1, record_only: bool = False, on_day: OnDay | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Hold the claims of a file against the record, the map and the model.

    Parameters
    ----------
    file : str or Path
        A file that ships with Corredor, or a TOML file of your own.
    world : World, optional
        Whose places and links are asked; that of the baseline if left out.
    replicates : int
        How many runs of each scenario that the claims need.
    seed : int
        Of those runs.
    record_only : bool
        Run nothing: ask the record and the map alone.
    on_day : callable, optional
        Told the days done and to do.

    Returns
    -------
    pandas.DataFrame
        A row for each claim, indexed by its ``id``: ``statement``, ``said_by``, ``verdict``
        (supported, partly, contradicted, not checkable, needs the model), ``value`` with ``unit``,
        ``low`` and ``high`` (90 % interval, missing where there is none), ``source``, ``reason``
        and ``note``.

    Raises
    ------
    InputError
        If the file is no claims file; names the claim and the key.

    Examples
    --------
    >>> import corredor
    >>> verdicts = corredor.check_claims(record_only=True)
    >>> set(verdicts["verdict"]) >= {"supported", "needs the model"}
    True
    """
    results = None if record_only else Results(replicates, seed, on_day=on_day)
    asked = world or default_world()
    load_file(file)  # whatever is wrong with it is told before anything is run
    rows = []
    for verdict in judged(file, asked, results):
        low, high = verdict.interval or (None, None)
        rows.append({
            "id": verdict.id, "statement": verdict.statement, "said_by": verdict.said_by,
            "verdict": verdict.verdict, "value": verdict.value, "unit": verdict.unit,
            "low": low, "high": high, "source": verdict.source, "reason": verdict.reason,
            "note": verdict.note,
        })  # fmt: skip
    return pd.DataFrame(rows).set_index("id")


def needs_table(
    result: xr.Dataset, places: str | Sequence[str] = (), start: str | None = None,
    end: str | None = None, *, by: By | None = "month", share_sheltered: float = 1.0,
    standards: str | Path | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Say what people in places need, by minimum standards, with the band of the runs.

    Parameters
    ----------
    result : xarray.Dataset
        What ``corredor.run`` gave.
    places : str or sequence of str
        Places by their short names; all if none is given.
    start, end : str, optional
        First and last day, such as ``2024-01-15``, or month, such as ``2024-01``.
    by : {"month", "week"}, optional
        The periods of the table; days for None.
    share_sheltered : float
        Share of the people present for whom is planned. It is not known: 1 plans for all of them.
    standards : str or Path, optional
        Your own table of standards (CSV), in place of the Sphere Handbook's.

    Returns
    -------
    pandas.DataFrame
        A row for each place, period and need: ``unit`` and ``low``, ``middle``, ``high``, the 5,
        50 and 95 % quantiles over the runs.

    Raises
    ------
    UsageError
        If the result has no such place or days.
    InputError
        If the table of standards has faults.

    Examples
    --------
    >>> import corredor
    >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
    >>> table = corredor.needs_table(result, "town", "2024-03", "2024-03").set_index("need")
    >>> table.loc["people", ["unit", "low"]].to_list()[0]
    'people'
    """
    named = [places] if isinstance(places, str) else list(places)
    people = people_in_places(result, named, start, end)
    table = load_standards(Path(standards) if standards is not None else None)
    if by is None:
        return needs_by_day(people, table, share_sheltered)
    return needs_by_period(people, table, by, share_sheltered)
