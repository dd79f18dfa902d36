"""The small world that the tests run in, and the chi-square test they share."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr
from scipy import stats

from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.geography import great_circle_km
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.kernels.batch import Batch, Bound, Kernel
from corredor.engine.kernels.laid import Laid
from corredor.engine.random.philox import Address
from corredor.inputs import shipped
from corredor.runs.simulate import run

# selva ─ hogar ─ sur ─ istmo ─ valle ─ norte (port, hub)
#                          └ costa ┘  └ este ─┘ (norte and este are joined both ways)
PLACES = {
    # country, latitude, longitude, zone, and what the place is for
    "selva": ("PAN", 8.5, -77.5, "darien", {"entry": "true"}),
    "hogar": ("HND", 14.0, -86.6, "central_america", {"entry": "true", "home_of": "honduras"}),
    "sur": ("MEX", 14.9, -92.3, "south", {"caravan_stop": "1"}),
    "istmo": ("MEX", 16.4, -95.0, "south", {"caravan_stop": "2"}),
    "costa": ("MEX", 18.1, -94.4, "south", {}),
    "valle": ("MEX", 19.4, -99.1, "centre", {"caravan_stop": "3", "station_capacity": "60",
                                             "entry": "true", "home_of": "mexico"}),
    "norte": ("MEX", 31.7, -106.5, "north", {"sector": "El Paso", "port": "El Paso",
                                             "appointments_share": "1", "waiting_hub": "true"}),
    "este": ("MEX", 27.5, -99.5, "north", {"sector": "Laredo"}),
}  # fmt: skip
LINKS = (
    # from, to, mode, days, fare, checkpoints
    ("selva", "hogar", "bus", 3.0, 60, 0),
    ("hogar", "sur", "bus", 1.5, 40, 1),
    ("sur", "istmo", "foot", 9.0, 0, 1),
    ("sur", "istmo", "bus", 1.0, 30, 4),
    ("istmo", "valle", "foot", 12.0, 0, 0),
    ("istmo", "valle", "bus", 1.5, 45, 3),
    ("istmo", "costa", "bus", 1.0, 15, 0),
    ("costa", "valle", "bus", 1.0, 25, 1),
    ("valle", "norte", "bus", 3.0, 120, 2),
    ("valle", "este", "bus", 2.0, 80, 2),
    ("norte", "este", "bus", 1.6, 50, 0),
    ("este", "norte", "bus", 1.6, 50, 0),
)
ENTRY = {("honduras", "hogar"): 3000, ("honduras", "selva"): 1200, ("mexico", "valle"): 900}
# How the series count, as in the world that ships; the small world declares none of them.
COUNTED = (shipped.folder("worlds") / "mexico" / "observations.toml").read_text(encoding="utf-8")
COUNTED = COUNTED[: COUNTED.index("[forecast]")]
# Charts and outputs as in that world; the small one shows no part of its map.
SHOWN = (shipped.folder("worlds") / "mexico" / "world.toml").read_text(encoding="utf-8")
SHOWN = SHOWN[: SHOWN.index("[map]")] + SHOWN[SHOWN.index("[[output]]") :]
PRIORS = """
[[prior]]
lever = "entry.factor"
spread = 0.5
walk = 0.2
reason = "a test"

[[prior]]
lever = "interdiction.tempo"
spread = 0.5
reason = "a test"

[[prior]]
lever = "custody.sent_south_share"
distribution = "uniform"
low = 0.7
high = 1.2
reason = "a test"
"""

SCENARIO = """
title = "A small corridor"
world = "small"
spin_up = 2023-01-01
start = 2023-02-01
end = 2023-04-15

[interdiction.exposure]
mexico = 0

[interdiction.tempo]
south = 0.02
centre = 0.01
north = 0.01

[custody.destination_share]
sur = 1

[appointments]
open = 1
daily_cap = 15

[crossing]
walk_up_daily = 4

[movement.leave_factor]
sur = 0.15

[caravans]
minimum = 300
"""


ZONES = ("darien", "central_america", "south", "centre", "north")
NAMED = {
    "jurisdictions": """jurisdiction,detains,takes_back,settles,name_en,name_es
mexico,true,true,true,Mexico,México
""",
    "nationalities": """nationality,native_of,name_en,name_es
mexico,mexico,Mexico,México
honduras,,Honduras,Honduras
""",
    "households": """household,families,name_en,name_es
adults,false,adults alone,adultos sin familia
families,true,families and children,familias y niñez
""",
    "modes": """mode,on_foot,by_road,colour,width,dash,gap,name_en,name_es
bus,false,true,#8a8f98,0.9,,,By bus,En autobús
foot,true,true,#ef9b4f,2.4,,,On foot,A pie
""",
}


def write_world(folder: Path) -> Path:
    """Write the small world's tables to ``folder``."""
    folder.mkdir()
    columns = ("sector", "port", "appointments_share", "waiting_hub", "entry", "home_of",
               "caravan_stop", "station_capacity")  # fmt: skip
    rows = ["place,name,country,state,latitude,longitude,elevation_m,zone,source_position,"
            + ",".join(columns)]  # fmt: skip
    for name, (country, latitude, longitude, zone, more) in PLACES.items():
        cells = [more.get(column, "") for column in columns]
        head = [name, name.title(), country, "State", str(latitude), str(longitude), "10", zone]
        rows.append(",".join([*head, "made up", *cells]))
    (folder / "places.csv").write_text("\n".join(rows) + "\n")

    rows = ["zone,jurisdiction,harm,colour,name_en,name_es"]
    for number, name in enumerate(ZONES):
        own = "mexico,mexico" if number > 1 else ",before_mexico"
        rows.append(f"{name},{own},#11223{number},{name.title()},{name.upper()}")
    (folder / "zones.csv").write_text("\n".join(rows) + "\n")

    for table, text in NAMED.items():
        (folder / f"{table}.csv").write_text(text, encoding="utf-8")

    rows = ["origin,destination,mode,km,km_basis,days,fare_usd,checkpoints,source"]
    for origin, destination, mode, days, fare, checkpoints in LINKS:
        ends = (*PLACES[origin][1:3], *PLACES[destination][1:3])
        km = f"{1.2 * float(great_circle_km(*ends)):.1f}"
        rows.append(
            f"{origin},{destination},{mode},{km},published,{days},{fare},{checkpoints},made up"
        )
    (folder / "links.csv").write_text("\n".join(rows) + "\n")

    rows = ["group,nationality,household,share,name_en,name_es,citizenships,source"]
    for nationality in ("mexico", "honduras"):
        for household, share in (("adults", 0.6), ("families", 0.4)):
            rows.append(f"{nationality}-{household},{nationality},{household},{share},x,x,"
                        f"{nationality.title()},made up")  # fmt: skip
    (folder / "people.csv").write_text("\n".join(rows) + "\n")

    rows = ["nationality,place,month,people,basis,source"]
    for (nationality, place), people in ENTRY.items():
        for month in range(1, 7):
            rows.append(f"{nationality},{place},2023-{month:02d},{people},assumption,made up")
    (folder / "entry.csv").write_text("\n".join(rows) + "\n")
    (folder / "observations.toml").write_text(COUNTED)
    shutil.copy(shipped.folder("worlds") / "mexico" / "harm_ranges.csv", folder)
    (folder / "world.toml").write_text(SHOWN, encoding="utf-8")
    # The record of the world that ships, so that there is something to set beside it.
    shutil.copytree(shipped.folder("worlds") / "mexico" / "record", folder / "record")
    return folder


@dataclass(frozen=True)
class Small:
    """The small world and its scenario, on disk."""

    folder: Path
    path: Path

    def write(self, text: str, name: str = "other") -> Path:
        """Write a scenario that differs from the small one by ``text``."""
        path = self.folder / f"{name}.toml"
        path.write_text(f'title = "Other"\nbase = "small"\n{text}')
        return path

    def scenario(self, text: str = "") -> Scenario:
        """Return the small scenario with differences in TOML."""
        return load_scenario(self.write(text) if text else self.path)

    def model(self, text: str = "") -> CompiledModel:
        """Return it compiled."""
        return compile_model(self.scenario(text))

    def run(self, text: str = "", **options: Any) -> xr.Dataset:
        """Run it; the expected draw and one replicate unless told otherwise."""
        settings = {"draw": "expected", "replicates": 1, "parameters": "fixed", **options}
        return run(self.scenario(text), **settings)


def write_small(folder: Path) -> Small:
    """Write the small world and its scenario into a folder."""
    write_world(folder / "small")
    path = folder / "small.toml"
    path.write_text(SCENARIO)
    return Small(folder, path)


def total(data: xr.Dataset, flow: str, **where: Any) -> float:
    """Return a flow's mean total over replicates, months and all that ``where`` leaves."""
    chosen = data[flow].sel(**where) if where else data[flow]
    return float(chosen.sum()) / data.sizes["replicate"]


def carry_out(
    kernel: Kernel, stocks: np.ndarray, cells: np.ndarray, step: tuple[Any, ...],
    price: tuple[Any, ...], address: Address | None = None,
) -> None:  # fmt: skip
    """Call the kernel of a step; it takes named tuples of arrays, one or several each."""
    laid, priced = (
        Laid(*(part if isinstance(part[0], tuple) else (part,))) for part in (step, price)
    )
    batch = Batch(stocks, cells, address)
    Bound(kernel, batch, laid, priced).carry_out(address.day_step if address else 0)


def fit(seen: np.ndarray, chance: np.ndarray) -> float:
    """Return the p-value of a chi-square test; bins of less than 5 expected are joined."""
    seen, chance = np.asarray(seen, float), np.asarray(chance, float)
    if seen[chance <= 0].any():
        return 0.0
    seen, chance = seen[chance > 0], chance[chance > 0]
    draws = seen.sum()
    while len(chance) > 1 and chance.min() * draws < 5:
        thin = int(chance.argmin())
        other = thin - 1 if thin else 1
        chance[other] += chance[thin]
        seen[other] += seen[thin]
        chance, seen = np.delete(chance, thin), np.delete(seen, thin)
    if len(chance) == 1:
        return 1.0
    return float(stats.chisquare(seen, chance / chance.sum() * draws).pvalue)
