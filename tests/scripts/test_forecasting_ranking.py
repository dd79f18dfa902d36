"""The section on the baselines says what the numbers say, and replaces itself alone."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from made_up_forecasts import BAD, GOOD, made_up_backtest

from corredor.fit.backtest import CONFORMAL, MIXED, MODEL, save_backtest
from corredor.fit.baselines import BASELINES
from scripts.forecasting_ranking import HEADING, ranking, with_section
from scripts.write_forecasting import main

PAGE = "# Page\n\n## One\n\nText.\n\n## Limits\n\n- None.\n"


def baselines(misses: dict[str, float]) -> pd.DataFrame:
    forecasts = made_up_backtest(misses)
    ours = forecasts["method"].isin([MODEL, MIXED, CONFORMAL])
    return forecasts[~ours & (forecasts["part"] == "all")]


@pytest.mark.slow
def test_the_best_comes_first() -> None:
    lines = ranking(baselines({"Theta": GOOD, "AutoETS": BAD}))
    table = [line for line in lines if line.startswith("| ")][2:]  # less head and ruler
    assert len(table) == 2 * 4 * len(BASELINES)
    assert "| Theta |" in table[0] and "| AutoETS |" in table[len(BASELINES) - 1]
    said = next(line for line in lines if line.startswith("Mean place"))
    assert said.index("Theta (1.0)") < said.index(f"AutoETS ({len(BASELINES):.1f})")
    assert "6 origins, January 2023 to June 2023" in " ".join(lines).replace("\u00a0", " ")


def test_a_section_is_put_before_the_limits_and_replaced_next_time() -> None:
    once = with_section(PAGE, [HEADING, "", "First."])
    assert once == PAGE.replace("## Limits", f"{HEADING}\n\nFirst.\n\n## Limits")
    again = with_section(once, [HEADING, "", "Second."])
    assert again == once.replace("First", "Second")
    with pytest.raises(ValueError, match="Limits"):
        with_section("# Page\n", [HEADING])


@pytest.mark.slow
def test_the_section_alone_is_written_into_the_page(tmp_path: Path) -> None:
    save_backtest(baselines({}), tmp_path / "b.parquet", {})
    (tmp_path / "forecasting.md").write_text(PAGE, encoding="utf-8")
    main(["--baselines", str(tmp_path / "b.parquet"), "--docs", str(tmp_path)])
    text = (tmp_path / "forecasting.md").read_text(encoding="utf-8")
    assert text.startswith("# Page\n\n## One\n\nText.\n")
    assert text.index("## One") < text.index(HEADING) < text.index("## Limits")
