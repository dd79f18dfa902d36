"""Faults are told without the folders of this computer, and names of runs are plain lines."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from app_client import ADDRESS, BEARER, ENTRY, SMALL, started
from fastapi.testclient import TestClient
from helpers import Small
from pydantic import TypeAdapter, ValidationError

import corredor
from corredor.app.routes import server
from corredor.app.routes.faults import UNEXPECTED, without_paths
from corredor.app.routes.requests import Name
from corredor.app.routes.server import create_app

PROGRAM = Path(corredor.__file__).parent
TEMPORARY = Path(tempfile.gettempdir())


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (f"{PROGRAM}/app/form.csv, line 3: found 'x'.", "form.csv, line 3: found 'x'."),
        (f"{TEMPORARY}/run-1/needs.xlsx: no room", "needs.xlsx: no room"),
        ("No such file: '/var/lib/my runs/a b.json'", "No such file: 'a b.json'"),
        (r"C:\Users\ana\runs\x.toml: no", "x.toml: no"),
        (r"\\server\share\x.toml: no", "x.toml: no"),
        ("see http://127.0.0.1:8765/a/b", "see http://127.0.0.1:8765/a/b"),
        ("1/2 of the runs, and/or 'a/b'", "1/2 of the runs, and/or 'a/b'"),
        ("interdiction.tempo: expected 0 to 1.", "interdiction.tempo: expected 0 to 1."),
    ],
)  # fmt: skip
def test_files_go_by_their_names(told: str, shown: str) -> None:
    home = str(Path.home())
    assert without_paths(told) == shown
    assert home not in without_paths(f"{home}/corredor/run.json is broken")


def test_a_lever_out_of_range_is_refused_without_a_path(client: TestClient) -> None:
    change = {"lever": "custody.sent_south_share", "value": 2}
    answer = client.post("/api/runs", json={**SMALL, "changes": [change]})
    detail = answer.json()["detail"]
    assert detail.startswith("changes, custody.sent_south_share")
    assert "/" not in detail


@pytest.fixture
def faulty(small: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    def broken(*_: Any) -> NoReturn:
        raise RuntimeError(f"no such thing in {tmp_path}/inside.json")

    monkeypatch.setattr(server, "base_map", broken)
    app = create_app(tmp_path / "kept", ENTRY, small.folder)
    with TestClient(app, base_url=ADDRESS, headers=BEARER, raise_server_exceptions=False) as one:
        yield one


def test_a_fault_of_the_program_is_a_plain_sentence(faulty: TestClient) -> None:
    answer = faulty.get("/api/base")
    assert answer.status_code == 500
    assert answer.json() == {"detail": UNEXPECTED}


NAMES = TypeAdapter(Name)


@pytest.mark.parametrize("name", ["=2+5", "<b>x</b>", "Ñandú 日本 👩‍👩‍👧", "x" * 80])
def test_names_of_runs_are_any_text_without_spaces_at_its_ends(name: str) -> None:
    assert NAMES.validate_python(f"  {name}\u3000") == name


@pytest.mark.parametrize(
    "name", ["", "  ", "a\nb", "a\tb", "a\x00b", "a\x9bb", "a\u202eb", "a\u2028b", "x" * 81]
)
def test_characters_that_control_and_long_names_are_refused(name: str) -> None:
    with pytest.raises(ValidationError):
        NAMES.validate_python(name)


def test_a_name_is_kept_as_it_was_written(client: TestClient) -> None:
    run = started(client, name="  =2+5 ", replicates=1)
    names = {one["id"]: one["name"] for one in client.get("/api/runs").json()}
    assert names[run] == "=2+5"
