"""Let atheris make up files for one reader: it changes them along the branches that they open.

Run as a program of its own, for atheris has to see every module of Corredor as it is loaded.
"""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

LONGEST = 20_000  # bytes of a file


def main(number: int, folder: Path, seconds: int) -> None:
    """Make up files for the reader of a number until the time is over, or one breaks it."""
    import atheris

    from faults.load import find_tests

    find_tests()
    with atheris.instrument_imports(include=["corredor"]):
        from corredor.errors import CorredorError
        from faults.readers import make_readers

    reader = make_readers(folder)[number]
    corpus = folder / "corpus"
    corpus.mkdir()
    for place, seed in enumerate(reader.seeds):
        (corpus / str(place)).write_bytes(seed)

    def one(content: bytes) -> None:
        reader.path.write_bytes(content)
        try:
            reader.read()
        except CorredorError:
            return

    warnings.simplefilter("ignore")
    asked = [
        f"-max_total_time={seconds}", f"-max_len={LONGEST}", "-rss_limit_mb=8000",
        f"-artifact_prefix={folder}{os.sep}",
    ]  # fmt: skip
    atheris.Setup([sys.argv[0], *asked, str(corpus)], one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
