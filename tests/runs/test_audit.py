"""The audit says before a run what can do nothing, what is not whole, what is carried on."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from helpers import Small
from hypothesis import given, settings
from hypothesis import strategies as st

import corredor
from corredor.corridor.compile import CompiledModel, compile_model
from corredor.corridor.levers import known_levers
from corredor.corridor.probe import Probe
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.runs.audit import Note, audit, notes_of, notes_of_all
from corredor.runs.result import load_result, save_result
from corredor.runs.simulate import calibrated_months, factors_of, run_all
from corredor.text.language import page_words, speaking

WHOLE = "start = 2023-02-01\nend = 2023-04-30\n"


def kinds(small: Small, text: str, **options: Any) -> dict[str, dict[str, Any]]:
    """Return what the audit of a scenario says, by kind."""
    found = audit(small.model(text), [], "fixed", **options)
    return {note.kind: dict(note.about) for note in found}


def of_baseline(scenario: Scenario) -> dict[str, dict[str, Any]]:
    moved, months = factors_of(scenario, "posterior", 1, [0]), calibrated_months(scenario)
    found = audit(compile_model(scenario), moved, "posterior", calibrated=months)
    return {note.kind: dict(note.about) for note in found}


@pytest.mark.parametrize(
    ("text", "idle"),
    [
        ("[interdiction.tempo]\ndarien = 0.5", ["interdiction.tempo.darien"]),
        ("[interdiction.place_factor]\nselva = 3", ["interdiction.place_factor.selva"]),
        ("[appointments]\ndaily_cap = 0\noldest_share = 0.9", ["appointments.oldest_share"]),
        ("[shutdown]\nreturned_share = 0.1\nremoved_share = 0.1\nthreshold = 0", None),
        ("[interdiction.tempo]\nsouth = 0.5", None),
        ("[caravans]\nminimum = 10", None),
        ("[custody]\ncapacity_factor = 2", None),
        ("[crossing.deterrence]\nLaredo = 0.2", None),
    ],
)
def test_a_lever_that_moves_nothing_is_named_and_no_other(
    small: Small, text: str, idle: list[str] | None
) -> None:
    found = kinds(small, text).get("without_effect", {}).get("levers")
    assert found == idle


def test_a_lever_named_idle_changes_no_number_and_one_not_named_changes_some(small: Small) -> None:
    base = small.run(draw="exact")
    for text, same in (("[interdiction.tempo]\ndarien = 0.5", True),
                       ("[interdiction.tempo]\nsouth = 0.5", False)):  # fmt: skip
        other = small.run(text, draw="exact")
        assert all(base[name].equals(other[name]) for name in base.data_vars) == same


@settings(deadline=None, max_examples=12)
@given(st.sampled_from(sorted(known_levers())), st.floats(0, 1))
def test_whatever_the_probe_calls_idle_leaves_every_bit(
    small: Small, lever: str, share: float
) -> None:
    """The other way round is no law: what acts may be too weak to show."""
    model = small.model(WHOLE)
    keys, known = model.levers.keys[lever], known_levers()[lever]
    days = [model.begin, model.end]
    if lever == "custody.destination_share" or Probe(model).acts(lever, keys, days):
        return
    value = known.minimum + share * (min(known.maximum, 100.0) - known.minimum)
    name = lever.partition(".")
    text = f"{WHOLE}[{name[0]}]\n{name[2]} = {value}"
    if known.whole:
        return
    before, after = small.run(WHOLE, draw="exact"), small.run(text, draw="exact")
    assert all(before[flow].equals(after[flow]) for flow in before.data_vars)


def test_a_day_after_the_end_is_said(small: Small) -> None:
    text = "[appointments]\ndaily_cap = { 2023-03-01 = 3, 2023-06-01 = 4 }"
    about = kinds(small, text)["after_the_end"]
    assert about == {
        "levers": ["appointments.daily_cap"], "from": ["2023-06-01"], "last_day": "2023-04-15"
    }  # fmt: skip


def test_what_the_base_says_is_not_told_again(small: Small) -> None:
    """The small scenario itself sets levers; only those of the file at hand are audited."""
    assert "without_effect" not in kinds(small, "[caravans]\nminimum = 10")


def test_what_a_base_in_between_sets_is_audited_too(small: Small) -> None:
    small.write("[interdiction.tempo]\ndarien = 0.5", "between")
    path = small.folder / "upon.toml"
    path.write_text('title = "x"\nbase = "between"\n[caravans]\nminimum = 10')
    found = audit(compile_model(load_scenario(path)), [], "fixed")
    idle = next(note for note in found if note.kind == "without_effect")
    assert idle.about["levers"] == ["interdiction.tempo.darien"]


def test_a_month_that_is_not_whole_is_said(small: Small) -> None:
    assert kinds(small, "")["partial_month"] == {
        "partial_month": "2023-04", "days": 15, "all_days": 30
    }  # fmt: skip
    assert "partial_month" not in kinds(small, WHOLE)
    one_day = kinds(small, "start = 2023-03-31\nend = 2023-03-31")
    assert one_day["partial_month"]["days"] == 1


def test_shares_that_are_scaled_up_are_said(small: Small) -> None:
    text = "[custody.destination_share]\nsur = 0.3\nistmo = 0.3"
    assert kinds(small, text)["scaled_shares"] == {
        "lever": "custody.destination_share", "total": "0.6"
    }  # fmt: skip
    assert "scaled_shares" not in kinds(small, "")


def test_factors_held_past_the_calibration_are_said(baseline: Scenario) -> None:
    later = baseline.with_horizon(end=dt.date(2025, 6, 30))
    assert of_baseline(later)["after_calibration"] == {
        "calibrated_month": "2024-12", "last_month": "2025-06"
    }  # fmt: skip
    assert "after_calibration" not in of_baseline(baseline)
    early = baseline.with_horizon(dt.date(2021, 6, 1), dt.date(2021, 9, 30), dt.date(2021, 5, 1))
    assert "before_calibration" in of_baseline(early)


def test_numbers_left_at_the_programs_own_are_said(small: Small) -> None:
    levers = kinds(small, "")["at_default"]["levers"]
    assert "harm.robbery" in levers
    assert "interdiction.tempo" not in levers  # the scenario sets it
    assert "entry.factor" not in levers  # a factor of one changes nothing


def test_months_that_no_record_has_are_said(small: Small) -> None:
    assert kinds(small, "")["entries_assumed"]["months"] == ["2023-02", "2023-03", "2023-04"]


def test_every_note_can_be_told_in_every_language_with_nothing_left_open(small: Small) -> None:
    """What is in braces is filled in, for every kind that there is words for."""
    about = {
        "lever": "a.b", "levers": ["a.b", "c.d"], "months": ["2024-01"], "first_day": "2024-01-01",
        "last_day": "2024-02-01", "total": "0.6", "first_month": "2024-01",
        "last_month": "2024-03", "calibrated_month": "2024-02", "partial_month": "2024-03",
        "days": 3, "all_days": 31, "scale": "0.1", "series": "s", "lacks": "x",
        "nationality": "n", "place": "p", "scenario": "s", "origin_month": "2024-06",
        "made_day": "2024-07-25",
    }  # fmt: skip
    told = {}
    for language in ("en", "es"):
        with speaking(language):
            for kind, text in page_words("audit")["note"].items():
                own = dict(about)
                if not isinstance(text, str):
                    own.pop("levers" if kind == "entries_assumed" else "months")
                sentence = str(Note(kind, own))
                assert "{" not in sentence
                assert sentence.endswith(".")
                told[language, kind] = sentence
    assert all(told["en", kind] != told["es", kind] for _, kind in told)


def test_it_stays_with_the_result_and_is_told_before_the_first_day(
    small: Small, tmp_path: Path
) -> None:
    order: list[str] = []
    scenarios = [small.scenario(), small.scenario("[interdiction.tempo]\ndarien = 0.5")]
    data = run_all(
        scenarios, replicates=1, draw="expected", parameters="fixed",
        on_audit=lambda audits: order.append(f"audit {len(audits)}"),
        on_day=lambda done, total: order.append("day"),
    )  # fmt: skip
    assert order[0] == "audit 2"
    save_result(data[1], tmp_path / "kept")
    kept = notes_of(load_result(tmp_path / "kept"))
    assert [note.kind for note in kept] == [note.kind for note in notes_of(data[1])]
    assert "without_effect" in {note.kind for note in kept}
    both = [str(note) for note in notes_of_all(data)]
    assert len(both) == len(set(both))


def test_an_older_result_says_that_it_has_none(small: Small) -> None:
    data = small.run()
    del data.attrs["audit"]
    assert [note.kind for note in notes_of(data)] == ["no_audit"]


def test_it_is_plain_json(small: Small) -> None:
    document = [note.document() for note in notes_of(small.run())]
    assert json.loads(json.dumps(document)) == document
    assert {"kind", "about", "text"} == set(document[0])


@pytest.mark.slow
def test_the_shipped_scenarios_set_nothing_that_does_nothing() -> None:
    from corredor.inputs import shipped as assets

    for path in sorted(assets.folder("scenarios").rglob("*.toml")):
        found = of_baseline(load_scenario(path))
        assert not {"without_effect", "after_the_end", "scaled_shares"} & set(found), path.name


def test_a_result_of_the_baseline_is_the_same_in_every_bit_as_before_the_audit(
    baseline_model: CompiledModel,
) -> None:
    """Asking the steps must not move anybody: a step keeps nothing between two questions."""
    from corredor.engine.run import Replication, simulate

    model = baseline_model
    short = compile_model(model.scenario.with_horizon(end=model.scenario.start))
    (before,) = simulate([short], Replication(replicates=[0]))
    audit(short, [], "fixed")
    (after,) = simulate([short], Replication(replicates=[0]))
    assert np.array_equal(before.flows, after.flows)


def test_a_comparison_that_changes_nothing_says_so(small: Small) -> None:
    from corredor.runs.compare import compare_all
    from corredor.show.compare.told import tell

    scenarios = [small.scenario(), small.scenario("[interdiction.tempo]\ndarien = 0.5")]
    results: list[xr.Dataset] = [
        corredor.run(s, replicates=2, draw="exact", parameters="fixed") for s in scenarios
    ]
    (told,) = tell(results, compare_all(results), [None, None], ("2023-02", "2023-04"))
    assert "every number of every run is the same in both" in told.summary
