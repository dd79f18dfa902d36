"""``python -m faults``: put every fault into Corredor, and say what came of it."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from faults.load import load

PARTS = ("kills", "damage", "power", "fuzz")
HOUR = 60.0


def main(words: list[str] | None = None) -> int:
    """Run the parts that are asked for; return 1 where a fault was found."""
    asked = _asked(words)
    load()
    from faults import damage, fuzz, kills, power
    from faults.found import Tally
    from faults.page import write_page

    doing: dict[str, Callable[[Path], Tally]] = {
        "kills": lambda place: kills.try_all(
            kills.Place(place), times=asked.kills, seed=asked.seed
        ),
        "damage": lambda place: damage.try_all(place, flips=asked.flips, seed=asked.seed),
        "power": power.try_all,
        "fuzz": lambda place: fuzz.try_all(place, minutes=asked.minutes),
    }
    found = 0
    for part in () if asked.page_only else asked.parts or PARTS:
        place = Path(tempfile.mkdtemp(prefix="corredor-faults-")).resolve()
        try:
            tally = doing[part](place)
        finally:
            shutil.rmtree(place, ignore_errors=True)
        tally.save(asked.kept / f"{part}.json")
        found += len(tally.faults)
        print(f"{part}: {sum(tally.tried.values()):,} tried, {len(tally.faults)} faults")
    if asked.page or asked.page_only:
        parts = {p: asked.kept / f"{p}.json" for p in PARTS}
        write_page(
            {part: Tally.load(path) for part, path in parts.items() if path.exists()},
            asked.note,
        )
    return 1 if found else 0


def _asked(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m faults", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="All of them if left out.")
    parser.add_argument("--kills", type=int, default=200, help="How many, over all commands.")
    parser.add_argument("--flips", type=int, default=500, help="How many bits, over all files.")
    parser.add_argument("--minutes", type=float, default=HOUR, help="Of fuzzing, over all readers.")
    parser.add_argument("--seed", type=int, default=1, help="The same seed tries the same faults.")
    parser.add_argument("--page", action="store_true", help="Write docs/reliability.md.")
    parser.add_argument(
        "--page-only", action="store_true", help="Try nothing; write it of the parts kept before."
    )
    parser.add_argument("--note", default="", help="What a reader of the page should know besides.")
    parser.add_argument("--kept", type=Path, default=Path("results/faults"), help=argparse.SUPPRESS)
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
