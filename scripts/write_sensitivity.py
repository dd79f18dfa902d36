"""Run the sensitivity study; write docs/sensitivity.md and .svg: what drives each output."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from corredor.cli.run import progress
from corredor.corridor.posterior import has_posterior
from corredor.corridor.priors import load_priors
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import load_scenario
from corredor.fit.sensitivity import ENDS, FIRST, LAST, sensitivity, shifts
from corredor.show.charts.style import BLUE, GREY, INK, RUST, canvas

DOCS = Path(__file__).parents[1] / "docs"
MATTERS = 15.0  # least mu* for a lever to have a row in the chart
SHOWN, LEAST = 3.0, 1.0  # least mu* for a cell to have a number, a driver to be named
LISTED = 5.0  # least mu*, of some output, for a lever to have a row in the tables
FULL = 100.0  # mu* from which a cell has its full colour
CERTAIN = 0.5  # least |mu| / mu* of an effect that has a sign
CALIBRATED = "the medians of the calibration, `worlds/mexico/posterior.parquet`"
NOT_CALIBRATED = "the medians of the priors, for the world is not calibrated yet"
KEY = "mu*, percent of the output\n+ blue: raises it\n− rust: lowers it\n± grey: either way"
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
# What a lever is called, and with a dot at its end, what one of its keys is.
WORDS = {
    "entry.factor": "entries of all nationalities",
    "entry.factor.": "entries from {}",
    "entry.place_factor.": "entries by way of {}",
    "entry.own_place_factor.": "entries from {0} by way of {1}",
    "movement.leave": "how soon people leave a town",
    "movement.leave_factor.": "how soon people leave {}",
    "movement.leave_after_return": "how soon people set out after a return",
    "movement.cost_per_100_usd": "weight of fares",
    "movement.cost_of_turning_back": "cost of going back to a town",
    "movement.destination_pull.": "pull of {}",
    "movement.own_pull.": "pull of {1} on people from {0}",
    "movement.held_back.": "how many are held back in the {} of Mexico",
    "interdiction.tempo": "stops in all of Mexico",
    "interdiction.tempo.": "stops in the {} of Mexico",
    "interdiction.exposure.": "how often people from {} are stopped",
    "interdiction.fear": "how much stops make others wait",
    "interdiction.place_factor.": "stops in {}",
    "interdiction.checkpoint_weight": "weight of checkpoints",
    "interdiction.waiting_factor": "stops among those who wait",
    "interdiction.protection_size": "size that protects a caravan",
    "custody.sent_south_share": "share sent south",
    "custody.days_held": "days in custody",
    "custody.deported_share": "share returned home by Mexico",
    "custody.try_again_share": "share of the deported who try again",
    "appointments.register": "how soon people register",
    "appointments.register.": "how soon people from {} register",
    "appointments.give_up": "how many stop waiting for an appointment",
    "settlement.refuge_rate": "how many ask for asylum",
    "settlement.give_up": "how many give up",
    "settlement.settle": "how many settle",
    "crossing.attempt": "how soon people try to cross",
    "crossing.attempt.": "how soon people from {} try",
    "crossing.evasion": "share who cross unseen",
    "crossing.returned_share": "share returned by the United States",
    "crossing.walk_up_daily": "admissions without an appointment",
}
KEYS = {
    "world": "other countries", "andes": "the Andes", "bajo-chiquito": "the Darién",
    "necocli": "Necoclí", "cancun": "Cancún", "south": "south", "centre": "centre",
    "north": "north",
}  # fmt: skip
PAGE = """# What drives each output

![Levers that matter, by output: mu* in percent](sensitivity.svg)

Written by `python -m scripts.write_sensitivity` from {runs} runs of the expected draw,
{first} to {last}, {trajectories} trajectories, seed {seed}. Nothing moved means
{base}.

## How it is done

Some numbers of the model are known only roughly; each has a prior, a range in which it may lie.
The method of Morris (1991, with Campolongo et al. 2007) starts somewhere in all the ranges, moves
one number after the other by two thirds of its range, and notes what every output does. It does so
from {trajectories} starting points that lie far apart. **mu\\*** is the mean size of what a number
does, as if it went over its whole range, from the 5 % to the 95 % point: 150 % means from half to
twice the output with nothing moved. A sign says whether more of a number means more (+) or less
(−) of the output; ± that it goes either way. **sigma** is the spread over the starting points.

What moves is one factor, or one added amount, the same in every month. A number that may walk from
month to month strays, in its mean over the next year, by 2.12 of its monthly steps (standard
deviation); how unsure we are of its present value comes on top. For entries only the year's walk
counts, since the record shows how many came until now: their range is that of the year ahead.

## The three main drivers of each output

{sentences}

## mu\\* of every lever

Percent of the output, or percentage points where the column says so. A range multiplies the lever,
or is added to a pull. What levers do is in the [reference](reference/levers.md), why they are so
wide in `worlds/mexico/priors.toml`.{unlisted}

{mu_star}

<details><summary>sigma of every lever</summary>

{sigma}

</details>

## What this does not say

- The effects are as wide as the ranges, and the ranges are assumptions with reasons. A lever comes
  high because it is strong or because little is known of it. Calibration has narrowed some of them;
  that is not counted here.
- One number moves at a time, and mu\\* is a mean. Most numbers multiply, and effects are taken on
  the logarithm, so plain multiplying is no interaction. Where sigma nears mu\\*, a number's effect
  depends on the others or bends, and mu\\* says little of a certain case.
- {trajectories} trajectories are few: half the 95 % interval of mu\\* is {confidence:.0f} % of it,
  on average over the drivers named above.
- A shift holds all year. It can make a change from one month to the next larger or smaller. What
  caused the change, such as a measure of that month, does not move and so does not show.
- Numbers without a prior, such as roads and their fares, do not move at all.
"""


def in_words(lever: str) -> str:
    """Return what a lever is called, or its own name if it was given no words."""
    name, _, key = lever.rpartition(".")
    words = WORDS.get(lever) or WORDS.get(f"{name}.", lever)
    keys = key.split(" ", max(0, words.count("{") - 1))
    return words.format(*(KEYS.get(one, one.replace("-", " ").title()) for one in keys))


def page(effects: pd.DataFrame, scenario: Scenario, trajectories: int, seed: int) -> str:
    """Return the page in Markdown."""
    calibrated = has_posterior(scenario.world)
    drivers = effects.sort_values("mu_star", ascending=False).groupby("output", sort=False).head(3)
    strongest = effects.groupby("lever")["mu_star"].max()
    weak = sorted(strongest.index[strongest < LISTED])
    return PAGE.format(
        trajectories=trajectories,
        runs=trajectories * (effects["lever"].nunique() + 1) + 1,
        first=f"{FIRST:%B %Y}",
        last=f"{LAST:%B %Y}",
        seed=seed,
        base=CALIBRATED if calibrated else NOT_CALIBRATED,
        sentences="\n".join(
            sentence(drivers[drivers["output"] == output]) for output in effects["output"].unique()
        ),
        unlisted=_unlisted(weak),
        mu_star=table(effects[~effects["lever"].isin(weak)], "mu_star", scenario),
        sigma=table(effects[~effects["lever"].isin(weak)], "sigma", scenario),
        confidence=100 * (drivers["mu_star_conf"] / drivers["mu_star"]).mean(),
    )


def _unlisted(weak: list[str]) -> str:
    """Say which levers have no row because they move no output by much."""
    if not weak:
        return ""
    kinds: dict[str, int] = {}
    for lever in weak:  # a lever by key is told by its name, with how many of its keys
        kind = lever.rpartition(".")[0]
        named = kind if "." in kind else lever
        kinds[named] = kinds.get(named, 0) + 1
    ordered = sorted(kinds.items(), key=lambda item: (-item[1], item[0]))
    told = ", ".join(f"{n} of `{name}`" if n > 1 else f"`{name}`" for name, n in ordered)
    words = f"The {len(weak)} that move no output by {LISTED:g} have no row: {told}."
    return "\n\n" + textwrap.fill(words, 100, break_long_words=False, break_on_hyphens=False)


def sentence(drivers: pd.DataFrame) -> str:
    """Name the three main drivers of an output, the strongest first, less those that do nothing."""
    output = drivers.iloc[0]
    unit = output["unit"]
    named = [
        f"{row['words']} ({signed(row)} {unit})"
        for row in drivers.to_dict("records")
        if row["mu_star"] >= LEAST
    ]
    if len(named) < len(drivers):
        named.append(f"nothing else by {LEAST:g} {unit} or more")
    base = f"{output['base']:,.0f} {output['counts']}".replace("-", "−")
    listed = f"{', then '.join(named[:-1])} and {named[-1]}"
    return f"- What moves **{output['output']}** most ({base}) is {listed}."


def signed(row: Mapping[Hashable, Any]) -> str:
    """Return mu* with the sign of the effect, or ± if it has none for certain."""
    ratio = row["mu"] / row["mu_star"] if row["mu_star"] else 0.0
    sign = "±" if abs(ratio) < CERTAIN else "+" if ratio > 0 else "−"
    return f"{sign}{row['mu_star']:.0f}"


def table(effects: pd.DataFrame, measure: str, scenario: Scenario) -> str:
    """Return a measure as a table of Markdown, levers by outputs."""
    wide = effects.pivot_table(index="lever", columns="head", values=measure, sort=False)
    heads = " | ".join(wide.columns)
    lines = [f"| lever | range | {heads} |", "| --- | --- |" + " ---: |" * wide.shape[1]]
    for prior in load_priors(scenario.world):
        if prior.lever not in wide.index:
            continue
        low, high = shifts(prior, np.array(ENDS))
        moved = f"{low:.2f} to {high:.2f} times"
        if prior.distribution == "normal":
            moved = f"−{-low:.1f} to +{high:.1f}"
        cells = " | ".join(f"{value:.1f}" for value in wide.loc[prior.lever])
        lines.append(f"| {in_words(prior.lever)}, `{prior.lever}` | {moved} | {cells} |")
    return "\n".join(lines)


def chart(effects: pd.DataFrame) -> Figure:
    """Draw the levers that matter for an output, strongest first; a cell's colour is its sign."""
    seen = effects.assign(capped=effects["mu_star"].clip(upper=FULL))
    strength = seen.pivot_table(index="words", columns="head", values="capped", sort=False)
    strength = strength[strength.max(axis=1) >= MATTERS]
    strength = strength.loc[strength.mean(axis=1).sort_values(ascending=False).index]
    rows, columns = strength.shape
    names = 95 + 5 * max(map(len, strength.index))
    figure, axes = canvas((names + 34 * columns, 165 + 17 * rows))
    figure.set_facecolor("white")
    where = {name: i for i, name in enumerate(strength.index)}
    across = {name: i for i, name in enumerate(strength.columns)}
    for row in effects[effects["words"].isin(where)].to_dict("records"):
        _cell(axes, across[row["head"]], where[row["words"]], row)
    axes.set_xticks(range(columns), list(across), rotation=55, ha="left", rotation_mode="anchor")
    axes.set_yticks(range(rows), list(where))
    axes.set(xlim=(-0.5, columns - 0.5), ylim=(rows - 0.5, -0.5))
    axes.tick_params(length=0, colors=INK, labelsize=9.5, top=False, labeltop=True,
                     bottom=False, labelbottom=False)  # fmt: skip
    axes.spines[:].set_visible(False)
    figure.text(0.005, 0.99, KEY, va="top", fontsize=9.5, color=GREY, linespacing=1.5)
    return figure


def _cell(axes: Axes, x: int, y: int, row: Mapping[Hashable, Any]) -> None:
    """Draw one effect: blue raises, rust lowers, grey goes either way."""
    text = signed(row)
    colour = np.array(to_rgb({"+": BLUE, "−": RUST, "±": GREY}[text[0]]))
    full = float(np.sqrt(min(row["mu_star"], FULL) / FULL))
    axes.add_patch(
        Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=1 - full * (1 - colour), edgecolor="white")
    )
    if row["mu_star"] >= SHOWN:
        axes.text(x, y, text, ha="center", va="center_baseline", fontsize=9.5,
                  color="white" if full > 0.8 else INK)  # fmt: skip


def main() -> None:
    """Run the study and write page and chart."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=DOCS, help="folder to write to")
    parser.add_argument("--pictures", action="store_true", help="leave the page as it is")
    parser.add_argument("--trajectories", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    scenario = load_scenario("baseline")
    with progress("Moving levers", shown=True) as on_day:
        effects = sensitivity(
            scenario, trajectories=asked.trajectories, seed=asked.seed, on_day=on_day
        )
    effects["words"] = effects["lever"].map(in_words)
    in_percent = effects["unit"] == "%"
    effects["head"] = effects["output"].where(in_percent, effects["output"] + " (points)")
    asked.to.mkdir(parents=True, exist_ok=True)
    if not asked.pictures:
        text = page(effects, scenario, asked.trajectories, asked.seed)
        (asked.to / "sensitivity.md").write_text(text, encoding="utf-8")
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "sensitivity"}):
        chart(effects).savefig(asked.to / "sensitivity.svg", metadata=NO_METADATA)
    print(f"{asked.to}/sensitivity.md, {asked.to}/sensitivity.svg")


if __name__ == "__main__":
    main()
