"""Nobody sees anything without a token; each sees their own runs; too many at once wait."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_client import ADDRESS, ENTRY, PORT, TOKEN, WHOLE
from fastapi.testclient import TestClient
from helpers import Small

from corredor.app.access.entry import Entry
from corredor.app.access.house import OWNER
from corredor.app.routes import events, turns
from corredor.app.routes.server import create_app

COOKIE = f"corredor-{PORT}"
LINKED = {
    "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document",
}  # fmt: skip


@pytest.fixture
def stranger(small: Small, tmp_path: Path) -> Iterator[TestClient]:
    """Give a client that knows no token; the app's worker is not started."""
    app = create_app(tmp_path / "kept", ENTRY, small.folder)
    yield TestClient(app, base_url=ADDRESS, follow_redirects=False)


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def new_user(client: TestClient, name: str) -> str:
    return str(client.app.state.house.users.add(name))  # type: ignore[attr-defined]


def kept_by(client: TestClient, who: str, name: str) -> str:
    """Keep a run without asking the worker for it."""
    desk = client.app.state.house.desk(who)  # type: ignore[attr-defined]
    return str(desk.store.add(name, WHOLE, "", "x").id)


@pytest.mark.parametrize("path", ["/api/runs", "/api/events", "/api/openapi.json", "/main.js",
                                  "/index.html", "/api/words", "/api/none"])  # fmt: skip
@pytest.mark.parametrize("headers", [{}, bearing("x" * 20), bearing(""), bearing("ñ"),
                                     {"Cookie": f"{COOKIE}={'x' * 20}"}, {"Cookie": "=;;"},
                                     {"Authorization": "Basic x"}])  # fmt: skip
def test_without_a_token_there_is_nothing(
    stranger: TestClient, path: str, headers: dict[str, str]
) -> None:
    sent = {name: value.encode() for name, value in headers.items()}
    answer = stranger.get(path, headers=sent)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    detail = answer.json()["detail"]
    assert "token" in detail
    assert "clave" in detail
    assert stranger.get(f"{path}?token={TOKEN}").status_code == 401  # only the page's address


def test_the_page_without_a_token_says_so_in_both_languages(stranger: TestClient) -> None:
    for path, said in (("/", "To come in"), ("/?token=none", "not known here")):
        answer = stranger.get(path)
        assert answer.status_code == 401
        assert said in answer.text
        assert 'lang="es"' in answer.text
        assert "main.js" not in answer.text
    for path in ("/app.css", "/icon.svg"):
        assert stranger.get(path).status_code == 200


def test_the_address_with_the_token_gives_a_cookie_and_an_address_without(
    stranger: TestClient,
) -> None:
    answer = stranger.get(f"/?token={TOKEN}&x=1")
    assert (answer.status_code, answer.headers["location"]) == (303, "/?x=1")
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "SameSite=strict", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    assert stranger.get("/").status_code == 200
    assert stranger.get("/api/runs").json() == []


def test_a_link_on_another_site_opens_the_app_once_more_from_here(stranger: TestClient) -> None:
    """A browser sends no strict cookie where another site has led it, redirected or not."""
    answer = stranger.get(f"/?token={TOKEN}", headers=LINKED)
    assert answer.status_code == 200
    assert 'content="0;url=/"' in answer.text
    assert COOKIE in answer.headers["set-cookie"]
    over_http = stranger.get(f"/?token={TOKEN}", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (over_http.status_code, over_http.text) == (200, answer.text)
    stranger.cookies.clear()
    answer = stranger.get("/", headers=LINKED)
    assert 'content="0;url=/"' in answer.text
    assert "set-cookie" not in answer.headers
    assert stranger.get("/?token=none", headers=LINKED).status_code == 401
    framed = {**LINKED, "Sec-Fetch-Dest": "iframe"}
    assert stranger.get(f"/?token={TOKEN}", headers=framed).status_code == 403
    assert stranger.get("/api/runs", headers={**LINKED, **bearing(TOKEN)}).status_code == 403


def test_behind_tls_the_cookie_goes_over_tls_only(small: Small, tmp_path: Path) -> None:
    entry = Entry(PORT, token=TOKEN, public="https://corredor.example.org")
    app = create_app(tmp_path / "kept", entry, small.folder)
    client = TestClient(app, base_url=entry.public, follow_redirects=False)
    assert "Secure" in client.get(f"/?token={TOKEN}").headers["set-cookie"]
    for origin, status in ((entry.public, 404), ("https://corredor.example.com", 403)):
        answer = client.delete(f"/api/runs/{16 * '0'}", headers={"Origin": origin})
        assert answer.status_code == status


def test_without_a_token_of_its_own_the_app_asks_nobody(small: Small, tmp_path: Path) -> None:
    app = create_app(tmp_path / "kept", Entry(PORT), small.folder)
    client = TestClient(app, base_url=ADDRESS, follow_redirects=False)
    assert client.get("/api/runs").status_code == 200
    answer = client.get("/?token=old")
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "set-cookie" not in answer.headers


def test_each_sees_their_own_runs_only(stranger: TestClient) -> None:
    tokens = {name: new_user(stranger, name) for name in ("ana", "luis")} | {OWNER: TOKEN}
    runs = {who: kept_by(stranger, who, f"of {who}") for who in tokens}
    for who, token in tokens.items():
        listed = stranger.get("/api/runs", headers=bearing(token)).json()
        assert [run["id"] for run in listed] == [runs[who]]
        for other in tokens.keys() - {who}:
            run = f"/api/runs/{runs[other]}"
            for path in ("people.json", "scenario.toml", "so-far", "notes", "needs.xlsx"):
                assert stranger.get(f"{run}/{path}", headers=bearing(token)).status_code == 404
            asked: list[tuple[str, str, Any]] = [
                ("DELETE", run, None),
                ("PATCH", run, {"name": "x"}),
                ("POST", f"{run}/cancel", None),
            ]
            for method, path, body in asked:
                answer = stranger.request(method, path, json=body, headers=bearing(token))
                assert answer.status_code == 404, (method, path)


def test_a_damaged_run_is_listed_refused_and_deleted(small: Small, tmp_path: Path) -> None:
    first = create_app(tmp_path, ENTRY, small.folder)
    run = kept_by(TestClient(first), OWNER, "Cut short")
    (tmp_path / run / "run.json").write_text('{"id":')
    client = TestClient(
        create_app(tmp_path, ENTRY, small.folder), base_url=ADDRESS, headers=bearing(TOKEN)
    )
    (listed,) = client.get("/api/runs").json()
    assert (listed["id"], listed["status"], listed["reason"]) == (run, "damaged", "broken")
    for path in ("people.json", "notes", "needs?month=2024-01", "so-far"):
        assert client.get(f"/api/runs/{run}/{path}").status_code in (200, 404, 409), path
    assert client.patch(f"/api/runs/{run}", json={"name": "x"}).status_code == 409
    assert client.delete(f"/api/runs/{run}").status_code == 204
    assert client.get("/api/runs").json() == []
    assert not (tmp_path / run).exists()


def test_too_much_at_once_is_told_to_wait(
    stranger: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = new_user(stranger, "ana")
    go, begun = threading.Event(), threading.Semaphore(0)
    house = stranger.app.state.house  # type: ignore[attr-defined]
    listed = house.desk(OWNER).store.listed

    def slow() -> Any:
        begun.release()
        go.wait(20)
        return listed()

    monkeypatch.setattr(house.desk(OWNER).store, "listed", slow)
    found = list[int]()
    asking = [
        threading.Thread(
            target=lambda: found.append(
                stranger.get("/api/runs", headers=bearing(TOKEN)).status_code
            )
        )
        for _ in range(turns.MOST_OF_ONE)
    ]
    with TestClient(stranger.app, base_url=ADDRESS) as one:
        monkeypatch.setattr(stranger, "get", one.get)
        for thread in asking:
            thread.start()
        for _ in asking:
            assert begun.acquire(timeout=20)
        told = one.get("/api/runs", headers=bearing(TOKEN))
        assert (told.status_code, told.headers["retry-after"]) == (503, "1")
        assert "ask again" in told.json()["detail"]
        assert one.get("/api/runs", headers=bearing(ana)).status_code == 200
        monkeypatch.setattr(turns, "MOST_AT_ONCE", turns.MOST_OF_ONE)
        assert one.get("/api/runs", headers=bearing(ana)).status_code == 503
        assert one.get("/app.css").status_code == 200
        go.set()
        for thread in asking:
            thread.join()
        assert found == turns.MOST_OF_ONE * [200]
        assert one.get("/api/runs", headers=bearing(ana)).status_code == 200


def test_streams_of_one_are_counted(stranger: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "MOST_OF_ONE", 0)
    answer = stranger.get("/api/events", headers=bearing(TOKEN))
    assert answer.status_code == 503
    assert "retry-after" not in answer.headers
