"""What Corredor notes beside each forecast it keeps: when it did so, and of what it is made."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import pandas as pd
from pydantic import ValidationInfo, field_validator

from corredor.errors import InputError, Problem
from corredor.fit.forecast import Forecast
from corredor.fit.hub_tasks import COLUMNS, Part, read_json, validated
from corredor.inputs.whole_files import whole_or_absent

FOLDER = Path("auxiliary-data") / "kept"


class Kept(Part):
    """The record of one forecast that was kept.

    Attributes
    ----------
    model_id, reference_date : str
        Of the forecast.
    made_on : str
        Nothing published later was used.
    kept_on : str
        The day on which it was put in the hub.
    fingerprint : str
        Of its rows, whatever their order and the file's format.
    provenance : dict
        Of the calibration behind it.
    """

    model_id: str
    reference_date: str
    made_on: str
    kept_on: str
    fingerprint: str
    provenance: dict[str, str | int | float | dict[str, str]]

    @field_validator("reference_date", "made_on", "kept_on")
    @classmethod
    def _is_a_day(cls, text: str, _: ValidationInfo) -> str:
        try:
            dt.date.fromisoformat(text)
        except ValueError:
            raise ValueError("expected a day as YYYY-MM-DD") from None
        return text


def fingerprint(rows: pd.DataFrame) -> str:
    """Return what tells a forecast's rows from any others, whatever their order."""
    listed = zip(*(rows[name].tolist() for name in COLUMNS), strict=True)
    return hashlib.sha256("\n".join(sorted(map(repr, listed))).encode()).hexdigest()


def record_path(hub: Path, reference_date: str, model_id: str) -> Path:
    """Return where the record of a forecast stands."""
    return hub / FOLDER / f"{reference_date}-{model_id}.json"


def put_record(
    forecast: Forecast, rows: pd.DataFrame, hub: Path, model_id: str, kept_on: dt.date,
    about: Mapping[str, str],
) -> None:  # fmt: skip
    """Write the record of a forecast that has been kept, and what else its rows were made from."""
    date = str(rows["reference_date"].iloc[0])
    record = Kept(
        model_id=model_id, reference_date=date, made_on=forecast.made_on.isoformat(),
        kept_on=kept_on.isoformat(), fingerprint=fingerprint(rows),
        provenance={**forecast.provenance, **about},
    )  # fmt: skip
    with whole_or_absent(record_path(hub, date, model_id), replace=True) as temporary:
        temporary.write_text(json.dumps(record.model_dump(), indent=2) + "\n", encoding="utf-8")


def refuse_changed(rows: pd.DataFrame, file: Path, hub: Path) -> None:
    """Refuse a forecast that is no longer what Corredor kept.

    Raises
    ------
    InputError
        If it is not, or its record cannot be read.
    """
    date, model_id = rows["reference_date"].iloc[0], rows["model_id"].iloc[0]
    path = record_path(hub, date, model_id)
    if path.exists():
        record = read_record(path)
        if record.fingerprint != fingerprint(rows):
            expected = f"the forecast as it was kept on {record.kept_on}"
            hint = "It has been changed or cut since; take it from a copy, or keep it anew."
            raise InputError(Problem(str(file), expected, hint=hint))


def read_record(path: Path) -> Kept:
    """Read the record of a forecast.

    Raises
    ------
    InputError
        If it is none.
    """
    return validated(path, read_json(path), Kept)


def kept_days(hub: Path) -> dict[tuple[str, str], dt.date]:
    """Return the day on which Corredor kept each of its forecasts, by model and reference date.

    Raises
    ------
    InputError
        If a record cannot be read.
    """
    records = [read_record(path) for path in sorted((hub / FOLDER).glob("*.json"))]
    return {(r.model_id, r.reference_date): dt.date.fromisoformat(r.kept_on) for r in records}
