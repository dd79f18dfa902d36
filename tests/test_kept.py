"""Compiled kernels are kept where something can be written, and by nobody else."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from corredor import kept

ROOT = Path(__file__).parents[1]
NOBODY = 65534
needs_users = pytest.mark.skipif(not hasattr(os, "getuid"), reason="there are no numbers of users")


def others_may_run(program: Path) -> bool:
    """Return whether a user without rights of his own may start a program."""
    return all(
        path.stat().st_mode & stat.S_IXOTH
        for one in (program, program.resolve())
        for path in (one, *one.parents)
    )


@pytest.fixture
def read_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Let nothing be written but what the tests say, and temporary files."""
    monkeypatch.delenv(kept.VARIABLE, raising=False)
    monkeypatch.delenv("CORREDOR_HOME", raising=False)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.setattr(kept, "writable", lambda folder: tmp_path in folder.parents)
    monkeypatch.setitem(sys.modules, "numba", None)  # whatever it is told counts for all tests
    monkeypatch.delitem(sys.modules, "numba")
    return tmp_path


def chosen(monkeypatch: pytest.MonkeyPatch) -> str:
    with monkeypatch.context() as patch:
        patch.setattr(os, "environ", dict(os.environ))
        kept.keep_compiled()
        return os.environ.get(kept.VARIABLE, "")


def test_numba_is_left_alone_where_it_finds_a_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(kept.VARIABLE, raising=False)
    monkeypatch.setattr(kept, "writable", lambda folder: folder == kept.PACKAGE / "engine")
    assert chosen(monkeypatch) == ""


def test_the_folder_of_corredor_comes_first(
    read_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CORREDOR_HOME", str(read_only / "home"))
    assert chosen(monkeypatch) == str(read_only / "home" / "compiled")


@needs_users
def test_else_it_is_one_of_this_user_alone(
    read_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(chosen(monkeypatch))
    assert folder.parent == read_only and folder.stat().st_mode & 0o777 == 0o700


@needs_users
def test_a_folder_that_others_can_write_is_not_taken(
    read_only: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (read_only / f"corredor-compiled-{os.getuid()}").mkdir()
    (read_only / f"corredor-compiled-{os.getuid()}").chmod(0o777)
    assert chosen(monkeypatch) == ""


@needs_users
@pytest.mark.slow
@pytest.mark.skipif(
    os.name == "posix" and os.getuid() == 0 and not others_may_run(Path(sys.executable)),
    reason="Python lies where only root may go, and root may write anywhere",
)
def test_a_read_only_home_compiles_once(tmp_path: Path) -> None:
    skip = shutil.ignore_patterns("__pycache__")
    package = tmp_path / "read-only" / "corredor"
    shutil.copytree(ROOT / "src" / "corredor", package, ignore=skip)
    (package / "probe.py").write_text(
        "import numba\n\n\n@numba.njit(cache=True)\ndef doubled(x):\n    return 2 * x\n"
    )
    script = (
        "from corredor.probe import doubled\n"
        "from corredor.engine.compiling import told_of_compiling\n"
        "with told_of_compiling(lambda: print('compiled')):\n"
        "    print(doubled(2))\n"
    )
    (temporary := tmp_path / "temporary").mkdir()
    temporary.chmod(0o1777)
    for folder in (package.parent, *package.parent.rglob("*")):
        folder.chmod(0o555 if folder.is_dir() else 0o444)
    for parent in (tmp_path, *tmp_path.parents[:3]):
        if parent.stat().st_uid == os.getuid() and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)
    who = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.getuid() == 0 else {}
    said = [
        subprocess.run(
            [sys.executable, "-B", "-c", script], cwd=package.parent,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False, **who,  # type: ignore[call-overload]
            env={"PATH": os.environ["PATH"], "HOME": str(package.parent),
                 "PYTHONPATH": str(package.parent), "TMPDIR": str(temporary)},
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert said == ["compiled\n4\n", "4\n"]
