"""Flee's logs of persons and links, ``agents.out.0`` and ``links.out.0``, in the folder at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corredor.errors import UsageError
from corredor.flee.agents_out import COLUMNS, LINKS_OF_THE_DAY, NUMBERED
from corredor.flee.api.SimulationSettings import SimulationSettings
from corredor.flee.links_out import BY_ATTRIBUTE, HEADER

if TYPE_CHECKING:
    from corredor.flee.api.locations import Location, Person


def write_links(locations: Sequence[Location], time: int, timestep_interval: int = 1) -> None:
    """Write how many people ever took each open link; a file is begun anew on day 0."""
    rows = []
    for link in (link for place in locations for link in place.links):
        begin = f"{time},{link.startpoint.name},{link.endpoint.name}"
        rows.append(f"{begin},{link.cumNumAgents},total")
        if SimulationSettings.log_levels["link"] > BY_ATTRIBUTE:
            rows += [f"{begin},{people},{name}:{value}"
                     for name, by_value in link.cumNumAgentsByAttribute.items()
                     for value, people in by_value.items()]  # fmt: skip
    _write(Path("links.out.0"), ",".join(HEADER), rows, time, timestep_interval)


def write_agents(
    agents: Sequence[Person], time: int, max_written: int = -1, timestep_interval: int = 1
) -> None:
    """Write where each person is, their way and their attributes, as the level of the log asks."""
    names = list(agents[0].attributes) if agents else []
    level, rows = SimulationSettings.log_levels["agent"], []
    for number, person in enumerate(agents if max_written < 0 else agents[:max_written]):
        passed = person.locations_visited if level >= LINKS_OF_THE_DAY else ()
        for hop, spot in enumerate((person.location, *passed)):
            rows.append(",".join(map(str, (
                f"{time}-{hop}" if hop and level >= NUMBERED else time, f"0-{number}",
                person.home_location.name, spot.name, spot.x, spot.y, person.travelling,
                person.distance_travelled, person.places_travelled,
                person.distance_moved_this_timestep, *person.attributes.values(), "",
            ))))  # fmt: skip
    head = ",".join([*COLUMNS, *names, ""])
    _write(Path("agents.out.0"), head, rows, time, timestep_interval)


def _write(path: Path, head: str, rows: Sequence[str], time: int, interval: int) -> None:
    if interval < 1:
        raise UsageError(f"timestep_interval: found {interval}, expected 1 or more.")
    begins = time == 0
    with path.open("w" if begins else "a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in ([head] if begins else []))
        if time % interval == 0:
            file.writelines(f"{row}\n" for row in rows)
