"""What ships of the placebo scan is that of the record, and a changed month is estimated anew."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from corredor.record.evidence import load_measures, scan
from corredor.record.evidence.contrast import Contrast, Window, windows
from corredor.record.evidence.effects import HORIZONS, windows_asked
from corredor.record.evidence.scan import key, quantiles, shipped

EVERY = 300  # one in so many is made anew, for all take long
NEAR = 1e-6  # another processor's arithmetic


@cache
def asked() -> dict[bytes, Window]:
    known = load_measures()
    found = (windows_asked(measure, known.rules) for measure in known.measure)
    return {key(window): window for each in found for window in each}


def test_every_estimate_that_the_measures_ask_for_ships_and_no_other() -> None:
    """Else: ``python -m scripts.write_placebos``."""
    assert asked().keys() == shipped().keys()


def test_what_ships_is_what_would_be_made() -> None:
    some = sorted(asked())[::EVERY]
    assert len(some) > HORIZONS[0]
    for one in some:
        np.testing.assert_allclose(quantiles(asked()[one]), shipped()[one], rtol=NEAR, atol=NEAR)


@pytest.mark.parametrize("part", ["before", "came", "control", "season"])
def test_a_window_changed_anywhere_has_another_key(part: str) -> None:
    window = windows(Contrast("place", ("Tucson",)), HORIZONS[0], partly=False)[0]
    for at in (0, -1):
        changed = getattr(window, part).copy()
        changed[at] += 1
        assert key(replace(window, **{part: changed})) != key(window)
    assert key(replace(window, control=None)) != key(window)


def test_what_does_not_ship_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    contrast = Contrast("place", ("Del Rio",))
    kept = scan.scan(contrast, HORIZONS[-1], partly=False)
    first = windows(contrast, HORIZONS[-1], partly=False)[0]
    others = {one: value for one, value in shipped().items() if one != key(first)}
    monkeypatch.setattr(scan, "_kept", lambda: others)
    made: list[Window] = []
    monkeypatch.setattr(scan, "quantiles", lambda window: made.append(window) or quantiles(window))
    months, found = scan.scan(contrast, HORIZONS[-1], partly=False)
    scan.scan(contrast, HORIZONS[-1], partly=False)
    assert [key(window) for window in made] == [key(first)]  # once
    assert months.equals(kept[0])
    np.testing.assert_allclose(found, kept[1], rtol=NEAR, atol=NEAR)


def test_what_is_written_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(1)
    some = {bytes([n]) * scan.KEY: random.random((3 + n % 2, 3)) for n in range(5)}
    for name in ("one.npz", "again.npz"):
        scan.write(tmp_path / name, some)
    monkeypatch.setattr(scan, "FILE", tmp_path / "one.npz")
    found = shipped.__wrapped__()
    assert found.keys() == some.keys()
    assert all((found[one] == some[one]).all() for one in some)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "again.npz").read_bytes()
