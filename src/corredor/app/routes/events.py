"""The stream that tells open pages of runs that change."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import asdict

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import StreamingResponse

from corredor.app.access.house import House
from corredor.app.routes.door import WHO
from corredor.app.routes.mine import Mine

MOST_STREAMS = 96
MOST_OF_ONE = 24
TICK, HEARTBEAT = 0.2, 15.0  # seconds
FULL = (
    "Too many pages are open; close some. Hay demasiadas páginas abiertas; cierre algunas."
)  # fmt: skip


def add_events(app: FastAPI, house: House) -> None:
    """Add the stream."""
    streams: Counter[str] = Counter()

    @app.get("/api/events", response_class=StreamingResponse,
             responses={200: {"content": {"text/event-stream": {}}}})  # fmt: skip
    async def events(desk: Mine, request: Request) -> StreamingResponse:
        """Stream the list of runs each time one changes, as server-sent events."""
        who = str(request.scope[WHO])
        if streams[who] >= MOST_OF_ONE or streams.total() >= MOST_STREAMS:
            raise HTTPException(503, FULL)
        streams[who] += 1

        async def stream() -> AsyncIterator[str]:
            seen, quiet = -1, 0.0
            try:
                while house.lives(who) and not await request.is_disconnected():
                    if desk.changed != seen:
                        seen, quiet = desk.changed, 0.0
                        runs = [asdict(run) for run in desk.store.listed()]
                        yield f"event: runs\ndata: {json.dumps(runs)}\n\n"
                    elif quiet >= HEARTBEAT:
                        quiet = 0.0
                        yield ": still here\n\n"
                    await asyncio.sleep(TICK)
                    quiet += TICK
            finally:
                streams[who] -= 1

        return StreamingResponse(stream(), media_type="text/event-stream")
