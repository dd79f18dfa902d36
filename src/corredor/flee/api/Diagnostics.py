"""Flee's logs of persons and links, ``agents.out.0`` and ``links.out.0``, in the folder at hand."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from corredor.errors import UsageError

if TYPE_CHECKING:
    from corredor.flee.api.locations import Location, Person

AGENTS = "#time,rank-agentid,original_location,current_location,gps_x,gps_y,is_travelling"
LINKS = "#time,start_location,end_location,cum_num_agents,attribute"


def write_links(locations: Sequence[Location], time: int, timestep_interval: int = 1) -> None:
    """Write how many people ever took each open link; a file is begun anew on day 0."""
    rows = [
        f"{time},{link.startpoint.name},{link.endpoint.name},{link.cumNumAgents},total"
        for place in locations
        for link in place.links
    ]
    _write(Path("links.out.0"), LINKS, rows, time, timestep_interval)


def write_agents(
    agents: Sequence[Person], time: int, max_written: int = -1, timestep_interval: int = 1
) -> None:
    """Write where each person is: Flee's first columns, and their attributes.

    Not the km of persons, which are not kept, nor the places that they passed on a day.
    """
    names = list(agents[0].attributes) if agents else []
    head = ",".join([AGENTS, *names])
    written = agents if max_written < 0 else agents[:max_written]
    rows = [
        ",".join(map(str, (
            time, f"0-{number}", person.home_location.name, person.location.name,
            person.location.x, person.location.y, person.travelling,
            *(person.attributes.get(name, "") for name in names),
        )))
        for number, person in enumerate(written)
    ]  # fmt: skip
    _write(Path("agents.out.0"), head, rows, time, timestep_interval)


def _write(path: Path, head: str, rows: Sequence[str], time: int, interval: int) -> None:
    if interval < 1:
        raise UsageError(f"timestep_interval: found {interval}, expected 1 or more.")
    begins = time == 0
    with path.open("w" if begins else "a", encoding="utf-8") as file:
        file.writelines(f"{row}\n" for row in ([head] if begins else []))
        if time % interval == 0:
            file.writelines(f"{row}\n" for row in rows)
