"""The page of the Central Mediterranean sums windows by year, and says what came inside."""

from __future__ import annotations

import pandas as pd
import pytest
from made_up_forecasts import GOOD, made_up_backtest

from corredor.fit.backtest import MIXED, MODEL
from scripts.write_mediterranean import (
    PAGE,
    against_baselines,
    by_year,
    made_up_worlds,
    put,
    worst,
)

SERIES = "italy_sea_arrivals"


def windows(*rows: tuple[str, str, float, float, float, float]) -> pd.DataFrame:
    """Make rows of start, end, record, mean, low and high."""
    table = pd.DataFrame(rows, columns=["start", "end", "record", "mean", "low", "high"])
    table["start"], table["end"] = (pd.PeriodIndex(table[c], freq="M") for c in ("start", "end"))
    months = [(e - s).n + 1 for s, e in zip(table["start"], table["end"], strict=True)]
    return table.assign(series=SERIES, months=months)


FIT = windows(
    ("2021-01", "2021-01", 1000, 1500, 900, 2000),
    ("2021-02", "2021-02", 1000, 500, 400, 900),
    ("2022-01", "2022-12", 9000, 900, 100, 2000),
    ("2022-02", "2022-02", 100, 900, 100, 2000),
)


def test_a_year_sums_its_windows_and_counts_those_inside_the_band() -> None:
    first, second = by_year(FIT)
    assert first == (f"`{SERIES}`", "2021", "2", "2,000", "2,000", "1.00", "1 of 2")
    assert second[1:5] == ("2022", "13", "9,100", "1,800")


def test_the_worst_are_single_months_with_people_enough_by_ratio() -> None:
    months = [row[1] for row in worst(FIT)]
    assert months == ["2021-02", "2021-01"]  # a half is further off than half as many again


def test_lines_go_between_the_marks_and_nowhere_else() -> None:
    page = "a\n<!-- fit -->\nold\n<!-- end of fit -->\nb\n"
    new = put(page, "fit", ["new"])
    assert new == "a\n<!-- fit -->\n\nnew\n\n<!-- end of fit -->\nb\n"
    assert put(new, "fit", ["new"]) == new


@pytest.mark.parametrize("mark", ["fit", "worst", "scenarios", "backtest", "twins"])
def test_the_page_has_the_marks_that_the_script_writes_between(mark: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text.count(f"<!-- {mark} -->") == text.count(f"<!-- end of {mark} -->") == 1


def test_wins_and_losses_beside_the_best_baseline_follow_the_numbers() -> None:
    lines = against_baselines(made_up_backtest({MODEL: GOOD, MIXED: 0.3}))
    assert any(
        line.startswith(f"- {MODEL}: below every baseline at ")
        and line.endswith("not below the best one at no horizon.")
        for line in lines
    )
    assert any(line.startswith(f"- {MIXED}: below every baseline at no horizon") for line in lines)
    assert any("`mexico_detentions`: the newest month was not out" in line for line in lines)
    (row,) = (line for line in lines if line.startswith("| `border_patrol_encounters` | 6 | "
                                                        f"{MODEL} |"))  # fmt: skip
    assert float(row.split("|")[6]) < 1


def test_made_up_worlds_say_how_often_the_truth_lay_inside() -> None:
    twins = pd.DataFrame({
        "twin": [0, 0, 1, 1], "lever": ["entry.factor"] * 4, "prior_width": 1.0, "width": 0.5,
        "inside_50": [True, False, False, False], "inside_90": [True, True, True, False],
    })  # fmt: skip
    twins.attrs |= {"months": "2022-01 to 2022-12", "members": 50, "iterations": 3}
    told, _, _, _, row = made_up_worlds(twins)
    assert "25 % of those of 50 %" in told and "75 % of those of 90 %" in told
    assert "50 members in 3 steps" in told
    assert row == "| `entry.factor` | 4 | 25 % | 75 % | 50 % |"
