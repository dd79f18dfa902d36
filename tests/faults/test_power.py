"""What is written stands after a loss of power; what is not synced would be seen to be lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from faults.power import after_loss, recorded, writers
from faults.stage import write_stage


@pytest.mark.parametrize("name", ["whole_or_absent", "Ledger.note", "Posterior.save"])
def test_a_loss_of_power_leaves_nothing_or_the_whole(tmp_path: Path, name: str) -> None:
    write_stage(tmp_path / "stage")
    (writer,) = (each for each in writers(tmp_path / "stage") if each.name == name)
    folder, left = tmp_path / "folder", tmp_path / "left"
    folder.mkdir()
    with recorded(folder) as disk:
        writer.write(folder)
    for at in range(len(disk.points)):
        for at_once in (False, True):
            after_loss(disk, at, left, names_at_once=at_once)
            if (left / writer.place).exists():
                writer.whole(left / writer.place)
    assert (left / writer.place).exists()


def test_what_is_renamed_before_it_is_synced_is_seen_to_be_lost(tmp_path: Path) -> None:
    folder, left = tmp_path / "folder", tmp_path / "left"
    folder.mkdir()
    with recorded(folder) as disk:
        (folder / "part").write_text("whole")
        os.replace(folder / "part", folder / "file")  # noqa: PTH105
    after_loss(disk, len(disk.points) - 1, left, names_at_once=True)
    assert (left / "file").read_text() == ""
    after_loss(disk, len(disk.points) - 1, left, names_at_once=False)
    assert not (left / "file").exists()
