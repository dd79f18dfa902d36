"""Notebook: beds for a shelter in the next three months, with how far the model has been off."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium")


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Plan a shelter for the next three months

    A network of shelters in Tapachula asks: *how many places should we have ready in each of the next three months?* A forecast gives a
    number and a band. A plan needs two things more: how far the model has been off before, and what it costs to be wrong on either side.

    "Next" is seen from the newest month held. The record that ships ends in December 2024; add newer files first
    (`corredor record add FILE`), and this notebook starts from there.
    """)
    return


@app.cell
def _():
    import marimo as mo
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    import corredor
    from corredor.library.picture import Picture
    from corredor.needs.counted import EVERYBODY, beside_counts

    TOWN = "tapachula"
    return EVERYBODY, Figure, Picture, TOWN, beside_counts, corredor, mo, np, pd


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## The forecast

    It calibrates with everything held, then runs each member on: some minutes. (100 members and 6 steps, the defaults, take longer still.)
    """)
    return


@app.cell
def _(TOWN, corredor):
    ahead = corredor.forecast(months=3, members=40, iterations=4, today="2025-07-01")
    people = ahead.towns[TOWN].people  # [future, month]
    "\n".join(str(note) for note in ahead.notes)
    return ahead, people


@app.cell
def _(ahead, np, people, pd):
    months = [str(month) for month in ahead.months]
    forecast = pd.DataFrame(
        np.quantile(people, (0.05, 0.5, 0.95), axis=0).T.round(), columns=["5 %", "median", "95 %"],
        index=pd.Index(months, name="people in the town, evening mean of"),
    )  # fmt: skip
    forecast
    return forecast, months


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## How far was it off?

    Nobody counts the people in a town every month. Some counts of *everybody* in a town were published; here is the model beside them, in all
    towns, for Tapachula alone has few. The model was calibrated to some of those before 2024, so this flatters it.

    Places where the model has fewer than 1,000 people are left out, a choice: that a camp of some weeks by a village is missed says
    little of a town that is always full. There the model is off by far more ([the table](../docs/counts.md)).
    """)
    return


@app.cell
def _(EVERYBODY, TOWN, beside_counts, corredor, np):
    baseline = corredor.scenario("baseline").with_horizon(
        spin_up="2022-07-01", start="2022-10-01", end="2024-12-31"
    )
    past = corredor.run(baseline, replicates=10, draw="expected")
    counts = beside_counts(past, corredor.load_stocks(baseline.world))
    counts = counts[
        (counts["counted"] == EVERYBODY) & counts[["count_low", "count_high"]].notna().all(axis=1)
    ]
    counts = counts.assign(published=counts[["count_low", "count_high"]].mean(axis=1))
    counts = counts[counts["mean"] >= 1000]
    off = np.log(counts["published"] / counts["mean"])  # above 0: more people than the model has
    by_town = off.groupby(counts["place"]).median()  # a town that was counted often counts once
    counts[counts["place"] == TOWN][
        ["start", "said_by", "published", "mean", "low", "high"]
    ].round()
    return by_town, counts, off


@app.cell(hide_code=True)
def _(TOWN, by_town, counts, mo, np, off):
    _here = off[counts["place"] == TOWN]
    mo.md(f"""
    Of {len(off)} counts in {len(by_town)} towns the published number is within a factor of two of the model for {(off.abs() <= np.log(2)).sum()}. From town to
    town the factor, published over modelled, goes from {np.exp(by_town.min()):.1f} to {np.exp(by_town.max()):.1f}, with a median of {np.exp(by_town.median()):.1f}.
    In {TOWN.title()} it is {", ".join(f"{x:.1f}" for x in np.exp(_here).sort_values())}: every one of these counts is {"above" if (_here > 0).all() else "beside"} the
    model. Those who gave them, activists and a church, may have counted high; the model may be low. Nothing here settles which.

    So the band of the forecast is too narrow to plan with. Below each future is multiplied by the factor of one
    of these towns, drawn at random.
    """)
    return


@app.cell
def _(by_town, months, np, pd, people):
    random = np.random.default_rng(1)
    factors = np.exp(random.choice(by_town.to_numpy(), size=(4000, 1)))
    futures = people[random.integers(len(people), size=4000)] * factors  # [future, month]
    wide = pd.DataFrame(
        np.quantile(futures, (0.05, 0.5, 0.95), axis=0).T.round(-1), columns=["5 %", "median", "95 %"],
        index=pd.Index(months, name="people in the town, as far as it has been off"),
    )  # fmt: skip
    wide
    return futures, wide


@app.cell
def _(Figure, Picture, forecast, months, np, wide):
    figure = Figure(figsize=(7, 3), layout="constrained")
    axes = figure.subplots()
    for table, shift, colour, label in (
        (forecast, -0.1, "#0b6e6e", "the model alone"),
        (wide, 0.1, "#b5541c", "with how far it has been off"),
    ):
        place = np.arange(len(months)) + shift
        axes.vlines(place, table["5 %"], table["95 %"], color=colour, linewidth=5, alpha=0.4)
        axes.plot(place, table["median"], "o", color=colour, label=label)
    axes.set_xticks(range(len(months)), months)
    axes.set(ylabel="people in the town, median and 90 %", ylim=(0, None))
    axes.legend(frameon=False, loc="upper left")
    axes.spines[["top", "right"]].set_visible(False)
    Picture(figure, "People in the town: the model alone, and with how far it has been off")
    return


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## What it costs to be wrong

    A place too few leaves somebody in the street; a place too many stands empty. If the first is held to be nine times as bad, plan for the
    90 % quantile; if both are alike, for the median. This is the planner's choice, not the model's. Nor does the model know who looks for a
    shelter at all: few in a town do. The share is an assumption; replace it by your own nights.
    """)
    return


@app.cell
def _(TOWN, ahead):
    beds = ahead.towns[TOWN].beds
    f"published beds in {TOWN.title()}: {beds:,.0f}"
    return


@app.cell
def _(futures, months, np, pd):
    rows = []
    for sheltered in (0.02, 0.05, 0.1):  # of the people in the town
        for times in (1, 3, 9):  # as bad is a place too few
            places = np.quantile(sheltered * futures, times / (times + 1), axis=0)
            rows.append((sheltered, times, *places.round(-1)))
    plan = pd.DataFrame(
        rows,
        columns=["share in shelters (assumed)", "a place too few is so many times as bad", *months],
    )
    plan
    return (plan,)


@app.cell
def _(months, np, pd, plan):
    from corredor.needs.standards import amount, load_standards

    guests = plan.iloc[4][months[0]]  # five in a hundred, three times as bad
    needed = pd.DataFrame(
        [(row["name"], float(amount(row, np.array([guests]))[0]), row["unit"])
         for row in load_standards().to_dict("records")],
        columns=["need", f"for {guests:,.0f} people", "unit"],
    )  # fmt: skip
    needed
    return


@app.cell(hide_code=True)
def _(ahead, forecast, mo, months, wide):
    mo.md(f"""
    ## What this says, and what it does not

    - **Known**: what was published up to {ahead.origin}, and a handful of counts of people in towns.
    - **Assumed**: the share in shelters; that whoever counted was right; that the model is off in these months as it was at those counts; the policies in force at the end of the
      record. The forecast knows of no decision made later. In January 2025 appointments ended: what was planned in December for February was
      wrong for that alone, and no band here holds it.
    - **Uncertain**: most of all the level. For {months[0]} the model alone says {forecast.iloc[0]["5 %"]:,.0f} to {forecast.iloc[0]["95 %"]:,.0f}; with how far it has
      been off, {wide.iloc[0]["5 %"]:,.0f} to {wide.iloc[0]["95 %"]:,.0f}.
    - **So**: use it for whether next month is fuller than this one, and your own counts for how full. Put them beside it
      (`corredor record add counts.csv --as shelter_nights`), keep each forecast (`--keep`), and look later how it did.

    More: [needs](../docs/needs.md), [counts of people in places](../docs/counts.md), [how forecasts did](../docs/forecasting.md).
    """)
    return


if __name__ == "__main__":
    app.run()
