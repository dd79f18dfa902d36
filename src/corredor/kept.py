"""Where compiled kernels are kept, so that they are compiled once and not at every start.

Numba keeps them beside the code, or in the user's cache; where neither can be written, as in many
containers and shared installations, it gives up. Then they are kept in the user's folder of
Corredor, or in one below the folder for temporary files that nobody else can write.
"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path

VARIABLE = "NUMBA_CACHE_DIR"
PACKAGE = Path(__file__).parent


def keep_compiled() -> None:
    """Tell Numba where to keep what it compiles, where it would find no place by itself."""
    if VARIABLE in os.environ or any(map(writable, (PACKAGE / "engine", _cache()))):
        return
    folder = _home() or _temporary()
    if folder is None:
        return
    os.environ[VARIABLE] = str(folder)
    if "numba" in sys.modules:
        sys.modules["numba"].config.CACHE_DIR = str(folder)


def compiled_folders() -> list[Path]:
    """Return where compiled kernels may lie, in the order in which they are looked for."""
    given = os.environ.get(VARIABLE)
    return [Path(given)] if given else [PACKAGE / "engine" / "__pycache__", _cache() / "corredor"]


def writable(folder: Path) -> bool:
    """Return whether a folder can be written, or made."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def _cache() -> Path:
    """Return the user's cache, as Numba finds it."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home())
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "numba"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "numba"


def _home() -> Path | None:
    given = os.environ.get("CORREDOR_HOME")
    if not given:  # the platform's own lies in the home, which cannot be written
        return None
    folder = Path(given) / "compiled"
    return folder if writable(folder) else None


def _temporary() -> Path | None:
    """Return a folder of this user alone: what is compiled is run, so nobody else may write it."""
    import tempfile

    owner = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"corredor-compiled-{owner}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    theirs = hasattr(os, "getuid") and (found.st_uid != owner or found.st_mode & 0o077)
    return None if theirs or not stat.S_ISDIR(found.st_mode) else folder
