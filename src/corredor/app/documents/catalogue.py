"""What the page offers: the scenarios of a folder, and the levers of the form."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from corredor.app.documents.form import form
from corredor.app.routes.requests import ALL_KEYS
from corredor.corridor.levers import known_levers
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import UsageError
from corredor.inputs import shipped as assets
from corredor.inputs.toml import read_toml
from corredor.runs.effective import effective
from corredor.text.language import named, translated


class Catalogue:
    """The scenarios in a folder; those that ship with Corredor unless told.

    Only names that stand in the folder are ever read: a name from the page is no path.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or assets.folder("scenarios")

    def names(self) -> list[str]:
        """Return the names of the scenarios, the baseline first."""
        names = sorted(path.stem for path in self.folder.glob("*.toml"))
        return sorted(names, key=lambda name: name != "baseline")

    def load(self, name: str) -> Scenario:
        """Read a scenario of the folder.

        Raises
        ------
        UsageError
            If the folder has none of that name.
        """
        if name not in self.names():
            raise UsageError(f"{name}: no such scenario. Known: {', '.join(self.names())}.")
        return _load(self.folder / f"{name}.toml")

    def listed(self) -> list[dict[str, str]]:
        """Return name, title and description of each scenario in the language spoken now."""
        listed = []
        for name in self.names():
            document = read_toml(self.folder / f"{name}.toml")
            title = translated(document["title"])
            description = named(" ".join(document.get("description", "").split()))
            listed.append({"name": name, "title": title, "description": description})
        return listed

    def levers(self, name: str) -> dict[str, Any]:
        """Return the levers of the form with their ranges, and where a scenario sets them.

        Returns
        -------
        dict
            ``start`` and ``end`` of the scenario, and ``levers``: for each its ``item``,
            ``lever``, ``key``, range, ``ways`` of setting it, ``unit``, ``meaning`` from the
            schema, and ``months``: what it is in the runs of each month (``month``, ``low``,
            ``middle``, ``high``, and whether calibration ``moved`` it), the mean over its keys
            where the form moves all.
        """
        scenario = self.load(name)
        listed = []
        for row in form(scenario.world).to_dict("records"):
            lever = known_levers()[row["lever"]]
            listed.append({
                **row, "ways": str(row["ways"]).split(), "unit": lever.unit,
                "meaning": translated(lever.meaning),
                "months": _months(scenario, lever.name, str(row["key"])),
            })  # fmt: skip
        return {"start": str(scenario.start), "end": str(scenario.end), "levers": listed}


@lru_cache(maxsize=32)
def _load(path: Path) -> Scenario:
    return load_scenario(path)


@lru_cache(maxsize=512)
def _months(scenario: Scenario, lever: str, key: str) -> list[dict[str, Any]]:
    table = effective(scenario, lever, () if key in ("", ALL_KEYS) else (key,))
    by_month = table.groupby("month", sort=True)
    means = by_month[["low", "middle", "high"]].mean().assign(moved=by_month["moved"].any())
    return [
        {"month": str(month), **{str(name): value for name, value in row.items()}}
        for month, row in means.to_dict("index").items()
    ]
