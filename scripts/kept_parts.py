"""Parts of a page that took long to make, kept as they stand until they are made anew.

A part says from which world and priors it was made, so that one that is kept can be told from one
that is of today.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable

import pandas as pd

from corredor.corridor.world import World

FROM = "made_from"  # among the attributes of a table
OLDER = (
    "*Kept from an earlier run, made from another world or other priors than the rest of the page.*"
)


def made_from(world: World) -> str:
    """Return eight digits that change with the tables and the priors of a world.

    Examples
    --------
    >>> import corredor
    >>> len(made_from(corredor.world("mexico")))
    8
    """
    digest = hashlib.sha256(world.hash.encode())
    digest.update((world.folder / "priors.toml").read_bytes())
    return digest.hexdigest()[:8]


def part_of(page: str, heading: str) -> str | None:
    """Return the part of a page below a heading of the second level, with it; None if not there."""
    found = re.search(rf"^{re.escape(heading)}$.*?(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    return found[0].strip() if found else None


def made_or_kept(
    heading: str, table: pd.DataFrame | None, write: Callable[[pd.DataFrame], str],
    *, page: str, now: str, how: str,
) -> str:  # fmt: skip
    """Return a part of a page: written from its table, or as it stood, or that it was never made.

    Parameters
    ----------
    heading : str
        Such as ``## Twins``.
    table : pandas.DataFrame or None
        What the part is written from; what made it notes :func:`made_from` in its attributes.
    write : callable
        Given the table, returns the lines below the heading.
    page : str
        The page as it stands.
    now : str
        :func:`made_from` today.
    how : str
        The command that makes the table.
    """
    if table is not None:
        told = [heading, "", write(table), "", _stamp(str(table.attrs[FROM]))]
        return "\n".join(told if table.attrs[FROM] == now else [*told, "", OLDER])
    kept = part_of(page, heading)
    if kept is None or how in " ".join(kept.split()):
        return f"{heading}\n\nNot run on this world yet (`{how}`)."
    kept = kept.replace(OLDER, "").strip()
    return kept if _stamp(now) in kept else f"{kept}\n\n{OLDER}"


def _stamp(digits: str) -> str:
    return f"Made from world and priors `{digits}`."
