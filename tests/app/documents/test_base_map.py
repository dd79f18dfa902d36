"""The base map tells the page what a world has, so that no key speaks of what it lacks."""

from __future__ import annotations

from corredor.app.documents.base_map import base_map
from corredor.corridor.world import load_world


def test_a_world_without_caravans_and_parallel_says_so() -> None:
    sea, land = (base_map(load_world(name)) for name in ("mediterranean", "mexico"))
    assert (sea["caravans"], sea["parallel"]) == (False, "")
    assert land["caravans"]
    assert land["parallel"]


def test_charts_of_people_are_told_from_those_of_events() -> None:
    assert base_map(load_world("mediterranean"))["people"] == [
        "italy_sea_arrivals", "malta_sea_arrivals", "deaths_central_mediterranean",
    ]  # fmt: skip


def test_the_source_of_a_chart_is_named_in_the_language_spoken() -> None:
    from corredor.text.language import in_words_of, speaking

    sea = load_world("mediterranean")
    with speaking("es"), in_words_of(sea.folder):
        sources = base_map(sea)["record"]
    assert sources["italy_sea_arrivals"] == (
        "Llegadas por mar a Italia (Ministerio del Interior de Italia, según la OIM y el ACNUR)"
    )
