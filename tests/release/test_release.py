"""What is built installs into a bare environment and does the main job in another folder."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import jinja2
import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
TAGGED = "v7.8.9"  # no version of Corredor's
PYTHONS = [f"3.{minor}" for minor in range(11, 16)]


def called(*command: object, folder: Path, **more: str) -> str:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, env={**environment, **more},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-4000:]
    return done.stdout


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org")
    called("git", *who, *arguments, folder=folder)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give as much of the tree as the version is made of, without git."""
    folder = tmp_path / "tree"
    (folder / "src" / "corredor").mkdir(parents=True)
    (folder / "src" / "corredor" / "__init__.py").touch()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


def version_of(folder: Path) -> str:
    return called(sys.executable, "-m", "hatchling", "version", folder=folder).strip()


@pytest.mark.slow
def test_the_version_is_that_of_the_newest_tag(tree: Path) -> None:
    assert version_of(tree) == "0.1.0.dev0"  # neither git nor a source archive
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    git(tree, "commit", "--quiet", "--message", "First")
    assert re.fullmatch(r"0\.1\.0\.dev1\+g\w+", version_of(tree))  # no tag
    git(tree, "tag", TAGGED)
    assert version_of(tree) == "7.8.9"
    git(tree, "commit", "--quiet", "--allow-empty", "--message", "Second")
    assert re.fullmatch(r"7\.8\.10\.dev1\+g\w+", version_of(tree))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Build an archive of the sources from the tree, and a wheel from what the archive holds."""
    folder = tmp_path_factory.mktemp("built")
    called(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", folder, folder=ROOT)
    (archive,) = folder.glob("*.tar.gz")
    (folder / "sources").mkdir()
    called("tar", "-xzf", archive, "-C", folder / "sources", folder=folder)
    (sources,) = (folder / "sources").iterdir()
    called(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder, folder=sources)
    (wheel,) = folder.glob("*.whl")
    return archive, wheel


@pytest.mark.slow
def test_the_archive_knows_its_version_and_the_wheel_holds_what_is_needed(
    built: tuple[Path, Path],
) -> None:
    archive, wheel = built
    assert wheel.name.startswith(archive.name.removesuffix(".tar.gz") + "-py3")
    held = set(zipfile.ZipFile(wheel).namelist())
    for name in (
        "corredor/py.typed", "corredor/worlds/mexico/posterior.parquet",
        "corredor/scenarios/baseline.toml", "corredor/claims_files/amlo-crackdown-2024.toml",
        "corredor/text/es.toml", "corredor/app/static/index.html",
    ):  # fmt: skip
        assert name in held, name
    assert not [name for name in held if name.startswith(("tests/", "notebooks/", "scripts/"))]


@pytest.mark.slow
@pytest.mark.parametrize("python", PYTHONS)
def test_a_bare_environment_does_the_main_job(
    python: str, built: tuple[Path, Path], tmp_path: Path
) -> None:
    program = shutil.which(f"python{python}")
    if (
        program is None
        or subprocess.run([program, "-V"], capture_output=True, check=False).returncode
    ):
        pytest.skip(f"Python {python} is not installed")
    bare, elsewhere = tmp_path / "bare", tmp_path / "elsewhere"
    elsewhere.mkdir()
    called(program, "-m", "venv", bare, folder=tmp_path)
    lock = (ROOT / "requirements" / "run.lock").read_text(encoding="utf-8")
    pins = re.findall(r"^([\w.-]+==[^\\\n]+)", lock, re.MULTILINE)
    (tmp_path / "pins.txt").write_text("\n".join(pins), encoding="utf-8")
    install = ("-m", "pip", "install", "--quiet", "--constraint", tmp_path / "pins.txt")
    called(bare / "bin" / "python", *install, built[1], folder=tmp_path)
    home = {"CORREDOR_HOME": str(tmp_path / "home")}
    corredor = bare / "bin" / "corredor"
    said = called(corredor, "--version", folder=elsewhere, **home)
    assert said.split()[1] in built[1].name.replace("_", "+")
    called(corredor, "study", "--replicates", "2", folder=elsewhere, **home)
    for page in ("report.html", "informe.html"):
        assert (elsewhere / "results" / "study" / page).stat().st_size > 200_000


def test_the_conda_recipe_renders_with_the_same_dependencies() -> None:
    template = (ROOT / "conda" / "meta.yaml").read_text(encoding="utf-8")
    text = jinja2.Template(template, undefined=jinja2.StrictUndefined).render(
        environ={"CORREDOR_VERSION": "7.8.9"}, PYTHON="python"
    )
    recipe = yaml.safe_load(text)
    assert recipe["package"] == {"name": PROJECT["name"], "version": "7.8.9"}
    needed = {name.replace(" ", "") for name in recipe["requirements"]["run"]}
    asked = {str(Requirement(line)) for line in PROJECT["dependencies"]}
    asked = {each.replace("matplotlib>", "matplotlib-base>") for each in asked}
    assert needed == asked | {f"python{PROJECT['requires-python']}"}
    assert recipe["about"]["license"] == PROJECT["license"]
    assert recipe["about"]["license_file"] == PROJECT["license-files"]
    assert all((ROOT / path).exists() for path in recipe["about"]["license_file"])
    (script,) = recipe["build"]["entry_points"]
    assert script == f"corredor = {PROJECT['scripts']['corredor']}"
    with (ROOT / "pyproject.toml").open("rb") as file:
        built_by = tomllib.load(file)["build-system"]["requires"]
    assert set(built_by) < set(recipe["requirements"]["host"])
