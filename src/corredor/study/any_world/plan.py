"""What a study of a world shall tell, as ``study.toml`` in its folder says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.scenarios_of import BASELINE, scenarios_folder
from corredor.errors import InputError, Problem
from corredor.inputs.toml import Entry, expected_of, read_toml

FILE, CLAIMS = "study.toml", "claims"
Month = Annotated[str, Field(pattern=r"^(\d{4}-(0[1-9]|1[0-2]))?$")]


class StudyPlan(Entry):
    """All of ``study.toml``; every key may be left out, and so may the file.

    Attributes
    ----------
    scenarios : tuple of str, optional
        Names of the scenarios set beside the baseline; all that lie beside it if left out.
    claims : tuple of str, optional
        Files in ``claims/`` of the world, without their ending; all of them if left out.
    places : tuple of str
        Places of which is told how many people are there; those with most if left out.
    since, until : str
        First and last month over which scenarios are compared; all that are run if left out.
    """

    scenarios: tuple[str, ...] | None = None
    claims: tuple[str, ...] | None = None
    places: tuple[str, ...] = ()
    since: Month = ""
    until: Month = ""


def plan_of(world: Path) -> StudyPlan:
    """Return what a study of a world shall tell.

    Raises
    ------
    InputError
        With every mistake in its ``study.toml``.
    """
    path = world / FILE
    if not path.exists():
        return StudyPlan()
    try:
        content = {key: _tuple(value) for key, value in read_toml(path).items()}
        return StudyPlan.model_validate(content)
    except ValidationError as error:
        raise InputError(
            [
                Problem(str(path), expected_of(dict(e)), column=".".join(map(str, e["loc"])))
                for e in error.errors()
            ]
        ) from None


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def scenarios_of(world: Path, plan: StudyPlan) -> list[Scenario]:
    """Return the baseline of a world and the scenarios set beside it.

    Raises
    ------
    UsageError
        If the world has no baseline, or none of a name that the plan has.
    InputError
        If one cannot be read.
    """
    folder = scenarios_folder(world)
    names = plan.scenarios
    if names is None:
        listed = (path for path in sorted(folder.glob("*.toml")) if path.name != BASELINE)
        names = tuple(path.stem for path in listed)
    paths = [folder / BASELINE]
    for name in names:
        path = folder / f"{name}.toml"
        if not path.is_file():
            known = ", ".join(sorted(each.stem for each in folder.glob("*.toml")))
            expected = f"one of the scenarios of the world: {known}"
            raise InputError(Problem(str(world / FILE), expected, name, column="scenarios"))
        paths.append(path)
    return [load_scenario(path) for path in paths]


def claims_files(world: Path, plan: StudyPlan) -> list[Path]:
    """Return the files of claims that a study holds against record and model."""
    folder = world / CLAIMS
    if plan.claims is None:
        return sorted(folder.glob("*.toml"))
    return [folder / f"{name}.toml" for name in plan.claims]
