"""What the configuration of a forecast hub of one's own says, after the hubverse's schemas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from corredor.fit.hub_tasks import LONGEST_ID, NAME_PART, ROUND_NAME, TASK_IDS, Tasks
from corredor.fit.scores import HUB_LEVELS

SCHEMAS = "https://raw.githubusercontent.com/hubverse-org/schemas/main/v5.0.1"
FURTHEST = 12  # months ahead that a hub of one's own asks for
YEARS_AHEAD = 1  # after the newest round: others may hand in before Corredor does


def own_admin() -> dict[str, Any]:
    """Return ``admin.json`` of a hub of one's own; whoever publishes it fills in who they are."""
    return {
        "schema_version": f"{SCHEMAS}/admin-schema.json",
        "name": "Forecasts kept by Corredor",
        "maintainer": "Whoever keeps this folder",
        "contact": {},
        "repository": {},
        "file_format": ["csv", "parquet"],
        "timezone": "Atlantic/Reykjavik",  # UTC all year; the schema does not have UTC itself
    }


def own_metadata_schema() -> dict[str, Any]:
    """Return the JSON schema of the models' pages in a hub of one's own."""
    name = {"type": "string", "pattern": NAME_PART}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Model metadata",
        "type": "object",
        "properties": {
            "team_name": {"type": "string"},
            "team_abbr": name,
            "model_name": {"type": "string"},
            "model_abbr": name,
            "designated_model": {"type": "boolean"},
            "license": {"type": "string"},
            "methods": {"type": "string", "maxLength": 200},
        },
        "required": ["team_name", "team_abbr", "model_name", "model_abbr", "methods"],
        "additionalProperties": True,
    }


def own_tasks(rows: pd.DataFrame, before: Tasks | None = None) -> dict[str, Any]:
    """Return ``tasks.json`` of a hub of one's own that allows a forecast and all it allowed before.

    Parameters
    ----------
    rows : pandas.DataFrame
        The forecast, with :data:`COLUMNS`.
    before : Tasks, optional
        What the hub asked for so far.
    """
    places = _places(before)
    for target, rows_of_target in rows.groupby("target", sort=False):
        known = places.setdefault(str(target), [])
        known += [each for each in dict.fromkeys(rows_of_target["location"]) if each not in known]
    furthest = max(FURTHEST, *rows["horizon"], *map(int, _values(before, "horizon")))
    rounds = _rounds(rows["reference_date"], _values(before, "reference_date"))
    ends = pd.period_range(rounds[0] + 1, rounds[-1] + furthest, freq="M")
    asked = {
        "reference_date": _optional(map(month_end, rounds)),
        "horizon": _optional(range(1, furthest + 1)),
        "target_end_date": _optional(map(month_end, ends)),
    }
    model_tasks = [_model_task(number, target, parts, asked)
                   for number, (target, parts) in enumerate(sorted(places.items()), 1)]  # fmt: skip
    return {
        "schema_version": f"{SCHEMAS}/tasks-schema.json",
        "rounds": [
            {
                "round_id_from_variable": True,
                "round_id": "reference_date",
                "round_name": ROUND_NAME,
                "model_tasks": model_tasks,
                # A hub of one's own turns nobody away; figures of a month come out weeks after it.
                "submissions_due": {"relative_to": "reference_date", "start": 0, "end": 366},
            }
        ],
        "output_type_id_datatype": "double",
        "derived_task_ids": ["target_end_date"],
    }


def month_end(month: pd.Period) -> str:
    """Return the last day of a month as YYYY-MM-DD."""
    return str(month.end_time.date())


def _model_task(
    number: int, target: str, places: list[str], asked: Mapping[str, Any]
) -> dict[str, Any]:
    task_ids = {**asked, "target": _optional([target]), "location": _optional(places)}
    words = target.replace("_", " ")
    limits = {"type": "double", "minimum": 0}
    short = target if len(target) <= LONGEST_ID else f"{target[: LONGEST_ID - 4]} {number}"
    return {
        "task_ids": {name: task_ids[name] for name in TASK_IDS},
        "output_type": {
            "quantile": {
                "output_type_id": {"required": list(HUB_LEVELS)},
                "value": limits,
                "is_required": True,
            },
            "mean": {"output_type_id": {"required": None}, "value": limits, "is_required": False},
        },
        "target_metadata": [
            {
                "target_id": short,
                "target_name": words[:100],
                "target_units": "count per month",
                "target_keys": {"target": target},
                "target_type": "discrete",
                "is_step_ahead": True,
                "time_unit": "month",
            }
        ],
    }


def _optional(values: Iterable[object]) -> dict[str, Any]:
    return {"required": None, "optional": list(values)}


def _rounds(new: Iterable[str], before: Iterable[str]) -> pd.PeriodIndex:
    """Return the months that may be an origin: whole years, from the first to after the last."""
    made, known = [int(date[:4]) for date in new], [int(date[:4]) for date in before]
    first, last = min(made + known), max([max(made) + YEARS_AHEAD, *known])
    return pd.period_range(f"{first}-01", f"{last}-12", freq="M")


def _values(tasks: Tasks | None, name: str) -> list[str]:
    groups = tasks.model_tasks if tasks else ()
    return [value for group in groups for value in group.task_ids[name].allowed]


def _places(tasks: Tasks | None) -> dict[str, list[str]]:
    """Return the places of each target so far, in their order."""
    found: dict[str, list[str]] = {}
    for group in tasks.model_tasks if tasks else ():
        for target in sorted(group.task_ids["target"].allowed):
            listed = found.setdefault(target, [])
            listed += map(str, group.task_ids["location"].optional or [])
    return found
