"""How a world is shown stands in its own file, and mistakes in it are told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from helpers import write_world

from corredor.corridor.shown import shown_of
from corredor.corridor.world import World, load_world
from corredor.errors import InputError


@pytest.fixture
def world(tmp_path: Path) -> World:
    return load_world(write_world(tmp_path / "small"))


def test_a_world_without_the_file_is_shown_plainly(world: World) -> None:
    (world.folder / "world.toml").unlink()
    shown = shown_of(world)
    assert shown.charts is None
    assert shown.output == ()
    assert shown.map.parallel is None


def test_the_shipped_world_says_its_charts_map_and_outputs() -> None:
    mexico = load_world("mexico")
    shown = shown_of(mexico)
    assert shown.charts is not None
    assert "sent_south" in shown.charts
    assert set(shown.map.sectors_to_the_east) <= set(mexico.places["sector"])
    assert {o.place for o in shown.output if o.place} <= set(mexico.places.index)
    assert shown.map.parallel is not None
    line = shown.map.parallel.line(3)
    assert np.allclose(line, [[-125, 19], [-97.5, 19], [-70, 19]])


@pytest.mark.parametrize(
    ("text", "column", "expected"),
    [
        ('chart = ["encounters"]', "chart", "no such key here"),
        ("[map]\nenlarged = [[0, 0], [1, 1]]", "map", "enlarged and enlarged_at, or neither"),
        ("[map.parallel]\nlatitude = 91\nwest = 0\neast = 1\nname_at = 0", "map.parallel.latitude",
         "90 or less"),
        ('[[output]]\nname = "x"\ncounts = "people"', "output.0",
         "one of series, flow, place and zone"),
        ('[[output]]\nname = "x"\ncounts = "%"\nflow = "settled"\nchange = ["2023-01", "2023-02"]',
         "output.0", "change of a series only"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_key_and_what_was_expected(
    world: World, text: str, column: str, expected: str
) -> None:
    (world.folder / "world.toml").write_text(text)
    with pytest.raises(InputError) as caught:
        shown_of(world)
    (problem,) = caught.value.problems
    assert problem.file == str(world.folder / "world.toml")
    assert problem.column == column
    assert problem.expected == expected
