"""The world: places, the links between them, and the groups of people who move."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from corredor.errors import InputError, Problem, did_you_mean
from corredor.inputs import shipped as assets
from corredor.inputs.tables import empty_table, read_rows, read_table
from corredor.text.language import ids_by_name

EARTH_RADIUS_KM = 6371.0088
TABLES = ("places", "links", "people", "entry", "calendar")
OPTIONAL = ("entry", "calendar")
WITHOUT_ROWS = (*OPTIONAL, "links")  # tables that may have none
SUM_TOLERANCE = 1e-6
ELSEWHERE = "elsewhere"  # the zone of every place of a world outside the corridor
SHORTEST = 0.97  # a link may be this much of the great circle, for positions are rounded

Tables = dict[str, pd.DataFrame]


@dataclass(frozen=True, eq=False)
class World:
    """Everything about the corridor that does not change from run to run.

    Attributes
    ----------
    name : str
        Name of the folder.
    folder : Path
        Where the tables were read from.
    places : pandas.DataFrame
        One row per place, indexed by ``place``.
    links : pandas.DataFrame
        One row per link: from, to, mode, length, days, fare, checkpoints.
    people : pandas.DataFrame
        One row per group of people, indexed by ``group``.
    entry : pandas.DataFrame
        People who enter by nationality, place and month; may have no rows.
    calendar : pandas.DataFrame
        Dated events of policy; may have no rows.
    hash : str
        SHA-256 of the input files.
    """

    name: str
    folder: Path
    places: pd.DataFrame
    links: pd.DataFrame
    people: pd.DataFrame
    entry: pd.DataFrame = field(default_factory=lambda: empty_table("entry"))
    calendar: pd.DataFrame = field(default_factory=lambda: empty_table("calendar"))
    hash: str = ""

    def summary(self) -> dict[str, Any]:
        """Count what the world holds."""
        places, links = self.places, self.links
        return {
            "world": self.name,
            "hash": self.hash,
            "places": len(places),
            "places_by_zone": _counts(places["zone"]),
            "countries": places["country"].nunique(),
            "links": len(links),
            "links_by_mode": _counts(links["mode"]),
            "link_km": round(float(links["km"].sum())),
            "links_with_published_km": int((links["km_basis"] == "published").sum()),
            "groups": len(self.people),
            "nationalities": self.people["nationality"].nunique(),
            "sectors": places.loc[places["sector"] != "", "sector"].nunique(),
            "ports": int((places["port"] != "").sum()),
            "waiting_hubs": int(places["waiting_hub"].sum()),
            "caravan_stops": int(places["caravan_stop"].notna().sum()),
            "shelter_beds": int(places["shelter_beds"].sum()),
            "station_capacity": int(places["station_capacity"].sum()),
            "entry_rows": len(self.entry),
            "events": len(self.calendar),
        }


def load_world(name_or_path: str | Path) -> World:
    """Read a world from its folder and check that its tables fit together.

    Parameters
    ----------
    name_or_path : str or Path
        A world that ships with Corredor, such as ``mexico``, or a folder.

    Raises
    ------
    UsageError
        If there is no such world.
    InputError
        With every problem in every table.
    """
    folder = assets.find("worlds", name_or_path)
    tables, problems = _read_all(folder)
    problems += _cross_checks(folder, tables)
    if problems:
        raise InputError(problems)
    return World(
        name=folder.resolve().name,
        folder=folder,
        places=tables["places"].set_index("place"),
        links=tables["links"].reset_index(drop=True),
        people=tables["people"].set_index("group"),
        entry=tables["entry"].reset_index(drop=True),
        calendar=tables["calendar"].reset_index(drop=True),
        hash=_hash(folder),
    )


def great_circle_km(
    latitude_a: npt.ArrayLike,
    longitude_a: npt.ArrayLike,
    latitude_b: npt.ArrayLike,
    longitude_b: npt.ArrayLike,
) -> npt.NDArray[np.float64]:
    """Return the shortest distance over the globe between points given in degrees."""
    lat_a, lon_a, lat_b, lon_b = (
        np.radians(np.asarray(x, dtype=np.float64))
        for x in (latitude_a, longitude_a, latitude_b, longitude_b)
    )
    h = np.sin((lat_b - lat_a) / 2) ** 2
    h = h + np.cos(lat_a) * np.cos(lat_b) * np.sin((lon_b - lon_a) / 2) ** 2
    return np.asarray(2 * EARTH_RADIUS_KM * np.arcsin(np.sqrt(h)), dtype=np.float64)


def reachable(links: pd.DataFrame, start: str) -> set[str]:
    """Return every place that can be reached over the links from ``start``, itself included."""
    onward = links.groupby("origin")["destination"].agg(set).to_dict()
    found, ahead = {start}, [start]
    while ahead:
        new = onward.get(ahead.pop(), set()) - found
        found |= new
        ahead.extend(new)
    return found


def other_names(world: World) -> dict[str, str]:
    """Return the short name of the place that each name stands for, in every language."""
    return ids_by_name({str(key): str(name) for key, name in world.places["name"].items()})


def _counts(column: pd.Series[Any]) -> dict[str, int]:
    return {str(k): int(n) for k, n in column.value_counts().items()}


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in (folder / f"{table}.csv" for table in TABLES):
        if path.exists():
            content = path.read_bytes()
            digest.update(f"{path.name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def _read_all(folder: Path) -> tuple[Tables, list[Problem]]:
    tables: Tables = {}
    problems: list[Problem] = []
    for name in TABLES:
        path = folder / f"{name}.csv"
        if name in OPTIONAL and not path.exists():
            tables[name] = empty_table(name)
            continue
        try:
            table = read_table(path, _contract(path) if name == "places" else name)
            if table.empty and name not in WITHOUT_ROWS:
                raise InputError(Problem(str(path), "at least one row below the header"))
            tables[name] = table
        except InputError as error:
            problems += error.problems
    return tables, problems


def _contract(places: Path) -> str:
    """Return which schema the places follow: a world may lie outside the corridor as a whole."""
    header, *rows = (cells for _, cells in read_rows(places)) if places.exists() else ([],)
    at = header.index("zone") if "zone" in header else None
    zones = {cells[at] for cells in rows if at is not None and at < len(cells)}
    return "places_elsewhere" if zones == {ELSEWHERE} else "places"


def _cross_checks(folder: Path, tables: Tables) -> list[Problem]:
    """Check what no table can tell alone, as far as the tables could be read."""
    found: list[Problem] = []
    if "people" in tables:
        found += _check_people(str(folder / "people.csv"), tables["people"])
    if "places" in tables:
        found += _check_places(str(folder / "places.csv"), tables["places"])
    if "places" in tables and "people" in tables:
        found += _check_homes(str(folder / "places.csv"), tables)
        if "entry" in tables:
            found += _check_entry(str(folder / "entry.csv"), tables)
    if "places" in tables and "links" in tables:
        file = str(folder / "links.csv")
        found += list(_check_links(file, tables)) or _check_ways(file, tables)
    return found


def _duplicates(file: str, table: pd.DataFrame, *keys: str) -> Iterator[Problem]:
    for line, row in table[table.duplicated(list(keys))].iterrows():
        value = " ".join(str(row[key]) for key in keys)
        yield Problem(file, "each of these once", value, _line(line), keys[0])


def _unknown(
    file: str, table: pd.DataFrame, column: str, known: pd.Series[Any], what: str
) -> Iterator[Problem]:
    names = set(known)
    for line, value in table[column].items():
        if value and value not in names:
            yield Problem(file, what, value, _line(line), column, did_you_mean(value, names))


def _line(label: Any) -> int:
    return int(label)


def _check_people(file: str, people: pd.DataFrame) -> Iterator[Problem]:
    yield from _duplicates(file, people, "group")
    yield from _duplicates(file, people, "nationality", "household")
    for nationality, total in people.groupby("nationality")["share"].sum().items():
        if abs(total - 1) > SUM_TOLERANCE:
            expected = f"shares of {nationality} that sum to 1"
            yield Problem(file, expected, round(float(total), 6), column="share")


def _check_places(file: str, places: pd.DataFrame) -> Iterator[Problem]:
    yield from _duplicates(file, places, "place")
    total = float(places["appointments_share"].sum())
    if places["appointments_share"].notna().any() and abs(total - 1) > SUM_TOLERANCE:
        yield Problem(file, "shares that sum to 1", round(total, 6), column="appointments_share")
    for line in places.index[places["appointments_share"].notna() & (places["port"] == "")]:
        yield Problem(file, "a port for these appointments", row=_line(line), column="port")
    if not (places["sector"] != "").any():
        yield Problem(file, "at least one place with a sector, to make for", column="sector")
    stops = sorted(places["caravan_stop"].dropna())
    if stops != list(range(1, len(stops) + 1)):
        numbers = " ".join(f"{s:g}" for s in stops)
        yield Problem(file, "1, 2, 3 … without gaps", numbers, column="caravan_stop")


def _check_homes(file: str, tables: Tables) -> Iterator[Problem]:
    nationalities = tables["people"]["nationality"]
    yield from _unknown(file, tables["places"], "home_of", nationalities, "a nationality")


def _check_entry(file: str, tables: Tables) -> Iterator[Problem]:
    entry, places = tables["entry"], tables["places"]
    nationalities = tables["people"]["nationality"]
    yield from _unknown(file, entry, "nationality", nationalities, "a nationality of people.csv")
    yield from _unknown(file, entry, "place", places["place"], "a place of places.csv")
    closed = set(places.loc[~places["entry"], "place"])
    for line, place in entry["place"].items():
        if place in closed:
            yield Problem(file, "a place where entry is true", place, _line(line), "place")
    yield from _duplicates(file, entry, "nationality", "place", "month")
    yield from _holes(file, entry)


def _holes(file: str, entry: pd.DataFrame) -> Iterator[Problem]:
    """Find months that are missing inside the table: nobody would enter in them."""
    months = pd.PeriodIndex(entry["month"].astype(str).str[:7], freq="M")
    if months.empty:
        return
    every = pd.period_range(months.min(), months.max(), freq="M")
    missing = every.difference(months)
    for month in missing:
        yield Problem(file, f"rows for every month from {every[0]} to {every[-1]}; write 0 where "
                      "nobody enters", f"no row for {month}", column="month")  # fmt: skip
    for (nationality, place), own in entry.assign(month=months).groupby(
        ["nationality", "place"], sort=False
    )["month"]:
        span = pd.period_range(own.min(), own.max(), freq="M")
        for month in span.difference(pd.PeriodIndex(own)).difference(missing):
            yield Problem(
                file, f"a row for every month from {span[0]} to {span[-1]}; write 0 where nobody "
                "enters", f"no row of {nationality} at {place} for {month}", column="month",
            )  # fmt: skip


def _check_links(file: str, tables: Tables) -> Iterator[Problem]:
    links, places = tables["links"], tables["places"]
    for column in ("origin", "destination"):
        yield from _unknown(file, links, column, places["place"], "a place of places.csv")
    for line in links.index[links["origin"] == links["destination"]]:
        yield Problem(file, "a place other than the origin", None, _line(line), "destination")
    yield from _duplicates(file, links, "origin", "destination", "mode")


def _check_ways(file: str, tables: Tables) -> list[Problem]:
    links, places = tables["links"], tables["places"].drop_duplicates("place").set_index("place")
    return [
        *_check_lengths(file, links, places),
        *_check_reach(file, links, places),
        *_check_caravan(file, links, places),
    ]


def _check_lengths(file: str, links: pd.DataFrame, places: pd.DataFrame) -> Iterator[Problem]:
    position = places[["latitude", "longitude"]]
    ends = (position.loc[links[c]].to_numpy().T for c in ("origin", "destination"))
    straight = great_circle_km(*(axis for end in ends for axis in end))
    for (line, row), km in zip(links.iterrows(), straight, strict=True):
        if row["km_basis"] != "given" and row["km"] < SHORTEST * km:
            expected = f"at least the great circle of {km:.0f} km"
            yield Problem(file, expected, row["km"], _line(line), "km")
        if row["km_basis"] == "great_circle" and not row["detour_factor"] > 0:
            expected = "the factor used, since the length is reckoned from the great circle"
            yield Problem(file, expected, row=_line(line), column="detour_factor")


def _check_reach(file: str, links: pd.DataFrame, places: pd.DataFrame) -> Iterator[Problem]:
    ports = set(places.index[places["appointments_share"] > 0])
    for start in places.index[places["entry"] | (places["home_of"] != "")]:
        if missing := sorted(ports - reachable(links, start)):
            yield Problem(file, f"a way from {start} to {', '.join(missing)}", column="origin")
    # Whoever is in a place weighs its links by what they lead to, so each has to lead there.
    ways_back = links.rename(columns={"origin": "destination", "destination": "origin"})
    sectors = places.index[places["sector"] != ""]
    leading = set().union(*(reachable(ways_back, place) for place in sectors))
    for place in places.index:
        if len(sectors) and place not in leading:
            expected = f"a way from {place} to the border, to a place with a sector"
            yield Problem(file, expected, column="origin")


def _check_caravan(file: str, links: pd.DataFrame, places: pd.DataFrame) -> Iterator[Problem]:
    stops = places["caravan_stop"].dropna().sort_values().index
    walked = links[links["mode"] == "foot"]
    pairs = set(zip(walked["origin"], walked["destination"], strict=True))
    for pair in itertools.pairwise(stops):
        if pair not in pairs:
            yield Problem(file, f"a link on foot from {pair[0]} to {pair[1]}", column="origin")
