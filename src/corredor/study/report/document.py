"""The study as plain values, for programs."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from corredor import record
from corredor.runs.audit import notes_of_all
from corredor.study.consequences import Consequences
from corredor.study.run import Study


def document(study: Study) -> dict[str, Any]:
    """Return the study as plain Python values, for JSON."""
    attributes = study.baseline.attrs
    return {
        "made_by": f"Corredor {attributes['corredor_version']}",
        "seconds": study.seconds,
        "scenarios_run": study.scenarios_run,
        "replicates": study.baseline.sizes["replicate"],
        "seed": int(attributes["seed"]),
        "draw": attributes["draw"],
        "scenarios": {s.name: s.hash for s in study.scenarios},
        "world_hash": attributes["world_hash"],
        "audit": [n.document() for n in notes_of_all([study.baseline, study.counterfactual])],
        "facts": _plain(vars(study.facts)),
        "calibration": _plain(study.calibration),
        "factors": _rows(study.factors.reset_index()),
        "record_and_model": {series: _rows(table) for series, table in study.windows.items()},
        "fit": _rows(study.fit.reset_index()),
        "held_back": _plain({**vars(study.held_back), "months": _rows(study.held_back.months)}),
        "sectors": _rows(study.sectors.rename_axis("sector").reset_index()),
        "nationalities": _rows(study.nationalities.rename_axis("nationality").reset_index()),
        "falls_percent": _plain(study.falls.to_dict("index")),
        "differences": {"from": study.span[0], "to": study.span[1],
                        "measures": _rows(study.differences)},
        "present": {"day": study.day, "places": _rows(study.present.reset_index())},
        **_consequences(study.consequences),
        "verdicts": [_plain(v.plain()) for v in study.verdicts],
    }  # fmt: skip


def _consequences(c: Consequences) -> dict[str, Any]:
    return {
        "policies": {
            "from": c.policy_span[0], "to": c.policy_span[1],
            "differences": _rows(c.differences),
        },
        "needs": _rows(c.needs),
        "beds": _rows(c.beds),
        "counts": _rows(c.counts),
        "harm": {"from": c.harm_span[0], "to": c.harm_span[1], "kinds": _rows(c.harm)},
        "deterrents": [
            {
                "measure": e.measure.id, "kind": e.measure.kind, "months": e.headline.months,
                "percent": e.headline.percent, "low": e.headline.low, "high": e.headline.high,
                "told": e.headline.told,
            }
            for e in c.deterrents
        ],
    }  # fmt: skip


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [_plain(row) for row in table.to_dict("records")]


def _plain(mapping: Mapping[Hashable, Any] | Mapping[str, Any]) -> dict[str, Any]:
    return {str(key): _plain_value(value) for key, value in mapping.items()}


def _plain_value(value: Any) -> Any:
    if isinstance(value, record.Change):
        return _plain(vars(value))
    if isinstance(value, Mapping):
        return _plain(value)
    if isinstance(value, list | tuple):
        return [_plain_value(v) for v in value]
    if isinstance(value, np.generic):
        return _plain_value(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value if value is None or isinstance(value, bool | int | float) else str(value)
