"""Checks of the model give each verdict that their rule names, on made-up results."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import xarray as xr
from helpers import Small

from corredor import record
from corredor.claims import Results, check_claims, judge, load_claims, load_file, scenarios_of
from corredor.claims.checks.caravans import CaravanProtection
from corredor.claims.checks.scenarios import FallExplained, ScenarioDifference, WhatIf
from corredor.claims.finding import Finding, Lines, Ranges
from corredor.claims.held import NotCheckableError
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.errors import InputError, UsageError
from corredor.runs.measures import measure_named
from corredor.runs.targets import about_series
from corredor.text.numbers import MINUS

RUNS = 40


@pytest.fixture(autouse=True)
def one_structure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corredor.claims.checks.scenarios.has_variants", lambda _: False)


def made_up(scenario: Scenario, **flows: Any) -> xr.Dataset:
    """Return a result whose flows are given as ``[replicate]`` or ``[replicate, month]``."""
    months = pd.date_range(f"{scenario.start:%Y-%m}-01", scenario.end, freq="MS")
    days = pd.date_range(scenario.start, scenario.end)
    variables: dict[str, Any] = {"entries": 100.0, "detentions": 50.0, "gave_up": 5.0, **flows}
    data = {}
    for name, values in variables.items():
        spread = np.asarray(values, float).reshape(np.shape(values) or (1,))
        spread = spread[:, None] if spread.ndim == 1 else spread
        by_month = np.broadcast_to(spread, (RUNS, len(months)))
        dims = ("replicate", "month", "sector" if name == "encounters" else "place", "group")
        data[name] = (dims, by_month[:, :, None, None])
    data["present"] = (("replicate", "day", "status", "place"), np.ones((RUNS, len(days), 2, 1)))
    return xr.Dataset(
        data,
        coords={
            "replicate": range(RUNS), "month": months, "day": days,
            "status": ["in_place", "waiting"],
            "jurisdiction": ("place", ["mexico"]), "native_of": ("group", [""]),
        },
        attrs={"corredor_version": "0", "seed": 1, **about_series(scenario.world)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def pair() -> tuple[Scenario, Scenario]:
    return load_scenario("baseline"), load_scenario("interdiction-november-2023")


def results_of(*given: tuple[Scenario, xr.Dataset]) -> Results:
    return Results(RUNS, done={scenario.hash: data for scenario, data in given})


def spread(low: float, high: float) -> np.ndarray:
    """Return numbers whose 5 and 95 % quantiles lie inside the two ends."""
    return np.linspace(low, high, RUNS)


def difference(
    pair: tuple[Scenario, Scenario], percent: np.ndarray, expect: str, size: float
) -> Finding:
    mine, other = pair
    check = ScenarioDifference(
        name="scenario_difference", scenario=mine, compared_with=other, measure="detentions",
        expect=expect, percent=size, start="2024-01", end="2024-03",
    )  # fmt: skip
    ran = made_up(mine, detentions=200 * (1 + percent / 100)), made_up(other, detentions=200.0)
    return check.judge(results_of((mine, ran[0]), (other, ran[1])))


@pytest.mark.parametrize(
    ("low", "high", "expect", "size", "verdict"),
    [
        (11, 20, "more", 10, "supported"),
        (2, 20, "more", 10, "partly"),
        (2, 8, "more", 10, "partly"),
        (-5, 20, "more", 10, "not checkable"),
        (-5, 6, "more", 10, "contradicted"),
        (-9, -3, "more", 0, "contradicted"),
        (-9, 3, "more", 0, "not checkable"),
        (-20, -11, "fewer", 10, "supported"),
        (-20, -2, "fewer", 10, "partly"),
        (3, 9, "fewer", 0, "contradicted"),
        (-2, 2, "no_change", 3, "supported"),
        (4, 9, "no_change", 3, "contradicted"),
        (-9, -4, "no_change", 3, "contradicted"),
        (-2, 9, "no_change", 3, "not checkable"),
    ],
)
def test_a_difference_is_graded_by_its_rule(
    pair: tuple[Scenario, Scenario], low: float, high: float, expect: str, size: float, verdict: str
) -> None:
    found = difference(pair, spread(low, high), expect, size)
    assert found.verdict == verdict, found.why
    assert found.value == pytest.approx((low + high) / 2)
    assert found.interval is not None
    assert low < found.interval[0] < found.interval[1] < high


def test_a_difference_is_paired_run_by_run(pair: tuple[Scenario, Scenario]) -> None:
    mine, other = pair
    level = spread(100, 1000)  # runs differ much, the pair always by a tenth
    check = ScenarioDifference(
        name="scenario_difference", scenario=mine, compared_with=other, measure="encounters",
        expect="more", start="2024-01", end="2024-03",
    )  # fmt: skip
    ran = made_up(mine, encounters=1.1 * level), made_up(other, encounters=level)
    found = check.judge(results_of((mine, ran[0]), (other, ran[1])))
    assert found.interval == pytest.approx((10.0, 10.0))
    (chart,) = found.charts
    assert isinstance(chart, Lines)
    assert list(chart.by_scenario) == [other.title, mine.title]


@pytest.mark.parametrize(("mine", "other"), [(100.0, 0.0), (0.0, 100.0)])
def test_a_share_of_nobody_is_not_checkable(
    pair: tuple[Scenario, Scenario], mine: float, other: float
) -> None:
    check = ScenarioDifference(
        name="scenario_difference", scenario=pair[0], compared_with=pair[1],
        measure="share_giving_up", expect="more", start="2024-01", end="2024-03",
    )  # fmt: skip
    ran = made_up(pair[0], entries=mine), made_up(pair[1], entries=other)
    found = check.judge(results_of((pair[0], ran[0]), (pair[1], ran[1])))
    assert found.verdict == "not checkable" and found.value is None
    what_if = WhatIf(
        name="what_if", scenario=pair[1], instead=(pair[0],), measure="share_giving_up",
        start="2024-01", end="2024-03",
    )  # fmt: skip
    assert what_if.judge(results_of((pair[0], ran[0]), (pair[1], ran[1]))).value is None


def test_nothing_to_compare_with_is_not_checkable(pair: tuple[Scenario, Scenario]) -> None:
    assert difference(pair, spread(-100, -100), "fewer", 0).verdict == "supported"
    mine, other = pair
    check = ScenarioDifference(
        name="scenario_difference", scenario=mine, compared_with=other, measure="detentions",
        expect="more", start="2024-01", end="2024-03",
    )  # fmt: skip
    ran = made_up(mine, detentions=1.0), made_up(other, detentions=0.0)
    assert check.judge(results_of((mine, ran[0]), (other, ran[1]))).verdict == "not checkable"


def test_measures_per_person(pair: tuple[Scenario, Scenario]) -> None:
    data = made_up(pair[0])  # 100 enter a month; 2 people are there each evening, 1 of them waits
    assert measure_named("detentions_per_person").of(data, "2024-01", "2024-03") == pytest.approx(
        0.5
    )
    assert measure_named("share_giving_up").of(data, "2024-01", "2024-03") == pytest.approx(5.0)
    evenings = 31 + 29 + 31
    days = measure_named("days_in_jurisdictions_per_person").of(data, "2024-01", "2024-03")
    assert days == pytest.approx(2 * evenings / 300)
    assert measure_named("people_waiting").of(data, "2024-01", "2024-03") == pytest.approx(1.0)


def fall(pair: tuple[Scenario, Scenario], left: np.ndarray, most: float = 50) -> Finding:
    """Return the finding where the model falls by 40 %, and by ``left`` % without the measure."""
    scenario, without = pair
    check = FallExplained(
        name="fall_explained", series="border_patrol_encounters", month_a="2023-12",
        month_b="2024-01", scenario=scenario, without=without, most=most,
    )  # fmt: skip
    ran = []
    for percent in (np.full(RUNS, 40.0), left):
        months = pd.period_range(f"{scenario.start}", f"{scenario.end}", freq="M")
        by_month = np.full((RUNS, len(months)), 1000.0)
        by_month[:, months.get_loc(pd.Period("2024-01", "M"))] = 1000 * (1 - percent / 100)
        ran.append(made_up(scenario, encounters=by_month))
    return check.judge(results_of((scenario, ran[0]), (without, ran[1])))


@pytest.mark.parametrize(
    ("low", "high", "verdict"),
    [
        (5, 15, "supported"),  # 25 to 35 of 40 go away
        (5, 35, "partly"),
        (30, 38, "partly"),
        (36, 44, "not checkable"),
        (42, 50, "contradicted"),
    ],
)
def test_a_fall_is_graded_by_what_goes_away(
    pair: tuple[Scenario, Scenario], low: float, high: float, verdict: str
) -> None:
    found = fall(pair, spread(low, high))
    assert found.verdict == verdict, found.why
    assert found.value == pytest.approx(100 * (40 - (low + high) / 2) / 40)
    assert "the record fell by 50.3 %" in found.why
    of_record = 100 * (40 - (low + high) / 2) / 50.26
    assert f"{of_record:.1f} % ".replace("-", MINUS) in found.why


def test_no_fall_in_the_model_explains_nothing(pair: tuple[Scenario, Scenario]) -> None:
    scenario, without = pair
    check = FallExplained(
        name="fall_explained", series="border_patrol_encounters", month_a="2023-12",
        month_b="2024-01", scenario=scenario, without=without,
    )  # fmt: skip
    same = made_up(scenario, encounters=1000.0)
    found = check.judge(results_of((scenario, same), (without, same)))
    assert found.verdict == "not checkable" and found.value is None


def test_a_rise_of_the_record_is_no_fall(pair: tuple[Scenario, Scenario]) -> None:
    scenario, without = pair
    check = FallExplained(
        name="fall_explained", series="border_patrol_encounters", month_a="2023-11",
        month_b="2023-12", scenario=scenario, without=without,
    )  # fmt: skip
    falling = spread(2000, 2000)[:, None] - np.arange(27)
    same = made_up(scenario, encounters=falling)
    with pytest.raises(NotCheckableError, match="did not fall") as told:
        check.judge(results_of((scenario, same), (without, same)))
    assert told.value.finding.verdict == "not checkable"


def test_a_fall_after_the_record_is_not_checkable(pair: tuple[Scenario, Scenario]) -> None:
    newest = record.monthly("border_patrol_encounters").index[-1]
    longer = [s.with_horizon(s.start, (newest + 3).end_time.date()) for s in pair]
    check = FallExplained(
        name="fall_explained", series="border_patrol_encounters", month_a=str(newest + 1),
        month_b=str(newest + 2), scenario=longer[0], without=longer[1],
    )  # fmt: skip
    count = len(pd.period_range(f"{longer[0].start}", f"{longer[0].end}", freq="M"))
    falling = [made_up(s, encounters=np.full((RUNS, 1), 2000.0) - np.arange(count)) for s in longer]
    with pytest.raises(NotCheckableError, match="the newest month in the record"):
        check.judge(results_of(*zip(longer, falling, strict=True)))


def test_what_if_gives_numbers_and_no_verdict(pair: tuple[Scenario, Scenario]) -> None:
    scenario, other = pair
    check = WhatIf(
        name="what_if", scenario=scenario, instead=(other,), measure="detentions",
        start="2024-01", end="2024-03",
    )  # fmt: skip
    ran = made_up(scenario), made_up(other, detentions=45.0)
    found = check.judge(results_of((scenario, ran[0]), (other, ran[1])))
    assert found.verdict == "not checkable"
    assert found.value == pytest.approx(-10.0)
    assert "−10.0 %" in found.why and other.title in found.why
    assert isinstance(found.charts[0], Ranges)


def caravan(small: Small, text: str = "", sizes: tuple[int, ...] = (50, 5000)) -> Finding:
    scenario = small.scenario("[caravans]\nminimum = 300\n" + text)
    check = CaravanProtection(
        name="caravan_protection", scenario=scenario, month="2023-03", nationality="honduras",
        destination="valle", sizes=sizes,
    )  # fmt: skip
    return check.judge(Results(4))


ALONE = "drop_out = 0\ndissolution = 0\n"


def rows_of(found: Finding) -> dict[str, float]:
    (chart,) = found.charts
    assert isinstance(chart, Ranges)
    return {name: mean for name, mean, *_ in chart.rows}


def test_numbers_protect_where_nobody_leaves_or_dissolves(small: Small) -> None:
    found = caravan(small, ALONE)
    shares = rows_of(found)
    assert found.verdict == "supported", found.why
    assert shares["alone"] < shares["50 people"] < shares["5,000 people"] < 100
    assert shares["5,000 people"] == shares["5,000 people, never dissolved"]


def test_a_caravan_of_one_fares_like_somebody_alone(small: Small) -> None:
    unprotected = "[interdiction]\nprotection_size = 1000000\n"
    shares = rows_of(caravan(small, ALONE + unprotected, sizes=(1,)))
    assert shares["1 people"] == pytest.approx(shares["alone"], rel=1e-4)


def test_the_share_alone_is_that_of_a_geometric_walk(small: Small) -> None:
    """Somebody alone leaves a stop with chance w, or is stopped there with chance q."""
    shares = rows_of(caravan(small, ALONE + "[interdiction]\ncheckpoint_weight = 0\n"))
    scenario = small.scenario()
    km = scenario.world.links.groupby(["origin", "destination"])["km"].min()
    expected = 1.0
    for leg in (("sur", "istmo"), ("istmo", "valle")):
        walk, stopped = 18 / km[leg], 0.02
        # The first day at a stop begins in the evening: stopped or not, then walk each morning.
        expected *= (1 - stopped) * walk / (1 - (1 - walk) * (1 - stopped))
    assert shares["alone"] == pytest.approx(100 * expected, rel=1e-6)


def test_dissolving_every_caravan_contradicts(small: Small) -> None:
    text = "drop_out = 0\ndissolution = 0.9\ndissolved_sent_south = 1\n"
    assert caravan(small, text).verdict == "contradicted"


def test_only_the_largest_may_protect(small: Small) -> None:
    text = "drop_out = 0\ndissolution = 0.01\ndissolved_sent_south = 1\n"
    assert caravan(small, text, sizes=(2, 100000)).verdict == "partly"


@pytest.mark.parametrize("change", [{"destination": "vale"}, {"nationality": "hondura"}])
def test_a_road_that_is_not_there_is_named(small: Small, change: dict[str, str]) -> None:
    asked = {"destination": "valle", "nationality": "honduras", **change}
    check = CaravanProtection(
        name="caravan_protection", scenario=small.scenario(), month="2023-03", sizes=(3,), **asked
    )  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=f"'{next(iter(asked[k] for k in change))}e?s?|Did you"):
        check.judge(Results(2))


HEAD = 'title = "Mine"\n[[claim]]\nid = "one"\nstatement = "s"\nsaid_by = "b"\nkind = "model"\n'
CHECK = """
[[claim.checks]]
name = "scenario_difference"
scenario = "small.toml"
measure = "detentions"
expect = "fewer"
start = "2023-03"
end = "2023-04"
"""
INLINE = '[claim.checks.compared_with]\ntitle = "More"\nbase = "small"\ninterdiction = { tempo = '
STRICTER = "{ south = 0.1, centre = 0.1, north = 0.1 } }\n"


def write(small: Small, text: str) -> Path:
    path = small.folder / "claims.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_scenarios_within_a_claim_run_once_and_decide(small: Small) -> None:
    body = HEAD + CHECK + INLINE + STRICTER
    claims = load_claims(write(small, body + CHECK + INLINE + STRICTER))
    assert len(scenarios_of(claims)) == 4
    results = Results(replicates=3)
    (verdict,) = judge(claims, small.scenario().world, results)
    assert len(results.done) == 2
    assert verdict.verdict == "supported"
    assert verdict.value is not None and verdict.value < -20
    assert verdict.interval is not None
    (again,) = judge(claims, small.scenario().world, results)
    assert again == verdict


def test_without_results_the_verdict_waits(small: Small) -> None:
    path = write(small, HEAD + CHECK + INLINE + STRICTER)
    (verdict,) = check_claims(path, small.scenario().world)
    assert verdict.verdict == "needs the model" and verdict.value is None


def test_a_shorter_run_does_not_answer_for_later_months(small: Small) -> None:
    path = write(small, HEAD + CHECK + INLINE + STRICTER)
    scenario = small.scenario()
    shorter = scenario.with_horizon(scenario.start, scenario.start.replace(day=20))
    (verdict,) = check_claims(path, scenario.world, Results(2, days_of=shorter))
    assert verdict.verdict == "needs the model"
    assert "March\u00a02023 to April\u00a02023" in verdict.reason


@pytest.mark.parametrize("months", [("2023-03", "2034-04"), ("2020-01", "2023-03")])
def test_months_that_no_scenario_runs_are_not_checkable_alone(
    small: Small, months: tuple[str, str]
) -> None:
    first = (CHECK + INLINE + STRICTER).replace("2023-03", months[0]).replace("2023-04", months[1])
    again = HEAD.split("\n", 1)[1].replace('"one"', '"two"') + CHECK + INLINE + STRICTER
    claims = load_claims(write(small, HEAD + first + again))
    assert len(scenarios_of(claims)) == 2  # nothing is run for the first
    outside, inside = judge(claims, small.scenario().world, Results(replicates=2))
    assert outside.verdict == "not checkable" and inside.verdict == "supported"
    assert "February\u00a02023 to April\u00a02023" in outside.reason
    assert judge(claims, small.scenario().world)[0].verdict == "not checkable"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (INLINE + "2 }\n", ["compared_with.interdiction.tempo", "found 2", "from 0 to 1"]),
        (INLINE.replace("tempo", "temppo") + "1 }\n", ["temppo", "Did you mean"]),
        ('compared_with = "basline"\n', ["compared_with", "Did you mean 'baseline'"]),
        ("compared_with = 3\n", ["compared_with", "the name of a scenario, or a table of one"]),
        ("", ["compared_with", "required"]),
        ('compared_with = "small.toml"\npercent = -1\n', ["percent", "found -1"]),
        ('compared_with = "small.toml"\nsize = 1\n', ["size", "only keys that this has"]),
    ],
)
def test_a_faulty_check_is_told_with_claim_and_key(
    small: Small, text: str, said: list[str]
) -> None:
    path = write(small, HEAD + CHECK + text)
    with pytest.raises(InputError) as error:
        load_file(path)
    assert len(error.value.problems) == 1
    for part in ("claims.toml", "claim one.checks.0", *said):
        assert part in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('"detentions"', '"detention"', "Did you mean 'detentions'"),
        ('"2023-04"', '"2023-02"', "months in order, the earlier one first"),
        ('"2023-04"', '"April"', "a month such as 2024-01"),
        ('"fewer"', '"less"', "'more', 'fewer' or 'no_change'"),
        ('"fewer"', '"no_change"', "percent above 0"),
        ('"scenario_difference"', '"scenario_diference"', "'scenario_difference'"),
        ('"model"', '"record"', "no check of the model for a claim of kind 'record'"),
    ],
)
def test_a_faulty_value_is_told(small: Small, old: str, new: str, said: str) -> None:
    body = (HEAD + CHECK).replace(old, new) + 'compared_with = "small.toml"\n'
    with pytest.raises(InputError) as error:
        load_file(write(small, body))
    assert said in str(error.value)
    assert "claim one" in str(error.value)
