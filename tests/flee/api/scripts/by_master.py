# A run by files as in the development version: settings name the file of conflicts.
import sys

from flee import InputGeography, flee, spawning
from flee.datamanager import (
    DataTable,  # noqa: F401
    handle_refugee_data,
    read_period,
)
from flee.SimulationSettings import SimulationSettings

inputs, records, days, settings = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
start_date, end_time = read_period.read_sim_period(f"{inputs}/sim_period.csv")
if days > 0:
    end_time = days
flee.SimulationSettings.ReadFromYML(settings)
flee.SimulationSettings.ConflictInputFile = f"{inputs}/conflicts.csv"

e = flee.Ecosystem(start_date, demographics_test_prefix=inputs)
ig = InputGeography.InputGeography()
ig.ReadLocationsFromCSV(f"{inputs}/locations.csv")
ig.ReadLinksFromCSV(f"{inputs}/routes.csv")
ig.ReadClosuresFromCSV(f"{inputs}/closures.csv")
e, lm = ig.StoreInputGeographyInEcosystem(e)
if SimulationSettings.spawn_rules["read_from_agents_csv_file"]:
    ig.ReadAgentsFromCSV(e, f"{inputs}/agents.csv")
d = handle_refugee_data.RefugeeTable(
    csvformat="generic",
    data_directory=records,
    start_date=start_date,
    data_layout="data_layout.csv",
    population_scaledown_factor=SimulationSettings.optimisations["PopulationScaleDownFactor"],
    start_empty=SimulationSettings.spawn_rules["EmptyCampsOnDay0"],
)
d.ReadL1Corrections(f"{inputs}/registration_corrections.csv")
for name in e.get_camp_names():
    spawning.add_initial_refugees(e, d, lm[name])
for t in range(end_time):
    ig.AddNewConflictZones(e, t)
    fled, raw, debt = spawning.spawn_daily_displaced(e, t, d)
    spawning.refresh_spawn_weights(e)
    e.enact_border_closures(t)
    e.evolve()
    print(f"{t},{e.date_string},{sum(lm[n].numAgents for n in e.get_camp_names())},{e.numAgents()}")
