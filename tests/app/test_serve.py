"""`corredor app` as a process: its address, its token, one app for each folder, users."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import NoReturn

import pytest
import uvicorn
from app_client import TOKEN
from app_server import Served, command, free_port, served

from corredor import cli

Call = Callable[..., tuple[int, str, str]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call a command in this process; give exit code, output and error. It may serve nothing."""

    def serves(*_: object, **__: object) -> NoReturn:
        raise AssertionError("the app was served")

    def called(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["corredor", *words])
        with pytest.raises(SystemExit) as end:
            cli.main()
        return (int(end.value.code or 0), *capsys.readouterr())

    monkeypatch.setenv("CORREDOR_TOKEN", "")
    monkeypatch.setattr(uvicorn.Server, "run", serves)
    return called


def refused(call: Call, *words: str) -> str:
    """Call a command that is refused with exit code 2; return what it says."""
    code, out, error = call(*words)
    assert (code, out) == (2, "")
    return error


def words_of(command: list[str]) -> list[str]:
    """Return what stands after the name of the program in a command."""
    return command[command.index("corredor") + 1 :]


def test_a_second_app_on_a_folder_is_refused_until_the_first_has_ended(
    call: Call, tmp_path: Path
) -> None:
    with served(tmp_path) as app:
        assert app.link == f"http://127.0.0.1:{app.port}/?token={TOKEN}"
        assert app.get("/api/runs") == (200, b"[]")
        assert app.get("/api/runs", token="")[0] == 401
        told = refused(call, *words_of(command(tmp_path, free_port())))
        assert str(tmp_path) in told
        assert f"process {app.process.pid} " in told
        assert "is taken" in refused(call, *words_of(command(tmp_path / "other", app.port)))
        app.process.send_signal(signal.SIGKILL)
        app.process.wait()
    with served(tmp_path) as again:
        assert again.get("/api/runs")[0] == 200


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the app that several tests ask."""
    return tmp_path_factory.mktemp("house")


@pytest.fixture(scope="module")
def app(house: Path) -> Iterator[Served]:
    """Serve the app with a token that it makes anew."""
    with served(house, CORREDOR_TOKEN="") as one:
        yield one


@pytest.fixture(scope="module")
def made(app: Served) -> str:
    """Give the token that the app made."""
    return app.link.partition("?token=")[2]


def test_half_sent_requests_shut_nobody_out_of_the_app(app: Served, made: str) -> None:
    with ExitStack() as held:
        app.get("/api/runs", made)
        for _ in range(500):
            one = held.enter_context(socket.create_connection(("127.0.0.1", app.port)))
            one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        assert app.get("/api/runs", made) == (200, b"[]")
        assert time.monotonic() - began < 2


def test_a_token_is_made_anew_unless_told(app: Served, made: str) -> None:
    assert len(made) == 48
    assert app.get("/api/runs", made)[0] == 200
    assert app.get("/api/runs", TOKEN)[0] == 401


def test_users_are_let_in_and_out_while_it_runs(call: Call, app: Served, house: Path) -> None:
    def users(*words: str) -> str:
        code, out, error = call("app", "users", *words, "--folder", str(house))
        assert code == 0, error
        return out

    token = users("add", "ana").split()[0]
    assert token not in (house / "users.json").read_text()
    assert app.get("/api/runs", token) == (200, b"[]")
    assert (house / "users" / "ana").is_dir()
    assert "ana" in users("list")
    before = [*words_of(command(house, free_port())), "users", "list"]  # the folder of `app` counts
    assert "ana" in call(*before)[1]
    users("remove", "ana")
    assert app.get("/api/runs", token)[0] == 401


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--host", "0.0.0.0", "--no-token"], "token"),
        (["--address", "https://corredor.example.org", "--no-token"], "token"),
        (["--token", "short"], "token: expected"),
        (["--token", "a" * 20, "--no-token"], "token: give either"),
        (["--host", "192.0.2.1"], "no address of this computer"),
        (["--host", "no such host"], "no address or name of this computer"),
        (["--address", "corredor.example.org"], "address: expected"),
        (["--address", "https://corredor.example.org/app"], "address: expected"),
        (["users", "add", "../ana"], "user: "),
        (["users", "remove", "ana"], "there is no ana"),
    ],
)
def test_what_makes_no_sense_is_refused(
    call: Call, tmp_path: Path, options: list[str], told: str
) -> None:
    if options[0] == "users":
        words = ["app", *options, "--folder", str(tmp_path)]
    else:
        words = words_of(command(tmp_path, free_port(), *options))
    assert told in refused(call, *words)


def test_a_broken_list_of_users_is_told_at_the_start(call: Call, tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text("{")
    assert "a list of users" in refused(call, *words_of(command(tmp_path, free_port())))
