# A map made in code, as in a lesson: a number of people each day, a border that closes.
import flee.flee as flee
from flee import spawning
from flee.SimulationSettings import SimulationSettings

SimulationSettings.move_rules["MaxMoveSpeed"] = 100.0
SimulationSettings.move_rules["CampMoveChance"] = 0.0
e = flee.Ecosystem()
source = e.addLocation(name="Source", location_type="conflict_zone", pop=10000, country="Here")
town = e.addLocation(name="Town", movechance=1.0, country="Here")
near = e.addLocation(name="Near", location_type="camp", foreign=True, country="There")
far = e.addLocation(name="Far", location_type="camp", foreign=True, country="Beyond")
e.linkUp("Source", "Town", 40.0)
e.linkUp("Town", "Near", 150.0)
e.linkUp("Town", "Far", 150.0)

for t in range(40):
    if t == 10:
        e.close_border("Here", "There")
    if t < 20:
        spawning.spawn_agents(e, 50)
    e.evolve()
    print(t, source.numAgents, town.numAgents, near.numAgents, far.numAgents, e.numAgents())
