"""The claims that ship with Corredor, held against the record and the map, for the page."""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

from corredor import assets
from corredor.claims import Verdict, judge, load_file
from corredor.language import speaking
from corredor.show.claims import claims_words, quantity
from corredor.show.claims.page import UNDECIDED
from corredor.world import load_world

_one_at_a_time = threading.Lock()


def claims(language: str) -> list[dict[str, Any]]:
    """Return the verdicts of each file of claims; what only the model can tell is left open."""
    with _one_at_a_time:
        return _claims(language)


@cache
def _claims(language: str) -> list[dict[str, Any]]:
    world = load_world("mexico")
    listed = []
    for path in sorted(assets.folder("claims").glob("*.toml")):
        file = load_file(path)
        with speaking(language):
            verdicts = judge(file.claim, world, None)
        title = file.title_es if language == "es" and file.title_es else file.title
        told = [_told(verdict, language) for verdict in verdicts]
        command = f"corredor claims check {path.stem} --lang {language} --html {path.stem}.html"
        listed.append({"file": path.stem, "title": title, "command": command, "claims": told})
    return listed


def _told(verdict: Verdict, language: str) -> dict[str, str]:
    words = claims_words(language)
    statement, said_by, note = verdict.statement, verdict.said_by, verdict.note
    if verdict.claim is not None:
        statement, said_by, note = verdict.claim.said(language)
    decided = verdict.verdict not in UNDECIDED and verdict.value is not None
    return {
        "id": verdict.id, "statement": statement, "note": note, "reason": verdict.reason,
        "said_by": words["claim"]["said_by"].format(said_by=said_by) + ".",
        "verdict": words["verdict"][verdict.verdict],
        "kind": verdict.verdict.replace(" ", "-"),
        "sign": words["verdict_sign"][verdict.verdict],
        "found": quantity(verdict.value, verdict.unit, words) if decided else "",
        "source": words["claim"]["source"].format(source=verdict.source) if verdict.source else "",
    }  # fmt: skip
