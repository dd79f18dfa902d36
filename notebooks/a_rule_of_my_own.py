"""Notebook: a rule of one's own, people who turn back where a town is full."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium")


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # A rule of my own

    *Do beds in a town on the way bring more people to the border?* Somebody may say so: where there is a bed, people rest and go on;
    where there is none, some turn back. Corredor has no such rule. So write it, and see what would have to hold for the effect to
    matter. The corridor here is made up, three places in a row. The answer is one about the rule, not about any place.
    """)
    return


@app.cell
def _():
    import marimo as mo
    import numpy as np
    import pandas as pd

    import corredor

    return corredor, mo, np, pd


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## The rule

    A rule is a class, with its lever beside it. People without a bed are those present beyond the beds of a place. Each of them goes
    home today with a chance that is the lever, so of all people present the share without a bed, times the lever, does. The number
    is known to nobody: its default is 0, and a scenario sets it.
    """)
    return


@app.cell
def _(corredor, np):
    class NoBed(corredor.Process):
        """People who find no bed in a town with shelters turn back, so many of them each day."""

        name = "no_bed"
        levers = (
            corredor.Lever(
                name="no_bed.turns_back", by="", unit="chance a day",
                default=0.0, minimum=0.0, maximum=1.0,
                meaning="chance that somebody without a bed goes home today",
                source="no figure was found: 0, nobody",
            ),
        )  # fmt: skip
        flows = (
            corredor.Flow(
                name="turned_back_for_want_of_a_bed", dims=("place", "group"), unit="people",
                meaning="people without a bed who go home",
                measure="people who turned back for want of a bed",
            ),
        )  # fmt: skip

        def steps(self, model):
            """Return the one step: whoever has no bed may go home."""
            here = model.space["at"]  # states [place, group, times returned]
            beds = model.world.places["shelter_beds"].to_numpy(dtype=float)
            towns = np.flatnonzero(~np.isnan(beds))  # where beds are known
            leave = corredor.Moves.build([{
                "source": here[towns],
                "destination": model.space["went_home"][None, :, None],
                "cell": model.cells[self.flows[0]][towns][:, :, None],
                "town": np.arange(len(towns))[:, None, None],
            }])  # fmt: skip

            def chances(today):
                states = here[towns].reshape(len(towns), -1)
                present = today.stocks[:, states].sum(axis=-1)  # [replicate, town]
                room = beds[towns] * today.scale
                without = np.maximum(present - room, 0.0) / np.maximum(present, 1.0)
                return (today.lever("no_bed.turns_back") * without)[:, leave["town"]]

            return [
                corredor.Split(
                    "turn back", leave, chances, levers=("no_bed.turns_back",), reprice="day"
                )
            ]

    return (NoBed,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    `reprice="day"` says that the chance hangs on how many people are there, so it is asked every day and not only when a lever
    changes.

    ## The same corridor with more and fewer beds

    1,000 people enter a month, and one in ten who rest in a place goes on each day. The town's beds are 100, 200 or 400. Two in a hundred
    of those without a bed turn back each day: an assumption, varied further down.
    """)
    return


@app.cell
def _(NoBed, corredor):
    rules = [*corredor.PROCESSES, NoBed()]
    given = corredor.example_world()
    columns = [
        "place", "name", "country", "state", "latitude", "longitude", "zone", "entry", "sector",
        "source_position",
    ]  # fmt: skip

    def with_beds(beds, turns_back):
        """Return the made-up corridor with so many beds in its town, and so many who turn back."""
        places = given.places.reset_index()[columns]
        places["shelter_beds"] = places["place"].map({"town": float(beds)})
        world = corredor.World.from_frames(
            name=f"{beds}-beds", places=places, links=given.links, entry=given.entry,
            people=given.people.reset_index()[["group", "nationality", "household", "share", "source"]],
            series={"arrivals": {
                "counts": ["travelled"], "where": {"link_destination": ["border"]},
            }},
        )  # fmt: skip
        changes = {"no_bed.turns_back": turns_back, "movement.leave": 0.1}
        return corredor.Scenario(world, changes, name=world.name, processes=rules)

    return (with_beds,)


@app.cell
def _(corredor, pd, with_beds):
    def reached(beds, turns_back):
        """Return who reached the border in March and April, run by run."""
        result = corredor.run(with_beds(beds, turns_back), replicates=40, seed=1)
        arrivals = result.corredor.observe("arrivals").sel(month=slice("2024-03", "2024-04"))
        return result, arrivals.sum("month").to_numpy()

    rows = []
    for turns_back in (0.01, 0.02, 0.05):
        few = reached(100, turns_back)[1]
        for beds in (200, 400):
            more = reached(beds, turns_back)[1] - few  # run by run: they share their chance
            rows.append({
                "turns_back": turns_back, "beds": beds, "more_people_at_the_border": more.mean(),
                "standard_error": more.std(ddof=1) / len(more) ** 0.5,
                "in_percent": 100 * more.mean() / few.mean(),
            })  # fmt: skip
    effects = pd.DataFrame(rows)
    effects.round({"more_people_at_the_border": 0, "standard_error": 1, "in_percent": 0})
    return effects, reached


@app.cell(hide_code=True)
def _(effects, mo):
    _usual = effects[(effects["turns_back"] == 0.02) & (effects["beds"] == 400)].iloc[0]
    _most = effects["in_percent"].max()
    mo.md(f"""
    With 400 beds in place of 100, and two in a hundred turning back, **{_usual["more_people_at_the_border"]:,.0f}** more people reach the
    border in the two months, {_usual["in_percent"]:.0f} % (standard error of the number:
    {_usual["standard_error"]:.0f}). Over the whole table it is {effects["in_percent"].min():.0f} to {_most:.0f} %.

    Each row is a difference between runs that share their random numbers, so it is the beds and not chance.

    ## Who is in the town
    """)
    return


@app.cell
def _(reached):
    result = reached(200, 0.02)[0]
    result.corredor.plot.series("turned_back_for_want_of_a_bed")
    return (result,)


@app.cell(hide_code=True)
def _(mo, result):
    _monthly = result.corredor.bands("turned_back_for_want_of_a_bed")["mean"]
    mo.md(f"""
    The town fills slowly: {_monthly.iloc[0]:.0f} people turn back in January, {_monthly.iloc[-1]:.0f} in April. Four months are too short for it to come to rest,
    so the table is of these months.

    ## What this says, and what it does not

    - **Known**: nothing. Every number of this corridor is made up.
    - **Assumed**: that whoever has no bed turns back more readily than others, and that it depends on beds alone.
    - **Follows**: where beds are enough for all, their effect grows with the chance that nobody knows; where they are not, it levels
      off, for the more turn back, the more beds are free. So an argument about beds is an argument about that chance, and the chance can
      be looked for: in months in which a shelter opened or closed, did returns from that town change and
      those of its neighbours not?
    - **Left out**: people who have no bed may go on *sooner*, which works the other way. That would be a second lever of the same
      rule, and without a figure for either the sign of the effect is open.

    The rule works as it stands for a real corridor: `corredor.Scenario(corredor.world("mexico"), …, processes=rules)`. It then says what the published
    beds, which are few and old, would imply. More on rules: [a rule of one's own](../docs/own-rule.md).
    """)
    return


if __name__ == "__main__":
    app.run()
