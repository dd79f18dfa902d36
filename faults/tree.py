"""What stands in a folder, so that two folders can be held against each other.

Times, seconds and digests of what holds them differ from run to run; everything else must not.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

from corredor.inputs import manifest
from corredor.inputs.lock import LOCK
from corredor.runs.result import KIND, load_result
from corredor.runs.store import ROOT, open_store

TIMES = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:[\d:.]+(?:\+[\d:]+|Z)?")
OWN_SECONDS = re.compile(rb'"[a-z_]*seconds[a-z_]*": *[\d.e+-]+')
SPOKEN = re.compile(rb"\b\d+ (seconds|segundos)")
CELL = re.compile(rb"<dd>\d+\.\d</dd>")  # the seconds of a page of Flee
SEAL = re.compile(rb'"sha256_of_this": *"[0-9a-f]+"')
HIDDEN = re.compile(r"(^|/)\.(corredor-|report-|.*-removed|.*\.part)|\.part$|\.unfinished(/|$)")


def tree(folder: Path) -> dict[str, str]:
    """Return what stands below a folder: by path, a digest of what it says; results as numbers."""
    found: dict[str, str] = {}
    _add(folder, folder, found)
    return found


def _add(root: Path, folder: Path, found: dict[str, str]) -> None:
    for path in sorted(folder.iterdir()):
        name = path.relative_to(root).as_posix()
        if path.is_dir():
            whole = (path / manifest.NAME).is_file() and (path / ROOT).is_file()
            if whole and not HIDDEN.search(name):  # of what is hidden nothing is read by anybody
                found[name] = numbers(path)
                continue
            found[name] = "folder"
            _add(root, path, found)
        elif not path.name.endswith(LOCK):
            found[name] = said(path)


def numbers(result: Path) -> str:
    """Return a digest of the numbers of a result, whole or reduced, and of the names of its files.

    What is wrong with it is raised.
    """
    told = manifest.read_manifest(result)
    data = (load_result if told.kind == KIND else open_store)(result).load()
    digest = hashlib.sha256(repr(sorted(told.files)).encode())
    for name, variable in sorted(data.variables.items(), key=lambda item: str(item[0])):
        digest.update(f"{name} {variable.dims} {variable.dtype.kind}".encode())
        values = variable.values
        digest.update(
            values.tobytes() if values.dtype != object else repr(values.tolist()).encode()
        )
    return digest.hexdigest()


def said(path: Path) -> str:
    """Return a digest of a file, less the times of its making."""
    content = path.read_bytes()
    if path.suffix in (".json", ".html", ".jsonl"):
        for pattern in (TIMES, OWN_SECONDS, SPOKEN, SEAL, CELL):
            content = pattern.sub(b"", content)
    if path.name == manifest.NAME:  # lists digests of files that hold times
        content = json.dumps(sorted(json.loads(path.read_bytes())["files"])).encode()
    return hashlib.sha256(content).hexdigest()


def litter(found: dict[str, str]) -> list[str]:
    """Return what no ended command should have left."""
    return [name for name in found if HIDDEN.search(name)]
