"""The map shows the world, and no label covers another."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

from corredor.corridor.geography import great_circle_km
from corredor.corridor.world import World, load_world
from corredor.show.map.draw import draw_map
from corredor.show.map.projecting import projection_of


@pytest.fixture(scope="module")
def mexico() -> World:
    return load_world("mexico")


@pytest.fixture(scope="module")
def figure(mexico: World) -> Figure:
    return draw_map(mexico)


def named(axes: Axes) -> dict[str, Bbox]:
    return {t.get_text(): t.get_window_extent() for t in axes.texts if isinstance(t, Annotation)}


def test_labels_do_not_cover_one_another(figure: Figure) -> None:
    axes = figure.axes[0]
    for part in (axes, *axes.child_axes):
        boxes = named(part)
        assert len(boxes) >= 20
        for (_, a), (_, b) in itertools.combinations(boxes.items(), 2):
            assert not a.overlaps(b)
        frame = part.get_window_extent()
        assert all(frame.x0 <= b.x0 and b.x1 <= frame.x1 for b in boxes.values())


def test_sectors_and_chief_places_are_named(figure: Figure, mexico: World) -> None:
    axes = figure.axes[0]
    shown = set(named(axes))
    assert {s.upper() for s in mexico.places["sector"] if s} <= shown
    assert {"Tapachula", "Mexico City", "Tijuana", "19th parallel"} <= shown
    assert {"Juchitán", "Tapachula", "Huixtla"} <= set(named(axes.child_axes[0]))


def test_circles_have_areas_in_proportion(mexico: World) -> None:
    figure = draw_map(mexico, {"tapachula": 4000, "tijuana": 1000}, title="People")
    sizes = np.concatenate([np.asarray(c.get_sizes()) for c in figure.axes[0].collections[-2:]])
    largest = np.sort(sizes)[-2:]
    assert largest[1] / largest[0] == pytest.approx(4)
    assert "People" in [t.get_text() for t in figure.texts]


def test_no_one_anywhere_still_makes_a_map(mexico: World) -> None:
    assert draw_map(mexico, {}).axes


def test_the_credit_stands_on_the_map(figure: Figure) -> None:
    assert any("GeoNames" in t.get_text() for t in figure.texts)


def test_the_projection_keeps_lengths_near_the_middle_and_areas_everywhere() -> None:
    project = projection_of(load_world("mexico"))
    x, y = project([-98.0, -97.0], [20.0, 20.0])
    assert np.hypot(x[1] - x[0], y[1] - y[0]) == pytest.approx(
        float(great_circle_km(20, -98, 20, -97)), rel=0.02
    )
    for lon, lat in ((-115.0, 31.0), (-78.0, 8.0)):
        east, north = project([lon, lon + 0.1, lon], [lat, lat, lat + 0.1])
        cell = abs(
            (east[1] - east[0]) * (north[2] - north[0])
            - (north[1] - north[0]) * (east[2] - east[0])
        )
        width = great_circle_km(lat + 0.05, lon, lat + 0.05, lon + 0.1)
        height = great_circle_km(lat, lon, lat + 0.1, lon)
        assert cell == pytest.approx(float(width * height), rel=0.005)


@pytest.mark.parametrize("world", ["mexico", "mediterranean"])
def test_the_legend_covers_no_place(world: str) -> None:
    figure = draw_map(load_world(world))
    axes = figure.axes[0]
    legend = axes.get_legend()
    assert legend is not None
    project = projection_of(load_world(world))
    places = load_world(world).places
    at = np.column_stack(project(places["longitude"], places["latitude"]))
    assert not legend.get_window_extent().count_contains(axes.transData.transform(at))
