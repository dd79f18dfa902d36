"""Write docs/counts.md: the baseline's people in places beside every count (``make docs``)."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

import corredor
from corredor.fit.observations import counted_there
from corredor.needs.counted import EVERYBODY, counts_beside
from corredor.runs.targets import stock_plan
from corredor.show.needs import counts as told
from corredor.show.needs import needs_words
from scripts.write_reference import table_lines

PAGE = Path(__file__).parent.parent / "docs" / "counts.md"
RUNS = 50
ABOUT = """\
# People in places beside what was counted there

Written by `make docs` from `worlds/mexico/stocks.csv` and {runs} exact runs of the baseline; for
other scenarios: `corredor counts SCENARIO`.

Nobody counts the people in a town of the corridor regularly. The table has what state
institutes, city officials, shelters, organisations and the press said of some towns on some
days, {all} counts in {places} places, of which {inside} fall into the days of the baseline.
**Each was read as an excerpt of a page only**, in November 2026. The model was calibrated to the
counts of everybody of quality A and B until {until} ({used} of them); agreement with these is no
evidence, later ones are a check. Who was counted is never mixed: everybody in a town; those in
its shelters; those in one camp or house. Only counts of everybody can be compared with the model;
the others are floors. Some hold Mexicans displaced within the country or deported, whom the model
does not have in towns.

A is a count by the body that holds it, B an estimate of a named official or organisation, C
unnamed, activists, round, or press only. The model is called near where its mean over those days
(30 more either side where the day was inferred) is within a factor of two: an estimate of an
official is hardly better than that.

{summary}

So the numbers of people in a place are to be read as which places fill and empty, and as how many
people are there only where a count beside them bears it.

## Counts of everybody

"""


def page() -> str:
    """Return the page."""
    data = corredor.run("baseline", replicates=RUNS)
    found, words = counts_beside(data), needs_words("en")
    world = corredor.load_world("mexico")
    stocks = corredor.load_stocks(world)
    plan = stock_plan(world)
    assert plan is not None
    span = (pd.Period("2021-07", "M"), pd.Period(plan.until, "M"))
    head = ABOUT.format(
        until=plan.until,
        used=len(list(counted_there(world, span))),
        runs=RUNS,
        all=len(stocks),
        places=stocks["place"].nunique(),
        inside=len(found),
        summary=told.summary(found, words),
    )
    heads = (*told.columns(words), "quality")
    parts = [head]
    for everybody in (True, False):
        some = found[(found["counted"] == EVERYBODY) == everybody]
        rows = [
            (*row, quality)
            for row, quality in zip(told.rows(some, words), some["quality"], strict=True)
        ]
        parts.append("\n".join(table_lines(heads, rows)) + "\n")
        if everybody:
            parts.append("\n## Counts of part of the people: floors\n\n")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
