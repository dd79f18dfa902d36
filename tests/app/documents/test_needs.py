"""Needs of every place: the numbers of the table of a place, filters, shares, a file of Excel."""

from __future__ import annotations

import io
from typing import Any

import openpyxl
import pandas as pd
import pytest
from app_client import ended, started
from fastapi.testclient import TestClient

from corredor import __version__
from corredor.needs.counted import COLUMNS


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
    assert list(book) == ["necesidades", "días por encima de las camas", "normas", "acerca de"]
    needs = book["necesidades"]
    assert list(needs) == [
        "lugar", "nombre", "primer día", "último día", "días", "necesidad", "unidad", "bajo",
        "medio", "alto",
    ]  # fmt: skip
    assert set(needs["lugar"]) == {"sur", "istmo", "costa"}
    assert needs["primer día"].nunique() == 3  # every month of the run
    assert {"Agua", "Personas presentes"} <= set(needs["necesidad"])
    one = client.get(f"{run}/needs.xlsx", params={**asked, "month": "2023-03"})
    assert pd.read_excel(io.BytesIO(one.content))["primer día"].unique().size == 1


def test_excel_keeps_a_name_that_looks_like_a_formula_as_text(client: TestClient) -> None:
    run = ended(client, started(client, name="=2+5"))["id"]
    client.patch(f"/api/runs/{run}", json={"note": "@SUM(A1)"})
    answer = client.get(f"/api/runs/{run}/needs.xlsx", params={"month": "2023-03"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    cells = {row[0].value: row[1] for row in book["about"].iter_rows()}
    for key, text in (("run", "=2+5"), ("note on the run", "@SUM(A1)")):
        assert (cells[key].value, cells[key].data_type) == (text, "s")
    assert (cells["seed"].value, cells["seed"].data_type) == (5, "n")
    assert cells["runs of the model"].value == 3
    assert cells["Corredor"].value == __version__
    every = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in every}


@pytest.mark.parametrize(
    ("asked", "status"),
    [({"zone": "moon"}, 409), ({"month": "2031-01"}, 409), ({"share": 2}, 422)],
)
def test_what_a_run_does_not_hold_is_refused(
    client: TestClient, run: str, asked: dict[str, Any], status: int
) -> None:
    assert client.get(f"{run}/needs.xlsx", params=asked).status_code == status


def test_what_was_counted_in_a_place_is_told_with_the_run_beside_it(
    client: TestClient, run: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {"place": "sur", "language": "es"}
    assert client.get(f"{run}/counted", params=asked).json() == [
        "No se conoce ningún conteo de todas las personas en este lugar para estos días ni el mes "
        "anterior o posterior."
    ]
    row = ("sur", "Sur", "2023-03-05", "2023-03-05", "stated", "everyone", "the mayor", "B",
           900.0, 900.0, 450.0, 400.0, 500.0, 0.5, "near")  # fmt: skip
    counts = pd.DataFrame([row], columns=list(COLUMNS))
    monkeypatch.setattr("corredor.app.documents.needs.counts_beside", lambda _: counts)
    (told,) = client.get(f"{run}/counted", params={"place": "sur"}).json()
    assert told.startswith("Counted: 900 (everybody there; estimate of the mayor; 5 March 2023).")
    assert "The model then: 450 (400 to 500)" in told
    assert client.get(f"{run}/counted", params={"place": "atlantis"}).status_code == 409
