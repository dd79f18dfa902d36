"""The world: places, the links between them, and the groups of people who move."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from corredor.corridor.frames import write_frames
from corredor.corridor.roles import Roles, roles_of
from corredor.corridor.table_checks import Tables, hold_together
from corredor.errors import InputError, Problem
from corredor.inputs import shipped as assets
from corredor.inputs.files import read_bytes
from corredor.inputs.tables import empty_table, read_table
from corredor.text.language import ids_by_name, spoken

TABLES = (
    "places", "zones", "jurisdictions", "links", "modes", "people", "nationalities", "households",
    "entry", "calendar",
)  # fmt: skip
OPTIONAL = ("jurisdictions", "entry", "calendar")
WITHOUT_ROWS = (*OPTIONAL, "links")  # tables that may have none


@dataclass(frozen=True, eq=False, repr=False)
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
    zones : pandas.DataFrame
        One row per zone within which rules are the same, indexed by ``zone``, along the way.
    jurisdictions : pandas.DataFrame
        One row per authority and what it does, indexed by ``jurisdiction``; may have no rows.
    nationalities, households, modes : pandas.DataFrame
        One row per nationality, kind of household and mode of travel, indexed by its name: what
        it is called, and what rules go by.
    entry : pandas.DataFrame
        People who enter by nationality, place and month; may have no rows.
    calendar : pandas.DataFrame
        Dated events of policy; may have no rows.
    hash : str
        SHA-256 of the input files.

    Examples
    --------
    >>> import corredor
    >>> mexico = corredor.world("mexico")
    >>> mexico.places.loc["tapachula", "name"], mexico.roles.detains[0].item()
    ('Tapachula', False)
    """

    name: str
    folder: Path
    places: pd.DataFrame
    links: pd.DataFrame
    people: pd.DataFrame
    zones: pd.DataFrame
    jurisdictions: pd.DataFrame
    nationalities: pd.DataFrame
    households: pd.DataFrame
    modes: pd.DataFrame
    entry: pd.DataFrame = field(default_factory=lambda: empty_table("entry"))
    calendar: pd.DataFrame = field(default_factory=lambda: empty_table("calendar"))
    hash: str = ""

    @cached_property
    def roles(self) -> Roles:
        """Return where which authority acts, and for whom."""
        return roles_of(self)

    @classmethod
    def from_frames(
        cls, *, places: pd.DataFrame, links: pd.DataFrame, people: pd.DataFrame,
        entry: pd.DataFrame, zones: pd.DataFrame | None = None,
        jurisdictions: pd.DataFrame | None = None, nationalities: pd.DataFrame | None = None,
        households: pd.DataFrame | None = None, modes: pd.DataFrame | None = None,
        calendar: pd.DataFrame | None = None,
        series: Mapping[str, Mapping[str, Any]] | None = None, name: str = "mine",
        folder: str | Path | None = None,
    ) -> World:  # fmt: skip
        """Make a world of tables in memory, checked like one that is read from files.

        Parameters
        ----------
        places, links, people, entry : pandas.DataFrame
            Columns as in ``docs/reference``: where people can be; how they get from one place to
            another; groups of people with their shares; people who enter by month. Names that are
            left out (``name``, ``name_en``, ``name_es``) are the short ones; no number is made up.
        zones, modes, nationalities, households : pandas.DataFrame, optional
            Left out: those that the other tables name, in which no authority acts and to which no
            special rule applies.
        jurisdictions, calendar : pandas.DataFrame, optional
            Authorities and what each does; dated events of policy. None if left out.
        series : mapping, optional
            How a series of a record counts in a result, such as
            ``{"arrivals": {"counts": ["travelled"], "where": {"link_destination": ["north"]}}}``.
        name : str
            What it is called.
        folder : str or Path, optional
            A new folder to keep the tables in; one in your own folder (``CORREDOR_HOME``) if left
            out. The tables stand there as CSV files, as ``corredor world check`` reads them.

        Returns
        -------
        World
            Ready for ``corredor.Scenario``.

        Raises
        ------
        UsageError
            If a column is in no such table.
        InputError
            With everything that is wrong: file, line (the header is line 1), column, value.
        OutputError
            If the folder exists already.

        Examples
        --------
        >>> import pandas as pd
        >>> import corredor
        >>> places = pd.DataFrame({
        ...     "place": ["coast", "town", "border"], "country": "XYZ", "state": "one",
        ...     "latitude": [0.0, 1.0, 2.0], "longitude": 0.0, "zone": "all",
        ...     "entry": [True, False, False], "sector": ["", "", "north"],
        ...     "source_position": "made up for this example",
        ... })
        >>> links = pd.DataFrame({
        ...     "origin": ["coast", "town"], "destination": ["town", "border"], "mode": "foot",
        ...     "km": 130.0, "km_basis": "published", "days": 4.0, "fare_usd": 0.0,
        ...     "checkpoints": 0, "source": "made up for this example",
        ... })
        >>> people = pd.DataFrame({
        ...     "group": ["everybody"], "nationality": "all", "household": "any", "share": 1.0,
        ...     "source": "made up for this example",
        ... })
        >>> entry = pd.DataFrame({
        ...     "nationality": "all", "place": "coast", "month": ["2024-01", "2024-02"],
        ...     "people": [1000, 1200], "basis": "assumption", "source": "made up",
        ... })
        >>> world = corredor.World.from_frames(
        ...     places=places, links=links, people=people, entry=entry, name="three-places"
        ... )
        >>> world
        <World three-places: 3 places, 2 links, 1 group, entry 2024-01 to 2024-02>
        >>> result = corredor.run(corredor.Scenario(world), draw="expected", replicates=1)
        >>> round(float(result["entries"].sum()))
        2200
        """
        tables = {
            "places": places, "links": links, "people": people, "entry": entry, "zones": zones,
            "jurisdictions": jurisdictions, "nationalities": nationalities,
            "households": households, "modes": modes, "calendar": calendar,
        }  # fmt: skip
        kept = Path(folder) if folder else None
        return load_world(write_frames(name, tables, series or {}, kept))

    def __repr__(self) -> str:
        """Say how much the world holds."""
        count, groups = len(self.places), len(self.people)
        months = sorted(str(month)[:7] for month in self.entry["month"])
        entry = f"entry {months[0]} to {months[-1]}" if months else "nobody enters"
        return (
            f"<World {self.name}: {count} place{'s' * (count != 1)}, {len(self.links)} "
            f"link{'s' * (len(self.links) != 1)}, {groups} group{'s' * (groups != 1)}, {entry}>"
        )

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

    Returns
    -------
    World
        Its tables, checked against each other.

    Raises
    ------
    UsageError
        If there is no such world.
    InputError
        With every problem in every table.

    Examples
    --------
    >>> import corredor
    >>> corredor.load_world("mexico").summary()["places"] > 50
    True
    """
    folder = assets.find("worlds", name_or_path)
    try:
        digest = _hash(folder)
    except InputError:  # of one file; reading finds every problem of all
        return _checked(folder)
    held = _held(folder, folder.resolve(), digest)
    # Tables are copied where somebody writes to them, so that each world is its holder's own.
    tables = {name: getattr(held, name).copy(deep=False) for name in TABLES}
    return replace(held, **tables)


@lru_cache(8)
def _held(folder: Path, _place: Path, _digest: str) -> World:
    """Return a world that was read before and is the same to the byte."""
    return _checked(folder)


def _checked(folder: Path) -> World:
    tables, problems = read_tables(folder)
    problems += [each for found in hold_together(folder, tables).values() for each in found or ()]
    if problems:
        raise InputError(problems)
    return world_of(folder, tables)


def world_of(folder: Path, tables: Tables) -> World:
    """Return the world of tables that were read, whether they fit together or not."""
    return World(
        name=folder.resolve().name,
        folder=folder,
        places=tables["places"].set_index("place"),
        links=tables["links"].reset_index(drop=True),
        people=tables["people"].set_index("group"),
        zones=tables["zones"].set_index("zone"),
        jurisdictions=tables["jurisdictions"].set_index("jurisdiction"),
        nationalities=tables["nationalities"].set_index("nationality"),
        households=tables["households"].set_index("household"),
        modes=tables["modes"].set_index("mode"),
        entry=tables["entry"].reset_index(drop=True),
        calendar=tables["calendar"].reset_index(drop=True),
        hash=_hash(folder),
    )


def names_in(table: pd.DataFrame) -> dict[str, str]:
    """Return the name of each row of a table such as ``zones`` in the language spoken now."""
    names = table[f"name_{spoken()}"]
    return dict(zip(map(str, names.index), map(str, names), strict=True))


def other_names(world: World) -> dict[str, str]:
    """Return the short name of the place that each name stands for, in every language."""
    return ids_by_name({str(key): str(name) for key, name in world.places["name"].items()})


def _counts(column: pd.Series[Any]) -> dict[str, int]:
    return {str(k): int(n) for k, n in column.value_counts().items()}


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in (folder / f"{table}.csv" for table in TABLES):
        if path.exists():
            content = read_bytes(path)
            digest.update(f"{path.name} {len(content)}\n".encode())
            digest.update(content)
    return digest.hexdigest()


def read_tables(folder: Path) -> tuple[Tables, list[Problem]]:
    """Return the tables of a folder that follow their schema, and what is wrong with the others."""
    tables: Tables = {}
    problems: list[Problem] = []
    for name in TABLES:
        path = folder / f"{name}.csv"
        if name in OPTIONAL and not path.exists():
            tables[name] = empty_table(name)
            continue
        try:
            table = read_table(path, name)
            if table.empty and name not in WITHOUT_ROWS:
                raise InputError(Problem(str(path), "at least one row below the header"))
            tables[name] = table
        except InputError as error:
            problems += error.problems
    return tables, problems
