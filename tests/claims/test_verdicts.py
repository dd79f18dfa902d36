from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest

from corredor.claims import Finding, Verdict, check_claims, judge, load_claims
from corredor.claims.finding import Bars, Published, combine, limit
from corredor.errors import InputError, UsageError
from corredor.inputs.shipped import default_world

FILE = "amlo-crackdown-2024"
BORDER = [
    "matamoros", "reynosa", "nuevo-laredo", "piedras-negras", "ciudad-acuna",
    "ciudad-juarez", "nogales", "mexicali", "tijuana",
]  # fmt: skip


def small_world(km_to_city: float = 900, elevation: float = 2240) -> SimpleNamespace:
    """Return a made-up world: Juchitán, Mexico City, and one road on to the border."""
    places = pd.DataFrame(
        {"latitude": 20.0, "longitude": -99.0, "elevation_m": 10.0},
        index=["juchitan", "mexico-city", *BORDER],
    )
    places["name"] = places.index
    places.loc["mexico-city", ["latitude", "elevation_m"]] = [19.43, elevation]
    links = [
        ("juchitan", "mexico-city", "bus", km_to_city),
        ("juchitan", "mexico-city", "train", 10.0),
        ("mexico-city", "reynosa", "bus", 1000.0),
        ("mexico-city", "tijuana", "bus", 2800.0),
    ]
    frame = pd.DataFrame(links, columns=["origin", "destination", "mode", "km"])
    modes = pd.DataFrame({"by_road": [True, False]}, index=["bus", "train"])
    return SimpleNamespace(places=places, links=frame, modes=modes, folder=default_world())


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Verdict]:
    return {v.id: v for v in check_claims(FILE, small_world())}


def test_all_claims_of_the_article_are_there(verdicts: dict[str, Verdict]) -> None:
    assert len(verdicts) == 21
    assert all(v.statement and v.said_by and v.why for v in verdicts.values())
    with_interval = [v.id for v in verdicts.values() if v.interval is not None]
    assert with_interval == ["deterrents-without-effect"]  # the model was not asked


@pytest.mark.parametrize(
    ("claim", "verdict"),
    [
        ("arrival-in-juchitan", "partly"),
        ("three-weeks-on-foot", "supported"),
        ("miles-ahead", "supported"),  # in the small world, where the road is made to fit
        ("height-of-mexico-city", "supported"),
        ("nineteenth-parallel", "supported"),
        ("app-since-2023", "supported"),
        ("fall-by-half", "supported"),
        ("lower-since", "supported"),
        ("steepest-fall", "supported"),
        ("deterrents-without-effect", "needs the model"),
        ("interdiction-did-it", "needs the model"),
        ("detained-january-february", "partly"),
        ("below-25000-in-early-2022", "partly"),
        ("record-apprehensions", "supported"),
        ("deported-6555", "partly"),
        ("most-sent-south", "not checkable"),
        ("wearing-down", "needs the model"),
        ("caravans-since-2018", "partly"),
        ("twenty-nations", "partly"),
        ("president-takes-credit", "not checkable"),
        ("wages", "not checkable"),
    ],
)
def test_verdict(verdicts: dict[str, Verdict], claim: str, verdict: str) -> None:
    assert verdicts[claim].verdict == verdict, verdicts[claim].why


def test_both_editions_of_january_are_told(verdicts: dict[str, Verdict]) -> None:
    why = verdicts["detained-january-february"].why
    assert all(number in why for number in ("120,005", "113,839", "119,943"))


def test_the_fall_with_ports_is_told(verdicts: dict[str, Verdict]) -> None:
    found = verdicts["fall-by-half"]
    assert found.value == pytest.approx(-50.26, abs=0.01)
    assert "−41.7 %" in found.why
    assert "April\u00a02020" in verdicts["steepest-fall"].why


def test_the_article_does_not_vouch_for_itself(verdicts: dict[str, Verdict]) -> None:
    found = verdicts["arrival-in-juchitan"]
    assert found.value == 1700
    assert "article" not in found.source


def test_geography_follows_the_world() -> None:
    found = {v.id: v for v in check_claims(FILE, small_world(1500, 1000))}
    assert found["miles-ahead"].verdict == "contradicted"
    assert found["miles-ahead"].value == pytest.approx(1500 / 1.609344)
    assert "reynosa" in found["miles-ahead"].why and "tijuana" not in found["miles-ahead"].why
    assert found["height-of-mexico-city"].verdict == "contradicted"


def test_a_world_without_links_or_heights_cannot_tell() -> None:
    world = small_world(elevation=float("nan"))
    world.links = world.links.iloc[:0]
    found = {v.id: v.verdict for v in check_claims(FILE, world)}
    assert found["miles-ahead"] == found["height-of-mexico-city"] == "not checkable"


def test_a_world_without_the_place_says_so() -> None:
    world = small_world()
    world.places = world.places.rename(index={"mexico-city": "mexico-cty"})
    claims = [claim for claim in load_claims(FILE) if claim.id == "height-of-mexico-city"]
    wanted = (
        r"2024\.toml, claim height-of-mexico-city\.checks\.0\.elevation\.place: found 'mexico-city'"
    )
    with pytest.raises(InputError, match=f"{wanted}, expected .* Did you mean 'mexico-cty'"):
        judge(claims, world)


def write(tmp_path: Path, body: str) -> Path:
    path = tmp_path / "mine.toml"
    path.write_text(f'title = "Mine"\n{body}', encoding="utf-8")
    return path


CLAIM = '[[claim]]\nid = "one"\nstatement = "s"\nsaid_by = "b"\n'
ELEVATION = '[[claim.checks]]\nname = "elevation"\nplace = "mexico-city"\n'


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "claim"),
        ("[[claim]\n", "TOML"),
        (CLAIM + 'kind = "guess"\n', "claim one.kind"),
        (CLAIM + 'kind = "record"\n', "at least one check"),
        (CLAIM + 'kind = "model"\n' + ELEVATION + "feet = 1\n", "check of the model"),
        (CLAIM + 'kind = "geography"\n' + ELEVATION, "claim one.checks.0.elevation.feet"),
        (CLAIM + 'kind = "geography"\n' + ELEVATION + "feet = 1\nfoot = 2\n", "foot"),
        (CLAIM + 'kind = "none"\nnotes = "x"\n', "claim one.notes"),
        (CLAIM + 'kind = "none"\n' + CLAIM + 'kind = "none"\n', "each id once"),
    ],
)
def test_a_faulty_file_names_claim_and_key(tmp_path: Path, body: str, words: str) -> None:
    with pytest.raises(InputError, match=r"mine\.toml") as error:
        load_claims(write(tmp_path, body))
    assert words in str(error.value)


def test_an_unknown_file_is_refused() -> None:
    with pytest.raises(UsageError, match=FILE):
        load_claims("amlo-crackdown-2042")


def test_findings_combine_and_are_limited() -> None:
    yes, no = Finding("supported", 1.0, "ft", "a", "Yes."), Finding("contradicted", why="No.")
    unknown = Finding("not checkable", why="Nobody knows.")
    assert combine([yes, no]).verdict == "partly"
    assert combine([yes, unknown]).verdict == "supported"
    assert combine([unknown]).verdict == "not checkable"
    assert combine([yes, no]).why == "Yes. No."
    assert combine([unknown, yes]).value == 1.0  # the number is that of the first that has one
    assert limit(yes, "partly").verdict == "partly"
    assert limit(no, "partly").verdict == "contradicted"


def test_checks_of_record_and_map_give_what_can_be_drawn(verdicts: dict[str, Verdict]) -> None:
    (fall,) = verdicts["fall-by-half"].charts
    assert isinstance(fall, Published)
    drawn = {start: mean for start, _, mean in fall.windows}
    before, after = (drawn[month] for month in fall.marked)
    assert 100 * (after / before - 1) == pytest.approx(verdicts["fall-by-half"].value)
    (means,) = verdicts["below-25000-in-early-2022"].charts
    assert isinstance(means, Published)
    assert means.level == 25000
    highest = max(mean for start, _, mean in means.windows if start in means.marked)
    assert highest == pytest.approx(verdicts["below-25000-in-early-2022"].value)
    (ways,) = verdicts["miles-ahead"].charts
    assert isinstance(ways, Bars)
    assert ways.claimed == 560
    assert verdicts["miles-ahead"].value in [miles for _, miles in ways.rows]
