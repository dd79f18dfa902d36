"""Where the files of a case lie: Flee's two folders, or a folder as FabFlee lays them out.

In FabFlee's layout a conflict is a folder with ``input_csv``, ``source_data`` and, unless the set
has settings for all of its conflicts, ``simsetting.yml``. A set is a folder with ``SWEEP``, where
the conflicts lie, and with the settings of all. A folder with ``input`` and ``validation`` is read
as well.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from corredor.errors import InputError, Problem

INPUT, RECORD, SETTINGS, SWEEP = "input_csv", "source_data", "simsetting.yml", "SWEEP"
INPUTS, RECORDS = (INPUT, "input"), (RECORD, "validation")  # FabFlee's name first


@dataclass(frozen=True)
class CasePaths:
    """The input folder, the folder with the record, and settings that hold where they are named."""

    folder: Path
    validation: Path
    settings: Path | None


def find_case(given: Path, validation: Path | None, settings: Path | None) -> CasePaths:
    """Return where a case lies.

    Parameters
    ----------
    given : Path
        Flee's input folder, or FabFlee's of a conflict.
    validation : Path, optional
        The folder with data_layout.csv; without it FabFlee's is looked for.
    settings : Path, optional
        Instead of the case's own.

    Raises
    ------
    InputError
        If no folder of a record is named, and there is none where FabFlee has it; if there are
        several maps that Flee would couple.

    Examples
    --------
    ``find_case(Path("mali2012"), None, None)`` has the folders ``mali2012/input_csv`` and
    ``mali2012/source_data``, if there is the first.
    """
    folder = input_folder(given)
    coupled = sorted(path.name for path in folder.glob("locations-*.csv"))
    if coupled and not (folder / "locations.csv").exists():
        raise InputError(
            Problem(str(folder), "one map, locations.csv: these are coupled maps ("
                    f"{', '.join(coupled)}), which Flee's run.py does not read either")
        )  # fmt: skip
    if validation is None:
        validation = record_beside(folder)
        if validation is None:
            raise InputError(
                Problem(str(given), f"a folder with {INPUT} and {RECORD}, as FabFlee lays it out, "
                        "or --validation with the folder of data_layout.csv")
            )  # fmt: skip
    return CasePaths(folder, validation, settings)


def input_folder(given: Path) -> Path:
    """Return the folder with locations.csv: the one given, or ``input_csv`` or ``input`` in it."""
    return next((given / name for name in INPUTS if (given / name).is_dir()), given)


def record_beside(folder: Path) -> Path | None:
    """Return the folder with data_layout.csv beside an input folder, or None if there is none."""
    if folder.name not in INPUTS:
        return None
    found = (folder.parent / name for name in RECORDS)
    return next((path for path in found if path.is_dir()), None)


def settings_file(folder: Path, settings: Path | None) -> Path | None:
    """Return the settings that hold, or None for Flee's defaults.

    Those given, else the folder's own, else those beside ``input_csv`` or ``input``.
    """
    beside = [folder / SETTINGS, *([folder.parent / SETTINGS] if folder.name in INPUTS else [])]
    return settings or next((path for path in beside if path.exists()), None)


def case_name(folder: Path) -> str:
    """Return what a case is called: as its folder, or the one around it if that says nothing."""
    whole = folder.resolve()
    return whole.parent.name if whole.name in INPUTS else whole.name


def cases_of_set(given: Path, settings: Path | None = None) -> list[CasePaths]:
    """Return the conflicts of a set, by name.

    Parameters
    ----------
    given : Path
        The folder of the set, or its ``SWEEP``: any folder in which those of conflicts lie.
    settings : Path, optional
        For all conflicts; without it each has its own, else those of the set.

    Raises
    ------
    InputError
        If there is no conflict in it, or one without a record.
    """
    sweep = given / SWEEP if (given / SWEEP).is_dir() else given
    folders = [path.parent for path in sorted(sweep.glob(f"*/{INPUT}")) if path.is_dir()]
    if not folders:
        raise InputError(
            Problem(str(given), f"a folder of conflicts, each a folder with {INPUT} and {RECORD}")
        )
    around = [sweep / SETTINGS, *([sweep.parent / SETTINGS] if sweep.name == SWEEP else [])]
    of_all = next((path for path in around if path.exists()), None)
    found = []
    for folder in folders:
        own = settings or settings_file(folder / INPUT, None) or of_all
        found.append(find_case(folder, None, own))
    return found
