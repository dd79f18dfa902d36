"""The study computes what its report says, and its command writes it whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from corredor import record
from corredor.cli import app
from corredor.cli.study import PARTS
from corredor.corridor.posterior import load_posterior
from corredor.corridor.priors import load_priors
from corredor.engine.draws.names import DRAW_OF_BANDS
from corredor.errors import OutputError
from corredor.fit.beside_record import by_nationality, by_sector, fit_to_record
from corredor.inputs.ledger import unfinished
from corredor.runs.observe import observe
from corredor.runs.targets import load_targets
from corredor.study import run as main_study
from corredor.study.facts import record_facts
from corredor.study.report.document import document
from corredor.study.report.save import refuse_foreign, write
from corredor.study.run import Study, run_study
from corredor.study.subject import HELD_BACK, SERIES
from corredor.text.language import spoken

WRITTEN = ["informe.html", "report.html", "study.json"]


def test_the_record_facts_are_those_of_the_record() -> None:
    facts = record_facts()
    assert facts.fall == record.change("border_patrol_encounters", "2023-12", "2024-01")
    assert facts.fall.percent == pytest.approx(-50.26, abs=0.01)
    assert facts.fall_with_ports.percent == pytest.approx(-41.65, abs=0.01)
    assert (facts.rank, facts.rank_by_number, facts.first_month) == (1, 1, "1999-10")
    assert facts.runner_up != "2024-01"
    assert [row["value"] for row in facts.detentions] == [120005, 113839, 113347, 119943, 118334]


def test_both_scenarios_are_alike_until_the_rule_differs(small_study: Study) -> None:
    months = slice(None, "2023-11")
    a, b = (
        observe(data, "mexico_detentions").sel(month=months).to_numpy()
        for data in (small_study.baseline, small_study.counterfactual)
    )
    assert a.size
    np.testing.assert_array_equal(a, b)


def test_fit_follows_from_the_windows(small_study: Study) -> None:
    table = small_study.windows["border_patrol_encounters"]
    row = small_study.fit.loc["border_patrol_encounters"]
    off = (table["mean"] / table["record"] - 1).abs()
    assert row["error"] == pytest.approx(100 * off.mean())
    assert row["worst_start"] == str(table.loc[off.idxmax(), "start"])
    assert set(small_study.fit.index) <= set(SERIES)


def test_what_was_calibrated_to_is_told_from_what_was_not(small_study: Study) -> None:
    targets = load_targets(small_study.scenarios[0].world)
    assert small_study.targets == targets
    assert {*SERIES} <= {t.series for t in targets} | {t.of_total for t in targets}  # as the notes
    assert small_study.fit["calibrated"].all()
    few = tuple(target for target in targets if target.series == "mexico_returns")
    used = fit_to_record(small_study.windows, few)["calibrated"]
    assert list(used.index[used]) == [s for s in used.index if s == "mexico_returns"]
    assert HELD_BACK not in {target.series for target in targets}


def test_both_scenarios_take_the_same_sets_of_the_posterior(small_study: Study) -> None:
    posterior = load_posterior(small_study.scenarios[0].world)
    assert small_study.calibration == posterior.provenance
    for data in (small_study.baseline, small_study.counterfactual):
        assert data.attrs["parameters"] == "posterior"


def test_ranges_before_and_after_calibration(small_study: Study) -> None:
    table, scenario = small_study.factors, small_study.scenarios[0]
    priors = {prior.lever: prior for prior in load_priors(scenario.world)}
    assert set(table.index) == set(priors)
    assert table["left"].is_monotonic_decreasing
    for lever, prior in priors.items():
        if prior.distribution == "lognormal" and not prior.walk:
            low, high = np.exp(prior.centre + prior.spread * np.array([-1.6449, 1.6449]))
            assert table.loc[lever, ["before_low", "before_high"]].tolist() == pytest.approx(
                [low, high]
            )
            values = load_posterior(scenario.world).factors[lever].values
            assert table.loc[lever, "after_low"] == pytest.approx(
                np.quantile(values, 0.05), rel=1e-3
            )
    assert (table["before_low"] < table["before_high"]).all()
    assert (table["after_low"] < table["after_high"]).all()


def test_the_share_of_families_is_that_of_the_record_held_back(small_study: Study) -> None:
    found = small_study.held_back
    counts = {
        name: record.monthly("border_patrol_by_family_status", name)["2023-11":"2024-01"]
        for name in ("family members", "children alone", "single adults")
    }
    families = counts["family members"] + counts["children alone"]
    everybody = families + counts["single adults"]
    assert found.record == pytest.approx(100 * families.sum() / everybody.sum())
    assert found.months["record"].tolist() == pytest.approx((100 * families / everybody).tolist())
    assert found.months["mean"].between(0, 100).all()
    off = found.months["mean"] - found.months["record"]
    assert found.error == pytest.approx(off.abs().mean())
    assert found.error_of_constant == pytest.approx(
        (found.months["record"] - found.record).abs().mean()
    )


def test_parts_add_up_to_the_whole(small_study: Study) -> None:
    data = small_study.baseline
    whole = observe(data, "border_patrol_encounters").sum("month").mean()
    world = small_study.scenarios[0].world
    assert by_sector(data, world)["mean"].sum() == pytest.approx(float(whole))
    assert by_nationality(data, world)["mean"].sum() == pytest.approx(float(whole))
    published = small_study.windows["border_patrol_encounters"]["record"].sum()
    for table in (small_study.sectors, small_study.nationalities):
        assert table["record"].sum() == pytest.approx(published, rel=0.01)


def test_the_difference_of_the_falls_is_paired(small_study: Study) -> None:
    falls = small_study.falls["mean"]
    assert falls["difference"] == pytest.approx(falls["counterfactual"] - falls["baseline"])


def test_people_present_are_those_of_the_day(small_study: Study) -> None:
    assert small_study.day == "2024-01-15"
    that_day = small_study.baseline["present"].sel(day="2024-01-15")
    assert small_study.present["mean"].sum() == pytest.approx(
        float(that_day.sum(["status", "place"]).mean()), rel=1e-5
    )


def test_the_document_is_plain_json(small_study: Study) -> None:
    again = json.loads(json.dumps(document(small_study), allow_nan=False))
    assert again["replicates"] == 2
    assert again["calibration"]["members"] == small_study.calibration["members"]
    assert len(again["factors"]) == len(small_study.factors)
    assert len(again["held_back"]["months"]) == len(small_study.held_back.months) == 3
    assert len(again["verdicts"]) == len(small_study.verdicts) == 21
    assert again["facts"]["fall"]["percent"] == pytest.approx(-50.26, abs=0.01)
    assert {m["measure"] for m in again["differences"]["measures"]} >= {"encounters", "detentions"}


@pytest.fixture
def no_drawing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what takes long; the page itself is tested with the report."""
    page = "<html>Corredor {}</html>"
    monkeypatch.setattr("corredor.study.report.save.build", lambda _: page.format(spoken()))


@pytest.mark.usefixtures("no_drawing")
def test_a_report_replaces_an_earlier_one(small_study: Study, tmp_path: Path) -> None:
    report = write(small_study, tmp_path / "out")
    first = report.read_text(encoding="utf-8")
    assert write(small_study, tmp_path / "out").read_text(encoding="utf-8") == first
    assert write(small_study, tmp_path / "out", "es").name == "informe.html"
    assert sorted(p.name for p in report.parent.iterdir()) == WRITTEN


@pytest.mark.parametrize("file", WRITTEN)
def test_a_file_of_others_is_not_replaced(small_study: Study, tmp_path: Path, file: str) -> None:
    (tmp_path / file).write_text("<html>mine</html>")
    with pytest.raises(OutputError, match="not written by Corredor"):
        write(small_study, tmp_path)
    (tmp_path / "note").write_text("a file")
    with pytest.raises(OutputError, match="needs a folder"):
        refuse_foreign(tmp_path / "note")


@pytest.mark.usefixtures("no_drawing")
@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_nothing_half_written_is_left(
    small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    report = write(small_study, tmp_path)
    before = report.read_bytes()

    def fail(self: Path, *_: object, **__: object) -> int:
        raise error

    monkeypatch.setattr(Path, "write_text", fail)
    with pytest.raises((OutputError, KeyboardInterrupt)):
        write(small_study, tmp_path)
    assert report.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == WRITTEN


@pytest.mark.usefixtures("no_drawing")
def test_the_command_prints_one_document(
    small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def no_run(replicates: int, seed: int, *, draw: str, **_: object) -> Study:
        asked.append((replicates, seed, draw))
        return small_study

    monkeypatch.setattr(main_study, "run_study", no_run)
    arguments = [
        "study",
        "--out",
        str(tmp_path / "s"),
        "--replicates",
        "2",
        "--seed",
        "7",
        "--json",
    ]
    done = CliRunner().invoke(app, arguments)
    assert done.exit_code == 0, done.output
    printed = json.loads(done.stdout)
    CliRunner().invoke(app, [*arguments, "--draw", "exact"])
    assert asked == [(2, 7, "hybrid"), (2, 7, "exact")]
    assert Path(printed["report"]).exists()
    assert {"seconds", "replicates", "seed", "record_and_model", "differences", "verdicts"} <= set(
        printed
    )


def test_the_command_refuses_before_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "report.html").write_text("mine")
    monkeypatch.setattr(main_study, "run_study", lambda *_, **__: pytest.fail("ran"))
    done = CliRunner().invoke(app, ["study", "--out", str(tmp_path)])
    assert isinstance(done.exception, OutputError)
    assert (tmp_path / "report.html").read_text() == "mine"


@pytest.mark.slow
def test_a_study_goes_on_after_an_interruption(
    small_study: Study, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second time nothing is simulated that was; what comes of it is the same."""
    request = main_study.request_of_study(2, 1, DRAW_OF_BANDS)
    first, second = small_study.scenarios

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(main_study, "judge", stop)
    with (
        pytest.raises(KeyboardInterrupt),
        unfinished(tmp_path / "study", request, resume=False) as ledger,
    ):
        run_study(2, baseline=first, counterfactual=second, ledger=ledger)
    monkeypatch.undo()
    monkeypatch.setattr("corredor.runs.simulate.simulate_each", stop)
    with unfinished(tmp_path / "study", request, resume=True) as ledger:
        parts: list[str] = []
        again = run_study(
            2, baseline=first, counterfactual=second, on_part=parts.append, ledger=ledger
        )
        monkeypatch.undo()
        assert [*parts, "report"] == list(PARTS)  # the words of the command for each
        told, before = document(again), document(small_study)
        assert {k: v for k, v in told.items() if k != "seconds"} == {
            k: v for k, v in before.items() if k != "seconds"
        }
        ledger.end()
    assert not list(tmp_path.iterdir())
