"""The claims that ship with Corredor and their verdicts: kept on disk, made anew when needed.

Record and map are asked when somebody first opens the page of claims, the model when somebody
asks for it. Both happen in a process of their own. What came of it is kept in a file that is
named after everything the verdicts depend on: the program, the record, worlds, scenarios, claims.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import multiprocessing as mp
import threading
from contextlib import suppress
from copy import deepcopy
from functools import cache
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from corredor import __version__
from corredor.app.jobs.checking import Asked, check, plain
from corredor.errors import OutputError
from corredor.inputs import shipped as assets
from corredor.inputs.whole_files import whole_or_absent

REPLICATES, SEED = 50, 1  # as `corredor claims check` has them
PACKAGE = Path(__file__).parents[2]
COUNTED = (".py", ".toml", ".csv", ".parquet")


class Verdicts:
    """The verdicts, and the process that finds them.

    Parameters
    ----------
    kept : Path
        The folder in which they are kept.
    claims : Path, optional
        A folder of files of claims; those that ship with Corredor unless given.
    replicates, seed : int
        How the model is run.
    world : Path, optional
        The folder of the world that they are held against; that of the baseline unless given.
    """

    def __init__(
        self,
        kept: Path,
        claims: Path | None = None,
        replicates: int = REPLICATES,
        seed: int = SEED,
        world: Path | None = None,
    ) -> None:
        self.kept, self.claims = kept, claims or assets.folder("claims")
        self.world = world or assets.default_world()
        for half in kept.glob("*.part"):  # an earlier session was killed while it wrote
            half.unlink(missing_ok=True)
        self.replicates, self.seed = replicates, seed
        self._context = mp.get_context("spawn")
        self._lock = threading.Lock()
        self._found: dict[str, Any] | None = None
        self._under_way: dict[str, Any] | None = None
        self._failed = ""
        self._wanted = False  # whether somebody asked for the model
        self._process: Any = None

    def told(self, language: str) -> dict[str, Any]:
        """Return the verdicts so far, and how far their making is.

        Returns
        -------
        dict
            ``files`` with their cards; ``model``, how and when the model was run, or None;
            ``under_way``, ``what`` is being asked (``record`` or ``model``) and the ``share`` of
            it that is done, or None; ``failed``, what went wrong last.
        """
        with self._lock:
            if self._found is None:
                self._found = self._read()
            if not self._whole() and self._under_way is None and not self._failed:
                self._start(model=False)
            found = self._found or {}
            return {
                "files": deepcopy(found.get("files", {}).get(language, [])),
                "model": found.get("model"), "replicates": self.replicates, "seed": self.seed,
                "under_way": self._under_way, "failed": self._failed, "version": __version__,
            }  # fmt: skip

    def ask_model(self) -> None:
        """Run the model for the claims that need it, once record and map have been asked."""
        with self._lock:
            self._wanted = True
            if self._under_way is None:
                self._found = self._found or self._read()
                self._start(model=True)

    def cancel(self) -> None:
        """Stop what is under way; what was known before stays."""
        with self._lock:
            self._wanted = False
            if self._process is not None:
                self._process.kill()

    stop = cancel

    def _whole(self) -> bool:
        return bool(self._found and self._found["whole"])

    def _start(self, *, model: bool) -> None:
        known = self._whole()
        asked = Asked(self.claims, self.world, known, self.replicates if model else 0, self.seed)
        self._failed = ""
        self._under_way = {"what": "model" if model and known else "record", "share": 0.0}
        mine, other = self._context.Pipe(duplex=False)
        self._process = self._context.Process(
            target=check, args=(other, asked), daemon=True, name="corredor claims"
        )
        self._process.start()
        other.close()
        threading.Thread(target=self._follow, args=(mine, model), daemon=True).start()

    def _follow(self, connection: Connection, model: bool) -> None:
        """Take up what the process says until it ends."""
        with self._lock:
            before, ended = self._found if self._whole() else None, False
            self._found = draft = deepcopy(before) or {"files": {}, "whole": False, "model": None}
        try:
            while not ended:
                kind, *rest = connection.recv()
                with self._lock:
                    if kind == "files":
                        draft["files"] = rest[0]
                    elif kind == "card":
                        language, file, position, made = rest
                        draft["files"][language][file]["claims"][position] = plain(made)
                        self._count(draft)
                    elif kind == "progress":
                        self._under_way = {"what": "model", "share": rest[0]}
                    else:
                        ended = True
                        self._failed = rest[0] if kind == "failed" else ""
        except (EOFError, OSError):
            pass  # cancelled, or ended from outside
        self._process.join()
        with self._lock:
            self._found = self._finished(draft, model) if ended and not self._failed else before
            self._under_way = None
            self._wanted = self._wanted and not model
            if self._wanted:
                self._start(model=True)

    def _count(self, draft: dict[str, Any]) -> None:
        """Tell how many cards are made while record and map are asked."""
        if self._under_way and self._under_way["what"] == "record":
            cards = [c for files in draft["files"].values() for f in files for c in f["claims"]]
            made = sum(card["kind"] != "pending" for card in cards)
            self._under_way = {"what": "record", "share": made / max(1, len(cards))}

    def _finished(self, draft: dict[str, Any], model: bool) -> dict[str, Any]:
        """Keep what was found, in place of what earlier versions found."""
        draft["whole"] = True
        if model:
            draft["model"] = {
                "replicates": self.replicates, "seed": self.seed,
                "made": dt.datetime.now(dt.UTC).date().isoformat(), "version": __version__,
            }  # fmt: skip
        path = self._path()
        # A full disk: they are known until the app ends.
        with suppress(OSError, OutputError):
            with whole_or_absent(path, replace=True) as temporary:
                temporary.write_text(json.dumps(draft), encoding="utf-8")
            for old in set(path.parent.glob("*.json")) - {path}:
                old.unlink()
        return draft

    def _read(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._path().read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found

    def _path(self) -> Path:
        return (
            self.kept / f"{fingerprint(self.claims, self.replicates, self.seed, self.world)}.json"
        )


@cache
def fingerprint(claims: Path, replicates: int, seed: int, world: Path) -> str:
    """Return a name for everything that verdicts depend on."""
    digest = hashlib.sha256(f"{__version__} {replicates} {seed}".encode())
    for folder in (PACKAGE, assets.folder("worlds"), assets.folder("scenarios"), claims, world):
        for path in sorted(p for p in folder.rglob("*") if p.suffix in COUNTED):
            digest.update(f"{path.relative_to(folder)} ".encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:32]
