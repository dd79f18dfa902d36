"""What a request may name, and how each name must look."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query
from pydantic import StringConstraints

Language = Annotated[Literal["en", "es"], Query(description="Language of names and texts.")]
RunId = Annotated[str, Path(pattern="^[0-9a-f]{16}$", description="A run, as the list names it.")]
AskedId = Annotated[str, Query(pattern="^[0-9a-f]{16}$")]
Compared = Annotated[
    list[Annotated[str, StringConstraints(pattern="^[0-9a-f]{16}$")]],
    Query(min_length=2, max_length=6, description="Runs, the one to compare with first."),
]
Slug = Annotated[str, Query(pattern="^[a-z0-9][a-z0-9-]{0,59}$", examples=["baseline"])]
MONTH_PATTERN = "^(19|20)[0-9]{2}-(0[1-9]|1[0-2])$"
Month = Annotated[str, Query(pattern=MONTH_PATTERN, examples=["2024-01"])]
OneMonth = Annotated[
    str | None, Query(pattern=MONTH_PATTERN, description="All months if left out.")
]
Zone = Annotated[str | None, Query(pattern="^[a-z_]{1,40}$", examples=["south"])]
Share = Annotated[float, Query(ge=0, le=1, description="Share of people for whom is planned.")]
