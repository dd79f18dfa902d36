"""Verdicts are found in a process of their own, once, and kept until what they rest on changes."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from helpers import Small
from small_claims import write_claims

from corredor.app.jobs import verdicts
from corredor.app.jobs.verdicts import Verdicts, fingerprint
from corredor.inputs.shipped import default_world

SECONDS = 120


@pytest.fixture(scope="module")
def claims(small: Small) -> Path:
    return write_claims(small.folder)


@pytest.fixture(scope="module")
def kept(claims: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder in which the verdicts of record and model are kept."""
    folder = tmp_path_factory.mktemp("kept") / "claims"
    found = Verdicts(folder, claims, replicates=3, seed=2)
    assert found.told("en")["under_way"]["what"] == "record"
    found.ask_model()  # while the record is being asked
    ended(found)
    return folder


def ended(found: Verdicts) -> dict[str, Any]:
    until = time.monotonic() + SECONDS
    while (told := found.told("en"))["under_way"] is not None:
        assert time.monotonic() < until, told
        time.sleep(0.05)
    return told


def cards(told: dict[str, Any]) -> dict[str, Any]:
    return {card["id"]: card for file in told["files"] for card in file["claims"]}


def test_record_and_model_are_asked_and_drawn(kept: Path, claims: Path) -> None:
    told = Verdicts(kept, claims, replicates=3, seed=2).told("en")
    assert told["under_way"] is None
    assert told["failed"] == ""
    assert (told["model"]["replicates"], told["model"]["seed"]) == (3, 2)
    found = cards(told)
    assert found["fall"]["kind"] == "supported"
    (chart,) = found["fall"]["charts"]
    assert {w["start"] for w in chart["record"] if w["marked"]} == {"2023-12", "2024-01"}
    assert found["snow"]["kind"] == "not-checkable"
    assert found["fewer"]["kind"] == "supported"
    (lines,) = found["fewer"]["charts"]
    assert (lines["kind"], lines["labels"][-1]) == ("lines", "2023-04")


def test_kept_verdicts_speak_both_languages(kept: Path, claims: Path) -> None:
    told = Verdicts(kept, claims, replicates=3, seed=2).told("es")
    assert told["files"][0]["title"] == "Algunas afirmaciones"
    assert cards(told)["fall"]["statement"] == "Los encuentros cayeron a la mitad."
    assert cards(told)["fall"]["verdict"] == "respaldada"


def test_verdicts_are_made_anew_when_a_claim_changes(kept: Path, claims: Path) -> None:
    before = fingerprint(claims, 3, 2, default_world())
    path = claims / "some.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text + "\n# changed\n", encoding="utf-8")
    fingerprint.cache_clear()
    try:
        assert fingerprint(claims, 3, 2, default_world()) != before
        changed = Verdicts(kept, claims, replicates=3, seed=2)
        assert changed.told("en")["under_way"] is not None
        changed.stop()
    finally:
        path.write_text(text, encoding="utf-8")
        fingerprint.cache_clear()
    assert fingerprint(claims, 3, 2, default_world()) == before


def test_a_cancelled_check_leaves_what_was_known(kept: Path, claims: Path) -> None:
    found = Verdicts(kept, claims, replicates=3, seed=2)
    found.told("en")
    found.ask_model()
    found.cancel()
    told = ended(found)
    assert cards(told)["fall"]["kind"] == "supported"
    assert told["failed"] == ""


@pytest.mark.slow
def test_a_fault_is_told_and_does_not_begin_anew(
    claims: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bad.toml").write_text("no claims")
    found = Verdicts(tmp_path / "kept", tmp_path)
    found.told("en")
    assert "bad.toml" in ended(found)["failed"]
    assert found.told("en")["under_way"] is None


@pytest.mark.slow
def test_a_full_disk_costs_the_file_and_not_the_verdicts(
    claims: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise OSError(28, "No space left on device")

    found = Verdicts(tmp_path / "kept", claims)
    found.told("en")
    monkeypatch.setattr(verdicts.Path, "write_text", full)
    told = ended(found)
    assert cards(told)["fall"]["kind"] == "supported"
    assert not list(tmp_path.glob("kept/*"))


def test_what_was_half_written_is_swept_away(tmp_path: Path) -> None:
    (tmp_path / "abc.part").write_text("{")
    (tmp_path / "abc.json").write_text("{}")
    Verdicts(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["abc.json"]
