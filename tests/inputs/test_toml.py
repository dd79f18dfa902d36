"""Whatever is wrong with a TOML file is one problem, from every place that reads one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from helpers import Small
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field, ValidationError

from corredor.claims import load_file
from corredor.corridor.priors import load_priors
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world
from corredor.errors import InputError
from corredor.inputs import toml
from corredor.inputs.toml import Entry, entries, expected_of, read_toml
from corredor.record.evidence import load_measures
from corredor.runs.targets import load_targets

BROKEN = {
    "not UTF-8": (b"a = 1\nb = '\xe9'\n", "line 2: expected text in UTF-8; byte 12 is not"),
    "UTF-16": ("a = 1\n".encode("utf-16"), "This file is in UTF-16; save it as UTF-8."),
    "UTF-32": ("a = 1\n".encode("utf-32"), "This file is in UTF-32; save it as UTF-8."),
    "byte 0": (b"a = 1\nb = '\0'\n", "line 2: expected text in UTF-8; there is a byte 0"),
    "no value": (b"a = 1\nb =\n", "line 2: expected valid TOML"),
    "lists too deep": (b"a = " + b"[" * 10_000 + b"]" * 10_000, "nested at most 32 deep"),
    "tables too deep": (b"a = " + b"{a=" * 10_000 + b"1" + b"}" * 10_000, "nested at most 32"),
    "keys too deep": (b".".join([b"a"] * 10_000) + b" = 1\n", "nested at most 32 deep"),
    "digits": (b"a = 1\nb = " + b"9" * 5_000 + b"\n", "line 2: expected whole numbers from -2^63"),
    "hexadecimal": (b"[b]\na = 0x" + b"f" * 9_000 + b"\n", "b.a: expected a whole number"),
    "in a list": (b"a = [1, 0xfffffffffffffffffff]\n", "a 2: expected a whole number from"),
}


@pytest.mark.parametrize(("content", "expected"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_one_short_problem(tmp_path: Path, content: bytes, expected: str) -> None:
    path = tmp_path / "broken.toml"
    path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        read_toml(path)
    (problem,) = caught.value.problems
    assert str(problem).startswith(str(path))
    assert expected in str(problem)
    assert len(str(problem)) < 300 + len(str(path))


def test_what_is_no_file_is_one_problem(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.toml"):
        with pytest.raises(InputError, match="a file that can be read"):
            read_toml(path)


def test_an_enormous_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(toml, "MOST_BYTES", 1_000_000)
    path = tmp_path / "long.toml"
    path.write_bytes(b"# " + b"x" * 1_000_000)
    with pytest.raises(InputError, match="a file of at most 1 MB"):
        read_toml(path)


def test_a_byte_order_mark_is_no_problem(tmp_path: Path) -> None:
    path = tmp_path / "marked.toml"
    path.write_text("\ufeffa = 'Darién'\r\n", encoding="utf-8")
    assert read_toml(path) == {"a": "Darién"}
    path.write_bytes(b"\xef\xbb\xbfa = 1\nb = '\xe9'\n")
    with pytest.raises(InputError, match="line 2: expected text in UTF-8; byte 15 is not"):
        read_toml(path)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(content=st.binary(max_size=60) | st.text("[]{}=.,'\"#\n\r a1-eft\x00é").map(str.encode))
def test_no_file_makes_the_reader_fail_otherwise(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.toml"
    path.write_bytes(content)
    try:
        assert isinstance(read_toml(path), dict)
    except InputError as error:
        assert len(error.problems) == 1


def _world_with(small: Small, folder: Path, name: str, content: bytes) -> Path:
    shutil.copytree(small.folder / "small", folder / "small")
    (folder / "small" / name).write_bytes(content)
    return folder / "small"


READERS: dict[str, Callable[[Small, Path, bytes], object]] = {
    "scenario": lambda _, folder, content: load_scenario(_file(folder, content)),
    "claims": lambda _, folder, content: load_file(_file(folder, content)),
    "measures": lambda _, folder, content: load_measures(_file(folder, content)),
    "priors": lambda small, folder, content: load_priors(
        load_world(_world_with(small, folder, "priors.toml", content))
    ),
    "observations": lambda small, folder, content: load_targets(
        load_world(_world_with(small, folder, "observations.toml", content))
    ),
}
OF_WORLDS = {"priors", "observations"}


def _file(folder: Path, content: bytes) -> Path:
    path = folder / "own.toml"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        pytest.param(
            reader, content, id=f"{reader}-{name}",
            # Those that load a world take long for each; what reads the bytes is the same for all.
            marks=[pytest.mark.slow] if reader in OF_WORLDS and number % 4 else [],
        )
        for reader in READERS
        for number, (name, (content, _)) in enumerate(BROKEN.items())
    ],
)  # fmt: skip
def test_every_reader_of_toml_tells_it(
    small: Small, tmp_path: Path, reader: str, content: bytes
) -> None:
    with pytest.raises(InputError) as caught:
        READERS[reader](small, tmp_path, content)
    assert len(caught.value.problems) == 1


def test_a_list_of_entries_holds_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "priors.toml"
    path.write_text("[[prior]]\nlever = 'x'\n")
    assert entries(path, "prior") == [{"lever": "x"}]
    path.write_text("[[priors]]\nlever = 'x'\n")
    with pytest.raises(InputError, match=r"found 'priors'.*Did you mean 'prior'"):
        entries(path, "prior")
    path.write_text("[prior]\nlever = 'x'\n")
    with pytest.raises(InputError, match=r"prior: expected entries under \[\[prior\]\]"):
        entries(path, "prior")


class _Kinds(Entry):
    number: float = 0.0
    whole: int = 0
    switch: bool = False
    text: str = ""
    listed: tuple[float, ...] = ()
    share: float = Field(default=0.5, ge=0, le=1)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("number = true", "a number"),
        ("number = '1'", "a number"),
        ("number = 2024-01-01", "a number"),
        ("number = [1]", "a number"),
        ("number = nan", "a finite number"),
        ("number = -inf", "a finite number"),
        ("whole = true", "a whole number"),
        ("whole = 1.0", "a whole number"),
        ("switch = 1", "true or false"),
        ("switch = 'true'", "true or false"),
        ("text = 1", "text in quotes"),
        ("text = 2024-01-01", "text in quotes"),
        ("listed = [1, true]", "a number"),
        ("listed = 1", "a list in brackets"),
        ("share = 1.5", "1 or less"),
        ("share = -1", "0 or more"),
        ("shares = 1", "no such key here"),
    ],
)
def test_no_kind_of_value_stands_for_another(tmp_path: Path, value: str, expected: str) -> None:
    content = read_toml(_file(tmp_path, value.encode()))
    with pytest.raises(ValidationError) as caught:
        _Kinds.model_validate(content)
    assert [expected_of(dict(error)) for error in caught.value.errors()] == [expected]


def test_a_whole_number_and_a_list_are_taken(tmp_path: Path) -> None:
    content = read_toml(_file(tmp_path, b"number = 3\nlisted = [1, 2.5]\nswitch = true\n"))
    kinds = _Kinds.model_validate(content)
    assert (kinds.number, kinds.listed, kinds.switch) == (3.0, (1.0, 2.5), True)


@pytest.mark.parametrize("value", ["true", "'0.1'", "2024-01-01", "nan", "inf", "[0.1]"])
def test_a_lever_takes_numbers_only(small: Small, value: str) -> None:
    for setting in (f"south = {value}", f"south = {{ 2023-03-01 = {value} }}"):
        path = small.write(f"[interdiction.tempo]\n{setting}", "kinds")
        with pytest.raises(InputError, match=r"interdiction\.tempo\.south: .*expected a number"):
            load_scenario(path)


def test_a_lever_that_is_a_switch_takes_true_and_false(small: Small) -> None:
    levels = []
    for value in ("true", "1"):
        scenario = load_scenario(small.write(f"[appointments]\nopen = {value}", "switch"))
        levels.append(scenario.settings["appointments.open"][""][-1][1])
    assert levels == [1.0, 1.0]
    with pytest.raises(InputError, match="expected true, false or a number from 0 to 1"):
        load_scenario(small.write("[appointments]\nopen = 'yes'", "switch"))
