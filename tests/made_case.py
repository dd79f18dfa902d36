"""A Flee case made by hand: a place of conflict, towns, a camp; every file can be replaced."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from corredor.flee.case.folder import Case, read_case

DAYS = 10
LOCATIONS = """#name,region,country,x,y,location_type,conflict_date,pop/cap
A,north,Here,1,2,conflict_zone,0,1000
B,north,Here,1.5,2,town,,
C,south,There,2,2,camp,,0
"""
ROUTES = """#name1,name2,distance,forced_redirection
A,B,100,
B,C,500,0
"""
INPUT = {
    "locations.csv": LOCATIONS,
    "routes.csv": ROUTES,
    "closures.csv": "#closure_type,name1,name2,closure_start,closure_end\n",
    "conflicts.csv": "#Day,A\n" + "".join(f"{day},1\n" for day in range(DAYS)),
    "sim_period.csv": f"StartDate,2020-01-01\nLength,{DAYS}\n",
    "registration_corrections.csv": "",
    "simsetting.yml": "move_rules:\n  max_move_speed: 200\n",
}
MORE_INPUT = ("demographics", "region_attributes", "location_changes", "agents", "flood_level",
              "major_routes")  # fmt: skip
VALIDATION = {
    "data_layout.csv": "total,all.csv\nC,c.csv\n",
    "all.csv": "2020-01-01,0\n2020-01-10,900\n",
    "c.csv": "2020-01-01,0\n2020-01-10,900\n",
}


def write_case(folder: Path, changed: Mapping[str, str | bytes] | None = None) -> tuple[Path, Path]:
    """Write the case with some files changed; return its two folders."""
    for name, files in (("input", INPUT), ("validation", VALIDATION)):
        (folder / name).mkdir(parents=True, exist_ok=True)
        more = {
            file: ""
            for file in changed or {}
            if file not in {**INPUT, **VALIDATION}
            and file.startswith(MORE_INPUT) == (name == "input")
        }
        for file, text in {**files, **more}.items():
            content = (changed or {}).get(file, text)
            raw = content if isinstance(content, bytes) else content.encode()
            (folder / name / file).write_bytes(raw)
    return folder / "input", folder / "validation"


def fab_case(
    folder: Path, changed: Mapping[str, str | bytes] | None = None, *, own_settings: bool = True
) -> Path:
    """Write the case as FabFlee lays it out, and return its folder."""
    given, record = write_case(folder, changed)
    if own_settings:
        (given / "simsetting.yml").rename(folder / "simsetting.yml")
    else:
        (given / "simsetting.yml").unlink()
    given.rename(folder / "input_csv")
    record.rename(folder / "source_data")
    return folder


def made_case(folder: Path, **changed: str) -> Case:
    """Return the case with some files changed, named without their suffix."""
    suffix = {"simsetting": ".yml"}
    files = {name + suffix.get(name, ".csv"): text for name, text in changed.items()}
    return read_case(*write_case(folder, files))
