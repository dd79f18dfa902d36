"""A posterior is kept whole, read back as it was, and refused for other tables."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from helpers import Small, write_world

from corredor.corridor.posterior import (
    NAME,
    Posterior,
    has_posterior,
    load_posterior,
    read_posterior,
)
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.world import load_world
from corredor.engine.levers import ALWAYS, Factors
from corredor.errors import DamagedError, InputError, UsageError
from corredor.fit.calibrate import Ensemble, prepare
from corredor.inputs.sealed import read_sealed, write_sealed
from corredor.runs.simulate import run

DAYS = (ALWAYS, dt.date(2023, 2, 1), dt.date(2023, 3, 1))


def made(world_hash: str = "") -> Posterior:
    random = np.random.default_rng(1)
    factors = {
        "entry.factor": Factors(DAYS, np.exp(random.standard_normal((4, 3)))),
        "interdiction.tempo": Factors.constant(np.array([0.5, 1.0, 1.5, 2.0])),
        "movement.destination_pull.Laredo": Factors((ALWAYS,), -np.ones((4, 1)), added=True),
    }
    return Posterior(factors, {"world_hash": world_hash, "members": 4})


def test_it_is_read_back_as_it_was(tmp_path: Path) -> None:
    before = made()
    before.save(tmp_path / NAME)
    after = read_posterior(tmp_path / NAME)
    assert after.provenance == before.provenance
    assert list(after.factors) == list(before.factors)
    for lever, factor in before.factors.items():
        assert after.factors[lever].days == factor.days
        assert after.factors[lever].added == factor.added
        np.testing.assert_array_equal(after.factors[lever].values, factor.values.astype(np.float32))
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


def test_rows_of_a_lever_need_not_stand_together(tmp_path: Path) -> None:
    made().save(tmp_path / NAME)
    table, about = read_sealed(tmp_path / NAME)
    by_member = table.take(np.argsort(table["member"].to_numpy(), kind="stable"))
    write_sealed(by_member, tmp_path / "by_member", about)
    assert read_posterior(tmp_path / "by_member").digest == read_posterior(tmp_path / NAME).digest


def test_a_posterior_without_rows_is_refused(tmp_path: Path) -> None:
    made().save(tmp_path / NAME)
    table, about = read_sealed(tmp_path / NAME)
    write_sealed(table.slice(0, 0), tmp_path / "empty", about)
    with pytest.raises(InputError, match="It has no rows"):
        read_posterior(tmp_path / "empty")


def test_the_same_posterior_is_the_same_file(tmp_path: Path) -> None:
    for name in ("a", "b"):
        made().save(tmp_path / name)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_replicate_takes_a_member_and_goes_round() -> None:
    posterior = made()
    tempo = posterior.of([3, 4, 9])["interdiction.tempo"].values[:, 0]
    assert list(tempo) == [2.0, 0.5, 1.0]


@pytest.mark.parametrize("content", [b"", b"PAR1 no parquet"])
def test_another_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / NAME).write_bytes(content)
    with pytest.raises(DamagedError, match=NAME):
        read_posterior(tmp_path / NAME)


def test_no_file_is_no_posterior(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read_posterior(tmp_path / NAME)


@pytest.mark.parametrize(
    ("lever", "value", "added", "message"),
    [
        ("interdiction.tempo", -0.1, False, r"interdiction\.tempo, member 1: found -0\.1"),
        ("interdiction.tempo", np.nan, False, "found nan"),
        ("interdiction.tempo", np.inf, False, "found inf"),
        ("entry.factor.cuba", 2e4, False, "a factor from 0 to 10000"),
        ("movement.destination_pull.Laredo", 41.0, True, "an amount from -40 to 40"),
        ("interdiction.tempoo", 1.0, False, "Did you mean 'interdiction.tempo'"),
    ],
)
def test_what_no_lever_can_take_is_refused(
    tmp_path: Path, lever: str, value: float, added: bool, message: str
) -> None:
    factor = Factors.constant(np.array([1.0, value]))
    factors = {lever: Factors(factor.days, factor.values, added)}
    Posterior(factors, {"members": 2}).save(tmp_path / NAME)
    with pytest.raises(InputError, match=message):
        read_posterior(tmp_path / NAME)


def test_runs_take_the_posterior_of_a_calibrated_world(small: Small, tmp_path: Path) -> None:
    world = load_world(write_world(tmp_path / "small"))
    (tmp_path / "small.toml").write_text(small.path.read_text())
    assert not has_posterior(world)
    with pytest.raises(UsageError, match="not calibrated yet"):
        run(tmp_path / "small.toml", parameters="posterior", draw="expected", replicates=2)
    made(world.hash).save(world.folder / NAME)
    assert load_posterior(world).members == 4
    data = run(tmp_path / "small.toml", draw="expected", replicates=4)
    assert data.attrs["parameters"] == "posterior"
    detained = data["detentions"].sum(["month", "place", "group"]).to_numpy()
    assert len(set(detained)) == 4
    fixed = run(tmp_path / "small.toml", draw="expected", replicates=2, parameters="fixed")
    assert fixed.attrs["parameters"] == "fixed"


def test_a_posterior_of_other_tables_is_refused(tmp_path: Path) -> None:
    world = load_world(write_world(tmp_path / "small"))
    made("another").save(world.folder / NAME)
    with pytest.raises(UsageError, match="was made for other tables"):
        load_posterior(world)


def test_the_posterior_that_ships_fits_the_world_that_ships() -> None:
    posterior = load_posterior(load_world("mexico"))
    assert posterior.members == posterior.provenance["kept"]
    assert all(np.isfinite(factor.values).all() for factor in posterior.factors.values())


def test_the_posterior_that_ships_is_of_the_priors_and_the_record_that_ship() -> None:
    """Whoever changes priors, observations or the record has to calibrate again."""
    shipped = load_posterior(load_world("mexico")).provenance
    first, last = (dt.date.fromisoformat(f"{shipped[end]}-01") for end in ("from", "to"))
    today = prepare(
        load_scenario("baseline"), first, last,
        Ensemble(*(int(shipped[name]) for name in ("members", "iterations", "seed"))),
    )  # fmt: skip
    asked = today.asked()
    assert {name: shipped[name] for name in asked} == asked
