"""A claim of what the record does not hold is not checkable alone; a writer's mistake is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args

import pandas as pd
import pytest
from pydantic import TypeAdapter
from record_as_of import know_until

from corredor import claims as package
from corredor import record
from corredor.claims import check_claims, load_claims
from corredor.claims.checks import effects as effect_checks
from corredor.claims.finding import Finding
from corredor.claims.held import NotCheckableError
from corredor.claims.scenarios import ModelCheck
from corredor.claims.verdicts import AnyCheck
from corredor.errors import InputError, UsageError
from corredor.inputs.shipped import default_world
from corredor.text.language import month, speaking

CHECKS: TypeAdapter[Any] = TypeAdapter(AnyCheck)
SERIES, DETENTIONS = "border_patrol_encounters", "mexico_detentions"
NEWEST = record.monthly(SERIES).index[-1]
BEYOND = str(NEWEST + 9)
NEWEST_DETENTIONS = record.windows(DETENTIONS)["end"].max()
BEFORE = "1989-01"
BEFORE_THE_BULLETIN = "2024-10"
HOLE = "2023-12"  # until the bulletin this month of Mexico's detentions was in longer totals alone
VALUE = 1000.0

# Every check of the record: the keys that name months, to be filled in as start and end.
ASKED: dict[str, dict[str, Any]] = {
    "published_value": {"series": DETENTIONS, "start": "{a}", "end": "{b}", "number": VALUE},
    "sum_over": {"series": DETENTIONS, "start": "{a}", "end": "{b}", "number": VALUE},
    "falls_by": {"series": DETENTIONS, "month_a": "{a}", "month_b": "{b}", "percent": 5},
    "steepest_fall": {"series": DETENTIONS, "month": "{b}"},
    "stays_below": {"series": DETENTIONS, "reference": "2023-11", "start": "{a}", "end": "{b}"},
    "monthly_mean_below": {"series": DETENTIONS, "start": "{a}", "end": "{b}", "number": VALUE},
    "record_high": {"series": DETENTIONS, "months": ["{a}", "{b}"]},
    "rest_of_window": {
        "whole": DETENTIONS, "part": "mexico_returns", "start": "{a}", "end": "{b}", "percent": 5,
    },
    "within_longer_window": {"series": DETENTIONS, "start": "{a}", "end": "{b}", "number": VALUE},
    "change_between": {
        "series": DETENTIONS, "before": "2021-09", "after": ["{a}", "{b}"],
        "direction": "rose", "percent": 5,
    },
    "share_of": {
        "series": DETENTIONS, "place": "Chiapas", "start": "{a}", "end": "{b}", "percent": 5,
    },
    "most_since": {"series": DETENTIONS, "window": ["{a}", "{b}"]},
    "least_since": {"series": DETENTIONS, "window": ["{a}", "{b}"]},
    "categories_at_least": {"series": "border_patrol_by_citizenship", "month": "{b}", "number": 1},
}  # fmt: skip
YEARS = {"fiscal_year": 9, "calendar_year": 12}  # the month in which it ends


def filled(name: str, start: str, end: str) -> dict[str, Any]:
    """Return a check's keys with months in their places."""

    def fill(value: Any) -> Any:
        if isinstance(value, list):
            return [fill(one) for one in value]
        return value.format(a=start, b=end) if isinstance(value, str) else value

    return {"name": name, **{key: fill(value) for key, value in ASKED[name].items()}}


def refused(keys: dict[str, Any]) -> Finding:
    with pytest.raises(NotCheckableError) as told:
        CHECKS.validate_python(keys).run(SimpleNamespace())
    return told.value.finding


def test_every_check_of_months_is_asked_here() -> None:
    every = {get_args(c.model_fields["name"].annotation)[0]: c for c in union()}
    of_record = {name for name, check in every.items() if not issubclass(check, ModelCheck)}
    without_months = {
        "elevation", "north_of_parallel", "road_distance", "event_in_year", "measure_effects",
    }  # fmt: skip
    assert of_record - without_months == {*ASKED, *YEARS}


def union() -> tuple[Any, ...]:
    return get_args(get_args(AnyCheck)[0])


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", ASKED)
def test_months_after_the_newest_are_named(name: str, language: str) -> None:
    start = "2024-01"
    with speaking(language):
        found = refused(filled(name, start, BEYOND))
        newest = month(str(NEWEST_DETENTIONS))
        if name == "categories_at_least":
            newest = month(str(NEWEST))
        if name == "rest_of_window":  # the part is held for fewer months
            newest = month(str(record.windows("mexico_returns")["end"].max()))
    assert newest in found.why, found.why
    assert found.verdict == "not checkable" and found.value is None and found.source


@pytest.mark.parametrize("name", sorted(set(ASKED) - {"stays_below", "change_between"}))
def test_months_before_the_oldest_are_named(name: str) -> None:
    found = refused(filled(name, BEFORE, "1990-12"))
    oldest = {"rest_of_window": "January\u00a02015"}.get(name, "January\u00a02014")
    oldest = {"categories_at_least": "October\u00a01999"}.get(name, oldest)
    assert oldest in found.why, found.why


@pytest.mark.parametrize("name", sorted(set(ASKED) - {"monthly_mean_below", "categories_at_least"}))
def test_holes_are_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    know_until(monkeypatch, BEFORE_THE_BULLETIN)
    start = {"falls_by": "2023-11", "record_high": "2023-11"}.get(name, HOLE)
    found = refused(filled(name, start, HOLE))
    assert "December\u00a02023" in found.why or name == "rest_of_window", found.why


@pytest.mark.parametrize(("name", "last"), YEARS.items())
def test_a_year_that_is_not_over_is_not_checkable(name: str, last: int) -> None:
    year = NEWEST.year + (NEWEST.month >= last)
    found = refused({"name": name, "series": SERIES, "year": year, "number": 1e6})
    assert month(str(NEWEST)) in found.why


def test_means_are_not_taken_over_months_without_a_total(monkeypatch: pytest.MonkeyPatch) -> None:
    know_until(monkeypatch, BEFORE_THE_BULLETIN)
    keys = {"name": "monthly_mean_below", "series": "mexico_returns", "number": 1e9,
            "start": "2023-01", "end": "2023-09"}  # fmt: skip
    assert "April\u00a02023" in refused(keys).why


def test_a_shorter_sum_does_not_stand_for_the_window() -> None:
    """Nine months are held; a number that they meet supports nothing about twelve."""
    end = str(NEWEST + 3)
    nine = float(record.monthly(SERIES).iloc[-9:].sum())
    keys = {"series": SERIES, "start": str(NEWEST - 8), "end": end, "number": nine}
    for name in ("published_value", "sum_over"):
        assert refused({"name": name, **keys}).value is None


def test_a_series_beside_is_told_where_it_misses(monkeypatch: pytest.MonkeyPatch) -> None:
    know_until(monkeypatch, BEFORE_THE_BULLETIN)
    keys = {"name": "falls_by", "series": SERIES, "month_a": "2023-11", "month_b": "2023-12",
            "percent": 5, "beside": [DETENTIONS]}  # fmt: skip
    found = CHECKS.validate_python(keys).run(SimpleNamespace())
    assert found.verdict == "contradicted"
    assert "not published one by one: December\u00a02023" in found.why


def test_a_pool_of_categories_does_not_refute() -> None:
    keys = {"name": "categories_at_least", "series": "border_patrol_by_citizenship_exact",
            "month": "2024-04"}  # fmt: skip
    found = CHECKS.validate_python({**keys, "number": 20}).run(SimpleNamespace())
    assert (found.verdict, found.value) == ("not checkable", 4)
    found = CHECKS.validate_python({**keys, "number": 4}).run(SimpleNamespace())
    assert found.verdict == "supported"
    sexes = {**keys, "series": "border_patrol_by_family_status", "number": 9}
    assert CHECKS.validate_python(sexes).run(SimpleNamespace()).verdict == "contradicted"


def test_a_number_fits_a_window_in_any_edition() -> None:
    """Of 2023 the record has 778,907 and, as first published, 782,176."""
    year = {"name": "within_longer_window", "series": DETENTIONS, "start": "2023-01",
            "end": "2023-12"}  # fmt: skip
    for number, verdict, value in (
        (700000, "partly", 778907), (780000, "partly", 782176), (800000, "contradicted", 778907),
    ):  # fmt: skip
        found = CHECKS.validate_python({**year, "number": number}).run(SimpleNamespace())
        assert (found.verdict, found.value) == (verdict, value)


@pytest.mark.parametrize(
    ("keys", "verdict"),
    [
        ({"year": 2011}, "not checkable"),
        ({"year": 2011, "complete": True}, "contradicted"),
        ({"year": 2018}, "partly"),
        ({"year": 2020}, "contradicted"),
    ],
)
def test_a_list_cannot_tell_of_years_before_it(keys: dict[str, Any], verdict: str) -> None:
    check = CHECKS.validate_python({"name": "event_in_year", "series": "caravans", **keys})
    assert check.run(SimpleNamespace()).verdict == verdict


def test_a_measure_without_months_around_it_is_not_checkable(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def too_few(_: tuple[str, ...]) -> None:
        raise UsageError("buoys: the record has too little before 2023-07, or nothing after.")

    monkeypatch.setattr(effect_checks, "estimate_all", too_few)
    keys = {"name": "measure_effects", "measures": ["buoys"], "effect": "fell"}
    assert "too little before" in refused(keys).why


HEAD = 'title = "Mine"\n'


def claim(name: str, check: str) -> str:
    lines = f'[[claim]]\nid = "{name}"\nstatement = "s"\nsaid_by = "b"\nkind = "record"\n'
    return f"{lines}[[claim.checks]]\n{check}\n"


FISCAL = """name = "published_value"
series = "border_patrol_encounters_exact"
start = "2022-10"
end = "2023-09"
number = 2045838
tolerance_percent = 0"""
LATE = f"""name = "falls_by"
series = "{SERIES}"
month_a = "2023-12"
month_b = "{BEYOND}"
percent = 50"""


def test_a_claim_after_the_record_does_not_stop_its_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + claim("late", LATE) + claim("year", FISCAL), encoding="utf-8")
    source = Path(package.__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-m", "corredor", "claims", "check", str(path), "--record-only", "--json"],
        capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(source)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    late, year = json.loads(done.stdout)["claims"]
    assert (late["verdict"], late["value"]) == ("not checkable", None)
    assert month(str(NEWEST)) in late["reason"] and month(BEYOND) in late["reason"]
    assert (year["verdict"], year["value"]) == ("supported", 2045838)


def test_one_check_that_cannot_be_told_leaves_the_other(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + claim("both", f"{LATE}\n[[claim.checks]]\n{FISCAL}"), encoding="utf-8")
    (verdict,) = check_claims(path, SimpleNamespace(folder=default_world()))
    assert (verdict.verdict, verdict.value) == ("supported", 2045838)
    assert month(BEYOND) in verdict.reason


SUM = """name = "sum_over"
series = "border_patrol_encounters"
start = "2022-10"
end = "2023-09"
number = 2045838"""
CHANGE = """name = "change_between"
series = "border_patrol_encounters"
before = "2023-12"
after = "2024-01"
direction = "fell"
percent = 50"""
SHARE = """name = "share_of"
series = "border_patrol_by_sector"
place = "Tucson"
whole = "border_patrol_encounters"
start = "2022-10"
end = "2023-09"
percent = 20"""
SINCE = """name = "most_since"
series = "border_patrol_encounters"
window = "2023-12"
since = "2000-01"
"""
EVENT = """name = "event_in_year"
series = "policy_events"
event = "cbpone_start"
year = 2023"""
FALL = """name = "falls_by"
series = "border_patrol_encounters"
month_a = "2023-12"
month_b = "2024-01"
percent = 50"""
COUNT = """name = "categories_at_least"
series = "border_patrol_by_citizenship"
month = "2024-04"
number = 20"""
REST = """name = "rest_of_window"
whole = "mexico_detentions"
part = "mexico_returns"
start = "2024-01"
end = "2024-02"
percent = 90"""


@pytest.mark.parametrize(
    ("check", "old", "new", "key", "said"),
    [
        (SUM, '"sum_over"', '"sum_ovr"', "0.name", "Did you mean 'sum_over'"),
        (SUM, "encounters", "encuonters", "series", "Did you mean 'border_patrol_encounters'"),
        (SUM, '"2022-10"', '"2022-13"', "start", "a month such as 2024-01"),
        (SUM, '"2023-09"', '"2022-09"', "end", "a month not before start, 2022-10"),
        (SUM, "number", 'place = "Mars"\nnumber', "place", "(southwest border)"),
        (SUM, "number", 'category = "al"\nnumber', "category", "Did you mean 'all'"),
        (SUM, "= 2045838", "= inf", "number", "finite number"),
        (SUM, "number", "tolerance_percent = -1\nnumber", "tolerance_percent", "greater than"),
        (SUM, "border_patrol_encounters", "border_patrol_by_sector", "place", "Tucson"),
        (SUM, "border_patrol_encounters", "border_patrol_by_citizenship", "category", "show bord"),
        (FISCAL, '"2023-09"', '"2021"', "end", "a day not before start, 2022-10"),
        (FISCAL, '"2023-09"', '"2023-09-31"', "end", "a day, a month or a year"),
        (FISCAL, 'end = "2023-09"', "", "end", "start and end together, or neither"),
        (FISCAL, 'start = "2022-10"', "", "end", "start and end together, or neither"),
        (CHANGE, '"2024-01"', '"2023-12"', "after", "after the window before ends, 2023-12"),
        (CHANGE, '"2023-12"', '["2023-12", "2023-10"]', "before", "a last one not before it"),
        (CHANGE, "percent = 50", "", "change_between", "either percent or number"),
        (CHANGE, "percent = 50", "percent = 50\nnumber = 1", "change_between", "percent or number"),
        (SHARE, "whole = ", "# ", "whole_place", "another series under whole"),
        (SHARE, 'by_sector"\nplace = "Tucson"\nwhole =', 'by_citizenship"\ncategory = "Cuba"\n#',
         "whole_category", "another series under whole"),
        (SHARE, '"border_patrol_encounters"', '"darien_crossings"', "whole", "the unit of"),
        (SHARE, '"Tucson"', '"Tuscon"', "place", "Did you mean 'Tucson'"),
        (SHARE, "percent = 20", "percent = 120", "percent", "less than or equal to 100"),
        (SHARE, 'whole = "border_patrol_encounters"', 'whole_place = "Tucson"', "whole_place",
         "another whole"),
        (SINCE, '"2000-01"', '"2023-12"', "since", "a month before the window starts, 2023-12"),
        (SINCE, "since =", "until =", "until", "a month not before the window ends, 2023-12"),
        (EVENT, "cbpone_start", "cbpone_strat", "event", "Did you mean 'cbpone_start'"),
        (EVENT, "event =", "category =", "category", "a category of policy_events"),
        (EVENT, '"policy_events"', '"mexico_returns"', "series", "a list of dated events (app"),
        (EVENT, '"policy_events"', '"caravans"', "event", "an event of caravans"),
        (FALL, '"2024-01"', '"2023-12"', "month_b", "a month after month_a, 2023-12"),
        (FALL, "border_patrol_encounters", "border_patrol_by_sector", "series", "one total over"),
        (COUNT, "_by_citizenship", "_encounters", "series", "tells categories apart"),
        (REST, "mexico_returns", "darien_crossings", "part", "in the same unit, events"),
        (REST, "mexico_returns", "mexico_detentions", "part", "another series than whole"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_that_names_claim_and_key(
    tmp_path: Path, check: str, old: str, new: str, key: str, said: str
) -> None:
    assert old in check
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + claim("one", check.replace(old, new)), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_claims(path)
    (problem,) = error.value.problems
    assert str(problem).startswith(f"{path}, claim one.checks.0.")
    assert str(problem.column).endswith(key), problem
    assert said in str(problem), problem
    assert "\n" not in str(problem)


def test_what_is_no_mistake_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    every = (SUM, FISCAL, CHANGE, SHARE, SINCE, EVENT, FALL, COUNT, REST)
    text = "".join(claim(f"c{n}", check) for n, check in enumerate(every))
    path.write_text(HEAD + text, encoding="utf-8")
    verdicts = check_claims(path, SimpleNamespace(folder=default_world()))
    assert [v.verdict for v in verdicts].count("not checkable") == 0


@pytest.mark.parametrize("start", ["1500-01", "0001-01", "9990-01"])
def test_years_far_away_are_not_checkable(start: str) -> None:
    end = str(pd.Period(start, "M") + 11)
    for name in ("published_value", "sum_over"):
        keys = {"name": name, "series": SERIES, "start": start, "end": end, "number": 1}
        assert refused(keys).verdict == "not checkable"


@pytest.mark.parametrize(
    ("check", "key", "value"),
    [
        ('name = "elevation"\nplace = "mexico-cty"\nfeet = 7400', "place", "mexico-cty"),
        ('name = "road_distance"\norigin = "juchitan"\ndestinations = ["mexico-cty"]\nmiles = 1',
         "destinations", "mexico-cty"),
        ('name = "road_distance"\norigin = "juchitan"\ndestinations = ["mexico-city"]\nmiles = 1\n'
         'modes = ["buss"]', "modes", "buss"),
        ('name = "measure_effects"\nmeasures = ["buoy"]\neffect = "fell"', "measures", "buoy"),
    ],
)  # fmt: skip
def test_a_mistake_that_shows_when_a_check_is_run_names_its_file(
    tmp_path: Path, check: str, key: str, value: str
) -> None:
    places = pd.DataFrame(
        {"name": ["J", "M"], "latitude": 1.0, "elevation_m": 1.0},
        index=["juchitan", "mexico-city"],
    )
    links = pd.DataFrame(
        {"origin": ["juchitan"], "destination": ["mexico-city"], "mode": ["bus"], "km": [9.0]}
    )
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + claim("one", check), encoding="utf-8")
    with pytest.raises(InputError) as error:
        check_claims(path, SimpleNamespace(places=places, links=links, folder=default_world()))
    (problem,) = error.value.problems
    assert problem.file == str(path) and problem.value == value
    assert str(problem.column).startswith("claim one.checks.0.")
    assert str(problem.column).endswith(key) and "Did you mean" in problem.hint


def test_a_place_without_latitude_is_not_north_of_anything() -> None:
    places = pd.DataFrame({"name": ["M"], "latitude": float("nan")}, index=["m"])
    keys = {"name": "north_of_parallel", "place": "m", "parallel": 19, "within_km": 60}
    found = CHECKS.validate_python(keys).run(SimpleNamespace(places=places))
    assert found.verdict == "not checkable"
