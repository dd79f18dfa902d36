"""The form's levers stand in the schema, their sliders inside its ranges, and all have words."""

from __future__ import annotations

import re
import string
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from helpers import Small, write_world

from corredor.app.documents.catalogue import Catalogue
from corredor.app.documents.form import form
from corredor.app.documents.words import app_words
from corredor.app.routes import server
from corredor.corridor.levers import keys_of, known_levers
from corredor.corridor.scenario import Scenario
from corredor.corridor.world import load_world
from corredor.engine.draws.names import COUNTED
from corredor.errors import InputError, UsageError
from corredor.runs.targets import charts_of


def flat(words: dict[str, Any], before: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in words.items():
        found |= (
            flat(value, f"{before}{key}.") if isinstance(value, dict) else {before + key: value}
        )
    return found


def test_sliders_stay_inside_the_ranges_of_the_schema(baseline: Scenario) -> None:
    for row in form(baseline.world).to_dict("records"):
        lever = known_levers()[row["lever"]]
        assert lever.minimum <= row["low"] < row["high"] <= lever.maximum, row
        assert (
            row["key"] == "*"
            if lever.by and row["key"] == "*"
            else row["key"] in keys_of(lever, baseline.world)
        )
        assert row["reason"]
        assert set(row["ways"].split()) <= {"value", "factor"}


def test_the_form_offers_what_a_world_has(baseline: Scenario) -> None:
    world = baseline.world
    own = form(world).set_index("item")
    assert own.loc["geofence", "low"] <= world.places["latitude"].min()
    assert own.loc["geofence", "high"] >= world.places["latitude"].max()
    without = replace(world, places=world.places.assign(appointments_share=0.0, caravan_stop=0))
    left = {"appointments", "geofence", "caravans"}
    assert set(own.index) - set(form(without)["item"]) == left
    free = replace(world, jurisdictions=world.jurisdictions.assign(detains=False))
    gone = own.loc[sorted(set(own.index) - set(form(free)["item"])), "lever"]
    assert set(gone) == {"custody.sent_south_share", "interdiction.tempo"}


@pytest.mark.parametrize(
    "world", [None, *(load_world(n).folder for n in ("mexico", "mediterranean"))]
)
def test_both_languages_have_the_same_keys_and_blanks(world: Path | None) -> None:
    english, spanish = (flat(app_words(language, world)) for language in ("en", "es"))
    assert list(english) == list(spanish)
    for key, text in english.items():
        holes = [
            sorted(h for _, h, _, _ in string.Formatter().parse(str(t)) if h)
            for t in (text, spanish[key])
        ]
        assert holes[0] == holes[1], key


def test_every_text_that_the_page_asks_for_is_there() -> None:
    world = load_world("mexico")
    words = flat(app_words("en", world.folder))
    asked = set(re.findall(r'data-t="([^"]+)"', (server.STATIC / "index.html").read_text()))
    for script in Path(server.STATIC).glob("*.js"):
        asked |= set(re.findall(r'\bt\("([a-z_.-]+)"', script.read_text()))
    asked |= {f"chart.{name}" for name in charts_of(world)}
    for item in form(world)["item"]:
        asked |= {f"lever.{item}.{part}" for part in ("label", "unit", "help")}
    asked |= {f"about.draw_{draw}" for draw in COUNTED}
    asked |= {f"error.status_{status}" for status in (401, 404, 409, 500, 503, 507, "other")}
    asked |= {f"runs.{reason}" for reason in ("input", "disk", "worker", "stopped", "error")}
    asked |= {f"runs.{reason}" for reason in ("broken", "unreadable", "no_file")}
    assert asked <= set(words)
    assert len(asked) > 80


def test_shipped_scenarios_are_listed_in_both_languages() -> None:
    from corredor.text.language import speaking

    catalogue = Catalogue()
    english = catalogue.listed()
    with speaking("es"):
        spanish = catalogue.listed()
    assert english[0]["name"] == "baseline"
    assert len(english) == len(spanish) > 10
    assert not {s["title"] for s in english} & {s["title"] for s in spanish}


@pytest.mark.parametrize("name", ["../baseline", "none", "", "/etc/passwd", "baseline.toml"])
def test_only_names_in_the_folder_are_read(name: str) -> None:
    with pytest.raises(UsageError, match="no such scenario"):
        Catalogue().load(name)


def test_a_zone_in_which_people_are_stopped_has_a_slider_with_words(small: Small) -> None:
    scenario = small.scenario()
    items = [item for item in form(scenario.world)["item"] if item.startswith("tempo")]
    assert items == ["tempo-south", "tempo-centre", "tempo-north"]
    (small.folder / "renamed").mkdir()
    zones = (scenario.world.folder / "zones.csv").read_text()
    (small.folder / "renamed" / "zones.csv").write_text(zones.replace("South,SOUTH", "Sur,Sur"))
    words = app_words("en", small.folder / "renamed")["lever"]["tempo-south"]
    assert words["label"] == "People stopped: Sur"
    assert app_words("en", load_world("mexico").folder)["lever"]["tempo-south"] != words


SLIDER = """
[[slider]]
item = "at-sea"
lever = "sea.intercepted"
key = "{key}"
low = {low}
high = 0.5
step = 0.05
times = 100
ways = ["value", "factor"]
reason = "to one in two"
"""


def test_a_world_offers_its_own_sliders_in_place_of_those_for_every_world(tmp_path: Path) -> None:
    world = load_world(write_world(tmp_path / "small"))
    (world.folder / "world.toml").write_text(SLIDER.format(key="south", low=0))
    (row,) = form(world).to_dict("records")
    assert (row["item"], row["lever"], row["key"]) == ("at-sea", "sea.intercepted", "south")
    assert (row["low"], row["high"], row["times"], row["ways"]) == (0, 0.5, 100, "value factor")


def test_a_slider_that_moves_nothing_is_told_of_with_its_key(tmp_path: Path) -> None:
    world = load_world(write_world(tmp_path / "small"))
    wrong = SLIDER.format(key="open_sea", low=-1)
    lever = SLIDER.format(key="south", low=0).replace("sea.intercepted", "sea.rescued")
    (world.folder / "world.toml").write_text(wrong + lever)
    with pytest.raises(InputError) as caught:
        form(world)
    found = [(p.column, p.value, p.expected) for p in caught.value.problems]
    assert found == [
        ("slider.0.key", "open_sea", "a zone of the world, or * for all"),
        ("slider.0.low", -1, "0 or more"),
        ("slider.1.lever", "sea.rescued", "a lever"),
        ("slider", "at-sea", "each item once"),
    ]
