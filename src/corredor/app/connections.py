"""Connections that ask too slowly, or too many of them, do not keep the others out.

uvicorn waits without end for the head and the body of a request, and counts a connection that has
asked nothing as one that is answered. Here a connection that is waited for has little time, and
where there are many, the one that was waited for longest is closed for the newest: whoever sends a
whole request at once is always answered. Nor may an answer lie unread without end.
"""

from __future__ import annotations

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD, BODY = 10.0, 30.0  # seconds for a request's head, and for its body after that
SETTLE = 0.5  # seconds after which a connection is counted among those that are waited for
UNREAD = 60.0  # seconds for which an answer may lie unread
MOST_OF_ADDRESS = 64  # connections of one address that are waited for; a proxy has only one
MOST = 256  # of all addresses


class PatientProtocol(H11Protocol):
    """A connection with a limit to the time for which it is waited for."""

    _timer: asyncio.TimerHandle | None = None
    _unread: asyncio.TimerHandle | None = None
    _awaited: Any = None  # what is waited for, as h11 names it
    _since = 0.0
    _closing = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the head of a request, and for one connection less if they are too many."""
        super().connection_made(transport)
        self._since = self.loop.time()
        self._look()
        # Not at once: many may come in a row, and what the first of them sent is not read yet.
        self.loop.call_later(SETTLE, self._make_room)

    def _make_room(self) -> None:
        """Close those that were waited for longest, where they are too many."""
        waiting = [
            one for one in self.connections if isinstance(one, PatientProtocol) and one.waits
        ]
        waiting.sort(key=lambda one: one._since)
        address = self.client and self.client[0]
        mine = [one for one in waiting if one.client and one.client[0] == address]
        if len(mine) > MOST_OF_ADDRESS:
            mine[0].leave()
        elif len(waiting) > MOST:
            waiting[0].leave()

    def data_received(self, data: bytes) -> None:
        """Take up what came, and see what is waited for now."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next request, as long as uvicorn keeps a connection that is quiet."""
        super().on_response_complete()
        self._since = self.loop.time()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait(None)
        self._is_read()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for the other side to read what it asked for."""
        self._unread = self._unread or self.loop.call_later(UNREAD, self.leave)
        super().pause_writing()

    def resume_writing(self) -> None:
        """Go on with the answer, of which something was read."""
        self._is_read()
        super().resume_writing()

    @property
    def waits(self) -> bool:
        """Whether the connection is waited for, rather than answered."""
        return not self._closing and self.conn.their_state in (h11.IDLE, h11.SEND_BODY)

    def leave(self) -> None:
        """Close the connection without an answer."""
        self._closing = True
        self._wait(None)
        self._is_read()
        self.transport.abort()

    def _is_read(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None

    def _look(self) -> None:
        self._wait(self.conn.their_state if self.waits else None)

    def _wait(self, awaited: Any) -> None:
        """Give so much time for what is waited for; what had its time before gets no more."""
        quiet = self.timeout_keep_alive_task is not None  # uvicorn itself closes it
        if awaited is h11.IDLE and quiet:
            awaited = None
        if awaited is self._awaited:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._awaited, self._timer = awaited, None
        if awaited is not None:
            seconds = HEAD if awaited is h11.IDLE else BODY
            self._timer = self.loop.call_later(seconds, self.leave)
