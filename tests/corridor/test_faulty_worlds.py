"""A world is refused by its check with few clear problems, or it runs: never a traceback."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from helpers import Small

from corredor.corridor.world import TABLES, load_world
from corredor.errors import CorredorError, InputError
from corredor.inputs import schema
from corredor.runs.simulate import run

DAYS = 'title = "x"\nbase = "small"\nworld = "faulty"\nend = 2023-02-05\n'
Change = Callable[[pd.DataFrame], pd.DataFrame | None]
ODD = "Ñandú 🦙\u202e"


@pytest.fixture
def folder(small: Small, tmp_path: Path) -> Path:
    """Give a folder with the small scenario, its world, and another world to be changed."""
    for name in ("small", "faulty"):
        shutil.copytree(small.folder / "small", tmp_path / name)
    shutil.copy(small.path, tmp_path)
    (tmp_path / "faulty.toml").write_text(DAYS)
    return tmp_path


def change(folder: Path, changes: Mapping[str, Change]) -> None:
    """Write the faulty world as the small one with changes of tables."""
    for table in TABLES:
        source, target = (folder / world / f"{table}.csv" for world in ("small", "faulty"))
        if not source.exists():
            continue
        read = pd.read_csv(source, dtype=str, keep_default_na=False)
        changed = changes.get(table, lambda same: same)(read)
        target.unlink(missing_ok=True)
        if changed is not None:
            changed.to_csv(target, index=False)


def outcome(folder: Path) -> list[str]:
    """Check the faulty world and run it; return the problems of the check."""
    try:
        load_world(folder / "faulty").summary()
    except InputError as error:
        assert len(str(error).splitlines()) <= 21
        return [str(problem) for problem in error.problems]
    try:
        data = run(folder / "faulty.toml", replicates=2, draw="exact", parameters="fixed")
    except CorredorError as error:
        assert len(str(error).splitlines()) <= 3
        return []
    for name, values in data.data_vars.items():
        assert np.isfinite(values.to_numpy()).all(), name
    return []


def _values(attribute: schema.Attribute) -> list[str]:
    values = ["", ODD]
    if attribute.type in ("number", "integer"):
        limits = (attribute.minimum, attribute.maximum)
        values += ["0", "-1", "1e300", "NaN", "9" * 5000]
        values += [f"{limit:.15g}" for limit in limits if limit is not None]
    if attribute.type in ("month", "date"):
        day = "" if attribute.type == "month" else "-01"
        values += [f"{month}{day}" for month in ("0001-01", "9999-12", "0000-01")]
    return values + (["true", "false"] if attribute.type == "boolean" else [])


@pytest.mark.parametrize(
    ("table", "every"),
    [(table, 24) for table in TABLES]
    + [pytest.param(table, 1, marks=pytest.mark.slow) for table in TABLES],
)
def test_no_value_in_a_column_ends_otherwise(folder: Path, table: str, every: int) -> None:
    """Each value in each column in `make check-slow`; here one in 24, in turn."""
    if not (folder / "small" / f"{table}.csv").exists():
        header = ",".join(a.name for a in schema.load(table))
        (folder / "small" / f"{table}.csv").write_text(f"{header}\n")
    for position, attribute in enumerate(schema.load(table)):
        change(folder, {table: lambda t, a=attribute: t.drop(columns=a.name, errors="ignore")})
        outcome(folder)
        for value in _values(attribute)[position % every :: every]:
            change(folder, {table: lambda t, a=attribute, v=value: t.assign(**{a.name: v})})
            outcome(folder)


def _nothing(table: pd.DataFrame) -> pd.DataFrame:
    return table.iloc[:0]


def _only(place: str, **cells: str) -> dict[str, Change]:
    """Return the changes to a world of one place, where everybody enters."""
    blank = {"caravan_stop": "", "home_of": "", "station_capacity": "", "entry": "true"}
    return {
        "places": lambda t: t[t["place"] == place].assign(**{**blank, **cells}),
        "links": _nothing,
        "entry": lambda t: t.assign(place=place).drop_duplicates(["nationality", "place", "month"]),
    }


WITHOUT = {
    "sectors": ({"places": lambda t: t.assign(sector="")}, "at least one place with a sector"),
    "places": ({"places": _nothing}, "places.csv: expected at least one row below the header"),
    "people": ({"people": _nothing}, "people.csv: expected at least one row below the header"),
    "places.csv": ({"places": lambda _: None}, "places.csv: expected a file that can be read"),
    "links.csv": ({"links": lambda _: None}, "links.csv: expected a file that can be read"),
    "links": ({"links": _nothing}, "a way from valle to the border"),
    "a sector in its one place": (_only("sur"), "at least one place with a sector"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), WITHOUT.values(), ids=WITHOUT)
def test_what_a_world_cannot_be_without_is_told(
    folder: Path, changes: Mapping[str, Change], expected: str
) -> None:
    change(folder, changes)
    assert any(expected in problem for problem in outcome(folder))


@pytest.mark.parametrize("table", ["places", "people"])
def test_an_empty_table_is_one_problem(folder: Path, table: str) -> None:
    change(folder, {table: _nothing})
    assert len(outcome(folder)) == 1


HARMLESS: dict[str, dict[str, Change]] = {
    "ports": {"places": lambda t: t.assign(port="", appointments_share="")},
    "hubs": {"places": lambda t: t.assign(waiting_hub="")},
    "caravans": {"places": lambda t: t.assign(caravan_stop="")},
    "stations": {"places": lambda t: t.assign(station_capacity="")},
    "homes": {"places": lambda t: t.assign(home_of="")},
    "more than one place": _only("norte"),
}


@pytest.mark.parametrize("changes", HARMLESS.values(), ids=HARMLESS)
def test_a_world_without_what_it_may_lack_passes_and_runs(
    folder: Path, changes: Mapping[str, Change]
) -> None:
    change(folder, changes)
    assert load_world(folder / "faulty").summary()["places"] >= 1
    data = run(folder / "faulty.toml", replicates=1, draw="expected", parameters="fixed")
    assert float(data["entries"].sum()) > 0


def test_a_place_without_a_way_out_is_named(folder: Path) -> None:
    def with_island(places: pd.DataFrame) -> pd.DataFrame:
        island = places[places["place"] == "costa"].assign(place="isla")
        return pd.concat([places, island])

    change(folder, {"places": with_island})
    (problem,) = outcome(folder)
    assert "expected a way from isla to the border" in problem


def test_rows_given_twice_are_named(folder: Path) -> None:
    for table in ("places", "links", "people", "entry"):
        change(folder, {table: lambda t: pd.concat([t, t.iloc[:1]])})
        assert any("each of these once" in problem for problem in outcome(folder)), table


def test_the_longest_and_dearest_links_are_weighed(folder: Path) -> None:
    change(folder, {"links": lambda t: t.assign(days="60", fare_usd="3000")})
    (folder / "faulty.toml").write_text(f"{DAYS}[movement]\ncost_per_day = 10\n")
    load_world(folder / "faulty")
    data = run(folder / "faulty.toml", replicates=1, draw="expected", parameters="fixed")
    assert float(data["entries"].sum()) > 0


def test_a_file_without_even_a_header_is_one_clear_problem(folder: Path) -> None:
    (folder / "faulty" / "places.csv").write_bytes(b"")
    with pytest.raises(InputError, match=r"places\.csv"):
        load_world(folder / "faulty")
