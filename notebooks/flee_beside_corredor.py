"""Notebook: the same small case under Flee and under Corredor."""

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="medium")


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    # Flee beside Corredor

    [Flee](https://github.com/djgroen/flee) moves persons one by one; Corredor draws how many of those in one state go which way. *Is that
    the same model?* Here one script runs under both. Only the package that is imported differs. The map is made up.
    """)
    return


@app.cell
def _():
    import contextlib
    import importlib
    import importlib.util
    import io
    import random
    import tempfile
    from pathlib import Path

    import marimo as mo
    import numpy as np
    import pandas as pd
    from matplotlib.figure import Figure

    from corredor.library.picture import Picture

    return Figure, Path, Picture, contextlib, importlib, io, mo, np, pd, random, tempfile


@app.cell(hide_code=True)
def _(mo):
    mo.md("""
    ## The script

    A place of conflict, a town, two camps in two countries. 50 people flee each day for twenty days. On day 10 the border to the nearer
    country closes. Settings are Flee's own, but for the speed (100 km a day) and the chance to leave a camp (none).
    """)
    return


@app.cell
def _(Path, contextlib, importlib, io, np, random, tempfile):
    def run(package, seed, days=40):
        """Return the people in both camps in the evening of each day, [day, camp]."""
        flee = importlib.import_module(f"{package}.flee")
        spawning = importlib.import_module(f"{package}.spawning")
        settings = importlib.import_module(f"{package}.SimulationSettings").SimulationSettings
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "simsetting.yml"
            file.write_text("move_rules:\n  max_move_speed: 100\n  camp_movechance: 0\n")
            with contextlib.redirect_stdout(quiet := io.StringIO()):
                settings.ReadFromYML(str(file))
        random.seed(seed)  # what Flee draws from
        np.random.seed(seed)
        with contextlib.redirect_stdout(quiet), contextlib.redirect_stderr(quiet):
            e = flee.Ecosystem(seed=seed) if package.startswith("corredor") else flee.Ecosystem()
            e.addLocation(name="Source", location_type="conflict_zone", pop=10000, country="Here")
            e.addLocation(name="Town", movechance=1.0, country="Here")
            near = e.addLocation(name="Near", location_type="camp", foreign=True, country="There")
            far = e.addLocation(name="Far", location_type="camp", foreign=True, country="Beyond")
            e.linkUp("Source", "Town", 40.0)
            e.linkUp("Town", "Near", 150.0)
            e.linkUp("Town", "Far", 250.0)
            people = []
            for day in range(days):
                if day == 10:
                    e.close_border("Here", "There")
                if day < 20:
                    spawning.spawn_agents(e, 50)
                e.evolve()
                people.append((int(near.numAgents), int(far.numAgents)))
        return np.array(people)

    return (run,)


@app.cell
def _(importlib, np, run):
    RUNS = 40
    packages = {"Corredor": "corredor.flee.api"}
    if importlib.util.find_spec("flee") is not None:
        packages["Flee"] = "flee"
    people = {  # [run, day, camp]
        name: np.stack([run(package, seed) for seed in range(1, RUNS + 1)])
        for name, package in packages.items()
    }
    return RUNS, people


@app.cell(hide_code=True)
def _(RUNS, mo, people):
    mo.md(
        f"{RUNS} runs of each."
        if "Flee" in people
        else f"{RUNS} runs. **Flee is not installed here** (`pip install flee`), so what follows is of Corredor alone."
    )
    return


@app.cell
def _(Figure, Picture, np, people):
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.subplots()
    for (_name, _runs), style in zip(people.items(), ("-", "--"), strict=False):
        for _camp, _title, _colour in ((0, "Near", "#0b6e6e"), (1, "Far", "#b5541c")):
            _low, _middle, _high = np.quantile(_runs[:, :, _camp], (0.05, 0.5, 0.95), axis=0)
            _days = np.arange(len(_middle))
            axes.plot(_days, _middle, style, color=_colour, label=f"{_title}, {_name}")
            axes.fill_between(_days, _low, _high, color=_colour, alpha=0.15, linewidth=0)
    axes.axvline(10, color="#777777", linewidth=0.8)
    axes.set(
        xlabel="day (the border closes on day 10)", ylabel="people in the camp", ylim=(0, None)
    )
    axes.legend(frameon=False)
    axes.spines[["top", "right"]].set_visible(False)
    Picture(figure, "People in both camps by day, medians and 90 % bands")
    return


@app.cell
def _(np, pd, people):
    rows = []
    for _camp, _title in ((0, "Near"), (1, "Far")):
        for day in (9, 19, 39):
            row = {"camp": _title, "day": day}
            errors = []
            for _name, _runs in people.items():
                _counts = _runs[:, day, _camp]
                row[_name] = _counts.mean()
                row[f"spread, {_name}"] = _counts.std(ddof=1)
                errors.append(_counts.std(ddof=1) / np.sqrt(len(_counts)))
            if "Flee" in people and np.hypot(*errors) > 0:
                row["difference in standard errors"] = (row["Corredor"] - row["Flee"]) / np.hypot(
                    *errors
                )
            rows.append(row)
    table = pd.DataFrame(rows).round(1)
    table
    return (table,)


@app.cell(hide_code=True)
def _(mo, table):
    _words = "Corredor alone was run: there is nothing to compare."
    if "Flee" in table:
        _most = table["difference in standard errors"].abs().max()
        _words = (
            f"The means of the two differ by {_most:.1f} standard errors at most, over {len(table)} numbers that hang together. Under "
            "chance alone one expects about 2."
            + (" **So here they differ by more than chance.**" if _most > 3 else "")
        )
    mo.md(_words)
    return


@app.cell(hide_code=True)
def _(mo, people):
    mo.md(f"""
    ## What this says, and what it does not

    - **Known**: on this map, with these rules, the two give {"the same distribution as far as so few runs can tell" if "Flee" in people else "nothing that can be compared without Flee"}.
    - **Assumed**: nothing but the map. Both take the settings from the same script.
    - **Not shown**: other rules, full camps, hundreds of places. These are measured conflict by conflict in
      [how the two agree](../docs/flee-agreement.md), also where they do not.
    - **Neither** is thereby right about people: that is a question to the record. Which is the quicker, and by how much, is measured in
      [performance](../docs/performance.md).

    To bring cases, settings and scripts of your own: [coming from Flee](../docs/coming-from-flee.md).
    """)
    return


if __name__ == "__main__":
    app.run()
