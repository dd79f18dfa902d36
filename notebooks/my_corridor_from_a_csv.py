"""Notebook: from CSV files to a corridor, held against what Honduras counted."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium")


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # My corridor from a CSV

    *Do those whom Honduras registers come through the Darién?* Panama counts who walks out of the jungle; some two weeks of buses
    further on, Honduras registers who enters without papers. If everybody came on foot and nobody stopped on the way, the second count would be
    the first one, a little later. This notebook writes that corridor down in three small files, runs it, and looks at what is left over.
    """)
    return


@app.cell
def _():
    import io
    import textwrap

    import marimo as mo
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    import corredor
    from corredor.library.picture import Picture
    from corredor.record import monthly

    def csv(text):
        """Return a table as a file with this text would give it."""
        return pd.read_csv(io.StringIO(textwrap.dedent(text)))

    return Figure, Picture, corredor, csv, mo, monthly, np, pd


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## The files

    Yours would be files, read with `pandas.read_csv("places.csv")`. Where a figure comes from stands in its row: nothing goes in without
    a source. Distances and days are those of the world `mexico`, most of them great circles times a detour factor.
    """)
    return


@app.cell
def _(csv):
    places = csv("""\
    place,name,country,state,latitude,longitude,zone,entry,sector,source_position
    lajas-blancas,Lajas Blancas,PAN,Emberá,8.4150,-77.8087,south,true,,GeoNames
    paso-canoas,Paso Canoas,CRI,Puntarenas,8.5355,-82.8385,south,false,,GeoNames
    los-chiles,Los Chiles,CRI,Alajuela,11.0325,-84.7154,south,false,,GeoNames
    managua,Managua,NIC,Managua,12.1328,-86.2504,south,false,,GeoNames
    danli,Danlí,HND,El Paraíso,14.0333,-86.5833,north,false,registered,GeoNames
    """)
    links = csv("""\
    origin,destination,mode,km,km_basis,detour_factor,days,fare_usd,checkpoints,source
    lajas-blancas,paso-canoas,bus,681,great_circle,1.23,2,60,1,buses of the controlled flow; a night of waiting
    paso-canoas,los-chiles,bus,425,great_circle,1.23,1.5,30,0,through buses across Costa Rica
    los-chiles,managua,bus,255,great_circle,1.23,1,18,1,great circle 207 km
    managua,danli,bus,290,great_circle,1.40,2,25,1,assumption: by Ocotal and over the hills
    """)
    people = csv("""\
    group,nationality,household,share,source
    everybody,all,any,1.0,all whom Panama counted
    """)
    links
    return links, people, places


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    The fourth table is who enters: people whom Panama counted at the exit of the Darién, month by month, as they ship with Corredor.
    """)
    return


@app.cell
def _(corredor, links, monthly, people, places):
    def corridor(who):
        """Return the world in which these people enter, as Panama counted them."""
        counted = monthly("darien_crossings", who)["2022-01":"2024-12"]
        entry = counted.rename("people").reset_index()
        entry = entry.assign(
            month=entry["month"].astype(str), nationality="all", place="lajas-blancas",
            basis="record", source="darien_crossings: Servicio Nacional de Migración de Panamá",
        )  # fmt: skip
        return corredor.World.from_frames(
            name="darien-to-danli", places=places, links=links, people=people, entry=entry,
            series={"registered": {
                "counts": ["travelled"], "where": {"link_destination": ["danli"]},
            }},
        )  # fmt: skip

    corridor("all")
    return (corridor,)


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    The files were checked when the world was made: a link to a place that is not there, a share above one or a month left out would
    have been told with its table and line.

    ## Run it beside Honduras's count
    """)
    return


@app.cell
def _(corredor, corridor, monthly, pd):
    MONTHS = slice("2022-02", "2024-12")

    def beside(who):
        """Return the model's people on their way into Honduras, and those who were registered."""
        result = corredor.run(corridor(who), replicates=20)
        bands = result.corredor.bands("registered")
        bands.index = bands.index.to_period("M")
        counted = monthly("honduras_irregular_entries", who)
        return pd.DataFrame({
            "counted": counted, "model": bands["mean"], "low": bands["q05"], "high": bands["q95"],
        })[MONTHS]  # fmt: skip

    everybody = beside("all")
    years = everybody.groupby(everybody.index.year.astype(str).rename("year"))
    years[["counted", "model"]].sum().round()
    return beside, everybody


@app.cell
def _(Figure, Picture, everybody):
    def drawn(table, title):
        """Draw both counts by month."""
        figure = Figure(figsize=(7, 3), layout="constrained")
        axes = figure.subplots()
        when = table.index.to_timestamp()
        axes.fill_between(
            when, table["low"], table["high"], color="#0b6e6e", alpha=0.3, linewidth=0
        )
        axes.plot(when, table["model"], color="#0b6e6e", label="of those who crossed the Darién")
        axes.plot(when, table["counted"], color="#b5541c", label="registered by Honduras")
        axes.set(title=title, ylabel="people a month", ylim=(0, None))
        axes.legend(frameon=False)
        axes.spines[["top", "right"]].set_visible(False)
        return Picture(figure, f"{title}: people a month, model and Honduras")

    drawn(everybody, "Everybody")
    return (drawn,)


@app.cell(hide_code=True)
def _(everybody, mo):
    _late = everybody["2023-09":"2024-06"].sum()
    _early = everybody["2022-02":"2023-08"].sum()
    mo.md(f"""
    From September 2023 to June 2024 Honduras registered **{_late["counted"]:,.0f}** people, while the model, in which everybody who crossed the
    Darién goes on, has {_late["model"]:,.0f} set out from Managua: {_late["counted"] / _late["model"]:.1f} times as many. In the nineteen months before
    it was {_early["counted"] / _early["model"]:.1f} times. The band of the runs is narrow, for with many people chance evens out; it is not how sure the answer
    is.

    More than everybody cannot have come that way. Who, then?

    ## By nationality
    """)
    return


@app.cell
def _(beside, pd):
    rows = []
    for who in ("Venezuela", "Ecuador", "Haiti", "Cuba"):
        found = beside(who)["2023-01":"2024-12"].sum()
        rows.append({
            "nationality": who, "counted by Honduras": round(found["counted"]),
            "of those who crossed the Darién": round(found["model"]),
            "times": round(found["counted"] / found["model"], 2),
        })  # fmt: skip
    by_nationality = pd.DataFrame(rows)
    by_nationality
    return (by_nationality,)


@app.cell
def _(beside, drawn):
    drawn(beside("Venezuela"), "Venezuelans")
    return


@app.cell(hide_code=True)
def _(by_nationality, mo):
    _times = by_nationality.set_index("nationality")["times"]
    mo.md(f"""
    Of Venezuelans Honduras registered {_times["Venezuela"]:.2f} for each one whom Panama counted and who went on. Of Cubans it registered
    {_times["Cuba"]:,.0f} for each one: hardly any of them walk through the Darién.

    ## One unknown, found from what was counted

    For Venezuelans the two counts tell of the same people, so ask: what share of those who crossed are registered by Honduras? One prior,
    one year of counts. The error of a month (0.2, of the logarithm) is an assumption: people wait for money and buses, and
    Honduras registers those who come to its offices.
    """)
    return


@app.cell
def _(corredor, corridor, monthly, np, pd):
    counted = monthly("honduras_irregular_entries", "Venezuela")["2023-01":"2023-12"]
    observations = pd.DataFrame({
        "series": "registered", "month": counted.index.astype(str), "value": counted.to_numpy(),
        "error": 0.2,
    })  # fmt: skip
    prior = corredor.Prior(
        lever="entry.factor", spread=0.5, reason="the share that is registered is not known"
    )
    posterior = corredor.calibrate(corridor("Venezuela"), observations, [prior], members=60)
    shares = posterior.factors["entry.factor"].values.ravel()
    low, middle, high = np.quantile(shares, (0.05, 0.5, 0.95))
    f"registered, of a hundred who crossed: {100 * middle:.0f} ({100 * low:.0f} to {100 * high:.0f})"
    return high, low, middle


@app.cell
def _(beside, high, low, middle, pd):
    later = beside("Venezuela")["2024-01":"2024-12"]
    tested = pd.DataFrame({
        "counted": later["counted"], "expected": middle * later["model"],
        "low": low * later["model"], "high": high * later["model"],
    }).round()  # fmt: skip
    tested.index = tested.index.astype(str).rename("month")
    tested
    return (tested,)


@app.cell(hide_code=True)
def _(high, low, middle, mo, tested):
    _inside = ((tested["counted"] >= tested["low"]) & (tested["counted"] <= tested["high"])).sum()
    _off = (tested["counted"] / tested["expected"] - 1).abs().median()
    mo.md(f"""
    In 2023 Honduras registered {100 * middle:.0f} in a hundred ({100 * low:.0f} to {100 * high:.0f}). Carried on, this share would have been off by
    {100 * _off:.0f} % in the median month of 2024, and only {_inside} of {len(tested)} months lie inside its band. So the share is no constant: the band
    says how well a *constant* is known, and there is none.

    ## What this says, and what it does not

    - **Known**: both counts, as published. Whether somebody who is registered twice counts twice is not said.
    - **Assumed**: days of travel and of rest, that nobody stays in Costa Rica or Nicaragua, that everybody takes this road.
    - **Follows**: two counts along one road differ by more than time on the way, and by nationality in a way that time cannot make. That
      fits people who fly to Managua (the [record](../docs/record.md) names it as a reason not to compare the two); the counts do not prove it.
    - **Left out**: people who enter Honduras elsewhere or unseen. A share below a hundred may be they.

    The next steps for a corridor of your own, with files on disk and commands: [a corridor of your own](../docs/how-to/new-corridor.md).
    """)
    return


if __name__ == "__main__":
    app.run()
