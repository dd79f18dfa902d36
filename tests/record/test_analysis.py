import pandas as pd
import pytest

from corredor import record
from corredor.errors import UsageError


def test_border_patrol_fell_by_half_into_january_2024() -> None:
    fall = record.change("border_patrol_encounters_exact", "2023-12", "2024-01")
    assert (fall.before, fall.after) == (249740, 124215)
    assert fall.number == -125525
    assert fall.percent == pytest.approx(-50.26, abs=0.01)


def test_the_fall_is_smaller_with_ports_of_entry() -> None:
    fall = record.change("encounters_all_by_citizenship", "2023-12", "2024-01")
    assert fall.percent == pytest.approx(-41.65, abs=0.01)


def test_january_2024_is_the_steepest_fall_of_the_patrol_since_1999() -> None:
    falls = record.monthly_falls("border_patrol_encounters")
    assert str(falls.index[0]) == "2024-01"
    assert falls.iloc[0][["rank_by_percent", "rank_by_number"]].tolist() == [1, 1]
    assert str(falls.index[1]) == "2020-04"
    assert len(falls) == 302


def test_april_2020_fell_further_by_percent_with_ports_of_entry() -> None:
    falls = record.monthly_falls("encounters_all_by_citizenship")
    assert str(falls.index[0]) == "2020-04"
    assert falls.loc["2024-01", "rank_by_number"] == 1


def test_a_missing_month_makes_no_change() -> None:
    index = pd.period_range("2024-01", periods=5, freq="M")
    falls = record.monthly_falls(pd.Series([8.0, float("nan"), 4.0, 2.0, 2.0], index, name="x"))
    assert [str(m) for m in falls.index] == ["2024-04", "2024-05"]
    assert falls["percent"].tolist() == [-50, 0]


def test_change_names_the_month_without_a_value() -> None:
    with pytest.raises(UsageError, match="no value was published for 2022-09"):
        record.change("asylum_applications_mexico", "2022-10", "2022-09")
    with pytest.raises(UsageError, match="is no month"):
        record.change("mexico_detentions", "2024-02", "spring")
    zero = pd.Series([0.0, 1.0], pd.period_range("2024-01", periods=2, freq="M"), name="x")
    with pytest.raises(UsageError, match="zero"):
        record.change(zero, "2024-01", "2024-02")
