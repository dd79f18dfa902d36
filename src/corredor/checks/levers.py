"""Checks of numbers: priors, posterior, baselines and the page's form, each by the world's keys."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial

from corredor.app.documents.form import FORM, form
from corredor.app.routes.requests import ALL_KEYS
from corredor.checks.whole import Finding, Whole, left_out, may, must, problems_in
from corredor.corridor.levers import keys_of, known_levers
from corredor.corridor.posterior import NAME, has_posterior, read_posterior
from corredor.corridor.priors import load_priors
from corredor.corridor.scenario_files import load_scenario
from corredor.corridor.shown import FILE, shown_of
from corredor.errors import DamagedError, Problem
from corredor.fit.calibrate import Ensemble, prepare
from corredor.inputs.toml import read_toml

LISTED = ("nationality", "sector", "zone")  # kinds of key of which scenarios and priors list all
DEFAULT = "default"
FROM = ("scenario_hash", "priors_hash", "observations_hash")  # what a posterior is made from


def priors_read(whole: Whole) -> Iterator[Finding]:
    """What priors.toml names is a lever, by a key of the world, once, with a sound distribution."""
    yield from problems_in(lambda: load_priors(whole.world))


def priors_whole(whole: Whole) -> Iterator[Finding]:
    """Where priors name most keys of a lever they name all but one that the others are held to."""
    # A utility has such a zero; so has a factor that no prior moves as a whole. A key that is 0 in
    # a baseline needs no prior.
    keyed: dict[str, list[str]] = {}
    added, moved = set(), {prior.lever for prior in whole.priors}
    for prior in whole.priors:
        lever, _, key = prior.lever.rpartition(".")
        if lever in known_levers():
            keyed.setdefault(lever, []).append(key)
            added |= {lever} if prior.distribution == "normal" else set()
    for lever, named in keyed.items():
        by = known_levers()[lever].by
        keys = whole.keys(by) if by in LISTED else []
        zeros = set() if lever in added else _zeros(whole, lever)
        every = [key for key in keys if key not in zeros]
        say = must if lever in added | moved else may
        for name in left_out(named, every, spare=int(lever in added or lever not in moved)):
            yield say(whole.file("priors.toml"), "priors_whole", column=f"{lever}.{name}",
                       lever=lever, name=name)  # fmt: skip


def _zeros(whole: Whole, lever: str) -> set[str]:
    """Return the keys of a lever that a baseline of the world sets to 0."""
    process, _, name = lever.partition(".")
    tables = (read_toml(path).get(process, {}).get(name) for path in whole.baseline_files)
    return {key for table in tables if isinstance(table, dict)
            for key, value in table.items() if value == 0}  # fmt: skip


def posterior_read(whole: Whole) -> Iterator[Finding]:
    """The posterior, if there is one, is a file that corredor calibrate wrote."""
    if has_posterior(whole.world):
        try:
            yield from problems_in(lambda: read_posterior(whole.folder / NAME))
        except DamagedError as error:
            what = "a posterior as corredor calibrate wrote it"
            yield Finding(Problem(whole.file(NAME), what, hint=str(error)))


def posterior_of_tables(whole: Whole) -> Iterator[Finding]:
    """The posterior was made for the world's tables as they are."""
    posterior = whole.posterior
    if posterior and posterior.provenance.get("world_hash") != whole.world.hash:
        yield must(whole.file(NAME), "posterior_of_tables", world=whole.world.name)


def posterior_of_priors(whole: Whole) -> Iterator[Finding]:
    """The posterior has factors for every prior and for nothing else."""
    if whole.posterior is None:
        return
    factors, priors = set(whole.posterior.factors), {prior.lever for prior in whole.priors}
    for lever in sorted(priors ^ factors):
        key = "posterior_lacks" if lever in priors else "posterior_beyond"
        yield must(whole.file(NAME), key, column=lever, lever=lever, world=whole.world.name)


def posterior_of_record(whole: Whole) -> Iterator[Finding]:
    """The posterior was made from baseline, priors, observations and record as they are."""
    made = whole.posterior.provenance if whole.posterior else {}
    if made.get("world_hash") != whole.world.hash:  # nothing to compare, or all of it is old
        return
    for scenario in whole.baselines.values():
        if scenario.name == made.get("scenario"):
            first, last = (dt.date.fromisoformat(f"{made[end]}-01") for end in ("from", "to"))
            size = Ensemble(*(int(made[name]) for name in ("members", "iterations", "seed")))
            now = prepare(scenario, first, last, size, priors=whole.priors).provenance()
            for name in FROM:
                if now[name] != made[name]:
                    yield may(whole.file(NAME), "posterior_of_record", column=name,
                              world=whole.world.name)  # fmt: skip


def baselines_read(whole: Whole) -> Iterator[Finding]:
    """The scenarios of the world that have no base, in it, beside it or shipped, can be read."""
    whole.fit_for_scenarios()
    for path in whole.baseline_files:
        yield from problems_in(partial(load_scenario, path))


def baselines_whole(whole: Whole) -> Iterator[Finding]:
    """Where a baseline names most keys of a lever and no default, it names all."""
    for path, scenario in whole.baselines.items():
        for lever, keys in scenario.settings.items():
            by = known_levers()[lever].by
            if by not in LISTED or DEFAULT in keys:
                continue
            for name in left_out(list(keys), whole.keys(by)):
                yield must(str(path), "baselines_whole", column=f"{lever}.{name}", lever=lever,
                           name=name, default=f"{known_levers()[lever].default:g}")  # fmt: skip


def baselines_tell_apart(whole: Whole) -> Iterator[Finding]:
    """Every nationality, sector and zone has a value of its own in some lever of a baseline."""
    for path, scenario in whole.baselines.items():
        for by in LISTED:
            keyed = {lever: keys for lever, keys in scenario.settings.items()
                     if known_levers()[lever].by == by and set(keys) - {DEFAULT}}  # fmt: skip
            named = set().union(*keyed.values())
            for name in whole.keys(by) if keyed else ():
                if name not in named:
                    yield may(str(path), "baselines_tell_apart", column=name, name=name,
                              levers=", ".join(sorted(keyed)))  # fmt: skip


def form_read(whole: Whole) -> Iterator[Finding]:
    """The sliders that a world declares for the page move levers of it, within their range."""
    yield from problems_in(lambda: form(whole.world))


def form_moves_all(whole: Whole) -> Iterator[Finding]:
    """The page's form moves a lever for each key that a baseline names, if it moves it by key."""
    rows, file = whole.form, whole.file(FILE) if shown_of(whole.world).slider else FORM.name
    by_key = rows[~rows["key"].isin(["", ALL_KEYS])].groupby("lever")["key"].agg(list)
    for scenario in whole.baselines.values():
        for lever, keys in by_key.items():
            known = keys_of(known_levers()[str(lever)], whole.world)
            for name in scenario.settings.get(str(lever), {}):
                if name in known and name not in keys:
                    yield may(file, "form_moves_all", column="key", lever=lever, name=name)


CHECKS = (
    priors_read, priors_whole, posterior_read, posterior_of_tables, posterior_of_priors,
    posterior_of_record, baselines_read, baselines_whole,
    baselines_tell_apart, form_read,
    form_moves_all,
)  # fmt: skip
