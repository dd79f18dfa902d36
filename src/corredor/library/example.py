"""A world of three places, made up, on which examples run in no time."""

from __future__ import annotations

import pandas as pd

from corredor.corridor.world import World

MADE_UP = "made up: an example"


def example_world() -> World:
    """Return a made-up corridor of a coast, a town and a border, January to April 2024.

    It is for trying things out: 1,000 people enter each month and walk on. Nothing in it is from
    any real place.

    Returns
    -------
    World
        With one series, ``arrivals``: people who set out for the border.

    Raises
    ------
    OutputError
        If your own folder, where its tables are kept, cannot be written.

    Examples
    --------
    >>> import corredor
    >>> corredor.example_world()
    <World three-places: 3 places, 2 links, 1 group, entry 2024-01 to 2024-04>
    """
    months = [f"2024-{month:02d}" for month in range(1, 5)]
    return World.from_frames(
        name="three-places",
        places=pd.DataFrame({
            "place": ["coast", "town", "border"], "name": ["Coast", "Town", "Border"],
            "country": "XYZ", "state": "one", "latitude": [0.0, 1.0, 2.0], "longitude": 0.0,
            "zone": ["south", "south", "north"], "entry": [True, False, False],
            "sector": ["", "", "north"], "shelter_beds": [None, 200, None],
            "source_position": MADE_UP,
        }),
        links=pd.DataFrame({
            "origin": ["coast", "town"], "destination": ["town", "border"], "mode": "foot",
            "km": 130.0, "km_basis": "published", "days": 4.0, "fare_usd": 0.0, "checkpoints": 0,
            "source": MADE_UP,
        }),
        people=pd.DataFrame({
            "group": ["adults"], "nationality": "all", "household": "adults", "share": 1.0,
            "source": MADE_UP,
        }),
        entry=pd.DataFrame({
            "nationality": "all", "place": "coast", "month": months, "people": 1000,
            "basis": "assumption", "source": MADE_UP,
        }),
        series={"arrivals": {"counts": ["travelled"], "where": {"link_destination": ["border"]}}},
    )  # fmt: skip
