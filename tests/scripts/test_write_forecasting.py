"""The page on forecasts says what the numbers say, whoever wins, and leaves out no row."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from made_up_forecasts import BAD, GOOD, PARTS, made_up_backtest

from corredor.corridor.scenario import Scenario
from corredor.fit.backtest import HORIZONS, METHODS, MIXED, MODEL, save_backtest, summary
from scripts.forecasting_numbers import comparisons, gaps, ratio_interval
from scripts.forecasting_words import headline
from scripts.write_forecasting import every_score, main, names_of, page

NAMES = {"mexico": "Mexicans", "andes": "Andeans"}


def _said(forecasts: pd.DataFrame) -> str:
    return "\n".join(headline(summary(forecasts), forecasts))


def test_the_headline_follows_the_numbers() -> None:
    won = _said(made_up_backtest({MODEL: GOOD, MIXED: BAD}))
    lost = _said(made_up_backtest({MODEL: BAD, MIXED: GOOD}))
    alone, mixed = f"- {MODEL}: its CRPS is below", f"- {MIXED}: its CRPS is below"
    assert f"{alone} every baseline's at 3 of the 3 horizons" in won
    assert f"{mixed} every baseline's at none of the 3 horizons" in won
    assert f"{alone} every baseline's at none of the 3 horizons" in lost
    assert f"{mixed} every baseline's at 3 of the 3 horizons" in lost
    assert "it loses at no horizon." in won and "it wins at no horizon;" in won


def test_a_loss_is_told_with_its_size() -> None:
    forecasts = made_up_backtest({MODEL: BAD, "Theta": 0.1})
    crps = summary(forecasts)["crps"]
    ratio = (
        crps["border_patrol_encounters", "all", 6, MODEL]
        / (crps["border_patrol_encounters", "all", 6, "Theta"])
    )
    assert f"6 months ahead ({100 * (ratio - 1):.0f} % above Theta)" in _said(forecasts)


def test_wins_and_losses_are_counted_by_horizon() -> None:
    forecasts = made_up_backtest({MODEL: GOOD})
    far = (forecasts["horizon"] >= 2) & (forecasts["method"] == MODEL)
    levels = [column for column in forecasts if column.startswith("q")]
    forecasts.loc[far, levels] *= 2
    said = _said(forecasts)
    assert f"- {MODEL}: its CRPS is below every baseline's at 1 of the 3 horizons" in said
    assert "it loses at 2 months ahead" in said
    assert f"- {MODEL}: of 2 nationality groups it is below every baseline for 2 at 1 month" in said


@pytest.mark.parametrize(
    ("miss", "inside", "verdict"),
    [(GOOD, 100, "too many, it is too wide"), (BAD, 0, "too few, it is too narrow")],
)
def test_coverage_is_judged_both_ways(miss: float, inside: int, verdict: str) -> None:
    said = _said(made_up_backtest({MODEL: miss}))
    assert f"of 18 figures that came, {inside} % inside the 50 % interval ({verdict})" in said


def test_gaps_are_relative_to_the_best_baseline() -> None:
    forecasts = made_up_backtest({MODEL: GOOD, "AutoARIMA": 0.1})
    scored = summary(forecasts)["crps"].xs("border_patrol_encounters").xs(("all", 1))
    crps = scored.to_dict()
    row = gaps(summary(forecasts)).loc[("border_patrol_encounters", "all", 1)]
    assert row["best"] == "AutoARIMA"
    assert row[MODEL] == pytest.approx(crps[MODEL] / crps["AutoARIMA"] - 1)


def test_the_interval_of_a_ratio_is_paired() -> None:
    theirs = np.random.default_rng(5).lognormal(size=17)
    assert ratio_interval(0.8 * theirs, theirs) == pytest.approx((0.8, 0.8))
    low, high = ratio_interval(theirs[::-1], theirs)
    assert low < 1 < high
    assert ratio_interval(theirs[::-1], theirs) == (low, high)


def test_the_interval_agrees_with_the_central_limit() -> None:
    # For scores without memory, blocks change nothing: the spread of the mean is sd / sqrt(n).
    scores = np.random.default_rng(6).normal(10, 1, 400)
    low, high = ratio_interval(scores, np.full(400, 10.0))
    assert (high - low) / 2 == pytest.approx(1.645 * scores.std() / 10 / 20, rel=0.15)


@pytest.mark.parametrize(("miss", "told"), [(GOOD, "better"), (BAD, "worse"), (0.2, "no")])
def test_methods_are_told_apart_only_where_the_interval_leaves_out_one(
    miss: float, told: str
) -> None:
    found = [c for c in comparisons(made_up_backtest({MODEL: miss})) if c.method == MODEL]
    assert len(found) == 2 * len(HORIZONS)
    assert {c.told_apart for c in found} == {told}


def test_every_row_of_the_table_is_there_and_the_best_is_bold() -> None:
    scores = summary(made_up_backtest({MODEL: GOOD}))
    lines = every_score(scores, NAMES)
    rows = [line for line in lines if line.startswith(("| 1 ", "| 2 ", "| 3 ", "| 6 "))]
    windows = 2  # the window of detentions ends 2 and 3 months after an origin; not 1, not 6
    assert len(rows) == len(PARTS) * len(HORIZONS) * len(METHODS) + windows
    bold = [row for row in rows if "**" in row]
    assert len(bold) == len(PARTS) * len(HORIZONS)
    assert all(f"| {MODEL} |" in row for row in bold)
    headings = [line for line in lines if line.startswith("### ")]
    assert headings == [
        "### Border Patrol, all", "### Ports of entry, all", "### Border Patrol, Andeans",
        "### Border Patrol, Mexicans", "### Border Patrol, El Paso sector",
        "### Mexico's detentions",
    ]  # fmt: skip


def test_a_row_holds_the_scores() -> None:
    scores = summary(made_up_backtest({MODEL: GOOD}))
    row = scores.loc[("border_patrol_encounters", "all", 1, MODEL)]
    lines = every_score(scores, NAMES)
    line = next(line for line in lines if line.startswith(f"| 1 | {MODEL} |"))
    assert line == (
        f"| 1 | {MODEL} | 6 | **{row['crps']:,.0f}** | {row['upper_tail']:,.0f} "
        f"| {row['wis']:,.0f} | {row['mae']:,.0f} | 100 % | 100 % |"
    )


def test_the_page_counts_origins_and_tells_of_detentions_and_the_range() -> None:
    text = " ".join(page(made_up_backtest({MODEL: BAD}), NAMES).replace("\u00a0", " ").split())
    assert "a backtest of 6 origins, January 2023 to June 2023" in text
    assert "There are 3 such forecasts, of 1 different windows" in text
    assert "off by 50 % of what came on average, and too low in 0 % of cases" in text
    assert "ranged from 101,000 in February 2023" in text


def test_nationalities_have_the_names_of_the_world(baseline: Scenario) -> None:
    names = names_of(baseline.world)
    assert names["andes"] == "Colombians, Ecuadorians, Peruvians and Bolivians"
    assert set(names) == set(baseline.world.people["nationality"])


@pytest.mark.slow
def test_page_and_charts_are_written_alike_each_time(tmp_path: Path) -> None:
    save_backtest(made_up_backtest({MODEL: GOOD}), tmp_path / "backtest.parquet", {})
    folders = [tmp_path / "once", tmp_path / "again"]
    for folder in folders:
        main([str(tmp_path / "backtest.parquet"), "--docs", str(folder)])
    text = (folders[0] / "forecasting.md").read_text(encoding="utf-8")
    charts = sorted((folders[0] / "forecasting").iterdir())
    assert all(f"(forecasting/{chart.name})" in text for chart in charts)
    assert text.count("![") == len(charts)
    for chart in charts:
        assert chart.stat().st_size < 300_000
        assert chart.read_bytes() == (folders[1] / "forecasting" / chart.name).read_bytes()
