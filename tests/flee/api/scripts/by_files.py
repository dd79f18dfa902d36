# A run by files, as most people start one: folders and days from the command line, CSV printed.
import datetime
import sys

from flee import InputGeography, flee, spawning
from flee.datamanager import handle_refugee_data, read_period
from flee.postprocessing import analysis as a
from flee.SimulationSettings import SimulationSettings

inputs, records, days, settings = sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]
start_date, end_time = read_period.read_sim_period(f"{inputs}/sim_period.csv")
if days > 0:
    end_time = days
SimulationSettings.ReadFromYML(settings)
SimulationSettings.ConflictInputFile = f"{inputs}/conflicts.csv"

e = flee.Ecosystem()
ig = InputGeography.InputGeography()
ig.ReadConflictInputCSV(SimulationSettings.ConflictInputFile)
ig.ReadLocationsFromCSV(f"{inputs}/locations.csv")
ig.ReadLinksFromCSV(f"{inputs}/routes.csv")
ig.ReadClosuresFromCSV(f"{inputs}/closures.csv")
e, lm = ig.StoreInputGeographyInEcosystem(e)
d = handle_refugee_data.RefugeeTable(
    csvformat="generic",
    data_directory=records,
    start_date=start_date,
    data_layout="data_layout.csv",
    population_scaledown_factor=SimulationSettings.optimisations["PopulationScaleDownFactor"],
)
d.ReadL1Corrections(f"{inputs}/registration_corrections.csv")

camps = e.get_camp_names()
print(
    "Day,Date,"
    + "".join(f"{name} sim,{name} data,{name} error," for name in camps)
    + "Total error,refugees in camps (UNHCR),total refugees (simulation),"
    "raw UNHCR refugee count,refugees in camps (simulation),refugee_debt"
)
for name in camps:
    spawning.add_initial_refugees(e, d, lm[name])

for t in range(end_time):
    ig.AddNewConflictZones(e, t)
    new_refs, raw, debt = spawning.spawn_daily_displaced(e, t, d)
    spawning.refresh_spawn_weights(e)
    e.enact_border_closures(t)
    e.evolve()
    errors, row, in_camps = [], "", 0
    for name in camps:
        people, record = lm[name].numAgents, d.get_field(name, t)
        row += f"{people},{record},{a.rel_error(people, record)},"
        errors.append(a.abs_error(people, record))
        in_camps += people
    total = sum(errors) / float(raw) if raw > 0 else 0.0
    date = datetime.date.fromisoformat(start_date) + datetime.timedelta(days=t)
    print(
        f"{t},{date},{row}{total},{sum(d.get_field(n, t) for n in camps)},{e.numAgents()},"
        f"{raw},{in_camps},{debt}"
    )
