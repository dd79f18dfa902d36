"""Give every reader files that are nearly right, for a set time: hypothesis, and atheris if there.

Whatever a file holds, a reader may read it or refuse it with an error of Corredor's own. hypothesis
changes real files in a few places; atheris follows which branches a change opens up.
"""

from __future__ import annotations

import importlib.util
import random as chance
import re
import subprocess
import sys
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from faults.found import Fault, Tally
from faults.readers import Reader, make_readers

BY_HYPOTHESIS, BY_ATHERIS = "files made up by hypothesis", "files made up by atheris"
AT_ONCE = 100  # examples between two looks at the clock
NASTY = (
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\n", b"\r", b",", b";", b'"', b"=", b"[", b"{",
    b"-", b"nan", b"inf", b"1e999", b"9" * 400, b"[" * 3000, b"2024-02-30", b"0001-01-01",
    b"\xc3\xa9", b"\xed\xa0\x80",
)  # fmt: skip
Change = tuple[str, float, float, bytes]


def _changes() -> st.SearchStrategy[list[Change]]:
    """Return changes of a file: cut, doubled, replaced, put in; places as shares of its length."""
    share = st.floats(0, 1, allow_nan=False)
    new = st.one_of(st.sampled_from(NASTY), st.binary(max_size=12))
    kinds = st.sampled_from(("put", "cut", "double", "flip", "end"))
    return st.lists(st.tuples(kinds, share, share, new), min_size=1, max_size=4)


def changed(seed: bytes, changes: list[Change]) -> bytes:
    """Return a file with changes made."""
    content = seed
    for kind, first, length, new in changes:
        at = int(first * len(content))
        upto = min(len(content), at + int(length * 40) + 1)
        if kind == "put":
            content = content[:at] + new + content[upto:]
        elif kind == "cut":
            content = content[:at] + content[upto:]
        elif kind == "double":
            content = content[:upto] + content[at:]
        elif kind == "flip" and content:
            at = min(at, len(content) - 1)
            content = (
                content[:at] + bytes([content[at] ^ (1 << int(length * 7))]) + content[at + 1 :]
            )
        elif kind == "end":
            content = content[:at]
    return content


def by_hypothesis(
    reader: Reader, seconds: float, tally: Tally, *, at_once: int = AT_ONCE
) -> None:  # fmt: skip
    """Let hypothesis make files up for one reader."""
    until, around, known = time.monotonic() + seconds, 0, set[str]()

    def examined() -> None:
        @settings(
            max_examples=at_once, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(st.sampled_from(reader.seeds), _changes())
        def example(seed: bytes, changes: list[Change]) -> None:
            if time.monotonic() < until:
                tally.add(BY_HYPOTHESIS, reader.name, _refused(reader, seed, changes, known))

        example()

    while time.monotonic() < until:
        chance.seed(around)
        examined()
        around += 1


def _refused(
    reader: Reader, seed: bytes, changes: list[Change], known: set[str]
) -> Iterator[Fault]:  # fmt: skip
    error = reader.given(changed(seed, changes))
    if error is None:
        return
    told = f"{type(error).__name__}: {error}"[:200]
    at = _place_of(error)
    if at not in known:  # one fault is told once, however many files meet it
        known.add(at)
        yield Fault(reader.name, BY_HYPOTHESIS, f"{changes!r}"[:300], "unclear", f"{told} at {at}")


def _place_of(error: BaseException) -> str:
    trace, where = error.__traceback__, ""
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "corredor" in name:
            where = f"{Path(name).name}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{where} {type(error).__name__}"


def has_atheris() -> bool:
    """Return whether atheris is installed."""
    return importlib.util.find_spec("atheris") is not None


def by_atheris(number: int, name: str, folder: Path, seconds: float, tally: Tally) -> None:
    """Let atheris make files up for one reader, in a process of its own, which it ends."""
    command = [sys.executable, "-m", "faults.branches", str(number), str(folder), str(int(seconds))]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    runs = re.findall(r"^Done (\d+) ", ended.stderr, re.MULTILINE)
    tally.add(BY_ATHERIS, name, times=int(runs[0]) if runs else 1)
    if ended.returncode:
        told = ended.stderr[-600:]
        tally.add(BY_ATHERIS, name, [Fault(name, BY_ATHERIS, "", "unclear", told)], 0)


def try_all(place: Path, *, minutes: float) -> Tally:
    """Fuzz every reader, each for its share of the time."""
    tally, listed = Tally(), make_readers(place / "readers")
    both = 2 if has_atheris() else 1
    share = 60 * minutes / len(listed) / both
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for number, reader in enumerate(listed):
            seed = reader.path.read_bytes() if reader.path.exists() else b""
            by_hypothesis(reader, share, tally)
            reader.path.write_bytes(seed)
            if both == 2:
                folder = place / f"atheris-{number}"
                by_atheris(number, reader.name, folder, max(1.0, share), tally)
    return tally
