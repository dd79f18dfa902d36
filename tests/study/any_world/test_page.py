"""A world of one's own gets a report in both languages that says what it lacks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from helpers import SCENARIO, write_world

from corredor import cli

SAID = """
title = "Said of the valley"

[[claim]]
id = "many-slept-outside"
statement = "Many slept outside."
said_by = "a mayor"
kind = "none"
note = "Nobody counted them."
"""


def test_a_world_without_a_record_is_told_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = write_world(tmp_path / "valley")
    (world / "scenarios").mkdir()
    text = SCENARIO.replace('world = "small"', 'world = ".."')
    (world / "scenarios" / "baseline.toml").write_text(text, encoding="utf-8")
    (world / "claims").mkdir()
    (world / "claims" / "said.toml").write_text(SAID, encoding="utf-8")
    out = tmp_path / "study"
    words = ["corredor", "study", "--world", str(world), "--replicates", "2", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", words)
    try:
        cli.main()
    except SystemExit as end:
        assert not end.code
    english, spanish = ((out / name).read_text() for name in ("report.html", "informe.html"))
    assert "What is missing" in english and "A small corridor" in english
    assert "Qué falta" in spanish
    assert "Said by a mayor." in english and "Nobody counted them." in english
    assert "Lo dijo: a mayor." in spanish
    assert "Deaths are left out" in english
    assert "Mexico" not in english
