"""What follows for people and policy: other policies, what places need, harm, and deterrents.

These are the parts of the study beside the crackdown of January 2024 itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import xarray as xr

from corredor.claims import Results
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.harm import harm_table
from corredor.needs import load_standards, needs_by_period, over_capacity, people_in_places
from corredor.needs.counted import counts_beside
from corredor.record.evidence.effects import Estimate, estimate_all
from corredor.runs.compare import compare_all

POLICIES = (
    "no-busing-south", "humanitarian-corridor", "appointments-doubled",
    "appointments-from-the-south", "remain-in-mexico", "work-permits-south-east",
)  # fmt: skip
POLICY_SPAN = ("2023-07", "2024-06")  # the policies begin with the first of these months
PLACES = ("tapachula", "mexico-city", "ciudad-juarez", "tijuana")
NEEDS_MONTH = "2024-01"
NEEDS = ("water", "toilets", "shelter-places")
HARM_SPAN = ("2024-01", "2024-03")


@dataclass(frozen=True, eq=False)
class Consequences:
    """What the report says beside the crackdown.

    Attributes
    ----------
    policies : tuple of Scenario
        Compared with the baseline.
    differences : pandas.DataFrame
        As ``comparison.compare_all`` gives them, over the months of ``policy_span``.
    needs, beds : pandas.DataFrame
        As ``needs.needs_by_period`` and ``needs.over_capacity`` give them, in ``NEEDS_MONTH``.
    counts : pandas.DataFrame
        As ``counted.counts_beside`` gives it: what was counted in places, and the model there.
    harm : pandas.DataFrame
        As ``harm_table`` gives it by kind, over the months of ``harm_span``.
    deterrents : tuple of Estimate
        What the record tells of each dated measure.
    """

    policies: tuple[Scenario, ...]
    differences: pd.DataFrame
    policy_span: tuple[str, str]
    needs: pd.DataFrame
    beds: pd.DataFrame
    counts: pd.DataFrame
    harm: pd.DataFrame
    harm_span: tuple[str, str]
    deterrents: tuple[Estimate, ...]


def policies() -> tuple[Scenario, ...]:
    """Return the policies that the study sets beside the baseline."""
    return tuple(load_scenario(name) for name in POLICIES)


def consequences(baseline: xr.Dataset, results: Results) -> Consequences:
    """Work out what follows.

    Parameters
    ----------
    baseline : xarray.Dataset
        The baseline's result, one of ``results``.
    results : Results
        Runs what has not been run yet.
    """
    asked = policies()
    policy_span, harm_span = (_within(span, baseline) for span in (POLICY_SPAN, HARM_SPAN))
    people = people_in_places(baseline, PLACES, NEEDS_MONTH, NEEDS_MONTH)
    return Consequences(
        policies=asked,
        differences=compare_all([baseline, *results.run(asked)], *policy_span),
        policy_span=policy_span,
        needs=needs_by_period(people, load_standards()),
        beds=over_capacity(people),
        counts=counts_beside(baseline),
        harm=harm_table(baseline, *harm_span),
        harm_span=harm_span,
        deterrents=estimate_all(),
    )


def _within(span: tuple[str, str], data: xr.Dataset) -> tuple[str, str]:
    """Return the part of a span of months that was run."""
    months = pd.DatetimeIndex(data["month"].to_numpy()).strftime("%Y-%m")
    return max(span[0], months[0]), min(span[1], months[-1])
