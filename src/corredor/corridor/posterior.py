"""A posterior: the sets of factors that calibration left, one set a member, with provenance.

``posterior.parquet`` of a world has a row for each member, lever and month. A replicate of a run
takes the factors of one member, so replicates differ as widely as the record leaves things open.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from corredor.corridor.world import World
from corredor.engine.levers import ALWAYS, Factors
from corredor.errors import InputError, OutputError, Problem, UsageError

NAME = "posterior.parquet"
META = b"corredor"


@dataclass(frozen=True, eq=False)
class Posterior:
    """Factors by lever, ``[member, days]``, and how they were made.

    Attributes
    ----------
    factors : dict
        As ``Levers.scaled`` takes them.
    provenance : dict
        Version, hashes of world, scenario and inputs, months, members, iterations, seed.
    """

    factors: Mapping[str, Factors]
    provenance: Mapping[str, str | int]

    @property
    def members(self) -> int:
        """Return how many sets of factors there are."""
        return len(next(iter(self.factors.values())).values)

    def of(self, replicates: Sequence[int]) -> dict[str, Factors]:
        """Return the factors of replicates: member 0 for replicate 0, and round again."""
        members = np.asarray(replicates) % self.members
        return {
            lever: Factors(f.days, f.values[members], f.added) for lever, f in self.factors.items()
        }

    def save(self, path: Path) -> None:
        """Write the posterior, whole or not at all.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        parts = []
        for lever, factor in self.factors.items():
            members, days = factor.values.shape
            parts.append(
                pd.DataFrame(
                    {
                        "lever": lever,
                        "from": np.tile([None if d == ALWAYS else d for d in factor.days], members),
                        "member": np.repeat(np.arange(members, dtype=np.int16), days),
                        "kind": "added" if factor.added else "factor",
                        "value": factor.values.astype(np.float32).ravel(),
                    }
                )
            )
        schema = pa.schema(
            [("lever", pa.string()), ("from", pa.date32()), ("member", pa.int16()),
             ("kind", pa.string()), ("value", pa.float32())],
            metadata={META: json.dumps(dict(self.provenance), sort_keys=True).encode()},
        )  # fmt: skip
        table = pa.Table.from_pandas(pd.concat(parts), schema=schema, preserve_index=False)
        temporary = path.with_name(f".{path.name}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            pq.write_table(table, temporary, compression="zstd")
            temporary.replace(path)
        except OSError as error:
            temporary.unlink(missing_ok=True)
            raise OutputError(f"{path}: cannot be written: {error.strerror}.") from None


def read_posterior(path: Path) -> Posterior:
    """Read a posterior that :meth:`Posterior.save` wrote.

    Raises
    ------
    InputError
        If the file is none.
    """
    try:
        held = _parsed(path.read_bytes())
    except (OSError, KeyError, ValueError, pa.ArrowException) as error:
        raise InputError(
            Problem(str(path), "a posterior that corredor calibrate wrote", hint=f"{error}.")
        ) from None
    return Posterior(dict(held.factors), dict(held.provenance))


@lru_cache(4)
def _parsed(content: bytes) -> Posterior:
    """Return the posterior in a file; every run of a process wants the same one."""
    table = pq.read_table(pa.BufferReader(content))
    provenance = json.loads((table.schema.metadata or {})[META])
    factors = {}
    for lever, rows in table.to_pandas().groupby("lever", sort=False):
        days = tuple(
            ALWAYS if day is None or pd.isna(day) else _date(day)
            for day in rows.loc[rows["member"] == 0, "from"]
        )
        values = rows["value"].to_numpy(np.float64).reshape(-1, len(days))
        values.flags.writeable = False
        factors[str(lever)] = Factors(days, values, bool((rows["kind"] == "added").any()))
    return Posterior(factors, provenance)


def _date(day: dt.date | pd.Timestamp) -> dt.date:
    return day.date() if isinstance(day, pd.Timestamp) else day


def has_posterior(world: World) -> bool:
    """Return whether a world has been calibrated."""
    return (world.folder / NAME).exists()


def load_posterior(world: World) -> Posterior:
    """Read the posterior of a world.

    Raises
    ------
    UsageError
        If there is none, or it was made for other tables.
    """
    if not has_posterior(world):
        raise UsageError(
            f"{world.name}: not calibrated yet. Run `corredor calibrate {world.name}`, or choose "
            "parameters prior or fixed."
        )
    posterior = read_posterior(world.folder / NAME)
    if posterior.provenance.get("world_hash") != world.hash:
        raise UsageError(
            f"{world.folder / NAME}: was made for other tables of {world.name}. Run "
            f"`corredor calibrate {world.name}` again, or choose parameters prior or fixed."
        )
    return posterior
