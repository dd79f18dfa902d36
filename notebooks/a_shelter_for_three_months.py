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

    Nobody counts the people in a town every month. Some counts of *everybody* in a town were published; here is the model beside all of them,
    in all towns, for Tapachula alone has few. The model was calibrated to some of those before 2024, so this flatters it.
    """)
    return


@app.cell
def _(EVERYBODY, TOWN, beside_counts, corredor):
    baseline = corredor.scenario("baseline").with_horizon(
        spin_up="2022-07-01", start="2022-10-01", end="2024-12-31"
    )
    past = corredor.run(baseline, replicates=10, draw="expected")
    counts = beside_counts(past, corredor.load_stocks(baseline.world))
    counts = counts[
        (counts["counted"] == EVERYBODY) & counts[["count_low", "count_high"]].notna().all(axis=1)
    ]
    counts = counts.assign(published=counts[["count_low", "count_high"]].mean(axis=1))
    counts[counts["place"] == TOWN][
        ["start", "said_by", "published", "mean", "low", "high"]
    ].round()
    return baseline, counts


@app.cell
def _(counts, pd):
    each = counts.assign(
        factor=counts["published"] / counts["mean"], more=counts["published"] - counts["mean"]
    ).groupby("name")
    towns = pd.DataFrame(  # the middle of its counts, where a town was counted often
        {
            "counts": each.size(), "published": each["published"].median(),
            "the model": each["mean"].median().round(),
            "published / model": each["factor"].median().round(1),
            "published - model": each["more"].median().round(),
        }
    ).sort_values("the model")  # fmt: skip
    towns
    return (towns,)


@app.cell(hide_code=True)
def _(TOWN, counts, mo, towns):
    _times = counts["published"] / counts["mean"]
    _here = _times[counts["place"] == TOWN]
    _first = towns.iloc[0]
    mo.md(f"""
    Of {len(counts)} counts in {len(towns)} towns the published number is within a factor of two of the model for {_times.between(0.5, 2).sum()}. In {TOWN.title()} the
    factor, published over modelled, is {", ".join(f"{x:.1f}" for x in _here.sort_values())}: every one of these counts is {"above" if (_here > 1).all() else "beside"} the model.
    Those who gave them, activists and a church, may have counted high; the model may be low. Nothing here settles which.

    One place stands out: in {towns.index[0]} {_first["published"]:,.0f} people were counted where the model has {_first["the model"]:,.0f}. That is no slip of a count: until December
    2022 papers to travel on were given in camps there, and the model does not know of them. To leave such a place out would be to choose
    by what the model got wrong; it stays.

    But how is a miss in one town to be carried to another? As a factor, that camp would turn every person in Tapachula into
    {_first["published / model"]:.0f}: a ratio to a small number. As a difference, what is missing in a large town would fill a village. The square root lies between the two;
    differences of roots are a usual measure for counts, small and large. Here is what each of the three makes of the first month.
    """)
    return


@app.cell
def _(TOWN, counts, months, np, pd, people):
    def carried(scale, back, counts):
        """Give each future the miss of one of the towns, drawn at random."""
        random = np.random.default_rng(1)
        misses = (scale(counts["published"]) - scale(counts["mean"])).groupby(counts["name"])
        drawn = scale(people[random.integers(len(people), size=4000)])  # [future, month]
        missed = random.choice(misses.median().to_numpy(), size=(4000, 1))
        return back(np.maximum(drawn + missed, 0.0))

    scales = {
        "a factor": (np.log, np.exp), "a difference of roots": (np.sqrt, np.square),
        "a difference": (lambda n: n, lambda n: n),
    }  # fmt: skip
    ways = {way: carried(*scale, counts) for way, scale in scales.items()}
    here = counts[counts["place"] == TOWN]
    carried_over = pd.DataFrame(
        [np.quantile(each[:, 0], (0.05, 0.5, 0.95)).round(-2) for each in ways.values()],
        columns=["5 %", "median", "95 %"],
        index=pd.Index(ways, name=f"people in the town in {months[0]}, if a miss is"),
    )
    carried_over["median, by the counts in this town alone"] = [
        np.median(carried(*scale, here)[:, 0]).round(-2) for scale in scales.values()
    ]
    carried_over
    return carried_over, ways


@app.cell(hide_code=True)
def _(TOWN, baseline, carried_over, mo, months):
    _all, _here = carried_over["95 %"], carried_over.iloc[:, 3]
    mo.md(f"""
    As a factor the upper end is {_all.iloc[0]:,.0f} people, in a town of {baseline.world.places.loc[TOWN, "population"]:,.0f}. Below, roots are taken. That is a choice, and the
    rows say how much hangs on it. The last column takes the counts in {TOWN.title()} alone: if those who gave them are right, plan for {min(_here.iloc[:2]):,.0f} to
    {max(_here.iloc[:2]):,.0f} people in {months[0]}, {"beyond" if max(_here.iloc[:2]) > _all.iloc[1] else "in the upper half of"} the band below. Counts of your own would say more.
    """)
    return


@app.cell
def _(months, np, pd, ways):
    futures = ways["a difference of roots"]
    wide = pd.DataFrame(
        np.quantile(futures, (0.05, 0.5, 0.95), axis=0).T.round(-2), columns=["5 %", "median", "95 %"],
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
    figure.legend(frameon=False, loc="outside upper left", ncols=2)
    axes.yaxis.set_major_formatter("{x:,.0f}")
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
