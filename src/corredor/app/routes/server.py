"""The app's HTTP interface: every route is a few lines that call the library."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import (
    JSONResponse,
    StreamingResponse,
)
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from corredor import __version__
from corredor.app.documents import words as texts
from corredor.app.documents.base_map import base_map
from corredor.app.documents.catalogue import Catalogue
from corredor.app.jobs.queue import Runner
from corredor.app.jobs.store import Store
from corredor.app.jobs.verdicts import Verdicts
from corredor.app.routes.faults import UNEXPECTED, without_paths
from corredor.app.routes.guard import Guard
from corredor.app.routes.parameters import Language, RunId, Slug
from corredor.app.routes.requests import (
    Described,
    RunRequest,
    command_of,
    scenario_document,
    scenario_of,
    scenario_toml,
)
from corredor.app.routes.results import add_results, run_of
from corredor.errors import DamagedError, InputError, OutputError, UsageError
from corredor.text.language import speaking

CLAIMS = "claims"  # folder of verdicts beside the runs
STATIC = Path(__file__).parents[1] / "static"
MOST_STREAMS = 24
TICK, HEARTBEAT = 0.2, 15.0  # seconds

REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The request is no JSON."},
    403: {"description": "It comes from another site."},
    404: {"description": "There is no such thing."},
    409: {"description": "It cannot be done now, with these runs, or in this scenario."},
    507: {"description": "It cannot be kept: the disk is full or read-only."},
}


def create_app(
    folder: Path, port: int, scenarios: Path | None = None, claims: Path | None = None
) -> FastAPI:
    """Return the app.

    Parameters
    ----------
    folder : Path
        Where runs are kept; made if it is not there.
    port : int
        Under which the page is served; requests to another are refused.
    scenarios : Path, optional
        A folder of scenarios; those that ship with Corredor unless given.
    claims : Path, optional
        A folder of files of claims; those that ship with Corredor unless given.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    catalogue = Catalogue(scenarios)
    runner = Runner(Store(folder), catalogue.folder)
    verdicts = Verdicts(folder / CLAIMS, claims)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        runner.start()
        yield
        verdicts.stop()
        await asyncio.to_thread(runner.stop)

    app = FastAPI(
        title="Corredor", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", responses=REFUSALS,
        description="The local interface of Corredor's page. It answers on this computer only.",
    )  # fmt: skip
    app.state.runner = runner
    app.add_middleware(Guard, port=port)
    _errors(app)
    _page(app, catalogue)
    _claims(app, verdicts)
    _runs(app, catalogue, runner)
    _events(app, runner)
    add_results(app, runner)

    @app.get("/api/{rest:path}", include_in_schema=False)
    def nothing(rest: str) -> None:
        """Keep what the interface does not read from being looked for among the files."""
        raise HTTPException(405 if _methods(app, f"/api/{rest}") else 404)

    app.mount("/", StaticFiles(directory=STATIC, html=True), name="static")
    return app


def _errors(app: FastAPI) -> None:
    @app.exception_handler(DamagedError)
    @app.exception_handler(InputError)
    @app.exception_handler(UsageError)
    @app.exception_handler(OutputError)
    def refuse(_: Request, error: Exception) -> JSONResponse:
        status = 507 if isinstance(error, OutputError) else 409
        return JSONResponse({"detail": without_paths(str(error))}, status_code=status)

    @app.exception_handler(Exception)
    def unexpected(_: Request, __: Exception) -> JSONResponse:
        """Answer in plain words; the fault itself is told in the terminal."""
        return JSONResponse({"detail": UNEXPECTED}, status_code=500)

    @app.exception_handler(405)
    def other_method(request: Request, _: Exception) -> JSONResponse:
        """Name the methods of the path; the static files stand below every path, as GET."""
        headers = {"Allow": ", ".join(sorted(_methods(app, request.url.path) or {"GET", "HEAD"}))}
        return JSONResponse({"detail": "Not by this method."}, status_code=405, headers=headers)

    @app.exception_handler(RequestValidationError)
    def explain(_: Request, error: RequestValidationError) -> JSONResponse:
        """Say what is wrong without repeating what was sent, which may be no text at all."""
        told = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
        return JSONResponse({"detail": told}, status_code=422)


def _methods(app: FastAPI, path: str) -> set[str]:
    """Return the methods by which the interface knows a path."""
    routes = [r for r in app.routes if isinstance(r, APIRoute) and r.path_regex.match(path)]
    return {method for r in routes if r.include_in_schema for method in r.methods or ()}


def _page(app: FastAPI, catalogue: Catalogue) -> None:
    """Add what the page needs before there is a run."""

    @app.get("/api/words")
    def words(language: Language = "en") -> dict[str, Any]:
        """Return every text of the page."""
        return texts.app_words(language)

    @app.get("/api/base")
    def base(language: Language = "en") -> dict[str, Any]:
        """Return the base map, places and links, in kilometres."""
        with speaking(language):
            return base_map(catalogue.load(catalogue.names()[0]).world)

    @app.get("/api/scenarios")
    def scenarios(language: Language = "en") -> list[dict[str, str]]:
        """Return the scenarios that a run may build on."""
        with speaking(language):
            return catalogue.listed()

    @app.get("/api/levers")
    def levers(scenario: Slug, language: Language = "en") -> dict[str, Any]:
        """Return the levers of the form, their ranges, and their levels in a scenario."""
        if scenario not in catalogue.names():
            raise HTTPException(404, "There is no such scenario.")
        with speaking(language):
            return catalogue.levers(scenario)


def _claims(app: FastAPI, verdicts: Verdicts) -> None:
    """Add the claims and their verdicts."""

    @app.get("/api/claims")
    def claims(language: Language = "en") -> dict[str, Any]:
        """Return the claims that ship with Corredor, their verdicts, and what is under way."""
        return verdicts.told(language)

    @app.post("/api/claims/model", status_code=202)
    def ask_model() -> dict[str, Any]:
        """Run the model for the claims that need it."""
        verdicts.ask_model()
        return {}

    @app.post("/api/claims/cancel")
    def cancel_claims() -> dict[str, Any]:
        """Stop the run of the model for claims; what was known before stays."""
        verdicts.cancel()
        return {}


def _runs(app: FastAPI, catalogue: Catalogue, runner: Runner) -> None:
    """Add the list of runs and what can be done with one."""

    @app.get("/api/runs")
    def listed() -> list[dict[str, Any]]:
        """Return the runs that are kept, the newest first."""
        return [asdict(run) for run in runner.store.listed()]

    @app.post("/api/runs", status_code=201)
    def start(request: RunRequest) -> dict[str, Any]:
        """Queue a run."""
        if request.scenario not in catalogue.names():
            raise HTTPException(404, "There is no such scenario.")
        base = catalogue.load(request.scenario)
        scenario_of(request, base, catalogue.folder, "run")  # refuses what makes no sense
        toml = scenario_toml(scenario_document(request, base))
        plain = request.model_dump(mode="json")
        return asdict(runner.submit(request.name, plain, command_of(request), toml))

    @app.patch("/api/runs/{run_id}")
    def describe(run_id: RunId, new: Described) -> dict[str, Any]:
        """Give a run another name or note."""
        run = run_of(runner, run_id)
        runner.describe(run, new.name, new.note)
        return asdict(run)

    @app.post("/api/runs/{run_id}/cancel")
    def cancel(run_id: RunId) -> dict[str, Any]:
        """Cancel a run; one that has ended stays as it is."""
        run = run_of(runner, run_id)
        runner.cancel(run)
        return asdict(run)

    @app.delete("/api/runs/{run_id}", status_code=204)
    def remove(run_id: RunId) -> None:
        """Delete a run that has ended."""
        runner.remove(run_of(runner, run_id))


def _events(app: FastAPI, runner: Runner) -> None:
    """Add the stream that tells open pages of runs that change."""
    streams = 0

    @app.get("/api/events", response_class=StreamingResponse,
             responses={200: {"content": {"text/event-stream": {}}},
                        503: {"description": "Too many pages are open."}})  # fmt: skip
    async def events(request: Request) -> StreamingResponse:
        """Stream the list of runs each time one changes, as server-sent events."""
        nonlocal streams
        if streams >= MOST_STREAMS:
            raise HTTPException(503, "Too many pages are open; close some.")
        streams += 1

        async def stream() -> AsyncIterator[str]:
            nonlocal streams
            seen, quiet = -1, 0.0
            try:
                while not await request.is_disconnected():
                    if runner.changed != seen:
                        seen, quiet = runner.changed, 0.0
                        runs = [asdict(run) for run in runner.store.listed()]
                        yield f"event: runs\ndata: {json.dumps(runs)}\n\n"
                    elif quiet >= HEARTBEAT:
                        quiet = 0.0
                        yield ": still here\n\n"
                    await asyncio.sleep(TICK)
                    quiet += TICK
            finally:
                streams -= 1

        return StreamingResponse(stream(), media_type="text/event-stream")
