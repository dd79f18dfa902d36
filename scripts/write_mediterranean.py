"""Write the numbers of docs/worlds/mediterranean.md and worlds/mediterranean/fit.csv.

Usage: python -m scripts.write_mediterranean [--backtest FILE] [--twins FILE]

Runs the baseline and the scenarios with members of the posterior in the expected draw, sets the
months beside the record, and writes the tables between the marks of the page. Where a backtest of
``corredor backtest mediterranean/baseline`` or twins of ``scripts.run_twins`` are given, their
tables are written instead, and nothing is run.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import BAND
from corredor.fit.backtest import HORIZONS, MODEL, read_backtest, summary
from corredor.fit.baselines import BASELINES
from corredor.fit.twins import coverage
from corredor.runs.observe import against_record
from corredor.runs.simulate import run_all
from scripts.forecasting_numbers import OURS
from scripts.forecasting_words import listed
from scripts.write_reference import table_lines

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "worlds" / "mediterranean.md"
FIT = ROOT / "worlds" / "mediterranean" / "fit.csv"
MEMBERS = 50
FOLDER = "mediterranean/"
SCENARIOS = ("no-pull-backs", "memorandum-not-signed", "rescue-ships-doubled")
SPAN = slice("2023-07", "2024-12")  # from the start of the policies on
SERIES = (
    "italy_sea_arrivals", "malta_sea_arrivals", "interceptions_libya", "interceptions_tunisia",
    "interceptions_tunisia_guard", "italy_arrivals_from_libya", "italy_arrivals_from_tunisia",
    "italy_arrivals_from_algeria", "deaths_central_mediterranean", "algeria_expulsions_to_niger",
)  # fmt: skip
MEASURES = ("encounters", "intercepted_at_sea", "deaths_at_sea", "sent_south")
LONG = 3  # months from which a window counts as a part of a year, and not as a month


def fit_of(data: xr.Dataset) -> pd.DataFrame:
    """Return every window of the record that the world is set beside, and the model's number."""
    tables = [against_record(data, series).assign(series=series) for series in SERIES]
    return pd.concat(tables, ignore_index=True)


def by_year(fit: pd.DataFrame) -> Iterator[Sequence[str]]:
    """Give rows of the record beside the model by series and year, of the windows published."""
    years = fit.assign(year=[window.year for window in fit["end"]])
    for series in SERIES:
        mine = years[(years["series"] == series) & years["record"].notna()]
        for year, rows in mine.groupby("year"):
            record, model = rows["record"].sum(), rows["mean"].sum()
            inside = ((rows["record"] >= rows["low"]) & (rows["record"] <= rows["high"])).sum()
            ratio = f"{model / record:.2f}" if record else ""
            yield (
                f"`{series}`", str(year), str(int(rows["months"].sum())), f"{record:,.0f}",
                f"{model:,.0f}", ratio, f"{inside} of {len(rows)}",
            )  # fmt: skip


def worst(fit: pd.DataFrame, most: int = 12) -> Iterator[Sequence[str]]:
    """Give the windows in which model and record lie furthest apart, by the ratio of the two."""
    known = fit[(fit["record"] >= 300) & (fit["months"] < LONG)]
    off = np.abs(np.log((known["mean"] + 1) / known["record"]))
    for _, row in known.loc[off.nlargest(most).index].iterrows():
        yield (
            f"`{row['series']}`", str(row["start"]), f"{row['record']:,.0f}",
            f"{row['mean']:,.0f}", f"{row['low']:,.0f} – {row['high']:,.0f}",
        )  # fmt: skip


def differences(base: xr.Dataset, others: Sequence[xr.Dataset]) -> Iterator[Sequence[str]]:
    """Give what each scenario changes, run by run."""

    def total(data: xr.Dataset, name: str) -> np.ndarray:
        chosen = data[name].sel(month=SPAN)
        return np.asarray(chosen.sum([d for d in chosen.dims if d != "replicate"]))

    for name, data in zip(SCENARIOS, others, strict=True):
        row = [f"`{name}`"]
        for measure in MEASURES:
            change = total(data, measure) - total(base, measure)
            low, high = np.quantile(change, BAND)
            row.append(f"{change.mean():+,.0f} ({low:+,.0f} to {high:+,.0f})")
        yield row


def against_baselines(forecasts: pd.DataFrame) -> list[str]:
    """Return what a backtest tells: where each method of ours stands beside the best baseline."""
    scores = summary(forecasts).xs("all", level="part").reset_index()
    rows, standing = [], dict[str, list[list[int]]]()
    for (series, horizon), here in scores.groupby(["series", "horizon"], sort=False):
        if horizon not in HORIZONS:
            continue
        theirs = here[here["method"].isin(BASELINES)]
        best = None if theirs.empty else theirs.loc[theirs["crps"].idxmin()]
        for method in (*OURS, "" if best is None else str(best["method"])):
            for row in here[here["method"] == method].to_dict("records"):
                ratio = "" if best is None else f"{row['crps'] / best['crps']:.2f}"
                rows.append((
                    f"`{series}`", str(horizon), row["method"], str(row["forecasts"]),
                    f"{row['crps']:,.0f}", ratio, f"{row['mae']:,.0f}",
                    f"{100 * row['inside_50']:.0f} %", f"{100 * row['inside_90']:.0f} %",
                ))  # fmt: skip
                if best is not None and method in OURS:
                    won, lost = standing.setdefault(method, [[], []])
                    (won if row["crps"] < best["crps"] else lost).append(int(horizon))
    told = [
        f"- {method}: below every baseline at {_horizons(won)}, not below the best one at "
        f"{_horizons(lost)}."
        for method, (won, lost) in standing.items()
    ]
    alone = [f"`{s}`" for s in scores["series"].unique()
             if not set(scores.loc[scores["series"] == s, "method"]) - {MODEL}]  # fmt: skip
    if alone:
        told.append(
            f"- {listed(alone)}: the newest month was not out when the forecast was made, so no "
            "baseline can be fitted from the same day, and the model stands alone."
        )
    heads = ("series", "months ahead", "method", "forecasts", "CRPS", "over the best baseline",
             "MAE", "inside 50 %", "inside 90 %")  # fmt: skip
    return [*told, "", *table_lines(heads, rows)]


def _horizons(months: Sequence[int]) -> str:
    if not months:
        return "no horizon"
    return f"{listed(months)} month{'s' if list(months) != [1] else ''} ahead"


def made_up_worlds(twins: pd.DataFrame) -> list[str]:
    """Return how often intervals held the truth of made-up worlds, lever by lever."""
    covered, about = coverage(twins), twins.attrs
    rows = [
        (f"`{lever}`", f"{row['intervals']:.0f}", f"{100 * row['inside_50']:.0f} %",
         f"{100 * row['inside_90']:.0f} %", f"{100 * row['narrowed']:.0f} %")
        for lever, row in covered.iterrows()
    ]  # fmt: skip
    heads = ("number", "intervals", "inside 50 %", "inside 90 %", "width left")
    return [
        f"{twins['twin'].nunique()} made-up worlds of {about['months']}, each calibrated with "
        f"{about['members']} members in {about['iterations']} steps. Over all {len(twins):,} "
        f"intervals the truth lay inside {100 * twins['inside_50'].mean():.0f} % of those of 50 % "
        f"and {100 * twins['inside_90'].mean():.0f} % of those of 90 %.",
        "",
        *table_lines(heads, rows),
    ]


def put(text: str, mark: str, lines: Sequence[str]) -> str:
    """Return a page with other lines between the marks of a name."""
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return "\n".join([head + begin, "", *lines, "", end + tail])


def main(arguments: Sequence[str] | None = None) -> None:
    """Write what is given; else run, and write page and table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--backtest", type=Path, help="as `corredor backtest` writes it")
    parser.add_argument("--twins", type=Path, help="as `scripts.run_twins` writes it")
    asked = parser.parse_args(arguments)
    page = PAGE.read_text(encoding="utf-8")
    if asked.backtest:
        page = put(page, "backtest", against_baselines(read_backtest(asked.backtest)))
    if asked.twins:
        page = put(page, "twins", made_up_worlds(pd.read_parquet(asked.twins)))
    if not (asked.backtest or asked.twins):
        page = _of_runs(page)
    PAGE.write_text(page, encoding="utf-8")


def _of_runs(page: str) -> str:
    """Run the scenarios; write the table of the fit, and return the page with theirs."""
    names = [f"{FOLDER}{name}" for name in ("baseline", *SCENARIOS)]
    base, *others = run_all(names, replicates=MEMBERS, draw="expected", parameters="posterior")
    fit = fit_of(base)
    columns = ["series", "start", "end", "months", "record", "mean", "low", "high"]
    fit[columns].to_csv(FIT, index=False, float_format="%.1f")
    heads = ("series", "year", "months", "record", "model", "model / record", "inside 90 %")
    page = put(page, "fit", table_lines(heads, list(by_year(fit))))
    heads = ("series", "month", "record", "model", "90 %")
    page = put(page, "worst", table_lines(heads, list(worst(fit))))
    heads = ("scenario", "arrivals", "stopped at sea", "died at sea", "put at a border")
    return put(page, "scenarios", table_lines(heads, list(differences(base, others))))


if __name__ == "__main__":
    main()
