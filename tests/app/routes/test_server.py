"""The HTTP interface: runs are started, followed, cancelled, kept and shown; bad ones refused."""

from __future__ import annotations

import json
import os
import signal
import time
from typing import Any

import numpy as np
import pytest
from app_client import ended, result_folder, run_of, started
from fastapi.testclient import TestClient
from helpers import Small

from corredor import __version__
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.draws.names import DRAW_OF_BANDS
from corredor.runs.result import load_result
from corredor.runs.simulate import run


@pytest.fixture(scope="module")
def done(client: TestClient) -> dict[str, Any]:
    return ended(client, started(client))


def test_the_page_and_its_files_are_served(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "main.js" in page.text
    for name in ("main.js", "core.js", "map.js", "charts.js", "app.css", "icon.svg"):
        assert client.get(f"/{name}").status_code == 200, name


def test_what_the_page_needs_before_a_run(client: TestClient) -> None:
    base = client.get("/api/base").json()
    assert len(base["places"]) == 8
    assert base["shapes"]["countries"].startswith("M")
    assert base["shapes"]["lakes"] == ""  # the base map of the whole earth has countries only
    assert {link[2] for link in base["links"]} == {"bus", "foot"}
    assert base["version"] == __version__
    assert "DHS" in base["record"]["border_patrol_encounters"]
    spanish = client.get("/api/base", params={"language": "es"}).json()["record"]
    assert spanish["border_patrol_encounters"].startswith("Encuentros")
    assert [s["name"] for s in client.get("/api/scenarios").json()] == ["small"]
    levers = client.get("/api/levers", params={"scenario": "small"}).json()
    south = next(lever for lever in levers["levers"] if lever["item"] == "tempo-south")
    assert south["ways"] == ["value", "factor"]
    assert [row["month"] for row in south["months"]] == ["2023-02", "2023-03", "2023-04"]
    same = {"low": 0.02, "middle": 0.02, "high": 0.02, "moved": False}
    assert south["months"][0] == pytest.approx({"month": "2023-02", **same})
    assert client.get("/api/levers", params={"scenario": "none"}).status_code == 404


def test_a_run_ends_with_the_numbers_of_the_command_line(
    client: TestClient, small: Small, done: dict[str, Any]
) -> None:
    assert done["status"] == "done", done
    assert done["done"] == done["total"] > 0
    kept = load_result(result_folder(client, done["id"]) / "result")
    again = run(small.path, replicates=3, draw=DRAW_OF_BANDS, seed=5)
    assert np.array_equal(kept["present"], again["present"])
    assert done["command"] == "corredor run small --replicates 3 --seed 5 --draw hybrid"


def test_changed_levers_give_a_scenario_file_that_repeats_the_run(
    client: TestClient, small: Small
) -> None:
    changes = [
        {"lever": "interdiction.tempo", "key": "south", "value": 0.05, "start": "2023-03-01"},
        {"lever": "appointments.daily_cap", "value": 30},
        {"lever": "entry.factor", "key": "*", "way": "factor", "value": 0.5},
    ]
    mine = ended(client, started(client, name='Más "paradas"', changes=changes, replicates=2))
    assert mine["command"] == "corredor run m-s-paradas.toml --replicates 2 --seed 5 --draw hybrid"
    file = client.get(f"/api/runs/{mine['id']}/scenario.toml")
    path = small.folder / "repeated.toml"
    path.write_text(file.text, encoding="utf-8")
    scenario = load_scenario(path)
    path.unlink()
    assert scenario.title == 'Más "paradas"'
    kept = load_result(result_folder(client, mine["id"]) / "result")
    assert kept.attrs["scenario_hash"] == scenario.hash
    again = run(scenario, replicates=2, draw=DRAW_OF_BANDS, seed=5)
    assert np.array_equal(kept["present"], again["present"])


def test_the_documents_of_a_run_say_what_the_result_says(
    client: TestClient, done: dict[str, Any]
) -> None:
    data = load_result(result_folder(client, done["id"]) / "result")
    people = client.get(f"/api/runs/{done['id']}/people.json").json()
    there = data["present"].sel(status=["in_place", "in_caravan", "waiting"]).sum("status")
    for p, place in enumerate(people["places"]):
        middle = there.sel(place=place).median("replicate").values
        assert people["middle"][p] == np.rint(middle).tolist()
    assert people["days"] == data.sizes["day"]
    monthly = client.get(f"/api/runs/{done['id']}/monthly.json").json()
    assert monthly["months"] == ["2023-02", "2023-03", "2023-04"]
    sent = data["sent_south"].sum(["place", "group"]).median("replicate").values
    assert monthly["series"]["sent_south"]["middle"] == np.rint(sent).tolist()
    links = client.get(f"/api/runs/{done['id']}/links.json").json()
    mean = data["travelled"].mean("replicate").sum(["month", "nationality"]).values
    assert np.sum(links["travelled"], axis=(1, 2)) == pytest.approx(mean, abs=3)


def test_what_to_know_of_a_run_is_said_in_both_languages(
    client: TestClient, done: dict[str, Any]
) -> None:
    path = f"/api/runs/{done['id']}/notes"
    english, spanish = (client.get(path, params={"language": each}).json() for each in ("en", "es"))
    assert len(english) == len(spanish) > 0
    assert any("3 runs" in note for note in english)
    assert any("3 corridas" in note for note in spanish)


def test_needs_of_a_place(client: TestClient, done: dict[str, Any]) -> None:
    asked = {"month": "2023-03", "place": "sur", "language": "es"}
    rows = client.get(f"/api/runs/{done['id']}/needs", params=asked).json()
    by_need = {row["need"]: row for row in rows}
    assert by_need["water"]["name"] == "Agua"
    assert by_need["water"]["middle"] == 15 * by_need["people"]["middle"] > 0
    wrong = {"month": "2031-03", "place": "sur"}
    answer = client.get(f"/api/runs/{done['id']}/needs", params=wrong)
    assert (answer.status_code, "2031-03" in answer.json()["detail"]) == (409, True)


def test_runs_are_compared_side_by_side_and_pair_by_pair(
    client: TestClient, done: dict[str, Any]
) -> None:
    changes = [{"lever": "custody.sent_south_share", "value": 0}]
    other = ended(client, started(client, changes=changes, name="Nobody sent south"))
    unlike = ended(client, started(client, seed=6))
    asked = [("runs", run["id"]) for run in (done, other, unlike)]
    found = client.get("/api/compare", params=asked).json()
    assert found["months"] == ["2023-02", "2023-03", "2023-04"]
    assert found["paired"] == [False, True, False]
    south = next(row for row in found["measures"] if row["measure"] == "sent_south")
    first, second, third = south["sums"]
    assert second["mean"] == 0 < first["low"] <= first["mean"] <= first["high"]
    assert third["mean"] != first["mean"]
    none, gap, unpaired = south["differences"]
    assert none is unpaired is None
    assert gap["difference"] == pytest.approx(-first["mean"])
    series = found["series"]["sent_south"]
    kept = load_result(result_folder(client, done["id"]) / "result")
    middle = kept["sent_south"].sum(["place", "group"]).median("replicate").values
    assert series["lines"][0]["middle"] == np.rint(middle).tolist()
    assert series["differences"][1]["high"] == [-value for value in series["lines"][0]["low"]]
    pair = {"a": done["id"], "b": other["id"]}
    assert np.shape(client.get("/api/compare/people", params=pair).json()["people"]) == (8, 74)
    pair["b"] = unlike["id"]
    refused = client.get("/api/compare/people", params=pair)
    assert (refused.status_code, "seed" in refused.json()["detail"]) == (409, True)
    assert client.get("/api/compare", params=asked[:1]).status_code == 422
    assert client.get("/api/compare", params=4 * asked).status_code == 422


@pytest.mark.parametrize(
    ("wrong", "status", "told"),
    [
        ({"scenario": "../baseline"}, 422, "pattern"),
        ({"scenario": "baseline"}, 404, "no such scenario"),
        ({"replicates": 0}, 422, "greater"),
        ({"replicates": 10_000}, 422, "less"),
        ({"seed": -1}, 422, "greater"),
        ({"seed": False}, 422, "number"),
        ({"seed": "1"}, 422, "number"),
        ({"seed": 1.5}, 422, "integer"),
        ({"changes": [{"lever": "custody.days_held", "value": 2, "start": 0}]}, 422, "a day"),
        ({"changes": [{"lever": "custody.days_held", "value": True}]}, 422, "number"),
        ({"name": " "}, 422, "pattern"),
        ({"name": ""}, 422, "pattern"),
        ({"name": "a\nb"}, 422, "pattern"),
        ({"more": 1}, 422, "Extra"),
        ({"changes": [{"lever": "no.lever", "value": 1}]}, 409, "a lever"),
        ({"changes": [{"lever": "custody.sent_south_share", "value": 2}]}, 409, "from 0 to 1"),
        ({"changes": [{"lever": "custody.days_held", "way": "more", "value": 2}]}, 422, "factor"),
        (
            {"changes": [{"lever": "custody.sent_south_share", "way": "factor", "value": 2}]},
            409,
            "a factor that leaves it within 1",
        ),
        ({"changes": [{"lever": "interdiction.tempo", "key": "x", "value": 0}]}, 409, "a zone"),
        ({"changes": [{"lever": "custody.days_held", "key": "x", "value": 2}]}, 409, "no key"),
        ({"changes": [{"lever": "custody.days_held", "value": 2}] * 2}, 409, "once"),
    ],
)
def test_a_request_that_makes_no_sense_is_refused(
    client: TestClient, wrong: dict[str, Any], status: int, told: str
) -> None:
    before = client.get("/api/runs").json()
    answer = client.post("/api/runs", json={"name": "x", "scenario": "small", **wrong})
    assert answer.status_code == status
    assert told in json.dumps(answer.json())
    assert client.get("/api/runs").json() == before


def test_numbers_that_are_none_and_broken_text_are_refused(client: TestClient) -> None:
    for body in (
        b'{"name": "\\ud800", "scenario": "small"}',
        b'{"name": "x", "scenario": "small", "seed": NaN}',
        b"{",
        b"\xff\xfe",
    ):
        answer = client.post(
            "/api/runs", content=body, headers={"Content-Type": "application/json"}
        )
        assert 400 <= answer.status_code < 500, body


def test_a_run_is_cancelled_renamed_and_deleted(client: TestClient) -> None:
    long = started(client, replicates=200, name="Long")
    waits = started(client, name="Waits")
    assert client.delete(f"/api/runs/{waits}").status_code == 409
    assert client.post(f"/api/runs/{waits}/cancel").json()["status"] == "cancelled"
    client.post(f"/api/runs/{long}/cancel")
    cancelled = ended(client, long)
    assert cancelled["status"] == "cancelled"
    assert cancelled["done"] < cancelled["total"] or cancelled["total"] == 0
    assert client.get(f"/api/runs/{long}/needs", params={"month": "2023-03"}).status_code == 409
    renamed = client.patch(f"/api/runs/{long}", json={"name": "Another"}).json()
    assert renamed["name"] == run_of(client, long)["name"] == "Another"
    noted = client.patch(f"/api/runs/{long}", json={"note": "For the meeting."}).json()
    assert (noted["name"], noted["note"]) == ("Another", "For the meeting.")
    for wrong in ({"name": ""}, {"note": "x" * 301}, {"note": "a\nb"}, {"seed": 1}):
        assert client.patch(f"/api/runs/{long}", json=wrong).status_code == 422
    for gone in (long, waits):
        assert client.delete(f"/api/runs/{gone}").status_code == 204
        assert client.get(f"/api/runs/{gone}/people.json").status_code == 404
        assert not result_folder(client, gone).exists()


@pytest.mark.slow
def test_a_killed_worker_fails_its_run_and_the_next_one_ends(client: TestClient) -> None:
    assert ended(client, started(client))["status"] == "done"  # so that there is a worker
    pid = client.app.state.runner.worker_pid  # type: ignore[attr-defined]
    os.kill(pid, signal.SIGSTOP)  # it would be done before it is killed
    killed = started(client)
    until = time.monotonic() + 60
    while run_of(client, killed)["status"] != "running":
        assert time.monotonic() < until
        time.sleep(0.02)
    os.kill(pid, signal.SIGKILL)
    failed = ended(client, killed)
    assert (failed["status"], failed["reason"]) == ("failed", "worker")
    assert ended(client, started(client))["status"] == "done"
    assert client.app.state.runner.worker_pid != pid  # type: ignore[attr-defined]
