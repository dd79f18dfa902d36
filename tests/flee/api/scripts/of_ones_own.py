# A script of one's own, as for an article: people of two kinds put in by hand, and who came where.
import collections
import sys

from flee import flee
from flee.SimulationSettings import SimulationSettings

SimulationSettings.ReadFromYML(sys.argv[1])
SimulationSettings.move_rules["MaxMoveSpeed"] = 200.0
SimulationSettings.move_rules["ChildrenAvoidHazards"] = True
SimulationSettings.move_rules["ConflictWeight"] = 0.25
e = flee.Ecosystem()
home = e.addLocation(name="Home", location_type="town", pop=5000)
front = e.addLocation(name="Front", location_type="conflict_zone", pop=5000)
haven = e.addLocation(name="Haven", location_type="camp", capacity=100000)
e.linkUp("Home", "Front", 100.0)
e.linkUp("Home", "Haven", 100.0)
home.movechance, front.movechance, haven.movechance = 1.0, 0.0, 0.0
for number in range(4000):
    e.addAgent(home, {"age": 10 if number % 2 else 40, "gender": "female"})
for _ in range(2):
    e.evolve()
where = collections.Counter(
    (agent.location.name, agent.attributes["age"]) for agent in e.agents if not agent.travelling
)
for name in ("Front", "Haven"):
    print(name, where[name, 10], where[name, 40])
