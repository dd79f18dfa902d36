"""Half-sent requests shut nobody out, and are closed after a time."""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from corredor.app import connections
from corredor.app.connections import PatientProtocol

HALF = b"GET / HTTP/1.1\r\nHost: x\r\n"
WHOLE = HALF + b"\r\n"
BODY = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf"


PART, MOST_PARTS = b"x" * 65536, 4000  # of a long answer


async def answering(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer once the whole request is there; a path says for how many seconds to wait."""
    while (await receive()).get("more_body"):
        pass
    if scope["path"] == "/large":
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(MOST_PARTS):
            await send({"type": "http.response.body", "body": PART, "more_body": True})
        return
    await asyncio.sleep(float(scope["path"].strip("/") or 0))
    await send({"type": "http.response.start", "status": 200,
                "headers": [(b"content-length", b"2")]})  # fmt: skip
    await send({"type": "http.response.body", "body": b"ok"})


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(512)
        server = uvicorn.Server(
            uvicorn.Config(answering, log_level="error", lifespan="off", ws="none",
                           http=PatientProtocol, timeout_graceful_shutdown=1)
        )  # fmt: skip
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        yield int(listening.getsockname()[1])
        server.should_exit = True
        thread.join(timeout=20)


def opened(port: int, sent: bytes) -> socket.socket:
    one = socket.create_connection(("127.0.0.1", port), timeout=20)
    one.sendall(sent)
    return one


def answered(port: int) -> float:
    """Ask properly; return after how many seconds the answer came."""
    began = time.monotonic()
    with opened(port, WHOLE) as one:
        assert one.recv(100).startswith(b"HTTP/1.1 200")
    return time.monotonic() - began


def closed_after(one: socket.socket) -> float:
    began = time.monotonic()
    with suppress(ConnectionResetError):
        assert one.recv(100) == b""
    return time.monotonic() - began


@pytest.mark.parametrize("many", [70, 500])
@pytest.mark.parametrize("sent", [b"", HALF, BODY])
def test_half_sent_requests_shut_nobody_out(port: int, many: int, sent: bytes) -> None:
    with ExitStack() as held:
        for _ in range(many):
            held.enter_context(opened(port, sent))
        for _ in range(3):
            assert answered(port) < 2


def test_a_head_and_a_body_have_little_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD", 0.3)
    monkeypatch.setattr(connections, "BODY", 0.6)
    with opened(port, b"") as silent, opened(port, HALF) as head, opened(port, BODY) as body:
        assert 0 < closed_after(silent) < 5
        assert closed_after(head) < 5
        assert closed_after(body) < 5


def test_drop_by_drop_is_no_faster(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD", 0.5)
    began = time.monotonic()
    with opened(port, b"GET / HTTP/1.1\r\n") as one, pytest.raises(ConnectionError):
        while time.monotonic() - began < 10:
            one.sendall(b"x: y\r\n")
            time.sleep(0.05)
    assert time.monotonic() - began < 5


def test_a_second_request_on_a_connection_has_little_time_too(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "HEAD", 0.3)
    with opened(port, WHOLE) as one:
        answer = b""
        while not answer.endswith(b"ok"):
            answer += one.recv(1000)
        one.sendall(HALF)
        assert closed_after(one) < 3


def test_an_answer_may_take_its_time(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD", 0.2)
    monkeypatch.setattr(connections, "BODY", 0.2)
    with opened(port, b"GET /1 HTTP/1.1\r\nHost: x\r\n\r\n") as one:
        assert one.recv(1000).startswith(b"HTTP/1.1 200")


def test_who_is_answered_is_not_closed_for_others(port: int) -> None:
    with ExitStack() as held:
        slow = held.enter_context(opened(port, b"GET /2 HTTP/1.1\r\nHost: x\r\n\r\n"))
        for _ in range(200):
            held.enter_context(opened(port, HALF))
        assert slow.recv(1000).startswith(b"HTTP/1.1 200")


def test_an_answer_that_nobody_reads_is_given_up(
    port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connections, "UNREAD", 0.3)
    with opened(port, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n") as one:
        time.sleep(1.5)
        came = 0
        with suppress(ConnectionResetError):
            while part := one.recv(1_000_000):
                came += len(part)
    assert 0 < came < MOST_PARTS * len(PART) / 2
