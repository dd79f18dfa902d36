"""Charts and pages of Flee cases."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from made_case import write_case
from typer.testing import CliRunner

from corredor.cli import app
from corredor.errors import OutputError
from corredor.flee.run import FleeRun, Runs, run_folder
from corredor.show.flee.bands import camp_bands
from corredor.show.flee.chart import camps_chart, save_chart
from corredor.show.flee.page import Asked, build_page
from corredor.show.flee.words import flee_words
from corredor.text.language import LANGUAGES, speaking

BRACES = re.compile(r"{(\w+)")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A camp counted on days 0, 4 and 9, the last time with far more people than there are."""
    counts = "2020-01-01,0\n2020-01-05,200\n2020-01-10,90000\n2021-01-01,5\n"
    total = "2020-01-01,0\n2020-01-10,900\n"
    changed = {
        "c.csv": counts, "all.csv": total,
        "simsetting.yml": "spawn_rules:\n  sum_from_camps: false\n"
                          "move_rules:\n  max_move_speed: 200\n",
    }  # fmt: skip
    return write_case(tmp_path_factory.mktemp("<case>"), changed)


@pytest.fixture(scope="module")
def run(case: tuple[Path, Path]) -> FleeRun:
    return run_folder(*case, runs=Runs(replicates=30, seed=3))


def texts(words: dict[str, Any], path: str = "") -> Iterator[tuple[str, set[str]]]:
    for name, value in words.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}{name}.")
        else:
            yield path + name, set(BRACES.findall(value))


def test_both_languages_have_the_same_texts_with_the_same_braces() -> None:
    english, spanish = (dict(texts(flee_words(language))) for language in LANGUAGES)
    assert english == spanish


def test_bands_are_quantiles_and_counts_are_those_within_the_period(run: FleeRun) -> None:
    (camp,) = camp_bands(run)
    assert camp.days.tolist() == [0, 4, 9]
    assert camp.counted.tolist() == [0, 200, 90000]
    people = run.simulated[:, :, 0]
    assert (camp.low <= camp.middle).all()
    assert (camp.middle <= camp.high).all()
    within = ((people >= camp.low) & (people <= camp.high)).mean(axis=0)
    assert (within >= 0.86).all()  # 27 of 30 runs, less the two at the edges
    assert camp.low[-1] < camp.high[-1]
    assert camp.inside.tolist() == [True, bool(camp.low[4] <= 200 <= camp.high[4]), False]


def test_a_point_is_filled_inside_the_band_and_hollow_outside(run: FleeRun) -> None:
    (camp,) = camp_bands(run)
    (axes,) = camps_chart(run).axes
    _, filled, hollow = axes.get_lines()
    assert filled.get_ydata().tolist() == camp.counted[camp.inside].tolist()
    assert hollow.get_ydata().tolist() == camp.counted[~camp.inside].tolist()
    assert hollow.get_markerfacecolor() == "white" != filled.get_markerfacecolor()
    assert axes.get_title(loc="left") == f"C: {camp.inside.sum()} of 3 counts inside"


def test_the_first_month_of_an_axis_has_its_year(tmp_path: Path) -> None:
    """Many cases are shorter than a year and have no January to name it."""
    changed = {
        "sim_period.csv": "StartDate,2020-02-10\nLength,100\n",
        "conflicts.csv": "#Day,A\n" + "".join(f"{day},1\n" for day in range(100)),
    }
    short = run_folder(*write_case(tmp_path, changed), runs=Runs(draw="expected"))
    figure = camps_chart(short)
    figure.canvas.draw()
    labels = [label.get_text() for label in figure.axes[0].get_xticklabels()]
    assert [label for label in labels if label] == ["Mar\n2020", "Apr", "May"]


def test_a_phone_gets_the_panels_below_one_another(run: FleeRun, case: tuple[Path, Path]) -> None:
    page = build_page(run, Asked(*case, None, "exact", 3, 1.0))
    assert page.count('class="camps drawing wide"') == 1
    assert page.count('class="camps drawing narrow"') == 1
    wide, narrow = (camps_chart(run, columns).get_size_inches()[0] for columns in (2, 1))
    assert narrow < 0.6 * wide


def test_the_chart_is_the_same_bytes_each_time_and_replaces_nothing(
    run: FleeRun, tmp_path: Path
) -> None:
    first, second = tmp_path / "a.svg", tmp_path / "b.svg"
    save_chart(run, first)
    save_chart(run, second)
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(OutputError, match="exists already"):
        save_chart(run, first)
    with pytest.raises(OutputError, match=r"\.svg"):
        save_chart(run, tmp_path / "a.doc")


def test_the_page_tells_the_score_and_where_it_comes_from(
    run: FleeRun, case: tuple[Path, Path]
) -> None:
    asked = Asked(*case, None, "exact", 3, 1.0)
    page = build_page(run, asked)
    low, middle, high = (f"{x:.3f}" for x in np.quantile(run.difference, [0.05, 0.5, 0.95]))
    assert f"{middle} ({low} to {high} in nine runs of ten)" in page
    assert asked.fingerprint() in page
    assert "--replicates 30 --seed 3" in page
    assert "<case>" not in page  # names of folders and places are escaped
    assert not re.search(r'(src|href)="https?:', page)


def test_the_fingerprint_follows_the_files(case: tuple[Path, Path], tmp_path: Path) -> None:
    other = write_case(tmp_path)
    first, second = (Asked(*c, None, "exact", 3, 1.0).fingerprint() for c in (case, other))
    assert first != second


def test_the_page_of_one_run_has_no_interval_and_speaks_spanish(case: tuple[Path, Path]) -> None:
    one = run_folder(*case, runs=Runs(draw="expected"))
    with speaking("es"):
        page = build_page(one, Asked(*case, None, "expected", 1, 1.0))
    assert 'lang="es"' in page
    assert "se corrieron una vez" in page
    assert "cada diez corridas)" not in page


def test_the_command_writes_both_and_refuses_before_it_runs(
    case: tuple[Path, Path], tmp_path: Path
) -> None:
    chart, page = tmp_path / "camps.svg", tmp_path / "camps.html"
    command = ["flee", "run", str(case[0]), "--validation", str(case[1]), "--replicates", "2",
               "--chart", str(chart), "--page", str(page), "--json"]  # fmt: skip
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0
    assert json.loads(done.stdout)["replicates"] == 2
    assert "<svg" in chart.read_text()
    assert "90 % of 2 runs" in page.read_text()
    chart.unlink()
    again = CliRunner().invoke(app, command)
    assert isinstance(again.exception, OutputError)
    assert not chart.exists()
