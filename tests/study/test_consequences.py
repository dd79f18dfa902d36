"""What the study says beside the crackdown: policies, needs, harm and deterrents."""

from __future__ import annotations

import datetime as dt

from corredor.corridor.scenario_files import load_scenario
from corredor.harm import harm_table
from corredor.record.evidence.measures import load_measures
from corredor.runs.measures import measures
from corredor.study.consequences import NEEDS_MONTH, PLACES, POLICIES, POLICY_SPAN, policies
from corredor.study.report.document import document
from corredor.study.run import Study


def test_every_policy_is_compared_in_every_outcome(small_study: Study) -> None:
    c = small_study.consequences
    assert tuple(s.name for s in c.policies) == POLICIES
    told = {measure.name for measure in measures(small_study.baseline)}
    assert set(c.differences["measure"]) == told
    assert len(c.differences) == len(POLICIES) * len(told)
    assert (c.differences["low"] <= c.differences["high"]).all()


def test_policies_begin_with_the_first_month_compared() -> None:
    """So that no month before the policy waters down the difference."""
    first = dt.date.fromisoformat(f"{POLICY_SPAN[0]}-01")
    as_it_was = load_scenario("baseline").settings
    for scenario in policies():
        changed = [
            day
            for lever, keys in scenario.settings.items()
            for key, dated in keys.items()
            for day, value in dated
            if (day, value) not in as_it_was.get(lever, {}).get(key, ())
        ]
        assert min(changed) == first


def test_spans_are_cut_to_what_was_run(small_study: Study) -> None:
    c = small_study.consequences  # November 2023 to January 2024
    assert c.policy_span == ("2023-11", "2024-01")
    assert c.harm_span == ("2024-01", "2024-01")


def test_needs_and_harm_are_those_of_the_baseline(small_study: Study) -> None:
    c = small_study.consequences
    assert set(c.needs["place"]) == set(PLACES) == set(c.beds["place"])
    assert set(c.needs["first"].astype(str).str[:7]) == {NEEDS_MONTH}
    assert c.harm.equals(harm_table(small_study.baseline, *c.harm_span))


def test_the_document_holds_them_too(small_study: Study) -> None:
    found = document(small_study)
    assert {row["scenario"] for row in found["policies"]["differences"]} == set(POLICIES)
    assert [row["measure"] for row in found["deterrents"]] == [
        m.id for m in load_measures().measure
    ]
    assert found["harm"]["kinds"] and found["needs"] and found["beds"]
