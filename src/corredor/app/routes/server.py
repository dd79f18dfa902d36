"""The app's HTTP interface: every route is a few lines that call the library."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles

from corredor import __version__
from corredor.app.access.entry import Entry
from corredor.app.access.house import House
from corredor.app.documents import words as texts
from corredor.app.documents.base_map import base_map
from corredor.app.documents.catalogue import Catalogue
from corredor.app.jobs.queue import Runner
from corredor.app.jobs.verdicts import Verdicts
from corredor.app.routes.door import Door
from corredor.app.routes.events import add_events
from corredor.app.routes.faults import UNEXPECTED, without_paths
from corredor.app.routes.guard import Guard
from corredor.app.routes.parameters import Language, Slug
from corredor.app.routes.results import add_results
from corredor.app.routes.runs import add_runs
from corredor.app.routes.turns import Turns
from corredor.corridor.world import World
from corredor.errors import DamagedError, InputError, OutputError, UsageError
from corredor.text.language import in_words_of, speaking

CLAIMS = "claims"  # folder of verdicts beside the runs
STATIC = Path(__file__).parents[1] / "static"

REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"description": "The request is no JSON."},
    401: {"description": "It carries no token that is known."},
    403: {"description": "It comes from another site."},
    404: {"description": "There is no such thing."},
    409: {"description": "It cannot be done now, with these runs, or in this scenario."},
    503: {"description": "Too much is asked at once; ask again after the seconds that it says."},
    507: {"description": "It cannot be kept: the disk is full or read-only."},
}


def create_app(
    folder: Path,
    entry: Entry,
    scenarios: Path | None = None,
    claims: Path | None = None,
    world: Path | None = None,
) -> FastAPI:
    """Return the app.

    Parameters
    ----------
    folder : Path
        Where runs are kept; made if it is not there. Nobody else may have it open: see
        ``corredor.inputs.lock``.
    entry : Entry
        Under which names the page is served, and what it asks of those who come.
    scenarios : Path, optional
        A folder of scenarios; those that ship with Corredor unless given.
    claims : Path, optional
        A folder of files of claims; those that ship with Corredor unless given.
    world : Path, optional
        The folder of the world that claims are held against; that of the baseline unless given.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    catalogue = Catalogue(scenarios)
    runner = Runner(catalogue.folder)
    house = House(folder, runner, entry.token)
    verdicts = Verdicts(folder / CLAIMS, claims, world=world)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        runner.start()
        yield
        verdicts.stop()
        await asyncio.to_thread(runner.stop)

    app = FastAPI(
        title="Corredor", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None,
        openapi_url="/api/openapi.json", responses=REFUSALS,
        description="The interface of Corredor's page, for those who know a token of the app.",
    )  # fmt: skip
    app.state.runner = runner
    app.state.house = house
    app.add_middleware(Turns)
    app.add_middleware(Door, entry=entry, house=house)
    app.add_middleware(Guard, entry=entry)
    _errors(app)
    _page(app, catalogue)
    _claims(app, verdicts)
    add_runs(app, catalogue)
    add_events(app, house)
    add_results(app)

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

    def world() -> World:
        return catalogue.load(catalogue.names()[0]).world

    @app.get("/api/words")
    def words(language: Language = "en") -> dict[str, Any]:
        """Return every text of the page."""
        return texts.app_words(language, world().folder)

    @app.get("/api/base")
    def base(language: Language = "en") -> dict[str, Any]:
        """Return the base map, places and links, in kilometres."""
        with speaking(language), in_words_of(world().folder):
            return base_map(world())

    @app.get("/api/scenarios")
    def scenarios(language: Language = "en") -> list[dict[str, str]]:
        """Return the scenarios that a run may build on."""
        with speaking(language), in_words_of(world().folder):
            return catalogue.listed()

    @app.get("/api/levers")
    def levers(scenario: Slug, language: Language = "en") -> dict[str, Any]:
        """Return the levers of the form, their ranges, and their levels in a scenario."""
        if scenario not in catalogue.names():
            raise HTTPException(404, "There is no such scenario.")
        with speaking(language), in_words_of(world().folder):
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
