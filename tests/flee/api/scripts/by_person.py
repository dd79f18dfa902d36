# A script that follows persons: agents put in place by hand, and links logged.
import sys

from flee import flee
from flee.SimulationSettings import SimulationSettings

SimulationSettings.move_rules["MaxMoveSpeed"] = 100.0
SimulationSettings.log_levels["link"] = 1
SimulationSettings.log_levels["agent"] = 1
e = flee.Ecosystem(draw=sys.argv[1])
a = e.addLocation(name="A", movechance=1.0)
b = e.addLocation(name="B", location_type="camp")
e.linkUp("A", "B", 250.0)
for number in range(5):
    e.addAgent(a, {"group": number % 2})
for t in range(4):
    e.evolve()
    on_the_way = sum(agent.travelling for agent in e.agents)
    print(t, on_the_way, [agent.location.name for agent in e.agents])
