"""Flee's folders, and FabFlee's layout of them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from made_case import INPUT, fab_case, write_case

from corredor.errors import InputError
from corredor.flee.case.folder import read_case
from corredor.flee.case.layout import case_name, cases_of_set, find_case, settings_file


def test_a_conflict_of_fabflee_is_found_by_its_folder_or_by_input_csv(tmp_path: Path) -> None:
    conflict = fab_case(tmp_path / "mali2012")
    found = find_case(conflict, None, None)
    assert found == find_case(conflict / "input_csv", None, None)
    assert (found.folder, found.validation) == (conflict / "input_csv", conflict / "source_data")
    case = read_case(found.folder, found.validation, found.settings)
    assert case.name == "mali2012"
    assert case.settings.max_move_speed == 200  # of simsetting.yml beside input_csv
    elsewhere = tmp_path / "elsewhere"
    assert find_case(conflict, elsewhere, None).validation == elsewhere


def test_folders_called_input_and_validation_are_found(tmp_path: Path) -> None:
    folder, validation = write_case(tmp_path)
    for given in (tmp_path, folder):
        found = find_case(given, None, None)
        assert (found.folder, found.validation) == (folder, validation)


def test_settings_in_the_folder_come_before_those_beside_it(tmp_path: Path) -> None:
    folder = fab_case(tmp_path / "x") / "input_csv"
    assert settings_file(folder, None) == tmp_path / "x" / "simsetting.yml"
    (folder / "simsetting.yml").write_text("")
    assert settings_file(folder, None) == folder / "simsetting.yml"
    assert settings_file(folder, tmp_path / "own.yml") == tmp_path / "own.yml"
    assert settings_file(tmp_path, None) is None


def test_settings_around_another_folder_are_not_those_of_the_case(tmp_path: Path) -> None:
    folder, _ = write_case(tmp_path)
    assert case_name(folder) == tmp_path.name
    (folder / "simsetting.yml").rename(tmp_path / "simsetting.yml")
    assert settings_file(folder, None) == tmp_path / "simsetting.yml"
    folder = folder.rename(tmp_path / "another")
    assert settings_file(folder, None) is None


@pytest.mark.parametrize("missing", ["input_csv", "source_data"])
def test_a_case_without_a_record_is_refused(tmp_path: Path, missing: str) -> None:
    conflict = fab_case(tmp_path / "x")
    shutil.rmtree(conflict / missing)
    with pytest.raises(InputError, match="a folder with input_csv and source_data"):
        find_case(conflict, None, None)


@pytest.mark.parametrize("given", ["set", "set/SWEEP"])
def test_a_set_has_settings_for_all_or_each_conflict_its_own(tmp_path: Path, given: str) -> None:
    for name in ("b", "a"):
        fab_case(tmp_path / "set" / "SWEEP" / name, own_settings=name == "b")
    (tmp_path / "set" / "simsetting.yml").write_text(INPUT["simsetting.yml"])
    (tmp_path / "set" / "SWEEP" / "readme").mkdir()
    first, second = cases_of_set(tmp_path / given)
    assert (case_name(first.folder), case_name(second.folder)) == ("a", "b")
    assert first.settings == tmp_path / "set" / "simsetting.yml"
    assert second.settings == tmp_path / "set" / "SWEEP" / "b" / "simsetting.yml"
    other = tmp_path / "other.yml"
    assert {case.settings for case in cases_of_set(tmp_path / given, other)} == {other}


def test_a_folder_without_conflicts_is_no_set(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="a folder of conflicts"):
        cases_of_set(tmp_path)


def test_coupled_maps_are_refused_by_name(tmp_path: Path) -> None:
    conflict = fab_case(tmp_path / "coupled")
    given = conflict / "input_csv"
    (given / "locations.csv").rename(given / "locations-0.csv")
    with pytest.raises(InputError, match=r"coupled maps \(locations-0\.csv\)"):
        find_case(conflict, None, None)
