"""Who comes to a place: the flows of the result, by nationality, way and last stop."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import xarray as xr
from app_client import ended, result_folder, started
from fastapi.testclient import TestClient

from corredor.runs.result import load_result

MARCH = {"month": "2023-03"}


@pytest.fixture(scope="module")
def run(client: TestClient) -> str:
    return str(ended(client, started(client))["id"])


@pytest.fixture(scope="module")
def data(client: TestClient, run: str) -> xr.Dataset:
    return load_result(result_folder(client, run) / "result").sel(month="2023-03-01")


def asked(client: TestClient, run: str, place: str) -> dict[str, Any]:
    answer = client.get(f"/api/runs/{run}/arrivals", params={**MARCH, "place": place})
    assert answer.status_code == 200, answer.text
    return {
        part: {row["name"]: (row["low"], row["middle"], row["high"]) for row in rows}
        for part, rows in answer.json().items()
    }


def band(values: xr.DataArray) -> tuple[int, ...]:
    return tuple(int(v) for v in np.rint(np.quantile(values.values, [0.05, 0.5, 0.95], axis=0)))


def test_ways_and_stops_are_the_flows_of_the_result(
    client: TestClient, run: str, data: xr.Dataset
) -> None:
    found = asked(client, run, "sur")
    into = data["travelled"].isel(link=data["link_destination"].values == "sur")
    assert found["ways"]["road"] == band(into.sum(["link", "nationality"]))
    assert found["ways"]["bused"] == band(data["sent_south"].sel(place="sur").sum("group"))
    assert set(found["stops"]) == {"hogar"}
    assert "entered" not in found["ways"]


def test_nationalities_hold_those_on_roads_those_bused_and_those_who_enter(
    client: TestClient, run: str, data: xr.Dataset
) -> None:
    found = asked(client, run, "valle")["nationalities"]
    into = data["travelled"].isel(link=data["link_destination"].values == "valle").sum("link")
    mexican = data["nationality_of_group"].values == "mexico"
    entered = data["entries"].sel(place="valle").isel(group=mexican).sum("group")
    assert found["mexico"] == band(into.sel(nationality="mexico") + entered)
    assert found["honduras"] == band(into.sel(nationality="honduras"))


def test_stops_add_up_bus_and_foot(client: TestClient, run: str, data: xr.Dataset) -> None:
    into = data["travelled"].isel(
        link=(data["link_destination"].values == "istmo") & (data["link_origin"].values == "sur")
    )
    assert into.sizes["link"] == 2
    assert asked(client, run, "istmo")["stops"]["sur"] == band(into.sum(["link", "nationality"]))


@pytest.mark.parametrize("wrong", [{"place": "moon"}, {"month": "2031-03"}])
def test_what_the_result_does_not_hold_is_refused(
    client: TestClient, run: str, wrong: dict[str, str]
) -> None:
    answer = client.get(f"/api/runs/{run}/arrivals", params={**MARCH, "place": "sur", **wrong})
    assert answer.status_code == 409
