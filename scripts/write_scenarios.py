"""Run every scenario beside the baseline; write docs/scenarios.md and a page for each."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import matplotlib as mpl
import pandas as pd
import xarray as xr
from matplotlib.figure import Figure

from corredor.cli.run import progress
from corredor.corridor.scenario import Scenario
from corredor.corridor.scenario_files import default_world, load_scenario
from corredor.inputs import shipped as assets
from corredor.runs.compare import compare_all
from corredor.runs.simulate import run_all
from corredor.show.compare.charts import comparison_chart, differences_chart
from corredor.show.compare.told import Told, kind, tell
from corredor.show.compare.words import compare_words, signed_number
from corredor.text.language import in_words_of
from corredor.text.numbers import month, signed_percent

DOCS = Path(__file__).parents[1] / "docs"
BASELINE = "baseline"
SPAN = ("2023-07", "2024-06")  # the common start of the policies, to the end of the baseline
OVERVIEW = ("encounters", "detentions", "days_in_jurisdictions", "settled", "harm_events")
NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))


def names() -> list[str]:
    """Return the scenarios that ship, the baseline left out."""
    folder = assets.find("scenarios", BASELINE, ".toml").parent
    return sorted(path.stem for path in folder.glob("*.toml") if path.stem != BASELINE)


def overview(told: Sequence[Told], table: pd.DataFrame, data: xr.Dataset, minutes: float) -> str:
    """Return the page that leads to the others."""
    words = compare_words()["measure"]
    first, last = (month(m).replace("\u00a0", " ") for m in SPAN)
    heads = [words[measure]["short"] for measure in OVERVIEW]
    lines = [
        "# Policies, each beside the baseline",
        "",
        "Written by `python -m scripts.write_scenarios`; every number is computed. "
        f"{data.sizes['replicate']} {data.attrs['draw']} runs of each scenario, "
        f"{data.attrs['parameters']} parameters, seed {data.attrs['seed']}; "
        f"all of them took {minutes:.1f} minutes.",
        "",
        f"Differences from the baseline, {first} to {last}: the mean over paired runs, which share "
        "chance and parameters. **Bold**: the 90 % interval leaves out no change. Most policies "
        "begin on 1 July 2023, when the rules of May and June 2023 had settled and a year of the "
        "baseline is still ahead. Those about the crackdown of 2024 begin with it.",
        "",
        f"| scenario | {' | '.join(heads)} |",
        f"| --- |{' ---: |' * len(heads)}",
    ]
    for i, one in enumerate(told, start=1):
        rows = table[table["number"] == i].set_index("measure")
        cells = [_cell(measure, rows.loc[measure]) for measure in OVERVIEW]
        lines.append(f"| [{one.title}](scenarios/{one.name}.md) | {' | '.join(cells)} |")
    return "\n".join([*lines, "", "![Differences of all scenarios](scenarios/all.svg)", "",
                      *_limits(data)])  # fmt: skip


def _cell(measure: str, row: pd.Series) -> str:
    text = f"{signed_number(measure, row['difference'])} ({signed_percent(row['percent'])})"
    clear = kind({**row.to_dict()}) in ("more", "fewer")
    return f"**{text}**" if clear else text


def _limits(data: xr.Dataset) -> list[str]:
    return [
        "## What these numbers cannot say",
        "",
        "- Who enters the corridor, and when, is the same in every scenario but those named "
        "`answers-…`. A policy that draws people or keeps them at home does more, or less, than is "
        "shown here: [if people answer to what they can expect](answers.md).",
        "- The intervals hold chance and the calibrated numbers. They do not hold the assumptions "
        "of a scenario, each of which stands on its page with a range, nor what the model leaves "
        "out.",
        f"- With {data.sizes['replicate']} runs the ends of an interval are rough.",
        "- Harm is a count of events at fixed rates for each day on the way; deaths are left out, "
        "for no rate by place was found.",
        "",
    ]


def page(one: Told, scenario: Scenario) -> str:
    """Return the page of a scenario."""
    lines = [f"# {one.title}", "", "Written by `python -m scripts.write_scenarios`.", "",
             one.description.replace("\n", " "), "", "## What changes", "", one.summary,
             "", f"![Monthly paths and differences]({one.name}.svg)", "",
             *_table(one), "", "## What differs", "", *_differs(one), ""]  # fmt: skip
    for heading, listed in (("Assumed", one.assumptions), ("Sources", one.sources)):
        if listed:
            lines += [f"## {heading}", "", *(f"- {item}" for item in listed), ""]
    lines += [f"To see it again: `corredor compare {BASELINE} {scenario.name} --from {SPAN[0]}`. "
              "What such numbers cannot say: [all policies](../scenarios.md).", ""]  # fmt: skip
    return "\n".join(lines)


def _table(one: Told) -> Iterator[str]:
    heads = ("over the whole corridor", "unit", "baseline", "here", "difference", "90 % interval",
             "in percent")  # fmt: skip
    yield f"| {' | '.join(heads)} |"
    yield f"| --- | --- |{' ---: |' * 5}"
    for row in one.rows:
        difference = f"**{row['difference']}**" if row["clear"] else row["difference"]
        cells = (row["measure"], row["unit"], row["reference"], row["here"], difference,
                 row["interval"], row["percent"])  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _differs(one: Told) -> Iterator[str]:
    yield "| lever | meaning | for | from | in the baseline | here |"
    yield "| --- | --- | --- | --- | ---: | ---: |"
    for row in one.changed or ():
        cells = (f"`{row['lever']}`", row["meaning"], row["who"], row["when"], row["before"],
                 row["after"])  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _save(figure: Figure, path: Path) -> None:
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": path.stem}):
        figure.savefig(path, metadata=NO_METADATA)


def write(to: Path, *, replicates: int, seed: int) -> Iterator[Path]:
    """Run all scenarios together and write the pages, giving each as it is written."""
    scenarios = [load_scenario(name) for name in (BASELINE, *names())]
    started = time.perf_counter()
    with progress("Running the scenarios", shown=True) as on_day:
        results = run_all(scenarios, replicates=replicates, seed=seed, on_day=on_day)
    minutes = (time.perf_counter() - started) / 60
    table = compare_all(results, *SPAN)
    told = tell(results, table, scenarios, SPAN)
    folder = to / "scenarios"
    folder.mkdir(parents=True, exist_ok=True)
    for i, (one, scenario) in enumerate(zip(told, scenarios[1:], strict=True), start=1):
        own = table[table["number"] == i].assign(number=1)
        _save(comparison_chart([results[0], results[i]], own, SPAN), folder / f"{one.name}.svg")
        (folder / f"{one.name}.md").write_text(page(one, scenario), encoding="utf-8")
        yield folder / f"{one.name}.md"
    _save(differences_chart(results, table, SPAN), folder / "all.svg")
    text = overview(told, table, results[0], minutes)
    (to / "scenarios.md").write_text(text, encoding="utf-8")
    yield to / "scenarios.md"


def main() -> None:
    """Write the pages; ``--replicates`` and ``--seed`` as in ``corredor run``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replicates", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, default=DOCS)
    asked = parser.parse_args()
    with in_words_of(default_world().folder):
        for path in write(asked.to, replicates=asked.replicates, seed=asked.seed):
            print(path)


if __name__ == "__main__":
    main()
