"""Where the scenarios of a world lie."""

from __future__ import annotations

from pathlib import Path

from corredor.errors import UsageError
from corredor.inputs import shipped

FOLDER = "scenarios"  # of a world
BASELINE = f"{shipped.DEFAULT}.toml"


def scenarios_folder(world: str | Path) -> Path:
    """Return the folder of the scenarios of a world.

    It is ``scenarios/`` in the world itself; of a world that ships, else the folder of its name
    among the scenarios that ship; of the world that is meant where none is named, these
    themselves. Its ``baseline.toml`` is what the others differ from.

    Parameters
    ----------
    world : str or Path
        A world that ships with Corredor, or a folder.

    Raises
    ------
    UsageError
        If there is no such world, or none of these folders has a ``baseline.toml``.
    """
    folder = shipped.find("worlds", world)
    among = shipped.folder("scenarios")
    places = [folder / FOLDER]
    if folder.resolve().parent == shipped.folder("worlds").resolve():
        places.append(among / folder.name)
    if folder.resolve() == shipped.default_world().resolve():
        places.append(among)
    found = next((place for place in places if (place / BASELINE).is_file()), None)
    if found is None:
        raise UsageError(
            f"{folder}: the world has no baseline; write {folder / FOLDER / BASELINE}, with "
            'world = ".." in it.'
        )
    return found


def scenario_named(name: str | Path, world: str | Path | None = None) -> str | Path:
    """Return the file of a scenario of a world by its name, or what was given.

    Parameters
    ----------
    name : str or Path
        A name such as ``baseline``, or a path.
    world : str or Path, optional
        The world; where none is named, it has no scenario of that name, or a file is named, the
        name is returned as it is.

    Raises
    ------
    UsageError
        As :func:`scenarios_folder`.
    """
    if world is None or Path(name).suffix == ".toml":
        return name
    path = scenarios_folder(world) / f"{name}.toml"
    return path if path.is_file() else name
