"""A posterior: the sets of factors that calibration left, one set a member, with provenance.

``posterior.parquet`` of a world has a row for each member, lever and month. A replicate of a run
takes the factors of one member, so replicates differ as widely as the record leaves things open.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from corredor.corridor.levers import Lever, known_levers
from corredor.corridor.world import World
from corredor.engine.levers import ALWAYS, Factors
from corredor.errors import InputError, Problem, UsageError, did_you_mean
from corredor.inputs.sealed import read_sealed, write_sealed

NAME = "posterior.parquet"
OWN = "own_levers"  # in the provenance: what it moves of rules of somebody's own
BEYOND = 100.0  # assumption: wide priors have been seen to go 33 times past the end


@dataclass(frozen=True, eq=False)
class Posterior:
    """Factors by lever, ``[member, days]``, and how they were made.

    Attributes
    ----------
    factors : dict
        As ``Levers.scaled`` takes them.
    provenance : dict
        Hashes of world, scenario and inputs, months, members, iterations, seed, draw, and what
        computed it.

    Examples
    --------
    >>> import corredor
    >>> from corredor.corridor.posterior import load_posterior
    >>> posterior = load_posterior(corredor.world("mexico"))
    >>> posterior.months
    ('2021-07', '2024-12')
    """

    factors: Mapping[str, Factors]
    provenance: Mapping[str, Any]

    @property
    def members(self) -> int:
        """Return how many sets of factors there are."""
        return len(next(iter(self.factors.values())).values)

    @property
    def months(self) -> tuple[str, str] | None:
        """Return the first and the last month that calibration looked at, if it says so."""
        if not {"from", "to"} <= set(self.provenance):
            return None
        return str(self.provenance["from"]), str(self.provenance["to"])

    @cached_property
    def digest(self) -> str:
        """Return a digest of the factors, by which a result says which ones it was made with."""
        digest = hashlib.sha256()
        for lever, factor in sorted(self.factors.items()):
            digest.update(f"{lever} {[str(day) for day in factor.days]} {factor.added}".encode())
            digest.update(np.ascontiguousarray(factor.values).tobytes())
        return digest.hexdigest()

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
            [
                ("lever", pa.string()),
                ("from", pa.date32()),
                ("member", pa.int16()),
                ("kind", pa.string()),
                ("value", pa.float32()),
            ],
        )
        table = pa.Table.from_pandas(pd.concat(parts), schema=schema, preserve_index=False)
        write_sealed(table, path, self.provenance, replace=True)


def read_posterior(path: Path) -> Posterior:
    """Read a posterior that :meth:`Posterior.save` wrote.

    Raises
    ------
    InputError
        If there is no file, or values in it that no lever could take.
    DamagedError
        If it is not what was written.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(_problem(path, f"{error.strerror}.")) from None
    held = _parsed(path, content)
    return Posterior(dict(held.factors), dict(held.provenance))


@lru_cache(4)
def _parsed(path: Path, content: bytes) -> Posterior:
    """Return the posterior in a file; every run of a process wants the same one."""
    table, provenance = read_sealed(path, content, coded=("lever", "kind"))
    if not table.num_rows:
        raise InputError(_problem(path, "It has no rows."))
    try:
        factors = dict(_factors(table))
    except (KeyError, ValueError) as error:
        raise InputError(_problem(path, f"{error}.")) from None
    own = set(provenance.get(OWN, ()))
    _refuse_impossible(path, {name: f for name, f in factors.items() if name not in own})
    return Posterior(factors, provenance)


def _factors(table: pa.Table) -> Iterator[tuple[str, Factors]]:
    """Yield the factors of each lever, in the order in which the rows have them first.

    Columns are taken as they are held: of a million rows a frame of Python's texts takes longer.
    """
    levers, codes = _coded(table["lever"])
    if (np.diff(codes) < 0).any():  # rows of a lever that do not stand together
        order = np.argsort(codes, kind="stable")
        table, codes = table.take(order), codes[order]
    kinds, kind = _coded(table["kind"])
    added = set(codes[kind == kinds.index("added")]) if "added" in kinds else set()
    first = table["member"].to_numpy() == 0
    days_of_first = np.array(table["from"].filter(pa.array(first)).to_pylist(), object)
    cuts = np.arange(1, len(levers), dtype=codes.dtype)
    by_lever = zip(
        levers,
        np.split(days_of_first, np.searchsorted(codes[first], cuts)),
        np.split(table["value"].to_numpy(), np.searchsorted(codes, cuts)),
        strict=True,
    )
    for code, (lever, of_days, numbers) in enumerate(by_lever):
        days = tuple(ALWAYS if day is None else day for day in of_days)
        values = numbers.astype(np.float64).reshape(-1, len(days))
        values.flags.writeable = False
        yield lever, Factors(days, values, code in added)


def _coded(column: pa.ChunkedArray) -> tuple[list[str], NDArray[np.integer]]:
    """Return the texts of a column that was read as codes, and the code of each row."""
    whole = column.unify_dictionaries().combine_chunks()
    return whole.dictionary.to_pylist(), whole.indices.to_numpy()


def _problem(path: Path, hint: str) -> Problem:
    return Problem(str(path), "a posterior that corredor calibrate wrote", hint=hint)


def _refuse_impossible(path: Path, factors: Mapping[str, Factors]) -> None:
    """Refuse values that would take a lever where it cannot be, whatever its level."""
    levers, problems = known_levers(), []
    for name, factor in factors.items():
        lever = levers.get(name) or levers.get(name.rpartition(".")[0])
        if lever is None:
            hint = did_you_mean(name, levers)
            problems.append(Problem(str(path), "a lever", name, column="lever", hint=hint))
            continue
        least, most = possible(lever, added=factor.added)
        wrong = ~((factor.values >= least) & (factor.values <= most))
        if wrong.any():
            what = "an amount" if factor.added else "a factor"
            member = int(np.flatnonzero(wrong.any(axis=1))[0])
            problems.append(
                Problem(
                    str(path), f"{what} from {least:g} to {most:g}, which the range of the lever "
                    "allows", float(factor.values[wrong][0]), column=f"{name}, member {member}",
                )
            )  # fmt: skip
    if problems:
        raise InputError(problems)


def within_range(name: str, factor: Factors, levers: Mapping[str, Lever]) -> Factors:
    """Return factors on one of some levers, or on its key, none beyond what the lever can take."""
    lever = levers.get(name) or levers[name.rpartition(".")[0]]
    least, most = possible(lever, added=factor.added)
    return Factors(factor.days, np.clip(factor.values, least, most), factor.added)


def possible(lever: Lever, *, added: bool) -> tuple[float, float]:
    """Return the least and the most that a factor on a lever, or an amount added to it, can be.

    An amount takes a lever from one end of its range to the other at most. Where a factor takes a
    lever past the end of its range the lever stays there, which wide priors do now and then; one
    that takes its default more than ``BEYOND`` times past the end comes from no calibration.
    """
    if added:
        return lever.minimum - lever.maximum, lever.maximum - lever.minimum
    level = abs(lever.default) or max(abs(lever.minimum), abs(lever.maximum))
    return 0.0, BEYOND * max(abs(lever.minimum), abs(lever.maximum)) / level


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
