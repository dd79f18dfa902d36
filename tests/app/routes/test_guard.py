"""Only the app's own page on this computer is answered, and answers say what the page may load."""

from __future__ import annotations

import pytest
from app_client import ADDRESS
from fastapi.testclient import TestClient

from corredor.app.routes.server import STATIC

BODY = {"name": "x", "scenario": "none-of-these"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example:8765"}, 421),
        ({"Host": "127.0.0.1"}, 421),
        ({"Host": "127.0.0.1:9999"}, 421),
        ({"Origin": "http://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://127.0.0.1:9999"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Content-Length": "65537"}, 413),
        ({"Content-Length": "-1"}, 413),
        ({"Transfer-Encoding": "chunked"}, 411),
        ({"Content-Type": "text/plain"}, 415),
        ({"Origin": ADDRESS, "Sec-Fetch-Site": "same-origin"}, 404),
        ({}, 404),
    ],
)
def test_who_may_ask(client: TestClient, headers: dict[str, str], status: int) -> None:
    answer = client.post("/api/runs", json=BODY, headers=headers)
    assert answer.status_code == status, answer.text


def test_every_answer_says_what_the_page_may_load(client: TestClient) -> None:
    for path in ("/", "/main.js", "/api/runs", "/api/nothing", "/api/openapi.json"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
    assert "content-security-policy" in client.get("/", headers={"Host": "evil"}).headers


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/api/runs", "GET, POST"), ("/api/runs/0123456789abcdef", "DELETE, PATCH"),
     ("/api/words", "GET"), ("/", "GET, HEAD")],
)  # fmt: skip
def test_another_method_is_refused_with_those_of_the_path(
    client: TestClient, path: str, allowed: str
) -> None:
    answer = client.options(path)
    assert (answer.status_code, answer.headers["allow"]) == (405, allowed)


@pytest.mark.parametrize(
    "path",
    [
        "/api/runs/..%2f..%2fetc/people.json",
        "/api/runs/0123456789abcdef/..%2frun.json",
        "/api/runs/0123456789abcdeg/people.json",
        "/..%2f..%2fserver.py",
        "/%2e%2e/server.py",
    ],
)
def test_no_path_of_the_client_is_followed(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (404, 422)


def test_what_is_only_written_is_not_read(client: TestClient) -> None:
    for path in ("/api/claims/model", f"/api/runs/{16 * '0'}/cancel"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert client.get("/api/nothing").status_code == 404


def test_the_page_names_no_other_site(client: TestClient) -> None:
    """Nothing but the name spaces of SVG may look like an address on the internet."""
    names = [path.name for path in STATIC.iterdir() if path.suffix in (".js", ".css", ".html")]
    assert len(names) > 15
    for name in names:
        text = client.get(f"/{name}").text.replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, name
