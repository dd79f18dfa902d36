"""`corredor app` as a process: its address, its token, one app for each folder, users."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from app_client import TOKEN
from app_server import SECONDS, command, free_port, served


def refused(*words: str, **environment: str) -> str:
    """Run a command that is refused with exit code 2; return what it says."""
    done = subprocess.run(
        words, capture_output=True, text=True, timeout=SECONDS, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, ""), done
    return done.stderr


def test_a_second_app_on_a_folder_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    with served(tmp_path) as app:
        assert app.link == f"http://127.0.0.1:{app.port}/?token={TOKEN}"
        assert app.get("/api/runs") == (200, b"[]")
        assert app.get("/api/runs", token="")[0] == 401
        told = refused(*command(tmp_path, free_port()))
        assert str(tmp_path) in told
        assert f"process {app.process.pid} " in told
        assert "is taken" in refused(*command(tmp_path / "other", app.port))
        app.process.send_signal(signal.SIGKILL)
        app.process.wait()
    with served(tmp_path) as again:
        assert again.get("/api/runs")[0] == 200


def test_half_sent_requests_shut_nobody_out_of_the_app(tmp_path: Path) -> None:
    with served(tmp_path) as app, ExitStack() as held:
        app.get("/api/runs")
        for _ in range(500):
            one = held.enter_context(socket.create_connection(("127.0.0.1", app.port)))
            one.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n")
        began = time.monotonic()
        assert app.get("/api/runs") == (200, b"[]")
        assert time.monotonic() - began < 2


def test_a_token_is_made_anew_unless_told(tmp_path: Path) -> None:
    with served(tmp_path, CORREDOR_TOKEN="") as app:
        token = app.link.partition("?token=")[2]
        assert len(token) == 48
        assert app.get("/api/runs", token)[0] == 200
        assert app.get("/api/runs", TOKEN)[0] == 401


def test_users_are_let_in_and_out_while_it_runs(tmp_path: Path) -> None:
    def users(*words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "corredor", "app", "users", *words, "--folder", str(tmp_path)],
            capture_output=True, text=True, timeout=SECONDS, check=True,
        )  # fmt: skip
        return done.stdout

    with served(tmp_path) as app:
        token = users("add", "ana").split()[0]
        assert token not in (tmp_path / "users.json").read_text()
        assert app.get("/api/runs", token) == (200, b"[]")
        assert (tmp_path / "users" / "ana").is_dir()
        assert "ana" in users("list")
        before = [*command(tmp_path, free_port()), "users", "list"]  # the folder of `app` counts
        assert "ana" in subprocess.run(before, capture_output=True, text=True, check=True).stdout
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
def test_what_makes_no_sense_is_refused(tmp_path: Path, options: list[str], told: str) -> None:
    if options[0] == "users":
        words = [*command(tmp_path, free_port())[:4], *options, "--folder", str(tmp_path)]
    else:
        words = command(tmp_path, free_port(), *options)
    assert told in refused(*words)


def test_a_broken_list_of_users_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "users.json").write_text("{")
    assert "a list of users" in refused(*command(tmp_path, free_port()))
