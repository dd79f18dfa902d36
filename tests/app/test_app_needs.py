"""Needs of every place: the numbers of the table of a place, filters, shares, a file of Excel."""

from __future__ import annotations

import io
from typing import Any

import pandas as pd
import pytest
from app_client import ended, started
from fastapi.testclient import TestClient


@pytest.fixture(scope="module")
def run(client: TestClient) -> str:
    return f"/api/runs/{ended(client, started(client))['id']}"


def places_of(client: TestClient, run: str, **asked: Any) -> dict[str, Any]:
    answer = client.get(f"{run}/needs/places", params={"month": "2023-03", **asked})
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_every_place_has_the_numbers_of_its_own_table(client: TestClient, run: str) -> None:
    found = places_of(client, run)
    assert len(found["places"]) == 8
    asked = {"month": "2023-03", "place": "sur"}
    own = client.get(f"{run}/needs", params=asked).json()
    (sur,) = [place for place in found["places"] if place["place"] == "sur"]
    assert [need["need"] for need in found["needs"]] == [row["need"] for row in own]
    assert sur["values"] == [[row[b] for b in ("low", "middle", "high")] for row in own]
    assert (sur["beds"], sur["chance"]) == (None, None)  # none are published in the small world
    assert found["days"] == 31
    assert any("Sphere" in source for source in found["sources"])
    assert any("3 runs" in note for note in found["notes"])


def test_half_the_people_need_half_the_water(client: TestClient, run: str) -> None:
    def water(share: float) -> float:
        found = places_of(client, run, share=share)
        at = [need["need"] for need in found["needs"]].index("water")
        return float(sum(place["values"][at][1] for place in found["places"]))

    assert water(0.5) == pytest.approx(water(1.0) / 2, rel=0.02)
    assert water(0.0) == 0


def test_excel_holds_the_places_of_a_zone_in_the_language_asked_for(
    client: TestClient, run: str
) -> None:
    asked = {"zone": "south", "language": "es"}
    answer = client.get(f"{run}/needs.xlsx", params=asked)
    assert 'filename="as-it-is-needs.xlsx"' in answer.headers["content-disposition"]
    book = pd.read_excel(io.BytesIO(answer.content), sheet_name=None)
    assert list(book) == ["needs", "days over capacity", "standards", "about"]
    needs = book["needs"]
    assert set(needs["place"]) == {"sur", "istmo", "costa"}
    assert needs["first"].nunique() == 3  # every month of the run
    assert {"Agua", "Personas presentes"} <= set(needs["need"])
    one = client.get(f"{run}/needs.xlsx", params={**asked, "month": "2023-03"})
    assert pd.read_excel(io.BytesIO(one.content))["first"].unique().size == 1


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"zone": "moon"}, 409), ({"month": "2031-01"}, 409), ({"share": 2}, 422)],
)
def test_what_a_run_does_not_hold_is_refused(
    client: TestClient, run: str, asked: dict[str, Any], status: int
) -> None:
    assert client.get(f"{run}/needs.xlsx", params=asked).status_code == status
