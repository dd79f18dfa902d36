from pathlib import Path

import pandas as pd
import pytest

from corredor import record
from corredor.errors import InputError, UsageError
from corredor.record.evidence.measures import FILE, load_measures
from corredor.record.of_world import record_folder


def changed(tmp_path: Path, old: str, new: str) -> Path:
    text = (record_folder() / FILE).read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "measures.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def test_events_are_those_of_the_record() -> None:
    events = record.load_series("policy_events").set_index("event")
    for measure in load_measures().measure:
        if measure.event:
            row = events.loc[measure.event]
            apart = abs((pd.Timestamp(measure.date) - row["start"]).days)
            assert apart <= 10, measure.id


def test_a_month_counts_from_the_day_that_most_of_it_is_left() -> None:
    known = load_measures()
    early, late = known.named("operation-lone-star"), known.named("title-42-end")
    month = known.named("buoys")
    assert (str(early.first), early.partly) == ("2021-03", False)
    assert (str(late.first), late.partly) == ("2023-06", True)
    assert (str(month.first), month.partly) == ("2023-07", False)


def test_assumptions_are_labelled() -> None:
    for measure in load_measures().measure:
        if not (measure.sectors or measure.citizenships):
            assert "sector" in measure.why_touched or "border" in measure.why_touched
        assert measure.why_touched and measure.source


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('date = "2021-03-06"', 'date = "March 2021"', "measure texas-measures-together.date"),
        ('date = "2021-03-06"', 'date = "2021-13"', "measure texas-measures-together.date"),
        ('kind = "deterrent"', 'kind = "wall"', "measure texas-measures-together.kind"),
        ('id = "buoys"', 'id = "sb4-signed"', "each id once"),
        ("headline_months = 6", "headline_months = 0", "rules.headline_months"),
        ("[rules]", "[rules", "TOML"),
        ('citizenships = ["Venezuela"]', 'citizenships = ["Venezuela"]\nsectors = ["Yuma"]',
         "not both"),
    ],
)  # fmt: skip
def test_a_faulty_file_names_measure_and_key(
    tmp_path: Path, old: str, new: str, words: str
) -> None:
    with pytest.raises(InputError, match=r"measures\.toml") as error:
        load_measures(changed(tmp_path, old, new))
    assert words in str(error.value)


def test_a_world_has_measures_of_its_own_or_none(tmp_path: Path) -> None:
    own = changed(tmp_path, "texas-measures-together", "measures-of-its-own")
    (tmp_path / "record").mkdir()
    own.rename(tmp_path / "record" / FILE)
    with record.with_world(tmp_path):
        assert load_measures().measure[0].id == "measures-of-its-own"
    (tmp_path / "record" / FILE).unlink()
    with record.with_world(tmp_path), pytest.raises(UsageError, match="no dated measures"):
        load_measures()
