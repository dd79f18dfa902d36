"""Everything that writes: the commands as they are typed, and what the library and the app do.

Each is small enough to be tried a hundred times. Where a command only comes with the worlds that
ship and takes minutes, the part of it that takes long is made up, and the part that writes is its
own; ``stands_in`` says so.
"""

from __future__ import annotations

import secrets
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from faults import stage

Work = Callable[[], None]


@dataclass(frozen=True)
class Command:
    """Something that writes.

    Attributes
    ----------
    name : str
        As a table shows it.
    work : callable
        Does it, in the folder of the trial.
    again : callable, optional
        How it is begun anew after it was interrupted, if otherwise, such as with ``--resume``.
    before : callable, optional
        What must have been done.
    stands_in : str
        What of it is made up.
    weight : int
        How many trials it gets, beside the others.
    prepare : callable, optional
        Makes what all its trials take, once.
    replaces : tuple of str
        Files that it was asked to replace, and that are gone before the new ones come.
    """

    name: str
    work: Work
    again: Work | None = None
    before: Work | None = None
    stands_in: str = ""
    weight: int = 2
    prepare: Callable[[], object] | None = None
    replaces: tuple[str, ...] = ()


def typed(*words: str) -> Work:
    """Return a command as it is typed."""

    def work() -> None:
        from corredor.cli import main

        sys.argv = ["corredor", *words]
        main()

    return work


def library(inside: Work) -> Work:
    """Return something of the library, ended as the command line ends."""

    def work() -> None:
        from corredor.errors import CorredorError

        try:
            inside()
        except CorredorError as error:
            print(f"Error: {error}", file=sys.stderr)
            sys.exit(2)

    return work


def resumed(name: str, *words: str, weight: int = 2) -> Command:
    """Return a command that goes on by ``--resume``."""
    return Command(name, typed(*words), typed(*words, "--resume"), weight=weight)


@cache
def made_study() -> object:
    """Return a study of two runs and three months, made once (a minute)."""
    from short_study import short_study

    return short_study()


def _put_in(module: object, **stand_ins: object) -> None:
    """Put stand-ins in the place of what a module has, until the process of the trial ends."""
    for name, stand_in in stand_ins.items():
        if not hasattr(module, name):
            raise AttributeError(f"{module} has no {name} that something could stand in for.")
        setattr(module, name, stand_in)


def _study() -> None:
    from typing import cast

    from corredor.claims import Results
    from corredor.corridor.scenario_files import load_scenario
    from corredor.inputs.ledger import unfinished
    from corredor.study.report.save import refuse_foreign, write
    from corredor.study.run import Study

    out = Path("study").absolute()
    both = [load_scenario(Path(name).absolute()) for name in ("short.toml", "other.toml")]
    refuse_foreign(out)
    with unfinished(out, {"replicates": 25}, resume=True) as ledger:
        Results(25, 1, ledger=ledger).run(both)
        write(cast(Study, made_study()), out)
        ledger.end()


def _backtest() -> None:
    from concurrent.futures import ThreadPoolExecutor
    from dataclasses import replace
    from typing import Any

    import numpy as np
    from made_up_forecasts import made_up_forecast

    from corredor.corridor.scenario_files import load_scenario
    from corredor.fit import backtest as module
    from corredor.fit.calibrate import Ensemble
    from corredor.fit.forecast import Forecast
    from corredor.fit.forward import Kept

    def made_up(_: Any, origin: Any, months: int, *__: Any, kept: Kept, **___: Any) -> Forecast:
        part = kept.of("step-00.npz")
        if part not in kept.ledger:
            with kept.ledger.writing(part) as path, path.open("wb") as opened:
                np.savez(opened, one=np.arange(1000.0))
        return replace(made_up_forecast(), origin=origin, months=(origin + 1, origin + 2))

    _put_in(
        module, forecast=made_up, all_baselines=lambda *_: {},
        ProcessPoolExecutor=lambda n, **_: ThreadPoolExecutor(n),
    )  # fmt: skip
    module.backtest(
        load_scenario("baseline"), Path("backtest.parquet").absolute(), first="2023-01",
        last="2023-03", months=2, ensemble=Ensemble(10, 1), resume=True,
    )  # fmt: skip


def _keep() -> None:
    from made_up_forecasts import made_up_forecast

    from corredor.cli.hub import keep

    keep(made_up_forecast(), Path("hub").absolute(), "small")


def _keep_again() -> None:
    from made_up_forecasts import made_up_forecast

    from corredor.cli.hub import keep

    keep(made_up_forecast(), Path("hub").absolute(), "small", replace=True)


def _journal() -> None:
    from corredor.corridor.compile import compile_model
    from corredor.corridor.scenario_files import load_scenario
    from corredor.runs.lockstep import Side, keep_journal

    model = compile_model(load_scenario(Path("short.toml").absolute()))
    keep_journal(Side(model, "exact"), Path("journal.npz").absolute(), days=5)


def _app() -> None:
    """Keep a run, its result and what the page draws; look at all as a start of the app does."""
    from corredor.app.documents.slices import save_slices
    from corredor.app.jobs.store import RESULT, SLICES, Store
    from corredor.runs.blocks import run_in_blocks  # noqa: F401, loaded before the trial
    from corredor.runs.result import save_result
    from corredor.runs.simulate import run

    _put_in(secrets, token_hex=lambda _: "0123456789abcdef")
    _put_in(time, time=lambda: 0.0)
    store = Store(Path("runs").absolute())
    for one in store.listed():
        if one.name == "trial":
            store.remove(one)
    made = store.add("trial", stage.ASKED, "corredor run", Path("short.toml").read_text())
    made.status = "running"
    store.save(made)
    data = run(str(Path("short.toml").absolute()), replicates=2, parameters="fixed")
    save_result(data, store.path(made, RESULT))
    save_slices(data, store.path(made, SLICES))
    made.status = "done"
    store.save(made)


def _removed() -> None:
    from corredor.record import additions

    names = [each.name for each in additions.additions()]
    typed("record", "remove", *(names or [ADDED]))()


def user(name: str) -> Work:
    """Let a user in, with a token and a time that are always the same."""

    def work() -> None:
        _put_in(secrets, token_hex=lambda _: "0" * 48)
        _put_in(time, time=lambda: 0.0)
        typed("app", "users", "add", name, "--folder", "shared")()

    return work


FLEE = ("flee/input", "--validation", "flee/validation")
ADDED = "cbp-encounters-february-2024-ad95fdb4"  # its name holds the digest of the file
FEW = ("--replicates", "2", "--parameters", "fixed")
ADD = ("record", "add", stage.OFFICIAL, "--published", "2025-08-01")
CALIBRATE = (
    "calibrate", "small", "--scenario", stage.SMALL, "--from", "2023-03", "--to", "2023-04",
    "--members", "60", "--iterations", "2", "--out", "posterior.parquet",
)  # fmt: skip

NOT_TRIED = {
    "forecast make --chart": "it takes minutes, and draws by the way of `record plot`",
}
"""Options by which a command writes, and why no trial has them."""

COMMANDS = (
    resumed("run --out", "run", "short.toml", *FEW[2:], "--replicates", "60", "--out", "new/result",
            weight=5),
    Command("run --persons, --ways-of-one-in",
            typed("run", "short.toml", "--draw", "individual", *FEW, "--persons", "persons",
                  "--ways-of-one-in", "5")),
    Command("compare --chart", typed("compare", "short.toml", "other.toml", *FEW, "--chart",
                                     "c.svg")),
    Command("compare --page", typed("compare", "short.toml", "other.toml", *FEW, "--page",
                                    "c.html")),
    Command("needs --out, --html", typed("needs", "short.toml", "--place", "sur", *FEW, "--out",
                                         "needs.csv", "--html", "needs.html")),
    Command("study", library(_study), weight=1,
            stands_in="runs of a small world, and a report made once", prepare=made_study),
    resumed("calibrate", *CALIBRATE, weight=4),
    Command("backtest", library(_backtest), stands_in="made-up forecasts", weight=3),
    Command("forecast --keep, --hub", library(_keep), stands_in="a made-up forecast", weight=4),
    Command("forecast --replace", library(_keep_again), before=library(_keep),
            stands_in="a made-up forecast",
            replaces=("hub/auxiliary-data/kept/2024-01-31-corredor-small.json",)),
    Command("record add", typed(*ADD), weight=3),
    Command("record add --chart", typed("record", "add", stage.REVISED, "--dry-run", "--published",
                                        "2025-08-01", "--chart", "added.png")),
    Command("record remove", library(_removed), before=typed(*ADD)),
    Command("record plot", typed("record", "plot", "border_patrol_encounters", "--out",
                                 "plot.svg")),
    Command("claims check --html", typed("claims", "check", "claims.toml", "--replicates", "2",
                                         "--html", "claims.html")),
    resumed("flee run --out, --flee-out, --chart, --page", "flee", "run", *FLEE, "--out", "f.csv",
            "--flee-out", "g.csv", "--chart", "f.svg", "--page", "f.html"),
    Command("flee calibrate --out, --members-out",
            typed("flee", "calibrate", "long/input", "--validation", "long/validation",
                  "--members", "10", "--iterations", "1", "--out", "tuned.yml", "--members-out",
                  "members.csv")),
    Command("flee convert", typed("flee", "convert", "flee/input", "--out", "converted",
                                  "--validation", "flee/validation"), weight=4),
    Command("flee validate --out", typed("flee", "validate", "set", "--out", "set.csv")),
    Command("flee check --corrected", typed("flee", "check", "faulty", "--corrected", "mended")),
    resumed("ensemble --out", "ensemble", "design.toml", "--threads", "1", "--out", "many",
            weight=4),
    Command("ensemble --slurm", typed("ensemble", "design.toml", "--out", "many", "--slurm",
                                      "job.py")),
    resumed("variants --out", "variants", "structured/small", "--fit", "--seeds", "1", "--members",
            "10", "--iterations", "1", "--from", "2023-03", "--to", "2023-05", "--out",
            "variants.parquet"),
    Command("world new", typed("world", "new", "begun", "--from", "2024-01", "--to", "2024-06")),
    Command("world new --from-flee", typed("world", "new", "begun", "--from-flee", "flee")),
    Command("app users add", user("ana"), before=user("bea")),
    Command("world show --map", typed("world", "show", "small", "--map", "map.png")),
    Command("lockstep.keep_journal", library(_journal), stands_in="no command: of the library"),
    Command("app: keep a run", library(_app), stands_in="no command: what the app does", weight=4),
)  # fmt: skip
