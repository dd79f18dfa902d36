"""The processes, in the order of a day.

1. entry         people come to the places where the world begins, or leave home
2. caravans      a caravan forms, is joined, walks as one body, loses members
3. movement      people on the way leave a town for the next, by the road that promises most
4. sea           people in boats are stopped and brought back to the coast, or lost
5. interdiction  people are stopped in towns and on roads; caravans are dissolved
6. custody       people held are put back on the way, deported, or let go with a paper
7. appointments  people register, wait, are given appointments, and enter at a port
8. crossing      people are admitted at ports without an appointment, or try between the ports
9. settlement    people on the way stay where they are, ask for refuge, or go home
10. harm         robbery, extortion, kidnapping, threats, abuse in custody are counted
11. removal      people are removed from inside the country ahead; some set off again
12. shutdown     the encounters of a week decide whether asylum is shut tomorrow

A process (``corredor.corridor.model.Process``) declares the kinds of state and the flows that it
brings, and lays out its transitions as the steps of its day in order. A world that lacks what a
process is about has a day without it. No process imports another.
"""

from __future__ import annotations

from corredor.corridor.model import Process
from corredor.corridor.processes.appointments import Appointments
from corredor.corridor.processes.caravans import Caravans
from corredor.corridor.processes.crossing import Crossing
from corredor.corridor.processes.custody import Custody
from corredor.corridor.processes.entry import Entry
from corredor.corridor.processes.harm import Harm
from corredor.corridor.processes.interdiction import Interdiction
from corredor.corridor.processes.movement import Movement
from corredor.corridor.processes.removal import Removal
from corredor.corridor.processes.sea import Sea
from corredor.corridor.processes.settlement import Settlement
from corredor.corridor.processes.shutdown import Shutdown

PROCESSES: tuple[Process, ...] = (
    Entry(),
    Caravans(),
    Movement(),
    Sea(),
    Interdiction(),
    Custody(),
    Appointments(),
    Crossing(),
    Settlement(),
    Harm(),
    Removal(),
    Shutdown(),
)
