"""Where Corredor keeps what belongs to a user: the record they add to, the forecasts they keep."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

VARIABLE = "CORREDOR_HOME"


def home() -> Path:
    """Return the user's folder: the one that ``CORREDOR_HOME`` names, else the platform's own.

    It need not exist yet.
    """
    named = os.environ.get(VARIABLE, "").strip()
    return Path(named).expanduser() if named else platformdirs.user_data_path("corredor")
