"""Every example of docs/claims.md is run, and every check has one."""

from __future__ import annotations

import re
import shlex
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from typer.testing import CliRunner

from corredor.claims import Results, Verdict, check_claims, load_claims
from corredor.claims.verdicts import AnyCheck
from corredor.cli import app
from corredor.corridor.world import load_world
from corredor.runs.measures import measures

PAGE = (Path(__file__).parents[2] / "docs" / "claims.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return one file of all examples, so that each scenario runs once."""
    path = tmp_path_factory.mktemp("docs") / "all.toml"
    path.write_text("\n".join(EXAMPLES), encoding="utf-8")
    return path


def judged(everything: Path, results: Results | None = None) -> dict[str, Verdict]:
    return {one.id: one for one in check_claims(everything, load_world("mexico"), results)}


@pytest.fixture(scope="module")
def published(everything: Path) -> dict[str, Verdict]:
    """Return what is found without running the model."""
    return judged(everything)


@pytest.fixture(scope="module")
def modelled(everything: Path) -> dict[str, Verdict]:
    return judged(everything, Results(replicates=2))


@cache
def names() -> set[str]:
    union = get_args(get_args(AnyCheck)[0])
    return {get_args(check.model_fields["name"].annotation)[0] for check in union}


def test_every_check_has_an_example(everything: Path) -> None:
    shown = {check.name for claim in load_claims(everything) for check in claim.checks}
    assert shown == names()


def test_every_measure_is_named() -> None:
    assert all(f"`{measure.name}`" in PAGE for measure in measures())


def test_every_example_gets_a_verdict(published: dict[str, Verdict]) -> None:
    assert len(published) == PAGE.count("[[claim]]\nid =")
    for verdict in published.values():
        assert verdict.claim is not None
        assert (verdict.verdict == "needs the model") == (verdict.claim.kind == "model")
        if verdict.claim.kind != "model":
            assert verdict.reason and verdict.source
            assert verdict.value is not None


@pytest.mark.slow  # what each check of the model gives is tried in tests/claims/checks
def test_numbers_of_the_model_have_an_interval_and_a_chart(modelled: dict[str, Verdict]) -> None:
    found = [v for v in modelled.values() if v.claim is not None and v.claim.kind == "model"]
    assert len(found) == 4
    for verdict in found:
        assert verdict.verdict != "needs the model"
        assert verdict.reason and verdict.source
        assert verdict.interval is not None and verdict.charts
        assert verdict.interval[0] <= verdict.value <= verdict.interval[1]  # type: ignore[operator]


def test_the_verdicts_that_rest_on_published_figures(published: dict[str, Verdict]) -> None:
    for name in (
        "fall-by-half", "steepest", "ports-in-january", "height", "parallel", "distance",
        "two-million-in-a-year", "fiscal-2023", "detained-in-2023", "less-a-month-in-2024",
        "tucson", "highest-december", "lowest-since-2020",
    ):  # fmt: skip
        assert published[name].verdict == "supported", published[name].reason


@pytest.mark.slow
def test_the_commands_and_the_example_in_python_run(
    everything: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-claims.toml").write_bytes(everything.read_bytes())
    (commands,) = re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)
    for line in commands.splitlines():
        found = CliRunner().invoke(app, shlex.split(line, comments=True)[1:])
        assert found.exit_code == 0, found.output
    assert (tmp_path / "verdicts.html").stat().st_size > 50_000
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    exec(compile(example, "claims.md", "exec"), {})
