"""Answer so many requests at once, and tell the others to wait."""

from __future__ import annotations

from collections import Counter

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from corredor.app.routes.door import WHO

MOST_AT_ONCE = 12
MOST_OF_ONE = 6  # as many as a browser has under way with one address
WAIT = 1  # seconds after which to ask again
STREAMS = "/api/events"  # counted by their own route: they last as long as a page is open
BUSY = (
    "Corredor is answering as many requests as it can; ask again in a moment. "
    "Corredor ya atiende todas las solicitudes que puede; vuelva a intentarlo en un momento."
)


class Turns:
    """Keep one person, or all together, from asking for more at once than the computer can do.

    What is refused has not begun, so that whoever asked can ask again.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or say when to ask again."""
        path = str(scope.get("path", ""))
        if scope["type"] != "http" or not path.startswith("/api/") or path == STREAMS:
            await self.app(scope, receive, send)
            return
        who = str(scope[WHO])
        if self._under_way[who] >= MOST_OF_ONE or self._under_way.total() >= MOST_AT_ONCE:
            answer = JSONResponse({"detail": BUSY}, 503, {"Retry-After": str(WAIT)})
            await answer(scope, receive, send)
            return
        self._under_way[who] += 1
        try:
            await self.app(scope, receive, send)
        finally:
            self._under_way[who] -= 1
