"""A file of claims for the app's tests: two of the record and one of the small world's model."""

from __future__ import annotations

from pathlib import Path

CLAIMS = """
title = "Some claims"
title_es = "Algunas afirmaciones"

[[claim]]
id = "fall"
statement = "Encounters fell by half."
statement_es = "Los encuentros cayeron a la mitad."
said_by = "somebody"
said_by_es = "alguien"
kind = "record"

[[claim.checks]]
name = "falls_by"
series = "border_patrol_encounters"
month_a = "2023-12"
month_b = "2024-01"
percent = 50

[[claim]]
id = "snow"
statement = "It snowed."
said_by = "somebody"
kind = "none"

[[claim]]
id = "fewer"
statement = "The same has fewer detentions than itself."
said_by = "somebody"
kind = "model"

[[claim.checks]]
name = "scenario_difference"
scenario = "small.toml"
compared_with = "small.toml"
measure = "detentions"
expect = "no_change"
percent = 1
start = "2023-02"
end = "2023-04"
"""


def write_claims(folder: Path) -> Path:
    """Write the file of claims beside the scenario that it names; returns its folder."""
    (folder / "claims").mkdir()
    text = CLAIMS.replace("small.toml", str(folder / "small.toml"))
    (folder / "claims" / "some.toml").write_text(text, encoding="utf-8")
    return folder / "claims"
