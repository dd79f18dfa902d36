"""Run the command line where the libraries of the extras are not to be had.

``python tests/without_extras.py WORD…`` is ``corredor WORD…`` in an installation without extras.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

from corredor import cli
from corredor.extras import EXTRAS

# What came with the extras' libraries and with the smoother, and must not be leaned on unawares.
BROUGHT = ("iterative_ensemble_smoother", "joblib", "starlette")
LEFT_OUT = {library for libraries in EXTRAS.values() for library in libraries} | {*BROUGHT}


class NotInstalled:
    """Finds none of the libraries that are left out, and leaves all others to other finders."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] in LEFT_OUT:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return None


if __name__ == "__main__":
    already = LEFT_OUT & set(sys.modules)
    assert not already, f"imported with the command line: {already}"
    sys.meta_path.insert(0, NotInstalled)
    sys.argv = ["corredor", *sys.argv[1:]]
    cli.main()
