"""A comparison in words, as charts and as a page, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
import xarray as xr
from helpers import Small

from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import OutputError, UsageError
from corredor.runs.compare import absent, compare_all
from corredor.runs.measures import headline_measures, measures
from corredor.show.compare import build_page, comparison_chart, save_chart, tell
from corredor.show.compare.charts import differences_chart
from corredor.show.compare.told import kind, scenario_of, summary
from corredor.show.compare.words import absent_note, compare_words, number, signed_number
from corredor.show.html import save_page
from corredor.text.language import LANGUAGES, named, speaking

HARD = "[interdiction.tempo]\nsouth = { 2023-03-01 = 0.1 }"
SPAN = ("2023-03", "2023-04")


def texts(section: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in section.items():
        if isinstance(value, dict):
            yield from texts(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def test_both_languages_have_the_same_keys_and_holes() -> None:
    english, spanish = (dict(texts(compare_words(name))) for name in LANGUAGES)
    assert list(english) == list(spanish)
    for key, text in english.items():
        found = [sorted(re.findall(r"\{[^}]*\}", each)) for each in (text, spanish[key])]
        assert found[0] == found[1], key


def test_every_outcome_has_its_words() -> None:
    for language in LANGUAGES:
        assert set(compare_words(language)["measure"]) == {m.name for m in measures()}


Compared = tuple[list[xr.Dataset], pd.DataFrame, list[Scenario | None]]


@pytest.fixture(scope="module")
def compared(small: Small) -> Compared:
    options: dict[str, Any] = {"draw": "exact", "replicates": 12}
    results = [small.run(**options), small.run(HARD, **options), small.run(**options)]
    scenarios = [small.scenario(), small.scenario(HARD), None]
    return results, compare_all(results, *SPAN), scenarios


def test_the_paragraph_says_what_changes_and_what_does_not(compared: Compared) -> None:
    results, table, scenarios = compared
    first, second = tell(results, table, scenarios, SPAN)
    rows = {row["measure"]: row for row in table[table["number"] == 1].to_dict("records")}
    for measure in (m.name for m in headline_measures(results[0])):
        row, name = rows[measure], compare_words()["measure"][measure]["name"]
        told = number(measure, abs(row["difference"]))
        clear = kind(row) in ("more", "fewer")
        assert (f"{name}: {told} ".lower() in first.summary.lower()) == clear
    assert kind(rows["detentions"]) == "more"
    assert "detentions on the way: " in first.summary
    same = second.summary.partition("The same in every run: ")[2]
    assert "every number of every run is the same in both" in second.summary
    for measure in headline_measures(results[0]):
        assert compare_words()["measure"][measure.name]["name"] in same


def test_a_difference_is_clear_only_if_its_interval_leaves_out_zero() -> None:
    row = {"difference": 5.0, "low": 1.0, "high": 9.0, "percent": 2.0}
    assert kind(row) == "more"
    assert kind({**row, "percent": 0.04}) == "slight"
    assert kind({**row, "low": 0.0}) == "unclear"
    assert kind({"difference": -5.0, "low": -9.0, "high": -1.0, "percent": float("nan")}) == "fewer"
    assert kind({"difference": 0.0, "low": 0.0, "high": 0.0}) == "same"


def test_what_no_run_has_is_named_once_and_not_drawn_or_tabled(compared: Compared) -> None:
    results, table, scenarios = compared
    none = table["measure"] == "detentions"
    without = table.assign(**{key: table[key].mask(none, 0.0) for key in ("a", "b")})
    assert set(absent(without)) - set(absent(table)) == {"detentions"}
    short = compare_words()["measure"]["detentions"]["short"]
    for one in tell(results, without, scenarios, SPAN):
        assert short not in {row["measure"] for row in one.rows}
        assert "detentions" not in one.summary
    assert short in absent_note(without)
    titles = {axes.get_title(loc="left") for axes in differences_chart(results, without, SPAN).axes}
    assert short not in titles


def test_numbers_have_the_decimals_that_are_worth_showing() -> None:
    assert number("encounters", 123456.0) == "123,000"
    assert number("days_in_jurisdictions", -3.26) == "−3.3"
    assert signed_number("times_returned", 0.104) == "+0.10"
    assert signed_number("times_returned", 0.004) == "0.00"
    assert signed_number("days_in_jurisdictions", -0.02) == "0.0"


def test_nothing_clear_is_said_once(compared: Compared) -> None:
    results, table, _ = compared
    rows = table[table["number"] == 1].assign(low=-1.0, high=1.0).to_dict("records")
    told = summary(rows, results[0], results[1], SPAN)
    assert "nothing in the table can be told apart from no change." in told
    assert "encounters" not in told


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_difference_of_next_to_nothing_is_said_in_words(
    compared: Compared, language: str
) -> None:
    results, table, _ = compared
    rows = table[table["number"] == 1].assign(difference=5.0, low=1.0, high=9.0, percent=0.04)
    with speaking(language):
        told = summary(rows.to_dict("records"), results[0], results[1], SPAN)
        assert "0.1 %" in told
        assert compare_words()["measure"]["encounters"]["name"] in told


def test_what_differs_is_listed_or_said_to_be_unknown(compared: Compared) -> None:
    results, table, scenarios = compared
    first, second = tell(results, table, scenarios, SPAN)
    assert first.changed is not None
    (change,) = first.changed
    assert (change["lever"], change["who"], change["after"]) == (
        "interdiction.tempo",
        "south",
        "0.1",
    )
    assert second.changed is None


def test_a_scenario_that_is_not_at_hand_or_another_by_now_is_not_taken(
    small: Small, compared: Compared, baseline: Scenario
) -> None:
    data = compared[0][0]
    assert scenario_of(data) is None  # "small" is not among those that ship
    made = data.assign_attrs(scenario="baseline", scenario_hash=baseline.hash)
    found = scenario_of(made)
    assert found is not None
    assert found.name == "baseline"
    assert scenario_of(made.assign_attrs(scenario_hash="other")) is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_holds_summary_table_and_charts(compared: Compared, language: str) -> None:
    results, table, scenarios = compared
    with speaking(language):
        page = build_page(results, table, scenarios, SPAN)
        told = tell(results, table, scenarios, SPAN)
        words = compare_words()
    assert f'<html lang="{language}">' in page
    assert page.count("<svg") == 2
    assert "http-equiv" not in page
    assert "<script" not in page
    for one in told:
        assert one.summary in page
        for row in one.rows:
            assert row["measure"] in page
            assert row["interval"] in page
    assert words["differs"]["unknown"] in page
    assert "{" not in re.sub(r"<style>.*?</style>|<svg.*?</svg>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("name", ["chart.svg", "chart.png"])
def test_a_chart_is_written_whole_and_never_over_another(
    compared: Compared, tmp_path: Path, name: str
) -> None:
    results, table, _ = compared
    figure = comparison_chart(results, table, SPAN)
    save_chart(figure, tmp_path / name)
    if name.endswith("svg"):
        ElementTree.parse(tmp_path / name)
    assert (tmp_path / name).stat().st_size > 10_000
    with pytest.raises(OutputError, match="exists already"):
        save_chart(figure, tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_chart_has_the_numbers_of_the_table(compared: Compared) -> None:
    results, table, _ = compared
    figure = comparison_chart(results, table, SPAN)
    panels = [axes for part in figure.subfigs for axes in part.axes][2:]
    for axes, outcome in zip(panels, headline_measures(results[0]), strict=True):
        rows = table[table["measure"] == outcome.name]
        drawn = [line.get_xydata() for line in axes.lines[1:]]
        for i, row in enumerate(rows.to_dict("records")):
            assert drawn[2 * i][:, 0].tolist() == [row["low"], row["high"]]
            assert drawn[2 * i + 1][0, 0] == row["difference"]


def test_another_format_is_refused_before_drawing(compared: Compared, tmp_path: Path) -> None:
    figure = comparison_chart(compared[0], compared[1], SPAN)
    with pytest.raises(UsageError, match=r"\.png or \.svg"):
        save_chart(figure, tmp_path / "chart.pdf")


def test_a_page_is_never_written_over_another(tmp_path: Path) -> None:
    save_page("<html></html>", tmp_path / "p.html")
    with pytest.raises(OutputError, match="exists already"):
        save_page("other", tmp_path / "p.html")
    assert (tmp_path / "p.html").read_text() == "<html></html>"


def test_a_page_in_spanish_names_and_describes_shipped_scenarios_in_spanish(
    compared: Compared,
) -> None:
    results, table, _ = compared
    shipped = [load_scenario(name) for name in ("baseline", "no-busing-south", "mass-removal")]
    renamed = [
        data.assign_attrs(title=scenario.title, scenario=scenario.name)
        for data, scenario in zip(results, shipped, strict=True)
    ]
    with speaking("es"):
        told = tell(renamed, table, shipped, SPAN)
        page = build_page(renamed, table, shipped, SPAN)
        removal = named(shipped[2].title)
    assert [one.title for one in told] == ["No se envía a nadie al sur", removal]
    assert told[0].description.startswith("Como en la referencia hasta junio de 2023.")
    for scenario in shipped[1:]:
        assert scenario.title not in page
        for text in (" ".join(scenario.description.split()), *scenario.assumptions):
            assert text not in page
