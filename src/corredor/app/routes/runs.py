"""The routes of the list of runs, and of what can be done with one."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import FastAPI, HTTPException

from corredor.app.documents.catalogue import Catalogue
from corredor.app.routes.mine import Mine, run_of
from corredor.app.routes.parameters import RunId
from corredor.app.routes.requests import (
    Described,
    RunRequest,
    command_of,
    scenario_document,
    scenario_of,
    scenario_toml,
)


def add_runs(app: FastAPI, catalogue: Catalogue) -> None:
    """Add the list of runs and what can be done with one."""

    @app.get("/api/runs")
    def listed(desk: Mine) -> list[dict[str, Any]]:
        """Return the runs that are kept, the newest first."""
        return [asdict(run) for run in desk.store.listed()]

    @app.post("/api/runs", status_code=201)
    def start(desk: Mine, request: RunRequest) -> dict[str, Any]:
        """Queue a run."""
        if request.scenario not in catalogue.names():
            raise HTTPException(404, "There is no such scenario.")
        base = catalogue.load(request.scenario)
        scenario_of(request, base, catalogue.folder, "run")  # refuses what makes no sense
        toml = scenario_toml(scenario_document(request, base))
        plain = request.model_dump(mode="json")
        return asdict(desk.submit(request.name, plain, command_of(request), toml))

    @app.patch("/api/runs/{run_id}")
    def describe(desk: Mine, run_id: RunId, new: Described) -> dict[str, Any]:
        """Give a run another name or note."""
        run = run_of(desk, run_id)
        desk.describe(run, new.name, new.note)
        return asdict(run)

    @app.post("/api/runs/{run_id}/cancel")
    def cancel(desk: Mine, run_id: RunId) -> dict[str, Any]:
        """Cancel a run; one that has ended stays as it is."""
        run = run_of(desk, run_id)
        desk.cancel(run)
        return asdict(run)

    @app.delete("/api/runs/{run_id}", status_code=204)
    def remove(desk: Mine, run_id: RunId) -> None:
        """Delete a run that has ended, or is damaged."""
        desk.remove(run_of(desk, run_id))
