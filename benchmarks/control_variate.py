"""The hybrid draw as a control variate of the exact one: how alike they are, what bands gain.

``python -m benchmarks.control_variate [PAIRS] [DAYS]`` runs pairs of the baseline, each with the
same member of the posterior and the same seed in every draw, and the exact draw once more with
another seed, which tells chance from parameters. It prints three tables.

The bands' ends are quantiles of the members. Their error is that of samples, with replacement, of
the pairs that were run: the control variate takes the distribution of ``ALL`` members by the cheap
draw and corrects it by ``FEW`` of them that were run both ways.
"""

from __future__ import annotations

import datetime as dt
import sys
import time

import numpy as np

from benchmarks.__main__ import table
from corredor.arrays import Floats
from corredor.corridor.scenario_files import load_scenario
from corredor.engine.draws.names import CountedDrawName
from corredor.runs.simulate import run

PAIRS, DAYS = 100, 151
ALL, FEW, SAMPLES = 300, 25, 1000
IN_A_RUN = 25
ENDS = (0.05, 0.5, 0.95)
MEASURES = ("encounters", "detentions", "people in caravans")


def monthly(draw: CountedDrawName, seed: int, pairs: int, days: int) -> tuple[Floats, float]:
    """Return each measure by month, [measure, member, month], and processor seconds a member."""
    scenario = load_scenario("baseline")
    short = scenario.with_horizon(end=scenario.start + dt.timedelta(days))
    parts, taken = [], 0.0
    for first in range(0, pairs, IN_A_RUN):
        started = time.process_time()
        data = run(
            short, draw=draw, seed=seed, replicates=min(IN_A_RUN, pairs - first),
            first_replicate=first, parameters="posterior", threads=1,
        )  # fmt: skip
        taken += time.process_time() - started
        flows = [data[name] for name in MEASURES[:2]]
        found = [f.sum([d for d in f.dims if d not in ("replicate", "month")]) for f in flows]
        caravans = data["present"].sel(status="in_caravan").sum("place")
        means = caravans.resample(day="MS").mean().transpose("replicate", "day")
        parts.append(np.stack([*(f.values.astype(float) for f in found), means.values]))
    return np.concatenate(parts, axis=1), taken / pairs


def correlations(one: Floats, other: Floats) -> Floats:
    """Return the correlation over members in each month in which both differ among members."""
    busy = (one.std(axis=0) > 0) & (other.std(axis=0) > 0)
    return np.array([np.corrcoef(one[:, m], other[:, m])[0, 1] for m in np.flatnonzero(busy)])


def weighted_quantiles(values: Floats, weights: Floats) -> Floats:
    """Return the band's ends of values whose weights, some below zero, add up to one."""
    order = np.argsort(values, kind="stable")
    reached = np.maximum.accumulate(np.cumsum(weights[order]))
    at = np.searchsorted(reached, ENDS).clip(max=len(values) - 1)
    return np.asarray(values[order][at])


def errors(exact: Floats, cheap: Floats, random: np.random.Generator) -> Floats:
    """Return root mean square errors of the ends, [way, end], of one measure in one month.

    The ways: ``FEW`` exact members, ``ALL`` exact, ``ALL`` cheap, and the control variate.
    """
    truth, found = np.quantile(exact, ENDS, method="inverted_cdf"), []
    weights = np.concatenate([np.full(ALL, 1 / ALL), np.full(FEW, 1 / FEW), np.full(FEW, -1 / FEW)])
    for _ in range(SAMPLES):
        chosen = random.integers(len(exact), size=ALL)
        few = chosen[:FEW]
        moved = np.concatenate([cheap[chosen], exact[few], cheap[few]])
        found.append([
            *(np.quantile(x, ENDS, method="inverted_cdf")
              for x in (exact[few], exact[chosen], cheap[chosen])),
            weighted_quantiles(moved, weights),
        ])  # fmt: skip
    squares = (np.array(found) - truth) ** 2
    return np.asarray(np.sqrt(squares.mean(axis=0)) / exact.std())


def report(pairs: int = PAIRS, days: int = DAYS) -> str:
    """Return the tables in Markdown."""
    exact, exact_seconds = monthly("exact", 1, pairs, days)
    again, _ = monthly("exact", 2, pairs, days)
    cheap = {name: monthly(name, 1, pairs, days) for name in ("expected", "hybrid")}
    random = np.random.default_rng(1)
    alike, bands = [], []
    for i, measure in enumerate(MEASURES):
        chance = ((exact[i] - again[i]) ** 2).mean(axis=0) / 2
        share = chance.sum() / exact[i].var(axis=0, ddof=1).sum()
        row = [measure, f"{share:.2%}"]
        for values, _ in cheap.values():
            found = correlations(exact[i], values[i])
            gap = values[i].mean() / exact[i].mean() - 1
            row += [f"{found.min():.4f}", f"{np.median(found):.4f}", f"{gap:+.2%}"]
        alike.append(row)
        busy = np.flatnonzero(exact[i].std(axis=0) > 0)
        hybrid = cheap["hybrid"][0][i]
        by_month = np.array([errors(exact[i][:, m], hybrid[:, m], random) for m in busy])
        by_way = np.sqrt((by_month**2).mean(axis=(0, 2)))
        bands.append([measure, *(f"{x:.3f}" for x in by_way)])
    few, every = FEW * exact_seconds, ALL * exact_seconds
    costs = [few, every, ALL * cheap["hybrid"][1], ALL * cheap["hybrid"][1] + few]
    bands.append(["processor seconds / those of all exact", *(f"{x / every:.2f}" for x in costs)])
    by_draw = [f"{name} {taken / exact_seconds:.2f}" for name, (_, taken) in cheap.items()]
    head = ("by month", "chance's share", "expected: least correlation", "median", "gap of means",
            "hybrid: least correlation", "median", "gap of means")  # fmt: skip
    ways = ("error of the ends, in standard deviations", f"{FEW} exact", f"{ALL} exact",
            f"{ALL} hybrid", "control variate")  # fmt: skip
    said = f"{pairs} pairs, the first {days + 1} days kept of the baseline after its spin-up; "
    said += f"processor seconds a member against exact: {', '.join(by_draw)}."
    return "\n\n".join([said, table(head, alike), table(ways, bands)])


if __name__ == "__main__":
    print(report(*map(int, sys.argv[1:])))
