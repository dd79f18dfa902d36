"""How a forecast hub says what may be forecast: ``hub-config/tasks.json`` and ``admin.json``.

Both follow version 5.0.1 of the schemas of the hubverse. The models here hold what those schemas
ask for; what a hub may add, such as samples, is let through and left alone.

References
----------
The hubverse's schemas, https://github.com/hubverse-org/schemas, and its guide,
https://docs.hubverse.io.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from corredor.errors import InputError, Problem
from corredor.inputs.files import read_text
from corredor.inputs.toml import expected_of

TASK_IDS = ("reference_date", "target", "horizon", "location", "target_end_date")
COLUMNS = (*TASK_IDS, "output_type", "output_type_id", "value")
ROUND_NAME = "Kept by Corredor"  # tells a hub that Corredor may extend from one that it may not
MOST_BYTES = 16_000_000
LONGEST_ID = 30  # characters of a target's id, as the schema has it
NAME_PART = r"^[A-Za-z0-9_]{1,16}$"  # team and model

Own = TypeVar("Own", bound=BaseModel)
FileFormat = Literal["csv", "parquet", "arrow"]


class Part(BaseModel):
    """A part of a configuration file: unknown keys are errors."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


class Values(Part):
    """The values of one task id that must or may be forecast."""

    required: list[str | int | float] | None
    optional: list[str | int | float] | None

    @property
    def allowed(self) -> frozenset[str]:
        """Return all of them as text, as a file has them."""
        return frozenset(map(str, [*(self.required or []), *(self.optional or [])]))


class Limits(Part):
    """What a value may be."""

    type: Literal["double", "integer"]
    minimum: float | None = None
    maximum: float | None = None


class Levels(Part):
    """The probabilities of the quantiles, all of which must be given."""

    required: Annotated[list[Annotated[float, Field(ge=0, le=1)]], Field(min_length=1)]


class Quantiles(Part):
    """How quantiles are handed in."""

    output_type_id: Levels
    value: Limits
    is_required: bool


class NoId(Part):
    """A point has no ``output_type_id``."""

    required: None


class Point(Part):
    """How a mean or a median is handed in."""

    output_type_id: NoId
    value: Limits
    is_required: bool


class OutputTypes(Part):
    """The ways to state a forecast that a hub takes; Corredor reads the first three."""

    quantile: Quantiles | None = None
    mean: Point | None = None
    median: Point | None = None
    cdf: dict[str, Any] | None = None
    pmf: dict[str, Any] | None = None
    sample: dict[str, Any] | None = None


class Target(Part):
    """What is forecast, in words."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    target_id: Annotated[str, Field(max_length=LONGEST_ID)]
    target_name: Annotated[str, Field(max_length=100)]
    target_units: Annotated[str, Field(max_length=100)]
    target_keys: dict[str, str] | None
    target_type: Literal[
        "continuous", "discrete", "date", "binary", "nominal", "ordinal", "compositional"
    ]
    is_step_ahead: bool
    time_unit: Literal["day", "week", "month"] | None = None

    @model_validator(mode="after")
    def _steps_have_a_unit(self) -> Target:
        if self.is_step_ahead and self.time_unit is None:
            raise ValueError("expected a time_unit, for is_step_ahead is true")
        return self


class ModelTask(Part):
    """Targets that are forecast for the same places, months ahead and levels."""

    task_ids: dict[str, Values]
    output_type: OutputTypes
    target_metadata: list[Target]

    def allows(self, task: Mapping[str, str]) -> bool:
        """Tell whether one combination of task ids, as text, belongs here."""
        return all(task[name] in values.allowed for name, values in self.task_ids.items())


class Due(Part):
    """When forecasts are due: days before or after a task id's date, or two dates."""

    relative_to: str | None = None
    start: int | str
    end: int | str


class Round(Part):
    """What is asked for on each of some dates."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    round_id_from_variable: bool
    round_id: str
    round_name: str | None = None
    model_tasks: list[ModelTask]
    submissions_due: Due
    file_format: list[FileFormat] | None = None
    derived_task_ids: list[str] | None = None


class Tasks(Part):
    """All that a hub asks for."""

    schema_version: str
    rounds: list[Round]
    output_type_id_datatype: str = "auto"
    derived_task_ids: list[str] | None = None

    @property
    def model_tasks(self) -> tuple[ModelTask, ...]:
        """Return the groups of tasks of all rounds."""
        return tuple(task for each in self.rounds for task in each.model_tasks)

    @property
    def is_own(self) -> bool:
        """Whether Corredor made this hub and may extend what it asks for."""
        return all(each.round_name == ROUND_NAME for each in self.rounds)


class Admin(Part):
    """Who keeps a hub, and which files it takes."""

    schema_version: str
    name: str
    maintainer: str
    contact: dict[str, str]
    repository: dict[str, str]
    file_format: list[FileFormat]
    timezone: str
    zoltar_project_id: int | None = None
    citation: str | None = None
    model_output_dir: str = "model-output"
    cloud: dict[str, Any] | None = None


class Metadata(Part):
    """What a model's page must say in every hub: who made it, and its name."""

    model_config = ConfigDict(extra="allow", frozen=True, strict=True)

    team_abbr: Annotated[str, Field(pattern=NAME_PART)]
    model_abbr: Annotated[str, Field(pattern=NAME_PART)]

    @property
    def model_id(self) -> str:
        """Return the name of its folder."""
        return f"{self.team_abbr}-{self.model_abbr}"


def read_tasks(hub: Path) -> Tasks:
    """Read what a hub asks for.

    Raises
    ------
    InputError
        If the file cannot be read, breaks the schema, or asks for other task ids than
        :data:`TASK_IDS`.
    """
    path = hub / "hub-config" / "tasks.json"
    tasks = validated(path, read_json(path), Tasks)
    for number, task in enumerate(tasks.model_tasks, 1):
        if set(task.task_ids) != set(TASK_IDS):
            found = ", ".join(sorted(task.task_ids))
            raise InputError(
                Problem(str(path), f"the task ids {', '.join(TASK_IDS)}", found,
                        column=f"model_tasks {number}.task_ids")
            )  # fmt: skip
    return tasks


def read_admin(hub: Path) -> Admin:
    """Read who keeps a hub.

    Raises
    ------
    InputError
        If the file cannot be read or breaks the schema.
    """
    path = hub / "hub-config" / "admin.json"
    return validated(path, read_json(path), Admin)


def read_metadata(hub: Path, model_id: str) -> Metadata:
    """Read who made a model.

    Raises
    ------
    InputError
        If the file cannot be read, or is of another model.
    """
    folder = hub / "model-metadata"
    path = next((p for p in (folder / f"{model_id}.yml", folder / f"{model_id}.yaml")
                 if p.exists()), folder / f"{model_id}.yml")  # fmt: skip
    text = read_text(path, MOST_BYTES)
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        row = None if mark is None else mark.line + 1
        raise InputError(Problem(str(path), "valid YAML", row=row)) from None
    found = validated(path, content, Metadata)
    if found.model_id != model_id:
        expected = f"team_abbr and model_abbr of {model_id}"
        raise InputError(Problem(str(path), expected, found.model_id))
    return found


def read_json(path: Path) -> Any:
    """Return what a JSON file holds.

    Raises
    ------
    InputError
        If it cannot be read or is no JSON.
    """
    text = read_text(path, MOST_BYTES)
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise InputError(
            Problem(str(path), f"valid JSON ({error.msg})", row=error.lineno)
        ) from None
    except (RecursionError, ValueError):  # numbers of thousands of digits
        raise InputError(Problem(str(path), "valid JSON of usual depth and numbers")) from None


def validated(path: Path, content: object, model: type[Own]) -> Own:
    """Return what a file holds as a model.

    Raises
    ------
    InputError
        With the first key at fault.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        problems = []
        for each in error.errors():
            value = each["input"] if each["type"] != "missing" else None
            key = ".".join(str(step) for step in each["loc"]) or None
            problems.append(Problem(str(path), _expected(each), value, column=key))
        raise InputError(problems[0]) from None


def _expected(error: Mapping[str, Any]) -> str:
    patterns = {"string_pattern_mismatch": "letters, digits and underscores, 16 at most",
                "string_too_long": "at most {max_length} characters",
                "none_required": "null"}  # fmt: skip
    words = patterns.get(str(error["type"]))
    return expected_of(error) if words is None else words.format_map(error.get("ctx", {}))
