"""A few flipped bits, and a check that the suite would see a wrong number."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from faults.damage import _try, flip
from faults.samples import Sample, made_posterior, read_all_posterior


def test_a_flipped_bit_never_changes_a_number_unsaid(tmp_path: Path) -> None:
    path, random = tmp_path / "posterior.parquet", np.random.default_rng(1)
    made_posterior(path)
    sample = Sample("posterior", path, read_all_posterior, 1)
    right = sample.read(path)
    for _ in range(8):
        assert not list(_try(sample, tmp_path, right, "flip", lambda p: flip(p, random)))
    assert sample.read(path) == right  # put back


def test_a_reader_that_checks_nothing_is_found_out(tmp_path: Path) -> None:
    path, random = tmp_path / "numbers", np.random.default_rng(1)
    path.write_bytes(b"12345")
    sample = Sample("numbers", path, lambda p: repr(p.read_bytes()), 1)
    (fault,) = _try(sample, tmp_path, sample.read(path), "flip", lambda p: flip(p, random))
    assert fault.what == "wrong"
