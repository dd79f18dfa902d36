"""Write the counts of people in places of the Mexican world from a table of published estimates.

``python -m scripts.make_stocks TABLE`` reads it and writes ``worlds/mexico/stocks.csv``.
What is no stock (people who arrived or passed), what nobody can tell (``unclear``), and places
that are not in the world are left out.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

from corredor.corridor.world import load_world
from corredor.inputs import schema

OUT = Path(__file__).parent.parent / "worlds" / "mexico" / "stocks.csv"
NO_STOCK = ("subset_or_flow", "unclear")
COUNTED = {"everyone_of_one_nationality": "one_nationality"}


def stocks(table: pd.DataFrame, places: set[str]) -> pd.DataFrame:
    """Return the rows that are stocks in places of the world, in the columns of the schema."""
    kept = table[table["place"].isin(places) & ~table["counted_class"].isin(NO_STOCK)]
    basis = kept["date_basis"].str.lower()
    dated = basis.map(
        lambda text: "undated" if "undated" in text else "inferred" if "inferred" in text
        else "stated"
    )  # fmt: skip
    rows = pd.DataFrame(
        {
            "place": kept["place"], "start": kept["date_from"], "end": kept["date_to"],
            "dated": dated, "people": kept["value"], "low": kept["low"], "high": kept["high"],
            "counted": kept["counted_class"].replace(COUNTED), "who": kept["counted"],
            "said_by": kept["said_by"], "quality": kept["quality"],
            "source": kept["source_title"], "published": kept["source_date"],
            "address": kept["address"],
        }
    )  # fmt: skip
    rows = rows.sort_values(["place", "start", "end", "counted"], kind="stable")
    return rows[[item.name for item in schema.load("stocks")]]


def main(table: Path) -> None:
    """Read the collection and write the table of the world."""
    read = pd.read_csv(table, dtype=str, keep_default_na=False)
    stocks(read, set(load_world("mexico").places.index)).to_csv(OUT, index=False)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
