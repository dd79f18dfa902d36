"""Official tables by month become rows of the record, and their sums stand beside quoted ones."""

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from scripts.official_tables import located, pooled, sums

COLUMNS = ["start", "end", "place", "category", "value", "note", "edition", "source"]
TABLE, QUOTED = "bulletin", "first published"


def rows(
    *figures: tuple[str, str, str, int], edition: str = TABLE, place: str = "Mexico"
) -> pd.DataFrame:
    """Return rows of windows of months: first and last month, category, value."""
    made = [
        (f"{a}-01", str(pd.Period(b, "M").end_time.date()), place, c, str(v), "", edition, "s")
        for a, b, c, v in figures
    ]
    return pd.DataFrame(made, columns=COLUMNS)


@settings(deadline=None)
@given(
    st.dictionaries(st.integers(1, 12), st.integers(0, 9999), min_size=1),
    st.integers(1, 12), st.integers(1, 12),
)  # fmt: skip
def test_a_window_is_added_up_where_every_month_is_known_and_else_left_out(
    values: dict[int, int], first: int, last: int
) -> None:
    first, last = min(first, last), max(first, last)
    months = rows(*((f"2022-{m:02}", f"2022-{m:02}", "all", v) for m, v in values.items()))
    window = (f"2022-{first:02}", f"2022-{last:02}", "all", 1)
    found = sums(months, rows(window, edition=QUOTED), TABLE)
    span = range(first, last + 1)
    if first == last or not set(span) <= set(values):
        assert found.empty
        return
    (row,) = found.to_dict("records")
    assert int(row["value"]) == sum(values[m] for m in span)
    assert row["edition"] == TABLE and row["note"].startswith("the sum of")


def test_nationalities_joined_by_a_plus_are_added_up() -> None:
    months = rows(("2022-01", "2022-01", "Cuba", 3), ("2022-01", "2022-01", "Haiti", 4))
    month = "2022-01"
    quoted = rows((month, month, "Cuba+Haiti", 1), (month, month, "Cuba+Peru", 1), edition=QUOTED)
    found = sums(months, quoted, TABLE)
    assert found[["category", "value"]].to_numpy().tolist() == [["Cuba+Haiti", "7"]]


def test_a_window_that_the_table_prints_itself_or_of_another_place_is_left_alone() -> None:
    months = rows(("2022-01", "2022-01", "all", 3), ("2022-02", "2022-02", "all", 4))
    own = rows(("2022-01", "2022-02", "all", 7))
    elsewhere = rows(("2022-01", "2022-02", "all", 7), edition=QUOTED, place="Chiapas")
    assert sums(months, pd.concat([own, elsewhere]), TABLE).empty


def test_a_window_that_ends_within_a_month_is_not_added_up() -> None:
    months = rows(("2022-01", "2022-01", "all", 3))
    part = rows(("2022-01", "2022-02", "all", 7), edition=QUOTED).assign(end="2022-02-05")
    assert sums(months, part, TABLE).empty


def test_citizenships_that_are_not_kept_are_pooled() -> None:
    month = "2022-01"
    table = rows((month, month, "all", 9), (month, month, "Cuba", 2), (month, month, "Peru", 3),
                 (month, month, "Chile", 4))  # fmt: skip
    found = pooled(table, ["Cuba"])
    assert found[["category", "value"]].to_numpy().tolist() == [["Cuba", "2"], ["Other", "7"]]


def test_a_longitude_gets_its_sign_and_a_place_far_away_is_left_out() -> None:
    table = pd.DataFrame(
        {"lon": ["-99.1", "115.03", "44.2"], "lat": ["19.4", "32.7", "38.7"],
         "type": ["Incident", "Incident", "Split Incident"]}
    )  # fmt: skip
    found = located(table)
    assert found["lon"].tolist() == ["-99.1", "-115.03", ""]
    assert found["lat"].tolist() == ["19.4", "32.7", ""]
    assert found["note"].iloc[0] == "" and "115.03" in found["note"].iloc[1]
    assert "far from" in found["note"].iloc[2]
