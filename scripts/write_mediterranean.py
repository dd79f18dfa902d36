"""Write the numbers of docs/worlds/mediterranean.md and worlds/mediterranean/fit.csv.

Usage: python -m scripts.write_mediterranean

Runs the baseline and the scenarios with members of the posterior in the expected draw, sets the
months beside the record, and writes the tables between the marks of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import xarray as xr

from corredor.arrays import BAND
from corredor.runs.observe import against_record
from corredor.runs.simulate import run_all
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


def put(text: str, mark: str, lines: Sequence[str]) -> str:
    """Return a page with other lines between the marks of a name."""
    begin, end = f"<!-- {mark} -->", f"<!-- end of {mark} -->"
    head, _, rest = text.partition(begin)
    _, _, tail = rest.partition(end)
    return "\n".join([head + begin, "", *lines, "", end + tail])


def main() -> None:
    """Run, and write page and table."""
    names = [f"{FOLDER}{name}" for name in ("baseline", *SCENARIOS)]
    base, *others = run_all(names, replicates=MEMBERS, draw="expected", parameters="posterior")
    fit = fit_of(base)
    columns = ["series", "start", "end", "months", "record", "mean", "low", "high"]
    fit[columns].to_csv(FIT, index=False, float_format="%.1f")
    page = PAGE.read_text(encoding="utf-8")
    heads = ("series", "year", "months", "record", "model", "model / record", "inside 90 %")
    page = put(page, "fit", table_lines(heads, list(by_year(fit))))
    heads = ("series", "month", "record", "model", "90 %")
    page = put(page, "worst", table_lines(heads, list(worst(fit))))
    heads = ("scenario", "arrivals", "stopped at sea", "died at sea", "put at a border")
    page = put(page, "scenarios", table_lines(heads, list(differences(base, others))))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
