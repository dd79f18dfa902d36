"""Notebook: how much of the fall of January 2024 goes away without Mexico's crackdown."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium")


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Did the crackdown cause the fall?

    From December 2023 to January 2024 the US Border Patrol's encounters fell by half. Mexico had begun to stop more people, and many said
    that was why. *What share of the fall would not have been without it?* Three looks: what was published, one calibrated model, and several
    models that disagree.
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
    from corredor.record import monthly

    return Figure, Picture, corredor, mo, monthly, np, pd


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## What was published
    """)
    return


@app.cell
def _(monthly, pd):
    published = pd.DataFrame({
        "encounters at the US border": monthly("border_patrol_encounters"),
        "detentions in Mexico": monthly("mexico_detentions"),
        "crossings of the Darién": monthly("darien_crossings"),
    })["2023-09":"2024-03"]  # fmt: skip
    published.index = published.index.astype(str)
    every = monthly("border_patrol_encounters").dropna()
    winters = [
        every[f"{year + 1}-01"] < every[f"{year}-12"]
        for year in range(every.index[0].year, 2023)
        if f"{year}-12" in every.index.astype(str) and f"{year + 1}-01" in every.index.astype(str)
    ]  # fmt: skip
    published
    return published, winters


@app.cell(hide_code=True)
def _(mo, published, winters):
    _change = published.loc["2024-01"] / published.loc["2023-12"] - 1
    _darien = published["crossings of the Darién"]
    mo.md(f"""
    Encounters changed by {100 * _change["encounters at the US border"]:+.0f} % from December to January, detentions in Mexico by
    {100 * _change["detentions in Mexico"]:+.0f} %. But detentions had been high since the autumn, and crossings of the Darién had fallen before, from
    {_darien["2023-09"]:,.0f} in September to {_darien["2023-12"]:,.0f} in December. People take weeks to the border; fewer who set out in autumn are
    fewer who arrive in January. And in {sum(winters)} of the {len(winters)} winters before, January was below December too. One month before and one after prove nothing.

    ## What one model says

    The same runs twice: as it was, and with Mexico's stops, the fear of them, and the holding of people in towns as they were in
    November 2023. Both share their random numbers, and each run takes another set of numbers that the calibration left possible.
    """)
    return


@app.cell
def _(corredor):
    days = {"spin_up": "2023-10-01", "start": "2023-12-01", "end": "2024-01-31"}
    was, without = (
        corredor.scenario(name).with_horizon(**days)
        for name in ("baseline", "interdiction-november-2023")
    )
    results = corredor.run_all([was, without], replicates=40)
    return (results,)


@app.cell
def _(np, pd, results):
    def fall(result):
        """Return the fall from December to January, run by run."""
        people = result.corredor.observe("border_patrol_encounters").transpose("replicate", "month")
        december, january = people.to_numpy().T
        return december - january

    share = 100 * (1 - fall(results[1]) / fall(results[0]))  # of the fall, in percent
    low, middle, high = np.quantile(share, (0.05, 0.5, 0.95))
    one_model = pd.DataFrame(
        {"5 %": [low], "median": [middle], "95 %": [high]},
        index=pd.Index(["percent of the fall that goes away"], name="in 40 runs"),
    ).round()  # fmt: skip
    one_model
    return high, low, middle, share


@app.cell(hide_code=True)
def _(high, low, middle, mo):
    mo.md(f"""
    Without the crackdown {middle:.0f} % of the fall goes away in this model, {low:.0f} to {high:.0f} %. The rest stays: fewer people on their way,
    and what changed at the border itself. The band holds what the calibration leaves open. It does **not** hold that the model may be wrong.

    ## What several models say

    How much is put down to stops hangs on what else is allowed to have changed in January. So the same question was asked of several structures
    of the model, each calibrated by itself, with two seeds. A structure that misses checks of the record has no say. These fits take
    hours; they ship with Corredor (`corredor variants mexico --fit`).
    """)
    return


@app.cell
def _(corredor):
    from corredor.runs.structures import load_compared, load_variants

    mexico = corredor.world("mexico")
    structures, found = load_variants(mexico), load_compared(mexico)
    cause = structures.question.without[-1].name
    answers = found.answers(cause)[["variant", "seed", "mean", "low", "high"]]
    answers.round().reset_index(drop=True)
    return (answers,)


@app.cell
def _(Figure, Picture, answers, high, low, middle):
    figure = Figure(figsize=(7, 0.35 * len(answers) + 1.2), layout="constrained")
    axes = figure.subplots()
    rows = [
        (f"{row.variant}, seed {row.seed}", row.low, row.mean, row.high)
        for row in answers.itertuples()
    ]
    rows.append(("this notebook's runs", low, middle, high))
    for place, (name, least, mean, most) in enumerate(reversed(rows)):
        colour = "#b5541c" if name.startswith("this") else "#0b6e6e"
        axes.plot([least, most], [place, place], color=colour, linewidth=4, alpha=0.4)
        axes.plot(mean, place, "o", color=colour)
    axes.axvline(0, color="#777777", linewidth=0.8)
    axes.set_yticks(range(len(rows)), [name for name, *_ in reversed(rows)])
    axes.set_xlabel("percent of the fall that goes away without the crackdown, 90 %")
    axes.spines[["top", "right"]].set_visible(False)
    Picture(figure, "Share of the fall that goes away, by structure of the model")
    return


@app.cell(hide_code=True)
def _(answers, high, low, mo):
    _least, _most = min(answers["low"].min(), low), max(answers["high"].max(), high)
    _zero = ((answers["low"] <= 0) & (answers["high"] >= 0)).sum()
    mo.md(f"""
    Over all of them the answer lies between **{_least:.0f} and {_most:.0f} %** of the fall. {_zero} of the {len(answers)} fits hold zero. None
    comes near the whole.

    ## What this says, and what it does not

    - **Did it cause the fall?** Not most of it, in any structure that makes the record again. Whether it caused some, the record cannot tell:
      some structures hold zero and some do not.
    - **Known**: the monthly counts, and when Mexico's stops rose.
    - **Assumed**: how stops act: people are taken off their way, sent south, and others wait for fear of it. How strong fear is, nobody measured.
    - **Uncertain**: people who did not set out at all for what they heard; what the two governments agreed on beyond stops; how many entered.
      Entries are found from counts upstream, so a fall that starts there counts as fewer entries.
    - **Not answered**: what caused the rest.

    More: [structures](../docs/variants.md), [what the model cannot tell](../docs/limits.md), and the verdict on the claim:
    `corredor claims check amlo-crackdown-2024`.
    """)
    return


if __name__ == "__main__":
    app.run()
