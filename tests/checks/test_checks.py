"""Every check finds the world that breaks it, and no other check does; sound worlds pass."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from helpers import COUNTED, write_small
from typer.testing import CliRunner

from corredor.checks import CHECKS, Whole
from corredor.checks.ask import outcomes
from corredor.cli.world import app
from corredor.inputs import shipped
from corredor.text import language

Found = set[tuple[str, bool, str]]
Break = Callable[[Path, pytest.MonkeyPatch], None]
SLIDER = """
[[slider]]
item = "entry"
lever = "interdiction.tempo"
key = "no-such-zone"
low = 0
high = 1
step = 0.1
ways = ["value"]
reason = "none"
"""
WORLDS = sorted(path.name for path in shipped.folder("worlds").iterdir() if path.is_dir())
OBSERVED = """
[[observation]]
series = "border_patrol_by_sector"
by = "sector"
parts = ["El Paso"]
error = 0.1
small = 20
reason = "a test"
"""
SET_BESIDE = tuple(f"border_patrol_{of}" for of in ("encounters", "by_sector", "by_citizenship"))


def write_mexico(folder: Path) -> Path:
    """Write the Mexico world, but for its posterior, and its baseline to a folder."""
    source = shipped.folder("worlds") / "mexico"
    shutil.copytree(source, folder / "mexico", ignore=shutil.ignore_patterns("*.parquet"))
    shutil.copy(shipped.folder("scenarios") / "baseline.toml", folder)
    return folder / "mexico"


def write(name: str, folder: Path) -> Path:
    """Write a world with the series that it is set beside: each is read for every test."""
    if name == "mexico":
        world = write_mexico(folder)
        kept = set(
            re.findall(r'(?:series|of_total) = "(\w+)"', (world / "observations.toml").read_text())
        )
    else:
        write_small(folder)
        world, kept = folder / "small", set(SET_BESIDE)
        (world / "observations.toml").write_text(COUNTED + OBSERVED)
    for series in (world / "record" / "series").glob("*.csv"):
        if series.stem not in kept:
            series.unlink()
    return world


def found(folder: Path) -> Found:
    """Return check, whether it must be mended, and what it said, without the folder's name."""
    return {
        (outcome.check.name, one.must, str(one.problem).replace(f"{folder.parent}/", ""))
        for outcome in outcomes(Whole(folder))
        for one in outcome.findings
    }


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Found]:
    """Return what is found in the worlds as they are."""
    return {name: found(write(name, tmp_path_factory.mktemp(name))) for name in ("small", "mexico")}


def table(name: str, edit: Callable[[pd.DataFrame], object]) -> Break:
    """Change a table of the world; ``edit`` changes it in place or returns another."""

    def broken(folder: Path, _: pytest.MonkeyPatch) -> None:
        read = pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)
        changed = edit(read)
        (read if changed is None else changed).to_csv(folder / f"{name}.csv", index=False)

    return broken


def cell(name: str, where: str, column: str, value: str) -> Break:
    """Change a cell in the rows of a table whose first column has a value."""

    def edit(read: pd.DataFrame) -> None:
        rows = read.iloc[:, 0] == where
        assert rows.any()
        read.loc[rows, column] = value

    return table(name, edit)


def twice(name: str) -> Break:
    return table(name, lambda read: pd.concat([read, read.tail(1)]))


def text(name: str, old: str, new: str) -> Break:
    """Change the text of a file in the world, or of the scenario beside it."""

    def broken(folder: Path, _: pytest.MonkeyPatch) -> None:
        path = next(p for p in (folder / name, folder.parent / name) if p.exists())
        content = path.read_text(encoding="utf-8")
        assert old in content
        path.write_text(content.replace(old, new, 1), encoding="utf-8")

    return broken


def added(name: str, new: str) -> Break:
    """Put something at the end of a file of the world."""

    def broken(folder: Path, _: pytest.MonkeyPatch) -> None:
        path = folder / name
        path.write_text(path.read_text(encoding="utf-8") + new, encoding="utf-8")

    return broken


def without(name: str, pattern: str) -> Break:
    """Take a part out of a file, given as a regular expression."""

    def broken(folder: Path, _: pytest.MonkeyPatch) -> None:
        path = next(p for p in (folder / name, folder.parent / name) if p.exists())
        content, count = re.subn(pattern, "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert count
        path.write_text(content, encoding="utf-8")

    return broken


def nameless(file: str, *keys: str) -> Break:
    """Take a name out of the words of a language."""

    def broken(_: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        read = language._read

        def lacking(name: str) -> dict[str, Any]:
            words = json.loads(json.dumps(read(name)))
            if name == file:
                section = words
                for key in keys[:-1]:
                    section = section[key]
                del section[keys[-1]]
            return words

        monkeypatch.setattr(language, "_read", lacking)

    return broken


def set_to(target: str, value: object) -> Break:
    return lambda _, monkeypatch: monkeypatch.setattr(target, value)


def moved_far(read: pd.DataFrame) -> None:
    """Let the first link be shorter than any road can be."""
    read.loc[0, "km"] = "1"


def cut_off(read: pd.DataFrame) -> pd.DataFrame:
    """Take away the only links into a place that is no home, entry, port or stop."""
    return read[read["destination"] != "costa"]


def no_way_out(read: pd.DataFrame) -> pd.DataFrame:
    return read[read["origin"] != "costa"]


def no_port(read: pd.DataFrame) -> pd.DataFrame:
    """Leave nothing that leads to the only port."""
    return read[read["destination"] != "norte"]


def part_above_total(folder: Path, _: pytest.MonkeyPatch) -> None:
    """Let people of one nationality be more in a month than all together."""
    path = folder / "record" / "series" / "darien_crossings.csv"
    read = pd.read_csv(path, dtype=str, keep_default_na=False)
    told, part = (read[read["category"] == name] for name in ("all", "Brazil"))
    at = told.merge(part, on=["start", "end", "place", "edition"]).iloc[0]
    same = (read["start"] == at["start"]) & (read["end"] == at["end"])
    read.loc[same & (read["category"] == "Brazil"), "value"] = "9999999"
    read.to_csv(path, index=False)


SMALL: dict[str, tuple[Break, str]] = {
    "tables-read": (cell("places", "costa", "latitude", "x"), "places.csv"),
    "people-once": (
        table("people", lambda read: read.assign(group=["a", "a", "b", "c"])), "people.csv",
    ),
    "people-shares": (cell("people", "mexico-adults", "share", "0.5"), "people.csv"),
    "places-once": (twice("places"), "places.csv"),
    "appointments-shares": (cell("places", "norte", "appointments_share", "0.5"), "places.csv"),
    "some-sector": (table("places", lambda read: read.assign(sector="")), "places.csv"),
    "caravan-stops": (cell("places", "valle", "caravan_stop", "4"), "places.csv"),
    "homes-known": (cell("places", "costa", "home_of", "cuba"), "places.csv"),
    "entry-known": (cell("places", "selva", "entry", "false"), "entry.csv"),
    "entry-once": (twice("entry"), "entry.csv"),
    "entry-months": (table("entry", lambda read: read.drop(index=2)), "entry.csv"),
    "links-known": (cell("links", "selva", "destination", "nowhere"), "links.csv"),
    "links-once": (twice("links"), "links.csv"),
    "link-lengths": (table("links", moved_far), "links.csv"),
    "ways-to-ports": (table("links", no_port), "links.csv"),
    "ways-to-the-border": (table("links", no_way_out), "links.csv"),
    "caravan-road": (
        table("links", lambda read: read[(read["mode"] != "foot") | (read["origin"] != "sur")]),
        "links.csv",
    ),
    "people-enter": (
        table("entry", lambda read: read.assign(nationality="honduras")),
        "entry.csv",
    ),
    "places-reached": (table("links", cut_off), "links.csv"),
    "homes-told": (cell("places", "valle", "home_of", ""), "places.csv"),
    "entry-places-used": (cell("places", "costa", "entry", "true"), "entry.csv"),
    "citizenships-once": (cell("people", "mexico-adults", "citizenships", "Cuba"), "people.csv"),
    "observations-read": (text("observations.toml", "error = 0.1", "error = 9"), "observations"),
    "observations-known": (
        text("observations.toml", 'parts = ["El Paso"]', 'parts = ["Yuma"]'), "observations",
    ),
    "series-counted": (
        text("observations.toml", "error", 'of_total = "border_patrol_encounters"\nerror'),
        "observations",
    ),
    "free-movement": (
        text("observations.toml", '"guatemala", "honduras", ', '"guatemala", '), "observations",
    ),
    "names-once": (twice("jurisdictions"), "jurisdictions.csv"),
    "zones-known": (cell("places", "costa", "zone", "coast"), "places.csv"),
    "jurisdictions-known": (cell("zones", "south", "jurisdiction", "mexica"), "zones.csv"),
    "people-known": (cell("people", "mexico-adults", "household", "adult"), "people.csv"),
    "modes-known": (cell("links", "selva", "mode", "mule"), "links.csv"),
    "baselines-read": (text("small.toml", "minimum = 300", "minimum = -1"), "small.toml"),
    "form-has-words": (nameless("app.es", "lever", "entry", "help"), "text/app.es.toml"),
    "form-read": (added("world.toml", SLIDER), "world.toml"),
    "harm-names": (nameless("es", "harm", "kinds", "threats"), "text/es.toml"),
    "harm-ranges": (cell("zones", "north", "harm", "at sea"), "harm_ranges.csv"),
}  # fmt: skip
MEXICO: dict[str, tuple[Break, str]] = {
    "events-once": (twice("calendar"), "calendar.csv"),
    "citizenships-recorded": (
        table("people", lambda read: read.replace({"citizenships": {"Mexico": "Mexicco"}})),
        "people.csv",
    ),
    "observations-whole": (text("observations.toml", '"cuba", "haiti", ', '"haiti", '),
                           "observations"),
    "observations-recorded": (
        text("observations.toml", "four southern states", "four southern stats"),
        "observations",
    ),
    "record-adds-up": (part_above_total, "darien_crossings.csv"),
    "priors-read": (text("priors.toml", "movement.leave_after", "movement.leave_befor"), "priors"),
    "priors-whole": (
        without("priors.toml", r'\[\[prior\]\]\nlever = "entry\.factor\.cuba".*?(?=\[\[prior)'),
        "priors",
    ),
    "baselines-whole": (text("baseline.toml", '"Laredo" = -3.0\n', ""), "baseline.toml"),
    "baselines-tell-apart": (
        without("baseline.toml", r'nicaragua = \{.*?\}\n'), "baseline.toml",
    ),
    "form-moves-all": (
        text("baseline.toml", "[interdiction.tempo]\n",
             "[interdiction.tempo]\ndarien = 0\ncentral_america = 0\n"),
        "form.csv",
    ),
    "study-events": (table("calendar", lambda read: read[read["event_id"] != "chnv"]), "calendar"),
}  # fmt: skip
AFTER_CALIBRATION = (
    "posterior-read", "posterior-of-tables", "posterior-of-priors", "posterior-of-record",
)  # fmt: skip
# What cannot be broken without another.
TOGETHER = {
    "some-sector": {"observations-known"},
    "baselines-whole": {"baselines-tell-apart"},
}
NOTES = {
    "people-enter", "entry-places-used", "homes-told", "places-reached", "harm-ranges",
    "series-counted", "free-movement", "posterior-of-record", "record-adds-up",
    "baselines-tell-apart", "form-moves-all", "study-events",
}  # fmt: skip


def test_every_check_has_a_test_here_and_a_fact() -> None:
    names = [check.name for check in CHECKS]
    assert len(set(names)) == len(names)
    assert set(names) == {*SMALL, *MEXICO, *AFTER_CALIBRATION}
    assert all(check.fact.endswith(".") for check in CHECKS)


@pytest.mark.parametrize(
    ("world", "check"), [("small", name) for name in SMALL] + [("mexico", name) for name in MEXICO]
)
def test_a_check_finds_what_breaks_it_and_no_other_check_does(
    world: str, check: str, before: dict[str, Found], tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    folder = write(world, tmp_path)
    broken, file = {**SMALL, **MEXICO}[check]
    broken(folder, monkeypatch)
    new = found(folder) - before[world]
    assert {name for name, _, _ in new} - TOGETHER.get(check, set()) == {check}
    for name, must, said in new:
        if name == check:
            assert must != (check in NOTES), said
            assert file in said.partition(": ")[0]


@pytest.fixture
def calibrated(tmp_path: Path) -> Path:
    folder = write_mexico(tmp_path)
    shutil.copy(shipped.folder("worlds") / "mexico" / "posterior.parquet", folder)
    return folder


@pytest.mark.slow
def test_a_posterior_is_held_against_what_it_was_made_from(
    calibrated: Path, before: dict[str, Found], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert found(calibrated) == before["mexico"]
    text("priors.toml", "spread = 0.3\n", "spread = 0.31\n")(calibrated, monkeypatch)
    new = found(calibrated) - before["mexico"]
    assert {(name, must) for name, must, _ in new} == {("posterior-of-record", False)}
    text("priors.toml", "movement.leave_after_return", "movement.family_pace")(
        calibrated, monkeypatch
    )
    new = {(name, must) for name, must, _ in found(calibrated) - before["mexico"]}
    assert ("posterior-of-priors", True) in new
    twice("calendar")(calibrated, monkeypatch)
    new = {(name, must) for name, must, _ in found(calibrated) - before["mexico"]}
    assert {("posterior-of-tables", True), ("posterior-of-priors", True)} <= new
    (calibrated / "posterior.parquet").write_text("none")
    new = {(name, must) for name, must, _ in found(calibrated) - before["mexico"]}
    assert new == {("posterior-read", True), ("events-once", True)}


@pytest.mark.parametrize("name", WORLDS)
def test_the_worlds_that_ship_have_no_problem(name: str) -> None:
    result = CliRunner().invoke(app, ["check", name, "--json"])
    assert result.exit_code == 0
    told = json.loads(result.output)
    assert told["ok"] is True
    assert [check["check"] for check in told["checks"]] == [check.name for check in CHECKS]
    assert all(check["asked"] for check in told["checks"])


def test_a_nationality_added_to_people_and_entry_alone_is_reported_with_every_file_without_it(
    calibrated: Path, before: dict[str, Found]
) -> None:
    """Whoever adds Colombians reads here what else has to know them."""
    with (calibrated / "people.csv").open("a", encoding="utf-8") as people:
        for household, share in (("adults", 0.6), ("families", 0.4)):
            people.write(f"colombia-{household},colombia,{household},{share},Colombians,x,"
                         "Colombia,assumption\n")  # fmt: skip
    with (calibrated / "nationalities.csv").open("a", encoding="utf-8") as nationalities:
        nationalities.write("colombia,,Colombia,Colombia\n")
    entry = pd.read_csv(calibrated / "entry.csv", dtype=str, keep_default_na=False)
    new_rows = entry[entry["nationality"] == "andes"].assign(nationality="colombia")
    pd.concat([entry, new_rows]).to_csv(calibrated / "entry.csv", index=False)

    new = {(check, said.partition(":")[0].partition(",")[0], must)
           for check, must, said in found(calibrated) - before["mexico"]}  # fmt: skip
    assert new == {
        ("citizenships-once", "mexico/people.csv", True),  # the Andes have Colombia already
        ("homes-told", "mexico/places.csv", False),
        ("observations-whole", "mexico/observations.toml", True),
        ("priors-whole", "mexico/priors.toml", True),
        ("priors-whole", "mexico/priors.toml", False),
        ("posterior-of-tables", "mexico/posterior.parquet", True),
        ("posterior-of-priors", "mexico/posterior.parquet", True),  # a pull for each sector
        ("baselines-tell-apart", "baseline.toml", False),
    }
    # Of a factor without a common prior one key may be left out, and now two are.
    assert all("colombia" in said or "interdiction.exposure.world" in said
               for check, _, said in found(calibrated) - before["mexico"]
               if check != "posterior-of-tables")  # fmt: skip


def said_of(whole: Whole) -> dict[str, str]:
    return {
        outcome.check.name: " ".join(str(one.problem) for one in outcome.findings)
        for outcome in outcomes(whole)
    }


def test_a_sector_a_zone_a_household_and_a_mode_are_reported_wherever_they_lack(
    tmp_path: Path,
) -> None:
    """What a world names has to stand wherever such names are listed."""
    whole = Whole(write_mexico(tmp_path))
    places, links, people = (whole.tables[name] for name in ("places", "links", "people"))
    places.loc[places["place"] == "celaya", "sector"] = "Blaine"
    places.loc[places["place"] == "celaya", "zone"] = "bajio"
    zones = whole.tables["zones"]
    centre = zones[zones["zone"] == "centre"]
    whole.tables["zones"] = pd.concat([zones, centre.assign(zone="bajio", harm="bajio")])
    said = said_of(whole)
    assert "Blaine" in said["observations-whole"]
    assert "Blaine" in said["priors-whole"]
    assert "Blaine" in said["baselines-tell-apart"]
    for check in ("harm-ranges", "baselines-tell-apart"):
        assert "bajio" in said[check], check
    links.loc[links.index[0], "mode"] = "ferry"
    people.loc[people.index[0], "household"] = "elders"
    del whole.held
    said = said_of(whole)
    assert "ferry" in said["modes-known"]
    assert "elders" in said["people-known"]


def test_a_new_place_is_reported_until_ways_lead_to_it_and_from_it(
    before: dict[str, Found], tmp_path: Path
) -> None:
    folder = write("small", tmp_path)
    places = pd.read_csv(folder / "places.csv", dtype=str, keep_default_na=False)
    new = places[places["place"] == "costa"].assign(place="laguna", name="Laguna")
    pd.concat([places, new]).to_csv(folder / "places.csv", index=False)
    assert {check for check, _, _ in found(folder) - before["small"]} == {"ways-to-the-border"}
    links = pd.read_csv(folder / "links.csv", dtype=str, keep_default_na=False)
    out = links[links["origin"] == "costa"].assign(origin="laguna")
    pd.concat([links, out]).to_csv(folder / "links.csv", index=False)
    assert {check for check, _, _ in found(folder) - before["small"]} == {"places-reached"}
    into = links[links["destination"] == "costa"].assign(destination="laguna")
    pd.concat([links, out, into]).to_csv(folder / "links.csv", index=False)
    assert found(folder) == before["small"]


def test_what_cannot_be_read_leaves_checks_unasked(tmp_path: Path) -> None:
    folder = write("small", tmp_path)
    (folder / "people.csv").write_text("wrong\n")
    asked = {outcome.check.name: outcome.asked for outcome in outcomes(Whole(folder))}
    assert asked["tables-read"]
    assert asked["places-once"]
    assert not asked["people-shares"]
    assert not asked["people-enter"]


def test_the_command_names_every_check_in_both_languages(tmp_path: Path) -> None:
    folder = write("small", tmp_path)
    english = CliRunner().invoke(app, ["check", str(folder)])
    assert english.exit_code == 0
    assert english.output.startswith("OK: 8 places")
    for check in CHECKS:
        assert check.name in english.output
    text("observations.toml", 'parts = ["El Paso"]', 'parts = ["Yuma"]')(
        folder, pytest.MonkeyPatch()
    )
    spanish = CliRunner().invoke(app, ["check", str(folder), "--lang", "es"])
    assert spanish.exit_code == 2
    assert "Una ciudadanía del registro" in " ".join(spanish.output.split())
    assert "hay 'Yuma', se espera una que el mundo tenga por sector" in spanish.output
