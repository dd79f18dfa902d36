"""Run the scenarios of a world and set them beside its record and its claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xarray as xr

from corredor import record
from corredor.arrays import BAND
from corredor.claims import Results, Verdict, judge, load_claims, scenarios_of
from corredor.corridor.posterior import has_posterior
from corredor.corridor.scenario import Scenario
from corredor.engine.draws.names import DRAW_OF_BANDS, CountedDrawName
from corredor.harm import as_shown, harm_table
from corredor.inputs.computed_by import computed_by_request
from corredor.inputs.ledger import Ledger
from corredor.inputs.shipped import world_named
from corredor.needs import people_in_places
from corredor.runs.compare import compare_all
from corredor.runs.observe import against_record
from corredor.runs.provenance import inputs_of
from corredor.runs.reading import months_in
from corredor.runs.simulate import OnDay
from corredor.runs.targets import observed_series
from corredor.study.any_world.plan import StudyPlan, claims_files, plan_of
from corredor.study.any_world.plan import scenarios_of as scenarios_asked
from corredor.text.language import LANGUAGES, speaking

MOST_PLACES = 10


@dataclass(frozen=True, eq=False)
class WorldStudy:
    """Everything that the report of a world shows.

    Attributes
    ----------
    scenarios, results
        The baseline first, run with the same seed.
    span : tuple of str
        First and last month of comparison, needs and harm.
    windows : mapping
        For each series that the world declares and its record tells of, the baseline beside it.
    differences : pandas.DataFrame or None
        As :func:`~corredor.runs.compare.compare_all` gives them; None with the baseline alone.
    people : pandas.DataFrame
        Mean evening in places: ``mean``, ``low``, ``high``, by the place's name.
    harm : pandas.DataFrame
        As :func:`~corredor.harm.harm_table` gives it by kind.
    judged : mapping
        The verdicts on the world's claims in each language.
    missing : tuple of str
        What the world does not have, by keys of the section ``missing`` of the report's words.
    """

    scenarios: tuple[Scenario, ...]
    results: tuple[xr.Dataset, ...]
    span: tuple[str, str]
    windows: Mapping[str, pd.DataFrame]
    differences: pd.DataFrame | None
    people: pd.DataFrame
    harm: pd.DataFrame
    judged: Mapping[str, tuple[Verdict, ...]]
    missing: tuple[str, ...]


def run_study(
    world: Path, replicates: int, seed: int, *, draw: CountedDrawName = DRAW_OF_BANDS,
    on_day: OnDay | None = None, ledger: Ledger | None = None,
) -> WorldStudy:  # fmt: skip
    """Run a world's scenarios with the same chance and work out what its report tells.

    Parameters
    ----------
    world : Path
        Its folder.
    replicates, seed, draw, on_day, ledger
        As in :func:`corredor.study.run.run_study`.

    Raises
    ------
    UsageError
        If the world has no baseline.
    InputError
        If one of its files is not as expected.
    """
    plan = plan_of(world)
    scenarios = scenarios_asked(world, plan)
    results = Results(replicates, seed, draw, days_of=scenarios[0], on_day=on_day, ledger=ledger)
    with record.with_world(world):
        claims = [claim for file in claims_files(world, plan) for claim in load_claims(file)]
        ran = results.run([*scenarios, *scenarios_of(claims)])[: len(scenarios)]
        span = _span(plan, ran[0])
        known = set(record.catalogue().index)
        series = [name for name in observed_series(scenarios[0].world) if name in known]
        return WorldStudy(
            scenarios=tuple(scenarios),
            results=tuple(ran),
            span=span,
            windows={name: against_record(ran[0], name) for name in series},
            differences=compare_all(ran, *span) if len(ran) > 1 else None,
            people=_people(ran[0], plan, span),
            harm=as_shown(harm_table(ran[0], *span)),
            judged={
                language: _judged(claims, scenarios[0], results, language) for language in LANGUAGES
            },
            missing=tuple(_missing(scenarios, series, claims)),
        )


def _judged(
    claims: list[Any], baseline: Scenario, results: Results, language: str
) -> tuple[Verdict, ...]:
    with speaking(language):
        return tuple(judge(claims, baseline.world, results))


def _span(plan: StudyPlan, data: xr.Dataset) -> tuple[str, str]:
    months = months_in(data).astype(str)
    return max(plan.since or months[0], months[0]), min(plan.until or months[-1], months[-1])


def _people(data: xr.Dataset, plan: StudyPlan, span: tuple[str, str]) -> pd.DataFrame:
    there = people_in_places(data, plan.places, *span).mean("day")
    low, high = np.quantile(there.to_numpy(), BAND, axis=0)
    table = pd.DataFrame(
        {"mean": there.mean("replicate").to_numpy(), "low": low, "high": high},
        index=pd.Index(there["place_name"].to_numpy().astype(str), name="place"),
    )
    return table if plan.places else table.nlargest(MOST_PLACES, "mean")


def _missing(scenarios: list[Scenario], series: list[str], claims: list[Any]) -> list[str]:
    world = scenarios[0].world
    found = {
        "record": not len(record.catalogue()),
        "observations": not series,
        "posterior": not has_posterior(world),
        "scenarios": len(scenarios) < 2,
        "claims": not claims,
        "harm": not (world.folder / "harm_ranges.csv").exists(),
        "beds": bool(world.places["shelter_beds"].isna().all()),
    }
    return [name for name, lacks in found.items() if lacks]


def request_of(world: Path, replicates: int, seed: int, draw: CountedDrawName) -> dict[str, Any]:
    """Return what decides the study of a world, for the ledger of its work."""
    held = inputs_of(world)
    files = {f"file {name} of the world": one for name, one in held["world_files"].items()}
    return {
        "world": world_named(world), "replicates": replicates, "seed": seed,
        "draw": draw,
        "record": held["record"], **files, **computed_by_request(),
    }  # fmt: skip
