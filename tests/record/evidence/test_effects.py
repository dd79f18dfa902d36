"""Effects on a made-up border are found, absent ones are not, and the record's come out whole."""

from __future__ import annotations

from functools import cache, partial

import numpy as np
import pandas as pd
import pytest

from corredor import record
from corredor.errors import UsageError
from corredor.record.evidence import (
    Estimate,
    contrast,
    effects,
    estimate,
    estimate_all,
    load_measures,
)
from corredor.record.evidence.contrast import Contrast, counts, look, scan
from corredor.record.evidence.effects import HORIZONS, contrast_of, verdict
from corredor.record.evidence.measures import Measures

RULES, SERIES = load_measures().rules, load_measures().series
TINY = 1e-9
MONTHS = pd.period_range("2005-01", "2024-06", freq="M")
FILE = {
    "rules": RULES.model_dump(),
    "series": SERIES.model_dump(),
    "measure": [
        {
            "id": "made-up", "name": "Made up", "kind": "other", "by": "nobody",
            "date": "2021-01", "date_status": "confirmed", "source": "made up",
            "sectors": ["Touched"], "touched": "assumption", "why_touched": "made up",
        }
    ],
}  # fmt: skip


def border(effect: float, seed: int, noise: float = 0.03) -> pd.DataFrame:
    """Return two sectors that share a walk, one of them touched from January 2021 on."""
    random = np.random.default_rng(seed)
    shared = 9 + np.cumsum(0.15 * random.standard_normal(len(MONTHS)))
    own = noise * random.standard_normal((2, len(MONTHS)))
    touched = np.exp(shared + own[0] + effect * (pd.Period("2021-01") <= MONTHS))
    return pd.DataFrame({"Touched": touched, "Other": np.exp(shared + own[1])}, index=MONTHS)


@pytest.fixture
def made_up(monkeypatch: pytest.MonkeyPatch):
    def of(effect: float, seed: int = 1, **keys: float) -> Estimate:
        table = border(effect, seed, **keys)

        def made_up_counts(contrast: Contrast) -> tuple[pd.Series, pd.Series | None]:
            return (table["Touched"], table["Other"]) if contrast.touched else (
                table.sum(axis=1), None)  # fmt: skip

        monkeypatch.setattr(effects, "counts", made_up_counts)
        monkeypatch.setattr("corredor.record.evidence.contrast.counts", made_up_counts)
        not_kept = partial(contrast._scanned.__wrapped__, None)
        monkeypatch.setattr(effects, "scan", not_kept)
        known = Measures.model_validate(FILE)
        return estimate(known.measure[0], known)

    return of


def test_a_known_fall_is_found_with_its_size(made_up) -> None:
    found = made_up(np.log(0.5))
    assert found.headline.told == "fell"
    assert found.headline.low < -50 < found.headline.high
    assert found.headline.rank == 1
    assert [e.months for e in found.compared] == list(HORIZONS)


def test_a_known_rise_is_found(made_up) -> None:
    assert made_up(np.log(1.8)).headline.told == "rose"


def test_nothing_is_found_where_nothing_is(made_up) -> None:
    found = made_up(0.0)
    assert found.headline.told in ("no effect", "cannot tell")
    assert found.headline.low < 0 < found.headline.high


def test_no_effect_needs_a_narrow_interval(made_up) -> None:
    assert made_up(0.0, noise=0.005).headline.told == "no effect"
    assert made_up(0.0, noise=0.3).headline.told == "cannot tell"


def test_a_control_makes_the_interval_narrower(made_up) -> None:
    found = made_up(np.log(0.5))
    with_control, without = found.headline, found.everywhere[1]
    assert without.high - without.low > with_control.high - with_control.low


@pytest.mark.parametrize(
    ("interval", "placebos", "told"),
    [
        ((-40.0, -5.0), 99, "fell"),
        ((5.0, 40.0), 99, "rose"),
        ((-30.0, 20.0), 99, "cannot tell"),
        ((-9.0, 9.0), 99, "no effect"),
        ((-9.0, -1.0), 99, "no effect"),  # no effect larger than the rules say
        ((-40.0, -5.0), 3, "cannot tell"),
    ],
)
def test_verdicts_follow_the_interval(interval, placebos: int, told: str) -> None:
    assert verdict(interval, placebos, RULES) == told


@cache
def all_estimates() -> dict[str, Estimate]:
    return {one.measure.id: one for one in estimate_all()}


def test_every_measure_of_the_file_has_an_estimate() -> None:
    assert list(all_estimates()) == [m.id for m in load_measures().measure]
    for one in all_estimates().values():
        for effect in (*one.compared, *one.everywhere):
            assert -100 <= effect.low <= effect.model_low + TINY
            assert effect.model_low < effect.percent < effect.model_high <= effect.high + TINY
            assert effect.last == one.measure.first + effect.months - 1
            assert 1 <= effect.rank <= effect.placebos.number + 1


def test_what_came_is_what_the_record_has() -> None:
    touched = record.monthly("border_patrol_by_sector", place="Del Rio")
    effect = all_estimates()["buoys"].compared[0]
    assert effect.came == touched["2023-07":"2023-09"].sum()
    crackdown = all_estimates()["mexico-crackdown"].headline
    total = record.monthly("border_patrol_encounters")["2024-01":"2024-06"].sum()
    assert crackdown.came == pytest.approx(total, abs=6 * 50)  # sectors are rounded one by one
    assert crackdown.months == 6


def test_placebos_end_before_the_measure_begins() -> None:
    one = all_estimates()["sb4-signed"]
    firsts, _ = scan(contrast_of(one.measure), HORIZONS[-1], partly=True)
    month_left_out = one.measure.first - 1
    for effect in one.compared:
        assert effect.placebos.number == (firsts + effect.months <= month_left_out).sum()


def test_where_all_sectors_were_touched_there_is_no_control() -> None:
    one = all_estimates()["mexico-crackdown"]
    assert not one.has_control
    assert one.compared == one.everywhere
    assert counts(contrast_of(one.measure))[1] is None


def test_a_control_holds_what_was_not_touched() -> None:
    measure = load_measures().named("chnv-parole")
    touched, control = counts(contrast_of(measure))
    everyone = counts(Contrast("category"))[0]
    venezuelans = counts(Contrast("category", ("Venezuela",)))[0]
    assert control is not None
    assert (touched + control + venezuelans).to_numpy() == pytest.approx(everyone.to_numpy())


def test_the_proclamation_has_half_a_year() -> None:
    assert [e.months for e in all_estimates()["june-2024-proclamation"].compared] == [3, 6]


def test_measures_that_began_together_are_named() -> None:
    assert "mexico-crackdown" in all_estimates()["shelby-park"].at_the_same_time
    assert "sb4-signed" in all_estimates()["mexico-crackdown"].at_the_same_time
    assert "el-paso-wire" not in all_estimates()["buoys"].at_the_same_time


def test_too_little_record_gives_no_look() -> None:
    touched, control = counts(Contrast("place", ("Tucson",)))
    assert look(touched, control, pd.Period("2002-01"), 3, partly=False) is None
    assert look(touched, control, pd.Period("2024-11"), 3, partly=False) is None
    assert look(touched, control, pd.Period("2030-01"), 3, partly=False) is None


def test_unknown_names_are_refused() -> None:
    with pytest.raises(UsageError, match="Did you mean 'buoys'"):
        estimate_all(["bouys"])
    with pytest.raises(UsageError, match="Tuscon"):
        counts(Contrast("place", ("Tuscon",)))
