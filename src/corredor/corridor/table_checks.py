"""What the tables of a world must hold together, one fact a check.

Each check is a function whose name is its name and whose docstring is its fact. ``load_world`` asks
them all, and ``corredor world check`` names each beside what it found.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from corredor.corridor.geography import Ways, ends_of, great_circle_km
from corredor.errors import Problem, did_you_mean

SUM_TOLERANCE = 1e-6
SHORTEST = 0.97  # a link may be this much of the great circle, for positions are rounded

Tables = dict[str, pd.DataFrame]
Ask = Callable[[Path, Tables], Iterator[Problem]]


@dataclass(frozen=True)
class TableCheck:
    """A fact about tables.

    Attributes
    ----------
    ask : callable
        Given folder and tables, gives the problems; its docstring is the fact.
    tables : tuple of str
        The tables that it looks at; it is not asked unless all could be read.
    after : tuple of str
        Names of checks without whose facts it cannot be asked.
    """

    ask: Ask
    tables: tuple[str, ...]
    after: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return its name, such as ``links-known``."""
        return name_of(self.ask)


TABLE_CHECKS: list[TableCheck] = []


def name_of(check: Callable[..., Any]) -> str:
    """Return the name that a check goes by: that of its function, joined by hyphens."""
    return str(check.__name__).replace("_", "-")


def hold_together(folder: Path, tables: Tables) -> dict[str, list[Problem] | None]:
    """Ask every check about tables that could be read.

    Returns
    -------
    dict
        The problems by the name of the check; None where it could not be asked.
    """
    found: dict[str, list[Problem] | None] = {}
    for check in TABLE_CHECKS:
        asked = set(check.tables) <= set(tables) and all(found[name] == [] for name in check.after)
        found[check.name] = list(check.ask(folder, tables)) if asked else None
    return found


def _of(*tables: str, after: tuple[str, ...] = ()) -> Callable[[Ask], Ask]:
    def known(ask: Ask) -> Ask:
        TABLE_CHECKS.append(TableCheck(ask, tables, after))
        return ask

    return known


NAMED = {
    "zones": "zone", "jurisdictions": "jurisdiction", "nationalities": "nationality",
    "households": "household", "modes": "mode",
}  # fmt: skip
_JOINED = ("links-known", "links-once")  # facts without which ways cannot be followed


@_of("people")
def people_once(folder: Path, tables: Tables) -> Iterator[Problem]:
    """A group stands once in people.csv, and each household of a nationality once."""
    file, people = str(folder / "people.csv"), tables["people"]
    yield from _duplicates(file, people, "group")
    yield from _duplicates(file, people, "nationality", "household")


@_of("people")
def people_shares(folder: Path, tables: Tables) -> Iterator[Problem]:
    """The shares of the households of a nationality sum to 1."""
    for nationality, total in tables["people"].groupby("nationality")["share"].sum().items():
        if abs(total - 1) > SUM_TOLERANCE:
            expected = f"shares of {nationality} that sum to 1"
            yield Problem(
                str(folder / "people.csv"), expected, round(float(total), 6), column="share"
            )


@_of("places")
def places_once(folder: Path, tables: Tables) -> Iterator[Problem]:
    """A place stands once in places.csv."""
    yield from _duplicates(str(folder / "places.csv"), tables["places"], "place")


@_of("places")
def appointments_shares(folder: Path, tables: Tables) -> Iterator[Problem]:
    """Shares of appointments sum to 1, and only ports have one."""
    file, places = str(folder / "places.csv"), tables["places"]
    total = float(places["appointments_share"].sum())
    if places["appointments_share"].notna().any() and abs(total - 1) > SUM_TOLERANCE:
        yield Problem(file, "shares that sum to 1", round(total, 6), column="appointments_share")
    for line in places.index[places["appointments_share"].notna() & (places["port"] == "")]:
        yield Problem(file, "a port for these appointments", row=_line(line), column="port")


@_of("places")
def some_sector(folder: Path, tables: Tables) -> Iterator[Problem]:
    """At least one place has a sector, for people to make for."""
    if not (tables["places"]["sector"] != "").any():
        expected = "at least one place with a sector, to make for"
        yield Problem(str(folder / "places.csv"), expected, column="sector")


@_of("places")
def caravan_stops(folder: Path, tables: Tables) -> Iterator[Problem]:
    """The stops of caravans are numbered 1, 2, 3 … without gaps."""
    stops = sorted(tables["places"]["caravan_stop"].dropna())
    if stops != list(range(1, len(stops) + 1)):
        numbers = " ".join(f"{s:g}" for s in stops)
        file = str(folder / "places.csv")
        yield Problem(file, "1, 2, 3 … without gaps", numbers, column="caravan_stop")


@_of("zones", "jurisdictions", "nationalities", "households", "modes")
def names_once(folder: Path, tables: Tables) -> Iterator[Problem]:
    """A zone, jurisdiction, nationality, household or mode stands once in the table of these."""
    for table, key in NAMED.items():
        yield from _duplicates(str(folder / f"{table}.csv"), tables[table], key)


@_of("places", "zones")
def zones_known(folder: Path, tables: Tables) -> Iterator[Problem]:
    """The zone of a place stands in zones.csv."""
    yield from _listed(folder, tables, "places", "zone", "zones")


@_of("zones", "nationalities", "jurisdictions")
def jurisdictions_known(folder: Path, tables: Tables) -> Iterator[Problem]:
    """The jurisdiction of a zone or of nationals stands in jurisdictions.csv."""
    yield from _listed(folder, tables, "zones", "jurisdiction", "jurisdictions")
    yield from _listed(folder, tables, "nationalities", "native_of", "jurisdictions")


@_of("people", "nationalities", "households")
def people_known(folder: Path, tables: Tables) -> Iterator[Problem]:
    """Nationality and household of a group stand in nationalities.csv and households.csv."""
    yield from _listed(folder, tables, "people", "nationality", "nationalities")
    yield from _listed(folder, tables, "people", "household", "households")


@_of("links", "modes")
def modes_known(folder: Path, tables: Tables) -> Iterator[Problem]:
    """The mode of a link stands in modes.csv."""
    yield from _listed(folder, tables, "links", "mode", "modes")


@_of("places", "people")
def homes_known(folder: Path, tables: Tables) -> Iterator[Problem]:
    """A home is that of a nationality of people.csv."""
    file, nationalities = str(folder / "places.csv"), tables["people"]["nationality"]
    yield from _unknown(file, tables["places"], "home_of", nationalities, "a nationality")


@_of("entry", "places", "people")
def entry_known(folder: Path, tables: Tables) -> Iterator[Problem]:
    """People who enter are of a nationality of people.csv and enter where places.csv lets them."""
    file, entry, places = str(folder / "entry.csv"), tables["entry"], tables["places"]
    nationalities = tables["people"]["nationality"]
    yield from _unknown(file, entry, "nationality", nationalities, "a nationality of people.csv")
    yield from _unknown(file, entry, "place", places["place"], "a place of places.csv")
    closed = entry["place"][entry["place"].isin(places.loc[~places["entry"], "place"])]
    for line, place in closed.items():
        yield Problem(file, "a place where entry is true", place, _line(line), "place")


@_of("entry", "places", "people")
def entry_once(folder: Path, tables: Tables) -> Iterator[Problem]:
    """Who enters at a place in a month stands in one row for each nationality."""
    yield from _duplicates(
        str(folder / "entry.csv"), tables["entry"], "nationality", "place", "month"
    )


@_of("entry", "places", "people")
def entry_months(folder: Path, tables: Tables) -> Iterator[Problem]:
    """No month is missing in entry.csv between a first and a last one: nobody would enter in it."""
    file, entry = str(folder / "entry.csv"), tables["entry"]
    if entry.empty:
        return
    months = [_number_of(month) for month in entry["month"]]
    every = range(min(months), max(months) + 1)
    missing = set(every) - set(months)
    for month in sorted(missing):
        yield Problem(file, f"rows for every month from {_month(every[0])} to {_month(every[-1])}; "
                      "write 0 where nobody enters", f"no row for {_month(month)}", column="month"
                      )  # fmt: skip
    known: dict[tuple[str, str], set[int]] = {}
    for nationality, place, month in zip(entry["nationality"], entry["place"], months, strict=True):
        known.setdefault((nationality, place), set()).add(month)
    for (nationality, place), own in known.items():
        span = range(min(own), max(own) + 1)
        for month in sorted(set(span) - own - missing):
            yield Problem(
                file, f"a row for every month from {_month(span[0])} to {_month(span[-1])}; write "
                f"0 where nobody enters", f"no row of {nationality} at {place} for {_month(month)}",
                column="month",
            )  # fmt: skip


def _number_of(month: object) -> int:
    """Return the number of a month, counted from year 0: plain numbers are compared quickly."""
    text = str(month)
    return int(text[:4]) * 12 + int(text[5:7]) - 1


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


@_of("links", "places")
def links_known(folder: Path, tables: Tables) -> Iterator[Problem]:
    """A link joins two places of places.csv."""
    file, links, places = str(folder / "links.csv"), tables["links"], tables["places"]
    for column in ("origin", "destination"):
        yield from _unknown(file, links, column, places["place"], "a place of places.csv")
    for line in links.index[links["origin"] == links["destination"]]:
        yield Problem(file, "a place other than the origin", None, _line(line), "destination")


@_of("links", "places")
def links_once(folder: Path, tables: Tables) -> Iterator[Problem]:
    """From a place to another one link stands for each mode."""
    yield from _duplicates(
        str(folder / "links.csv"), tables["links"], "origin", "destination", "mode"
    )


@_of("links", "places", after=_JOINED)
def link_lengths(folder: Path, tables: Tables) -> Iterator[Problem]:
    """A link is no shorter than the great circle, and says by which factor it was reckoned."""
    file, links = str(folder / "links.csv"), tables["links"]
    position = _by_name(tables)[["latitude", "longitude"]]
    ends = (position.loc[links[c]].to_numpy().T for c in ("origin", "destination"))
    straight = great_circle_km(*(axis for end in ends for axis in end))
    short = (links["km_basis"] != "given") & (links["km"] < SHORTEST * straight)
    reckoned = (links["km_basis"] == "great_circle") & ~(links["detour_factor"] > 0)
    for at in np.flatnonzero(short | reckoned).tolist():
        line, own = _line(links.index[at]), float(links["km"].iloc[at])
        if short.iloc[at]:
            expected = f"at least the great circle of {straight[at]:.0f} km"
            yield Problem(file, expected, own, line, "km")
        if reckoned.iloc[at]:
            expected = "the factor used, since the length is reckoned from the great circle"
            yield Problem(file, expected, row=line, column="detour_factor")


@_of("links", "places", after=_JOINED)
def ways_to_ports(folder: Path, tables: Tables) -> Iterator[Problem]:
    """From every place of entry and every home a way leads to each port with appointments."""
    file, links, places = str(folder / "links.csv"), tables["links"], _by_name(tables)
    names = np.flatnonzero(places["appointments_share"] > 0)
    starts = np.flatnonzero(places["entry"] | (places["home_of"] != ""))
    back = _leading_back(links, places)
    leads = [back.reached(np.arange(len(places)) == port)[starts] for port in names]
    missing = ~np.array(leads, dtype=bool).reshape(len(names), len(starts))
    for at in np.flatnonzero(missing.any(axis=0)):
        ports = ", ".join(sorted(places.index[names[missing[:, at]]]))
        expected = f"a way from {places.index[starts[at]]} to {ports}"
        yield Problem(file, expected, column="origin")


@_of("links", "places", after=_JOINED)
def ways_to_the_border(folder: Path, tables: Tables) -> Iterator[Problem]:
    """From every place a way leads to a place with a sector, for people weigh links by it."""
    links, places = tables["links"], _by_name(tables)
    sectors = (places["sector"] != "").to_numpy()
    if not sectors.any():
        return
    for place in places.index[~_leading_back(links, places).reached(sectors)]:
        expected = f"a way from {place} to the border, to a place with a sector"
        yield Problem(str(folder / "links.csv"), expected, column="origin")


@_of("links", "places", "modes", after=(*_JOINED, "modes-known"))
def caravan_road(folder: Path, tables: Tables) -> Iterator[Problem]:
    """From each stop of caravans a link on foot leads to the next."""
    links, places = tables["links"], _by_name(tables)
    stops = places["caravan_stop"].dropna().sort_values().index
    modes = tables["modes"]
    walked = links[links["mode"].isin(modes.loc[modes["on_foot"], "mode"])]
    pairs = set(zip(walked["origin"], walked["destination"], strict=True))
    for a, b in itertools.pairwise(stops):
        if (a, b) not in pairs:
            yield Problem(
                str(folder / "links.csv"), f"a link on foot from {a} to {b}", column="origin"
            )


def _duplicates(file: str, table: pd.DataFrame, *keys: str) -> Iterator[Problem]:
    for line, row in table[table.duplicated(list(keys))].iterrows():
        value = " ".join(str(row[key]) for key in keys)
        yield Problem(file, "each of these once", value, _line(line), keys[0])


def _unknown(
    file: str, table: pd.DataFrame, column: str, known: pd.Series[Any], what: str
) -> Iterator[Problem]:
    unknown = table[column][(table[column] != "") & ~table[column].isin(known)]
    names = set(known)
    for line, value in unknown.items():
        yield Problem(file, what, value, _line(line), column, did_you_mean(value, names))


def _listed(
    folder: Path, tables: Tables, table: str, column: str, listed: str
) -> Iterator[Problem]:
    """Give what a column names that is not in the table in which such names are listed."""
    file, known = str(folder / f"{table}.csv"), tables[listed][NAMED[listed]]
    yield from _unknown(file, tables[table], column, known, f"one that stands in {listed}.csv")


def _leading_back(links: pd.DataFrame, places: pd.DataFrame) -> Ways:
    """Return the ways that lead from where links end to where they begin."""
    origin, destination = ends_of(links, places.index)
    return Ways.of(destination, origin, len(places))


def _line(label: Any) -> int:
    return int(label)


def _by_name(tables: Tables) -> pd.DataFrame:
    """Return the places by name, each once."""
    return tables["places"].drop_duplicates("place").set_index("place")
