"""The baselines are ranked on what had been published at each origin, and on nothing later."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from corredor import record
from corredor.arrays import Floats
from corredor.corridor.scenario import Scenario
from corredor.errors import OutputError, UsageError
from corredor.fit.backtest import COLUMNS, read_backtest
from corredor.fit.baselines import BASELINES
from corredor.fit.ranking import rank_baselines
from corredor.fit.scores import LEVELS

pytest.importorskip("sklearn")
TOTAL = "border_patrol_encounters"


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[Any, pd.Series[float]]]:
    """What the baselines were told at each origin, in place of fitting them."""
    calls: list[dict[Any, pd.Series[float]]] = []

    def fake(
        histories: Mapping[Any, pd.Series[float]], horizon: int, wanted: Collection[Any]
    ) -> dict[Any, dict[str, Floats]]:
        calls.append(dict(histories))
        flat = np.tile(np.linspace(1e3, 1e5, len(LEVELS)), (horizon, 1))
        return {key: dict.fromkeys(BASELINES, flat) for key in wanted}

    monkeypatch.setattr("corredor.fit.ranking.all_baselines", fake)
    return calls


def test_every_origin_is_told_what_was_out_then(
    baseline: Scenario, tmp_path: Path, told: list[dict[Any, pd.Series[float]]]
) -> None:
    out = tmp_path / "b.parquet"
    whole = rank_baselines(baseline, out, first="2018-11", last="2019-01")
    assert list(whole.columns) == COLUMNS
    assert len(told) == 3
    for origin, histories in zip(("2018-11", "2018-12", "2019-01"), told, strict=True):
        assert {str(history.index[-1]) for history in histories.values()} == {origin}
        assert ("border_patrol_by_citizenship", "cuba") in histories
    assert set(whole["part"]) == {"all"}
    first = whole[(whole["origin"] == "2018-11") & (whole["series"] == TOTAL)]
    assert len(first) == 6 * len(BASELINES)
    known = record.monthly(TOTAL)
    assert list(first["observed"][:6]) == [known[month] for month in first["month"][:6]]
    pd.testing.assert_frame_equal(read_backtest(out), whole)
    with pytest.raises(OutputError, match="exists already"):
        rank_baselines(baseline, out)


@pytest.mark.usefixtures("told")
def test_young_series_come_in_when_they_are_old_enough(baseline: Scenario, tmp_path: Path) -> None:
    whole = rank_baselines(baseline, tmp_path / "b.parquet", first="2024-10", last="2024-11")
    assert {TOTAL, "ports_of_entry_encounters"} <= set(whole["series"])
    late = whole[whole["origin"] == "2024-11"]
    assert late.loc[late["horizon"] > 1, "observed"].isna().all()
    assert late.loc[late["horizon"] == 1, "observed"].notna().all()


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [("soon", None, "write months like"), ("2019-01", "2018-01", "expected a span that ends by"),
     ("2019-01", "2031-01", "expected a span that ends by 2024-11")],
)  # fmt: skip
def test_a_span_that_makes_no_sense_is_refused(
    baseline: Scenario, tmp_path: Path, first: str, last: str | None, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        rank_baselines(baseline, tmp_path / "b.parquet", first=first, last=last)
    assert not list(tmp_path.iterdir())
