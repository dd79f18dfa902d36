"""Every reader of files, with files that it takes, to be given others that are nearly like them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import made_case
from helpers import write_small
from made_official import aor, as_book, as_csv, panama, patrol, upmrip, wide

from corredor.app.jobs.kept import STATE
from corredor.app.jobs.store import Store
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world
from corredor.errors import CorredorError
from corredor.flee.case.folder import read_case
from corredor.inputs.ledger import NAME, unfinished
from corredor.inputs.manifest import read_manifest, write_manifest
from corredor.inputs.sealed import read_sealed
from corredor.inputs.toml import read_toml
from corredor.record import additions, readers
from corredor.record.adding import plan
from corredor.record.own.series import read_own
from faults.samples import made_posterior
from faults.stage import OFFICIAL, PLACES_OF_A_WORLD, READ_ON, write_stage

OF_RULES = {
    "agents.csv": (
        "location,age,gender\nA,30,female\nB,8,male\n",
        "spawn_rules:\n  read_from_agents_csv_file: true\n",
    ),
    "demographics_age.csv": (
        "age,Default,A\n10,1,2\n40,3,1\n", "move_rules:\n  children_avoid_hazards: true\n",
    ),
    "flood_level.csv": (
        "#Day,B\n" + "".join(f"{day},{day % 4}\n" for day in range(made_case.DAYS)),
        "move_rules:\n  flood_rules:\n    flood_movechances: [0.0, 0.3, 0.6, 0.9, 1.0]\n"
        "    flood_loc_weights: [1.0, 0.8, 0.5, 0.2, 0.1]\n",
    ),
    "location_changes.csv": ("#name,new_type,day\nB,camp,3\n", ""),
    "major_routes.csv": ("#\nA,B,C\n", "move_rules:\n  fixed_routes: true\n"),
    "region_attributes_IPC.csv": (
        "#Day,north,south\n0,10,20\n9,60,20\n", "move_rules:\n  flee_when_starving: true\n",
    ),
}  # fmt: skip
"""Files of Flee that further rules read: what such a file holds, and the settings of the rule."""


@dataclass(frozen=True)
class Reader:
    """A reader of one file, and files that it takes.

    Attributes
    ----------
    name : str
        As a table shows it.
    path : Path
        Where the file lies that it is given.
    read : callable
        Reads it; may only fail with the errors of Corredor.
    seeds : tuple of bytes
        Files that it takes.
    """

    name: str
    path: Path
    read: Callable[[], object]
    seeds: tuple[bytes, ...] = field(repr=False)

    def given(self, content: bytes) -> Exception | None:
        """Let it read other content; return what it should not have raised."""
        self.path.write_bytes(content)
        try:
            with suppress(CorredorError):
                self.read()
        except Exception as error:
            return error
        return None


def make_readers(folder: Path) -> list[Reader]:
    """Lay out all files in a new folder."""
    write_stage(folder / "stage")
    made = [
        Reader("official files", folder / "download", lambda: readers.read(folder / "download"),
               _official()),
        Reader("counts of one's own", folder / "own", lambda: read_own(folder / "own"), _own()),
        *_tables(folder / "tables"), *_flee(folder / "flee"), *_kept(folder / "kept"),
    ]  # fmt: skip
    toml = folder / "file.toml"
    seed = (folder / "stage" / "small.toml").read_bytes()
    return [*made, Reader("TOML", toml, lambda: read_toml(toml), (seed,))]


def _official() -> tuple[bytes, ...]:
    row = ("2024", "JAN", "U.S. Border Patrol", "Yuma Sector", "FMUA", "PERU", 12)
    mexico = upmrip("3.1.1 Eventos, situación irregular, 2024", [["Haití", 3, *[""] * 11, 3]])
    return (
        as_csv(aor(row, row)),
        as_book({"A": wide("CBP One Appointments: x", ["Total", "Cuba"], [[2024, "May", 10, 10]])}),
        as_book({"A": mexico}),
        patrol(2020, [["Yuma", *range(1, 13), 78]]).encode(),
        panama(2023, [["Total", 3, 1, 2], ["Perú", 3, 1, 2]]).encode(),
        b'{"items": [{"year": 2024, "coo_iso": "PER", "coa_iso": "MEX", "app_type": "N", '
        b'"applied": 7}]}',
        b"Main ID,Region of Incident,Incident Date,Number of Dead,"
        b"Total Number of Dead and Missing,Cause of Death\n1,Asia,2014-01-06,1,1,x\n",
    )


def _own() -> tuple[bytes, ...]:
    return (
        b"month,place,value,note\n2024-01,Saltillo,12,\n2024-02,Saltillo,15,x\n",
        b"Mes;Lugar;Valor\nenero de 2024;Saltillo;1.200\nfebrero de 2024;Saltillo;1.300,5\n",
        as_book({"A": [["Date", "value"], ["2024-01-31", 4], ["2024-02-29", 5]]}),
    )


def _tables(folder: Path) -> list[Reader]:
    folder.mkdir()
    small = write_small(folder)
    world = small.folder / "small"
    paths = [world / f"{name}.csv" for name in PLACES_OF_A_WORLD]
    found = [
        Reader(f"table {p.name}", p, lambda: load_world(world), (p.read_bytes(),)) for p in paths
    ]
    path = small.path
    return [*found, Reader("scenario", path, lambda: load_scenario(path), (path.read_bytes(),))]


def _flee(folder: Path) -> list[Reader]:
    given, validation = made_case.write_case(folder)
    paths = [path for part in (given, validation) for path in sorted(part.iterdir())]
    return [
        *(Reader(f"Flee's {p.name}", p, lambda: read_case(given, validation), (p.read_bytes(),))
          for p in paths),
        *(_of_rule(folder / f"with {name}", name, *more) for name, more in OF_RULES.items()),
    ]  # fmt: skip


def _of_rule(folder: Path, name: str, content: str, rules: str) -> Reader:
    """Lay out a case with a file that a further rule reads."""
    case = made_case.write_case(folder, {name: content, "simsetting.yml": rules})
    return Reader(f"Flee's {name}", case[0] / name, lambda: read_case(*case), (content.encode(),))


def _kept(folder: Path) -> list[Reader]:
    """Lay out what Corredor itself wrote."""
    (folder / "manifest").mkdir(parents=True)
    (folder / "manifest" / "a").write_text("a")
    write_manifest(folder / "manifest", "trial", {"seed": 1})
    made_posterior(folder / "p.parquet")
    with suppress(KeyboardInterrupt), unfinished(folder / "out", {"s": 1}, resume=False) as one:
        one.note("a")
        raise KeyboardInterrupt
    added = plan(folder.parent / "stage" / OFFICIAL, folder / "record", read_on=READ_ON).write()
    run = Store(folder / "runs").add("one", {"seed": 1}, "corredor run", "title = 'One'\n")

    def resume() -> None:
        lines = ledger.read_bytes()
        with suppress(KeyboardInterrupt), unfinished(folder / "out", {"s": 1}, resume=True):
            raise KeyboardInterrupt
        ledger.parent.mkdir(exist_ok=True)
        ledger.write_bytes(lines)

    ledger = folder / "out.unfinished" / NAME
    state = folder / "runs" / run.id / STATE
    sealed, held = folder / "p.parquet", added.folder / additions.MANIFEST
    paths = (
        ("manifest", folder / "manifest" / "manifest.json",
         lambda: read_manifest(folder / "manifest")),
        ("sealed Parquet", sealed, lambda: read_sealed(sealed)),
        ("ledger", ledger, resume),
        ("addition.json", held, lambda: additions.additions_in(folder / "record")),
        ("run.json of the app", state, lambda: Store(folder / "runs")),
    )  # fmt: skip
    return [Reader(name, path, read, (path.read_bytes(),)) for name, path, read in paths]
