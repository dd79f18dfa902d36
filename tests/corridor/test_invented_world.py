"""A world of invented names runs, and nothing that is said of it speaks of another corridor.

Islanders and ridge people go north over the sea and through the realm of Norlund, whose wardens
stop foreigners; the gate to the country ahead stands at Highgate.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import xarray as xr
from matplotlib.text import Text
from typer.testing import CliRunner

import corredor
from corredor.app.documents.base_map import base_map
from corredor.app.documents.slices import monthly
from corredor.app.documents.words import app_words
from corredor.cli import app
from corredor.corridor.world import load_world
from corredor.runs.compare import compare_all
from corredor.runs.measures import measures
from corredor.runs.provenance import in_words_of_worlds
from corredor.show.compare import build_page
from corredor.show.map.draw import draw_map
from corredor.text.language import LANGUAGES, speaking

FIRST = re.compile(
    r"m[eé]xic|border.?patrol|patrulla|tapachula|dari[eé]n|hondur|lajas|chiapas|united states|"
    r"estados unidos",
    re.IGNORECASE,
)
WORLD = {
    "zones.csv": """zone,jurisdiction,harm,colour,name_en,name_es
strait,,,#112233,The strait,El estrecho
lowlands,norlund,,#223344,Lowlands,Tierras bajas
highlands,norlund,,#334455,Highlands,Tierras altas
""",
    "jurisdictions.csv": """jurisdiction,detains,takes_back,settles,name_en,name_es
norlund,true,true,true,Norlund,Norlandia
""",
    "nationalities.csv": """nationality,native_of,name_en,name_es
islanders,,Islanders,Isleñas
ridge,norlund,Ridge people,Gente de la sierra
""",
    "households.csv": """household,families,name_en,name_es
alone,false,alone,sin familia
together,true,families,familias
""",
    "modes.csv": """mode,on_foot,by_road,colour,width,dash,gap,name_en,name_es
raft,false,false,#1f78b4,1.8,2.5,1.2,By raft,En balsa
cart,false,true,#8a8f98,0.9,,,By cart,En carreta
""",
    "places.csv": """place,name,country,state,latitude,longitude,elevation_m,zone,sector,\
station_capacity,entry,home_of,source_position
isle,Isle,Isla,West,-5,60,3,strait,,,true,islanders,made up
open-sea,Open Sea,,Sea,-3,60,0,strait,,,false,,made up
harbour,Harbour,Norlund,South,-1,60,5,lowlands,,50,true,,made up
ridgetown,Ridgetown,Norlund,North,1,60,900,highlands,,,true,ridge,made up
highgate,Highgate,Norlund,North,3,60,1200,highlands,East Wall,,false,,made up
""".replace("Open Sea,,Sea", "Open Sea,Nobody,Sea"),
    "links.csv": """origin,destination,mode,km,km_basis,days,fare_usd,checkpoints,source
isle,open-sea,raft,240,published,2,10,0,made up
open-sea,harbour,raft,240,published,2,10,0,made up
harbour,ridgetown,cart,240,published,2,10,1,made up
ridgetown,highgate,cart,240,published,2,10,1,made up
""",
    "people.csv": """group,nationality,household,share,name_en,name_es,citizenships,source
islanders-alone,islanders,alone,0.7,x,x,Isla,made up
islanders-together,islanders,together,0.3,x,x,Isla,made up
ridge-alone,ridge,alone,1,x,x,Norlund,made up
""",
    "entry.csv": "nationality,place,month,people,basis,source\n"
    + "".join(
        f"{who},{where},2031-{month:02d},{people},assumption,made up\n"
        for who, where, people in (("islanders", "isle", 4000), ("ridge", "ridgetown", 900))
        for month in range(1, 5)
    ),
    "harm_ranges.csv": """kind,where,low,middle,high,unit,category,source,basis
custody_abuse,custody,0.005,0.02,0.08,chance a day,,,assumption: made up
""",
}
SCENARIO = """
title = "The strait as it is"
world = "strait"
spin_up = 2031-01-01
start = 2031-02-01
end = 2031-04-30

[interdiction.tempo]
default = 0.05

[interdiction.exposure]
ridge = 0

[custody.destination_share]
harbour = 1
"""
OTHER = """
title = "Twice as many wardens"
base = "strait"

[interdiction.tempo]
default = 0.1
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("invented")
    (folder / "strait").mkdir()
    for name, text in WORLD.items():
        (folder / "strait" / name).write_text(text, encoding="utf-8")
    (folder / "strait.toml").write_text(SCENARIO)
    (folder / "wardens.toml").write_text(OTHER)
    return folder


@pytest.fixture(scope="module")
def results(folder: Path) -> list[xr.Dataset]:
    return [
        corredor.run(str(folder / name), replicates=2, parameters="fixed")
        for name in ("strait.toml", "wardens.toml")
    ]


def clean(text: str) -> None:
    found = FIRST.search(text)
    near = text[max(0, found.start() - 60) : found.end() + 60] if found else ""
    assert not found, near


def test_it_runs_and_its_wardens_stop_foreigners_in_their_realm(results: list[xr.Dataset]) -> None:
    data = results[0]
    stopped = data["detentions"].sum(["replicate", "month"])
    assert float(stopped.sel(place="ridgetown", group="islanders-alone")) > 0
    assert float(stopped.sel(place=["isle", "open-sea"]).sum()) == 0
    assert float(stopped.sel(group="ridge-alone").sum()) == 0
    assert float(data["encounters"].sum()) > 0
    assert set(data["jurisdiction"].values.tolist()) == {"", "norlund"}


def test_the_result_says_nothing_of_another_corridor(results: list[xr.Dataset]) -> None:
    for data in results:
        names = [*data.variables, *data.attrs]
        words = [str(v.attrs) for v in data.data_vars.values()]
        about = {k: v for k, v in data.attrs.items() if k != "provenance"}
        clean(" ".join(map(str, names)))
        clean(" ".join(words))
        clean(json.dumps(about, default=str))


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_comparison_says_nothing_of_another_corridor(
    results: list[xr.Dataset], language: str
) -> None:
    span = ("2031-02", "2031-04")
    table = compare_all(results, *span)
    with speaking(language), in_words_of_worlds(*results):
        clean(" ".join(str(m.words) for m in measures(results[0])))
        page = build_page(results, table, [None, None], span)
        clean(re.sub(r"<svg.*?</svg>", "", page, flags=re.DOTALL))


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_page_and_map_say_nothing_of_another_corridor(
    folder: Path, results: list[xr.Dataset], language: str
) -> None:
    world = load_world(folder / "strait")
    with speaking(language):
        base = base_map(world)
        figure = draw_map(world)
        clean(json.dumps(app_words(language, world.folder)))
    assert list(base["zones"]) == ["strait", "lowlands", "highlands"]
    assert list(base["views"]) == ["all"]
    assert base["parallel"] == ""
    clean(json.dumps({key: base[key] for key in base if key != "shapes"}))
    clean(json.dumps(monthly(results[0])))
    clean(" ".join(text.get_text() for text in figure.findobj(Text)))


def test_its_commands_say_nothing_of_another_corridor(folder: Path) -> None:
    strait, wardens = str(folder / "strait.toml"), str(folder / "wardens.toml")
    few = ["--replicates", "2", "--parameters", "fixed"]
    for command in (
        ["world", "check", str(folder / "strait")],
        ["world", "check", str(folder / "strait"), "--lang", "es"],
        ["world", "show", str(folder / "strait")],
        ["run", strait, *few],
        ["compare", strait, wardens, *few],
        ["compare", strait, wardens, *few, "--lang", "es"],
        ["needs", strait, *few],
        ["harm", strait, *few],
    ):
        told = CliRunner().invoke(app, command)
        assert told.exit_code == 0, (command, told.output[-2000:], told.exception)
        clean(told.output.replace(str(folder), ""))
