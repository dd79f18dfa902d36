"""Where the files lie that ship beside the code: worlds, scenarios, claims."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from corredor.errors import UsageError, did_you_mean
from corredor.inputs.toml import read_toml

DEFAULT = "baseline"  # the scenario that is run where none is named

_PACKAGE = Path(__file__).parents[1]
_CHECKOUT = _PACKAGE.parent.parent
_FOLDERS = {
    "worlds": (_PACKAGE / "worlds", _CHECKOUT / "worlds"),
    "scenarios": (_PACKAGE / "scenarios", _CHECKOUT / "scenarios"),
    "claims": (_PACKAGE / "claims_files", _CHECKOUT / "claims"),
}


def folder(kind: str) -> Path:
    """Return the folder of shipped ``worlds``, ``scenarios`` or ``claims``.

    An installed package carries them inside; a checkout has them beside ``src``.
    """
    return next((p for p in _FOLDERS[kind] if p.is_dir()), _FOLDERS[kind][0])


def find(kind: str, name: str | Path, suffix: str = "") -> Path:
    """Return the path of a shipped file or folder by name, or the path given if it exists.

    Parameters
    ----------
    kind : str
        ``worlds``, ``scenarios`` or ``claims``.
    name : str or Path
        A name such as ``mexico``, or a path.
    suffix : str
        Ending that a bare name goes without, such as ``.toml``.

    Raises
    ------
    UsageError
        If there is neither such a path nor such a name.
    """
    path = Path(name)
    if path.exists() and (path.is_file() if suffix else path.is_dir()):
        return path
    shipped = folder(kind) / f"{name}{suffix}"
    if shipped.exists():
        return shipped
    known = sorted(p.name.removesuffix(suffix) for p in folder(kind).glob(f"*{suffix}"))
    raise UsageError(
        f"{name}: no such path, and no {kind[:-1]} of that name ships with Corredor. "
        f"Known: {', '.join(known) or 'none'}. {did_you_mean(str(name), known)}".rstrip()
    )


@cache
def default_world() -> Path:
    """Return the folder of the world that is meant where none is named: that of ``DEFAULT``."""
    return find("worlds", str(read_toml(find("scenarios", DEFAULT, ".toml"))["world"]))


def world_named(world: Path) -> str:
    """Return the name of a world that ships with Corredor, or the path of another."""
    inside = world.resolve().parent == folder("worlds").resolve()
    return world.name if inside else str(world.resolve())
