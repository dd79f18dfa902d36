"""A small world that lists structures, and a question with a known answer of nothing."""

from __future__ import annotations

from pathlib import Path

from fit.test_calibrate import OBSERVATIONS
from helpers import COUNTED, PRIORS, SCENARIO, write_world

from corredor.corridor.world import World, load_world
from corredor.runs.structures import FILE

TOLD = """
[question]
series = "border_patrol_encounters"
month_a = "2023-03"
month_b = "2023-04"
scenario = "SCENARIO"
[[question.without]]
name = "entries"
title = "entries as in March"
hold = { "entry.factor" = 2023-03-15 }
[[question.without]]
name = "nothing"
title = "nothing that changes"
hold = { "shutdown.threshold" = 2023-02-15 }

[[variant]]
name = "whole"
title = "as it is"
reason = "a test"

[[variant]]
name = "still"
title = "entries do not walk"
reason = "a test"
prior = [{ lever = "entry.factor", walk = 0.0, spread = 0.0 }]

[[check]]
name = "encounters"
title = "encounters"
kind = "total"
series = "border_patrol_encounters"
months = ["2023-03", "2023-05"]
error = 0.1
must = true

[[check]]
name = "fall"
title = "the fall"
kind = "fall"
series = "border_patrol_encounters"
months = ["2023-03", "2023-04"]
error = 0.1

[[check]]
name = "share"
title = "share of the south-east"
kind = "share"
series = "mexico_detentions"
by = "zone"
part = "south"
place = "four southern states"
months = ["2023-01", "2023-04"]
error = 0.1
"""


def write_structures(folder: Path) -> World:
    """Write the world, and a scenario in it, into a folder."""
    made = write_world(folder / "small")
    (made / "priors.toml").write_text(PRIORS)
    (made / "observations.toml").write_text(COUNTED + OBSERVATIONS)
    path = folder / "small.toml"
    path.write_text(SCENARIO)
    (made / FILE).write_text(TOLD.replace("SCENARIO", str(path)))
    return load_world(made)
