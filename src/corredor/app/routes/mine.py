"""The desk of the person who asks, and the runs that are kept at it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

from fastapi import Depends, HTTPException, Request

from corredor.app.access.house import House
from corredor.app.jobs.desk import Desk
from corredor.app.jobs.kept import Run
from corredor.app.jobs.store import RESULT
from corredor.app.routes.door import WHO
from corredor.errors import UsageError


async def _mine(request: Request) -> Desk:
    house: House = request.app.state.house
    return await asyncio.to_thread(house.desk, request.scope[WHO])  # it may have to read runs


Mine = Annotated[Desk, Depends(_mine)]


def run_of(desk: Desk, run_id: str) -> Run:
    """Return a run, or answer that there is none of that id."""
    try:
        return desk.store.get(run_id)
    except UsageError as error:
        raise HTTPException(404, str(error)) from None


def result_of(desk: Desk, run_id: str) -> Path:
    """Return the folder of a run's result."""
    run = run_of(desk, run_id)
    if run.status != "done":
        raise UsageError("The run has no whole result: it has not ended, or ended early.")
    return desk.store.path(run, RESULT)
