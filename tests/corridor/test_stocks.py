"""Counts of people in places are read whole, or refused with every problem."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers import write_world

from corredor.corridor.stocks import NAME, load_stocks
from corredor.corridor.world import load_world
from corredor.errors import InputError

HEAD = (
    "place,start,end,dated,people,low,high,counted,who,said_by,quality,source,published,address\n"
)


def world_with(folder: Path, *rows: str) -> Path:
    world = write_world(folder / "small")
    (world / NAME).write_text(HEAD + "".join(f"{row}\n" for row in rows))
    return world


def row(place: str = "sur", days: str = "2023-02-01,2023-02-03", numbers: str = "900,,") -> str:
    return f"{place},{days},stated,{numbers},everyone,all of them,the mayor,B,a paper,,"


def test_a_world_without_counts_has_none(tmp_path: Path) -> None:
    assert load_stocks(load_world(write_world(tmp_path / "small"))).empty


@pytest.mark.parametrize(
    ("numbers", "ends"),
    [("900,,", (900, 900)), ("900,900,", (900, None)), ("900,,900", (None, 900)),
     (",600,900", (600, 900)), ("700,600,900", (600, 900))],
)  # fmt: skip
def test_what_a_count_allows(tmp_path: Path, numbers: str, ends: tuple[float, float]) -> None:
    (found,) = load_stocks(load_world(world_with(tmp_path, row(numbers=numbers)))).to_dict(
        "records"
    )
    assert tuple(None if found[e] != found[e] else found[e] for e in ("low", "high")) == ends


def test_every_problem_is_told(tmp_path: Path) -> None:
    world = world_with(
        tmp_path, row("nowhere"), row(days="2023-02-03,2023-02-01"), row(numbers=",,"),
        row(numbers="900,1000,"),
    )  # fmt: skip
    with pytest.raises(InputError) as refused:
        load_stocks(load_world(world))
    told = str(refused.value)
    for part in ("line 2, place: found 'nowhere'", "line 3, end", "line 4, people", "line 5, low"):
        assert part in told


def test_the_counts_that_ship_are_whole() -> None:
    world = load_world("mexico")
    stocks = load_stocks(world)
    assert len(stocks) == 188
    assert set(stocks["place"]) <= set(world.places.index)
    assert stocks["said_by"].str.len().min() > 0
    juarez = stocks[(stocks["place"] == "ciudad-juarez") & (stocks["counted"] == "everyone")]
    assert juarez["high"].max() == 25_000
