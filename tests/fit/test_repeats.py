import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from corredor.corridor.scenario_files import load_scenario
from corredor.fit.repeats import beside, by_month, met, met_before, repeats
from corredor.runs.simulate import run


def moved(person: int, day: str, step: str, to: str) -> dict[str, object]:
    return {"replicate": 0, "person": person, "day": dt.date.fromisoformat(day),
            "step": step, "to_kind": to, "from_kind": "at"}  # fmt: skip


MOVES = pd.DataFrame(
    [
        moved(1, "2022-01-05", "crossing: try", "at"),
        moved(1, "2022-01-20", "crossing: try", "released"),
        moved(2, "2022-01-07", "crossing: try", "evaded"),
        moved(2, "2022-01-09", "movement: leave", "at"),
        moved(3, "2022-01-08", "crossing: admit at ports", "at_port"),
        moved(4, "2021-01-08", "crossing: try", "removed"),
        moved(4, "2022-01-08", "crossing: try", "at"),
        moved(5, "2021-01-07", "crossing: try", "at"),
        moved(5, "2022-01-08", "appointments: admit", "at_port"),
    ]
).sample(frac=1.0, random_state=1)


def test_an_encounter_is_a_try_that_was_seen_or_an_admission_at_a_port() -> None:
    found = met(MOVES)
    assert found["person"].tolist() == [1, 1, 3, 4, 4, 5, 5]
    assert found["day"].is_monotonic_increasing is False
    assert str(found["day"].dtype).startswith("datetime64")


def test_a_repeat_looks_back_365_days_at_the_same_person_of_the_same_run() -> None:
    january = by_month(met(MOVES)).loc[(0, pd.Period("2022-01"))]
    assert january["encounters"] == 5
    assert january["persons"] == 4
    # Person 1 once, and person 4 after exactly 365 days; 366 days of person 5 are too long ago.
    assert january["met_before"] == pytest.approx(2 / 5)
    other_run = met(MOVES).assign(replicate=range(7))
    assert not met_before(other_run).any()


def test_the_order_of_rows_does_not_matter() -> None:
    found = met(MOVES)
    mixed = found.sample(frac=1.0, random_state=3)
    assert met_before(mixed).sort_index().tolist() == met_before(found).tolist()


def test_months_that_both_have_are_compared_with_room_for_rounding() -> None:
    months = pd.period_range("2022-01", "2022-03", freq="M")
    index = pd.MultiIndex.from_product([range(11), months], names=["replicate", "month"])
    share = np.tile([0.20, 0.30, 0.40], 11) + np.repeat(np.linspace(-0.02, 0.02, 11), 3)
    model = pd.DataFrame({"met_before": share}, index=index)
    told = beside(
        model, pd.Series([22.0, 35.0, 9.0], pd.PeriodIndex([*months[:2], "2023-01"], freq="M"))
    )
    assert told.index.astype(str).tolist() == ["2022-01", "2022-02"]
    assert told["middle"].tolist() == pytest.approx([20.0, 30.0])
    assert told["high"].tolist() == pytest.approx([21.8, 31.8])
    assert told["inside"].tolist() == [True, False]


def test_persons_are_met_as_often_as_the_result_counts(tmp_path: Path) -> None:
    short = load_scenario("baseline").with_horizon(
        dt.date(2023, 2, 1), dt.date(2023, 2, 28), dt.date(2023, 1, 15)
    )
    result = run(
        short, draw="individual", replicates=1, people_scale=0.005, seed=4,
        persons=tmp_path / "persons", ways_of_one_in=1,
    )  # fmt: skip
    table = by_month(met(pd.read_parquet(tmp_path / "persons" / "moves.parquet")))
    flows = ("encounters", "admitted_without_appointment", "admitted_by_appointment")
    counted = [float(result[name].sel(month="2023-02").sum()) for name in flows]
    assert min(counted) > 10
    assert table.loc[(0, pd.Period("2023-02")), "encounters"] == sum(counted)


def test_each_run_is_read_and_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def made_up(
        scenario: object, *, persons: Path, first_replicate: int, **options: object
    ) -> None:
        asked.append((first_replicate, persons, options["draw"], options["ways_of_one_in"]))
        persons.mkdir()
        MOVES.assign(replicate=first_replicate).to_parquet(persons / "moves.parquet")

    monkeypatch.setattr("corredor.fit.repeats.run", made_up)
    table = repeats(load_scenario("baseline"), replicates=2, people_scale=0.1)
    assert [number for number, *_ in asked] == [0, 1]
    assert {kind for *_, kind, _ in asked} == {"individual"} and {a[-1] for a in asked} == {1}
    assert not any(folder.exists() for _, folder, *_ in asked)
    assert table.loc[0].equals(table.loc[1])
    assert table.loc[(1, pd.Period("2022-01")), "encounters"] == 5
