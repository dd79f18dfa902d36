# A run by ranks, as Flee's run_par.py: the same on one rank; floods by the name of their file.
import sys

import numpy as np
from flee import InputGeography, spawning
from flee import pflee as flee
from flee.datamanager import (
    DataTable,  # noqa: F401
    handle_refugee_data,
    read_period,
)
from flee.SimulationSettings import SimulationSettings

inputs, records, days, settings = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
start_date, end_time = read_period.read_conflict_period(f"{inputs}/sim_period.csv")
if days > 0:
    end_time = days
flee.SimulationSettings.ReadFromYML(settings)
flee.SimulationSettings.FlareConflictInputFile = f"{inputs}/conflicts.csv"
flee.SimulationSettings.FloodLevelInputFile = f"{inputs}/flood_level.csv"

e = flee.Ecosystem()
ig = InputGeography.InputGeography()
ig.ReadFlareConflictInputCSV(flee.SimulationSettings.FlareConflictInputFile)
ig.ReadLocationsFromCSV(f"{inputs}/locations.csv")
ig.ReadLinksFromCSV(f"{inputs}/routes.csv")
ig.ReadClosuresFromCSV(f"{inputs}/closures.csv")
e, lm = ig.StoreInputGeographyInEcosystem(e)
d = handle_refugee_data.RefugeeTable(
    csvformat="generic", data_directory=records, start_date=start_date,
    data_layout="data_layout.csv",
    population_scaledown_factor=SimulationSettings.optimisations["PopulationScaleDownFactor"],
)  # fmt: skip
d.ReadL1Corrections(f"{inputs}/registration_corrections.csv")
camps = e.get_camp_names()
for name in camps:
    spawning.add_initial_refugees(e, d, lm[name])
if e.getRankN(0):
    print("Day," + ",".join(camps) + ",everybody")
for t in range(end_time):
    ig.AddNewConflictZones(e, t)
    new_refs, raw, debt = spawning.spawn_daily_displaced(e, t, d)
    spawning.refresh_spawn_weights(e)
    e.enact_border_closures(t)
    e.evolve()
    people = np.array([lm[name].numAgents for name in camps])
    if e.getRankN(t):
        print(f"{t}," + ",".join(map(str, people)) + f",{e.numAgents()}")
