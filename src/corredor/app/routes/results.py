"""The routes that show what runs gave: documents, needs, arrivals, comparisons."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Annotated, Any, Literal

from fastapi import FastAPI, HTTPException, Query
from fastapi.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from corredor.app.jobs.kept import Run
from corredor.app.jobs.store import SCENARIO, SLICES
from corredor.app.routes.mine import Mine, result_of, run_of
from corredor.app.routes.parameters import (
    AskedId,
    Compared,
    Language,
    Month,
    OneMonth,
    RunId,
    Share,
    Slug,
    Zone,
)
from corredor.app.routes.requests import slug
from corredor.inputs.manifest import check

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def add_results(app: FastAPI) -> None:
    """Add what can be seen of a run, and of several."""
    _add_documents(app)
    _add_people(app)
    _add_comparisons(app)


def _add_documents(app: FastAPI) -> None:
    """Add a run's scenario, its slices for map and charts, and what to know of it."""

    @app.get("/api/runs/{run_id}/scenario.toml", response_class=PlainTextResponse)
    def scenario(desk: Mine, run_id: RunId) -> FileResponse:
        """Return the scenario file with which the command line repeats the run."""
        run = run_of(desk, run_id)
        path = desk.store.path(run, SCENARIO)
        if not path.is_file():
            raise HTTPException(404, "The run has no scenario file any more.")
        return FileResponse(
            desk.store.scenario(run), media_type="application/toml",
            filename=f"{slug(run.request['name'])}.toml",
        )  # fmt: skip

    @app.get("/api/runs/{run_id}/{data}.json", response_class=JSONResponse)
    def data(
        desk: Mine, run_id: RunId, data: Literal["people", "monthly", "links"]
    ) -> FileResponse:
        """Return people by place and day, the monthly series, or people on links."""
        run = run_of(desk, run_id)
        folder = desk.store.path(run, f"{SLICES}-{run.part}")
        if not folder.is_dir():
            raise HTTPException(404, "The run has nothing to show yet.")
        check(folder, SLICES)
        return FileResponse(folder / f"{data}.json", media_type="application/json")

    @app.get("/api/runs/{run_id}/so-far")
    def so_far(
        desk: Mine, run_id: RunId, day: Annotated[int, Query(ge=0, le=100_000)] = 0
    ) -> Response:
        """Return what a run under way holds from a day on: a list of documents, in order of day."""
        documents = desk.so_far(run_of(desk, run_id), day)
        return Response(f"[{','.join(documents)}]", media_type="application/json")

    @app.get("/api/runs/{run_id}/notes")
    def notes(desk: Mine, run_id: RunId, language: Language = "en") -> list[str]:
        """Return what to know of a run before reading its numbers."""
        from corredor.app.documents.notes import notes_of

        return notes_of(result_of(desk, run_id), language)


def _add_people(app: FastAPI) -> None:
    """Add what people in places need, and who comes to one."""

    @app.get("/api/runs/{run_id}/needs")
    def needs(
        desk: Mine,
        run_id: RunId,
        month: Month,
        place: Slug | None = None,
        language: Language = "en",
    ) -> list[dict[str, Any]]:
        """Return what people need on a mean evening of a month, in one place or in each."""
        from corredor.app.documents.needs import needs_table

        folder = result_of(desk, run_id)
        return needs_table(folder, month, place, language)

    @app.get("/api/runs/{run_id}/arrivals")
    def arrivals(desk: Mine, run_id: RunId, place: Slug, month: Month) -> dict[str, Any]:
        """Return who comes to a place in a month: by nationality, way, and last stop before."""
        from corredor.app.documents.arrivals import arrivals

        return arrivals(result_of(desk, run_id), place, month)

    @app.get("/api/runs/{run_id}/counted")
    def counted(desk: Mine, run_id: RunId, place: Slug, language: Language = "en") -> list[str]:
        """Return what was counted in a place in the days of a run, with the run beside it."""
        from corredor.app.documents.needs import counted_in_place

        return counted_in_place(result_of(desk, run_id), place, language)

    @app.get("/api/runs/{run_id}/needs/places")
    def needs_of_places(
        desk: Mine, run_id: RunId, month: Month, share: Share = 1.0, language: Language = "en"
    ) -> dict[str, Any]:
        """Return what people need in every place in a month, with notes and sources."""
        from corredor.app.documents.needs import needs_of_places

        return needs_of_places(result_of(desk, run_id), month, share, language)

    @app.get("/api/runs/{run_id}/needs.xlsx", response_class=Response,
             responses={200: {"content": {EXCEL: {}}}})  # fmt: skip
    def needs_book(
        desk: Mine, run_id: RunId, month: OneMonth = None, zone: Zone = None, share: Share = 1.0,
        language: Language = "en",
    ) -> Response:  # fmt: skip
        """Return needs by month of a run's places as a file of Excel."""
        run = run_of(desk, run_id)
        name = f"{slug(run.name)}-needs.xlsx"
        content = _book(result_of(desk, run_id), run, month, zone, share, language)
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(content, media_type=EXCEL, headers=headers)


def _add_comparisons(app: FastAPI) -> None:
    """Add what runs change against each other."""

    @app.get("/api/compare")
    def compare(desk: Mine, runs: Compared) -> dict[str, Any]:
        """Return runs side by side, and what each changes against the first, pair by pair."""
        from corredor.app.documents.comparing import compare_runs

        return compare_runs([result_of(desk, run_id) for run_id in runs])

    @app.get("/api/compare/people")
    def compare_people(desk: Mine, a: AskedId, b: AskedId) -> dict[str, Any]:
        """Return people by place and day of run ``b`` less run ``a``."""
        from corredor.app.documents.comparing import difference_of_people

        return difference_of_people(result_of(desk, a), result_of(desk, b))


def _book(
    folder: Path, run: Run, month: OneMonth, zone: Zone, share: Share, language: Language
) -> bytes:
    """Return the needs of a run's places as the content of a file of Excel."""
    from corredor.app.documents.needs import BookOf, needs_book

    with tempfile.TemporaryDirectory() as made:
        target = Path(made) / "needs.xlsx"
        needs_book(BookOf(folder, run.name, run.note), month, zone, share, language, target)
        return target.read_bytes()
