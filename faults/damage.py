"""Damage everything that was written, and read it: a message, or exactly the same numbers."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from corredor.errors import CorredorError
from corredor.runs.verify import verify
from faults.child import Ended, trial
from faults.found import Fault, Tally
from faults.samples import Sample, files_of, make_samples

FLIPS = 500
PAGE = 4096
FLIP = "one bit flipped"
Random = np.random.Generator


def flip(path: Path, random: Random) -> str:
    """Flip one bit of a file; say which."""
    content = bytearray(path.read_bytes())
    if not content:
        return "empty"
    at, bit = int(random.integers(len(content))), int(random.integers(8))
    content[at] ^= 1 << bit
    path.write_bytes(content)
    return f"bit {bit} of byte {at}"


def _cut(path: Path, random: Random) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: int(random.integers(max(1, len(content))))])


def _emptied(path: Path, _: Random) -> None:
    path.write_bytes(b"")


def _removed(path: Path, _: Random) -> None:
    path.unlink()


def _zeroed(path: Path, random: Random) -> None:
    content = bytearray(path.read_bytes())
    first = PAGE * int(random.integers(max(1, -(-len(content) // PAGE))))
    content[first : first + PAGE] = bytes(len(content[first : first + PAGE]))
    path.write_bytes(content)


def _a_folder(path: Path, _: Random) -> None:
    path.unlink()
    path.mkdir()


def _a_link(path: Path, _: Random) -> None:
    path.unlink()
    path.symlink_to(path.with_name("nowhere"))


def _swapped(path: Path, random: Random) -> None:
    others = [p for p in path.parent.rglob("*") if p.is_file() and p != path]
    if others:
        other = others[int(random.integers(len(others)))]
        mine, theirs = path.read_bytes(), other.read_bytes()
        path.write_bytes(theirs)
        other.write_bytes(mine)


def _added(path: Path, random: Random) -> None:
    shutil.copyfile(path, path.with_name(f"{int(random.integers(90, 99))}"))


CLASSES: dict[str, Callable[[Path, Random], None]] = {
    "cut off": _cut, "emptied": _emptied, "removed": _removed, "a page of zeros": _zeroed,
    "a folder in its place": _a_folder, "a dead link in its place": _a_link,
    "swapped with another": _swapped, "a file added beside it": _added,
}  # fmt: skip

AMONG_OTHERS = (_swapped, _added)  # of no sense for a single file


def _look(sample: Sample, path: Path, right: str) -> None:
    """Read a damaged sample in a process of its own, which says by its exit code what came of it.

    0: the same numbers; 2: one message; 3: other numbers; 4: ``verify`` sees nothing, and it was
    refused; 1: another error than those of Corredor.
    """
    import sys

    try:
        found = sample.read(path)
    except CorredorError as error:
        print(f"Error: {error}", file=sys.stderr)
        sys.exit(2)
    if found != right:
        sys.exit(3)


def _verified(path: Path) -> None:
    """Let ``verify`` look; it may only refuse as Corredor refuses."""
    import sys

    try:
        faults = [one for one in verify(path) if one.fault]
    except CorredorError:
        sys.exit(2)
    sys.exit(2 if faults else 0)


def _came_of(sample: Sample, ended: Ended, about: tuple[str, str, str]) -> Iterator[Fault]:
    if ended.code == 3:
        yield Fault(*about, "wrong", "other numbers, and no message")
    elif ended.code not in (0, 2):
        yield Fault(*about, "unclear", f"exit {ended.code}: {ended.said.strip()[-300:]}")
    elif ended.code == 2 and str(sample.path.parent) not in ended.said:
        yield Fault(*about, "unclear", f"names no file: {ended.said.strip()[-200:]}")


def _try(
    sample: Sample, place: Path, right: str, how: str,
    harm: Callable[[Path], str],
) -> Iterator[Fault]:  # fmt: skip
    """Damage a sample where it stands, look at it, and put it back."""
    kept = place / "kept"
    _copy(sample.path, kept)
    when = harm(sample.path)
    about = (sample.name, how, when)
    seen = trial(lambda: _verified(sample.path), place, place)
    if seen.code not in (0, 2):
        yield Fault(*about, "unclear", f"verify ends with {seen.code}: {seen.said.strip()[-300:]}")
    ended = trial(lambda: _look(sample, sample.path, right), place, place)
    yield from _came_of(sample, ended, about)
    _copy(kept, sample.path)


def _copy(source: Path, target: Path) -> None:
    if target.is_dir() and not target.is_symlink():
        shutil.rmtree(target)
    else:
        target.unlink(missing_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, symlinks=True)
    else:
        shutil.copy2(source, target)


def try_all(place: Path, *, flips: int = FLIPS, per_class: int = 3, seed: int = 1) -> Tally:
    """Flip single bits, ``flips`` in all, and do every class of damage to everything."""
    tally, samples = Tally(), make_samples(place / "samples")
    whole = sum(sample.weight for sample in samples)
    for number, sample in enumerate(samples):
        kept = place / "whole"
        _copy(sample.path, kept)
        right = sample.read(sample.path)
        _copy(kept, sample.path)
        random = np.random.default_rng([seed, number])
        for _ in range(max(1, -(-flips * sample.weight // whole))):
            tally.add(FLIP, sample.name, _try(sample, place, right, FLIP, _flipping(random)))
        for how, harm in CLASSES.items():
            if harm in AMONG_OTHERS and sample.path.is_file():
                continue
            for _ in range(per_class):
                one = _harming(harm, random)
                tally.add(how, sample.name, _try(sample, place, right, how, one))
    return tally


def _flipping(random: Random) -> Callable[[Path], str]:
    def harm(path: Path) -> str:
        chosen = _any_of(path, random)
        return f"{chosen.relative_to(path.parent)}, {flip(chosen, random)}"

    return harm


def _harming(harm: Callable[[Path, Random], None], random: Random) -> Callable[[Path], str]:
    def harmed(path: Path) -> str:
        chosen = _any_of(path, random)
        harm(chosen, random)
        return str(chosen.relative_to(path.parent))

    return harmed


def _any_of(path: Path, random: Random) -> Path:
    """Return one of the files of a sample: each kind of file is as likely, whatever its size."""
    files = files_of(path)
    return files[int(random.integers(len(files)))]
