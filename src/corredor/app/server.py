"""The app's HTTP interface: every route is a few lines that call the library."""

from __future__ import annotations

import asyncio
import json
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Query, Request
from fastapi import Path as InPath
from fastapi.exceptions import RequestValidationError
from fastapi.responses import (
    FileResponse,
    JSONResponse,
    PlainTextResponse,
    Response,
    StreamingResponse,
)
from fastapi.routing import APIRoute
from fastapi.staticfiles import StaticFiles
from pydantic import StringConstraints

from corredor import __version__
from corredor.app import words as texts
from corredor.app.base import base_map
from corredor.app.catalogue import Catalogue
from corredor.app.guard import Guard
from corredor.app.requests import (
    Described,
    RunRequest,
    scenario_document,
    scenario_of,
    scenario_toml,
)
from corredor.app.runs import Runner
from corredor.app.store import RESULT, SCENARIO, SLICES, Run, Store
from corredor.app.verdicts import Verdicts
from corredor.errors import InputError, OutputError, UsageError
from corredor.language import speaking

CLAIMS = "claims"  # folder of verdicts beside the runs
STATIC = Path(__file__).with_name("static")
MOST_STREAMS = 24
TICK, HEARTBEAT = 0.2, 15.0  # seconds

Language = Annotated[Literal["en", "es"], Query(description="Language of names and texts.")]
RunId = Annotated[str, InPath(pattern="^[0-9a-f]{16}$", description="A run, as the list names it.")]
AskedId = Annotated[str, Query(pattern="^[0-9a-f]{16}$")]
Compared = Annotated[
    list[Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]],
    Query(min_length=2, max_length=6, description="Runs, the one to compare with first."),
]
Slug = Annotated[str, Query(pattern="^[a-z0-9][a-z0-9-]{0,59}$", examples=["baseline"])]
MONTH_PATTERN = "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Query(pattern=MONTH_PATTERN, examples=["2024-01"])]
OneMonth = Annotated[
    str | None, Query(pattern=MONTH_PATTERN, description="All months if left out.")
]
Zone = Annotated[str | None, Query(pattern="^[a-z_]{1,40}$", examples=["south"])]
Share = Annotated[float, Query(ge=0, le=1, description="Share of people for whom is planned.")]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
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
    _results(app, runner)
    app.mount("/", StaticFiles(directory=STATIC, html=True), name="static")
    return app


def _errors(app: FastAPI) -> None:
    @app.exception_handler(InputError)
    @app.exception_handler(UsageError)
    @app.exception_handler(OutputError)
    def refuse(_: Request, error: Exception) -> JSONResponse:
        status = 507 if isinstance(error, OutputError) else 409
        return JSONResponse({"detail": str(error)}, status_code=status)

    @app.exception_handler(405)
    def other_method(request: Request, _: Exception) -> JSONResponse:
        """Name the methods of the path; the static files stand below every path, as GET."""
        path = request.url.path
        routes = [r for r in app.routes if isinstance(r, APIRoute) and r.path_regex.match(path)]
        allowed = {method for route in routes for method in route.methods or ()} or {"GET", "HEAD"}
        headers = {"Allow": ", ".join(sorted(allowed))}
        return JSONResponse({"detail": "Not by this method."}, status_code=405, headers=headers)

    @app.exception_handler(RequestValidationError)
    def explain(_: Request, error: RequestValidationError) -> JSONResponse:
        """Say what is wrong without repeating what was sent, which may be no text at all."""
        told = [{key: one[key] for key in ("type", "loc", "msg")} for one in error.errors()]
        return JSONResponse({"detail": told}, status_code=422)


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
    streams = 0

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
        run = _run(runner, run_id)
        runner.describe(run, new.name, new.note)
        return asdict(run)

    @app.post("/api/runs/{run_id}/cancel")
    def cancel(run_id: RunId) -> dict[str, Any]:
        """Cancel a run; one that has ended stays as it is."""
        run = _run(runner, run_id)
        runner.cancel(run)
        return asdict(run)

    @app.delete("/api/runs/{run_id}", status_code=204)
    def remove(run_id: RunId) -> None:
        """Delete a run that has ended."""
        runner.remove(_run(runner, run_id))

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


def _results(app: FastAPI, runner: Runner) -> None:
    """Add what can be seen of a run."""

    @app.get("/api/runs/{run_id}/scenario.toml", response_class=PlainTextResponse)
    def scenario(run_id: RunId) -> FileResponse:
        """Return the scenario file with which the command line repeats the run."""
        run = _run(runner, run_id)
        return FileResponse(
            runner.store.path(run, SCENARIO), media_type="application/toml",
            filename=f"{slug(run.request['name'])}.toml",
        )  # fmt: skip

    @app.get("/api/runs/{run_id}/{data}.json", response_class=JSONResponse)
    def data(run_id: RunId, data: Literal["people", "monthly", "links"]) -> FileResponse:
        """Return people by place and day, the monthly series, or people on links."""
        run = _run(runner, run_id)
        path = runner.store.path(run, f"{SLICES}-{run.part}", f"{data}.json")
        if not path.is_file():
            raise HTTPException(404, "The run has nothing to show yet.")
        return FileResponse(path, media_type="application/json")

    @app.get("/api/runs/{run_id}/so-far")
    def so_far(run_id: RunId, day: Annotated[int, Query(ge=0, le=100_000)] = 0) -> Response:
        """Return what a run under way holds from a day on: a list of documents, in order of day."""
        documents = runner.so_far(_run(runner, run_id), day)
        return Response(f"[{','.join(documents)}]", media_type="application/json")

    @app.get("/api/runs/{run_id}/needs")
    def needs(
        run_id: RunId, month: Month, place: Slug | None = None, language: Language = "en"
    ) -> list[dict[str, Any]]:
        """Return what people need on a mean evening of a month, in one place or in each."""
        from corredor.app.tables import needs_table

        folder = _result(runner, run_id)
        return needs_table(folder, month, place, language)

    @app.get("/api/runs/{run_id}/arrivals")
    def arrivals(run_id: RunId, place: Slug, month: Month) -> dict[str, Any]:
        """Return who comes to a place in a month: by nationality, way, and last stop before."""
        from corredor.app.arrivals import arrivals

        return arrivals(_result(runner, run_id), place, month)

    @app.get("/api/runs/{run_id}/needs/places")
    def needs_of_places(
        run_id: RunId, month: Month, share: Share = 1.0, language: Language = "en"
    ) -> dict[str, Any]:
        """Return what people need in every place in a month, with notes and sources."""
        from corredor.app.tables import needs_of_places

        return needs_of_places(_result(runner, run_id), month, share, language)

    @app.get("/api/runs/{run_id}/needs.xlsx", response_class=Response,
             responses={200: {"content": {EXCEL: {}}}})  # fmt: skip
    def needs_book(
        run_id: RunId, month: OneMonth = None, zone: Zone = None, share: Share = 1.0,
        language: Language = "en",
    ) -> Response:  # fmt: skip
        """Return needs by month of a run's places as a file of Excel."""
        from corredor.app.tables import needs_book

        folder = _result(runner, run_id)
        name = f"{slug(runner.store.get(run_id).name)}-needs.xlsx"
        with tempfile.TemporaryDirectory() as made:
            target = Path(made) / name
            needs_book(folder, month, zone, share, language, target)
            content = target.read_bytes()
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=EXCEL, headers=headers)

    @app.get("/api/compare")
    def compare(runs: Compared) -> dict[str, Any]:
        """Return runs side by side, and what each changes against the first, pair by pair."""
        from corredor.app.comparing import compare_runs

        return compare_runs([_result(runner, run_id) for run_id in runs])

    @app.get("/api/compare/people")
    def compare_people(a: AskedId, b: AskedId) -> dict[str, Any]:
        """Return people by place and day of run ``b`` less run ``a``."""
        from corredor.app.comparing import difference_of_people

        return difference_of_people(_result(runner, a), _result(runner, b))


def _run(runner: Runner, run_id: str) -> Run:
    try:
        return runner.store.get(run_id)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def _result(runner: Runner, run_id: str) -> Path:
    """Return the folder of a run's result."""
    run = _run(runner, run_id)
    if run.status != "done":
        raise UsageError("The run has no whole result: it has not ended, or ended early.")
    return runner.store.path(run, RESULT)


def slug(name: str) -> str:
    """Return a file name for a run's name: small letters, digits and hyphens."""
    kept = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    return "-".join(part for part in kept.split("-") if part)[:40] or "run"


def command_of(request: RunRequest) -> str:
    """Return the command that gives the same numbers as a request."""
    subject = f"{slug(request.name)}.toml" if request.changes else request.scenario
    draw = "" if request.draw == "exact" else f" --draw {request.draw}"
    return f"corredor run {subject} --replicates {request.replicates} --seed {request.seed}{draw}"
