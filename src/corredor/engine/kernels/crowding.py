"""Choices among places that fill up while people come: how likely each is at every filling.

People in a group, such as those in one town, choose among its *options* in proportion to weight
times the room left where the option ends, to a power. A *choice* gathers the options that begin
alike. There is full room in a place up to a number of people, none from another number on, and a
part between.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from corredor.arrays import Floats, Integers
from corredor.engine.compiled import compiled
from corredor.engine.kernels.sharing import row
from corredor.engine.random.philox import bare

TOO_FULL = 0.5  # with less room left nobody sets out for a place that turns people away


Given = TypeVar("Given", "Options", "Pull")


class Options(NamedTuple):
    """What people choose among; it stays the same from day to day.

    Attributes
    ----------
    pointer : numpy.ndarray
        Where the options of each group begin, and the last end.
    bundle, end : numpy.ndarray
        For each option the bundle whose share it adds to, and the limited place where it ends, or
        -1.
    bundles : int
        How many bundles there are.
    power, pruning : float
        Power of a weight; options this many times worse than the best are out, if more than 1.
    bundle_of, final : numpy.ndarray
        For each choice the bundle whose share it has, or -1 for all; and the limited place that it
        leads to in the end, or -1.
    inside, inside_pointer : numpy.ndarray
        The states of people in each limited place.
    """

    pointer: Integers
    bundle: Integers
    end: Integers
    bundles: int
    power: float
    pruning: float
    bundle_of: Integers
    final: Integers
    inside: NDArray[np.int32]
    inside_pointer: Integers


class PricingScratch(NamedTuple):
    """What ``price_choices`` works in: of options, of bundles; and what it finds, of choices."""

    weight: Floats
    share: Floats
    chances: Floats


class Pull(NamedTuple):
    """What draws people on a day.

    Attributes
    ----------
    weight : numpy.ndarray
        Of each option where there is room, [R or 1, options].
    possible : numpy.ndarray
        Whether each option can be taken.
    factor : numpy.ndarray
        Multiplies the share of each choice, [R or 1, choices].
    nearly, full : numpy.ndarray
        People in each limited place from which on room shrinks, and is gone; infinite for none.
    shuts : numpy.ndarray
        Whether nobody sets out for a limited place once it is too full.
    """

    weight: Floats
    possible: NDArray[np.bool_]
    factor: Floats
    nearly: Floats
    full: Floats
    shuts: NDArray[np.bool_]


def aligned(given: Given) -> Given:
    """Return options or a pull whose arrays are laid out alike, whatever they were cut from.

    A kernel is compiled for each layout that it meets, and one compilation takes seconds.
    """
    arrays: dict[str, Any] = {
        name: np.require(part, requirements=["C", "W"])
        for name, part in given._asdict().items()
        if isinstance(part, np.ndarray)
    }
    return given._replace(**arrays)


@compiled()
def pricing_scratch(options):  # type: ignore[no-untyped-def]
    """Return what ``price_choices`` works in."""
    return PricingScratch(
        np.empty(options.bundle.shape[0]), np.empty(options.bundles),
        np.empty(options.bundle_of.shape[0]),
    )  # fmt: skip


@compiled(inline="always")
def part_left(inside, nearly, full):  # type: ignore[no-untyped-def]
    """Return the room left in a place with so many people: 1 is full room, 0 none."""
    if inside <= nearly:
        return 1.0
    return (full - inside) / (full - nearly) if inside < full else 0.0


@compiled(inline="always")
def share_out_group(g, pointer, bundle, possible, weight, pruning, share):  # type: ignore[no-untyped-def]
    """Add the shares of a group's options to their bundles; return whether weights were finite."""
    best, total, found = 0.0, 0.0, 0
    for o in range(pointer[g], pointer[g + 1]):
        if possible[o]:
            best = max(best, weight[o])
    least = best / pruning if pruning > 1.0 else 0.0
    for o in range(pointer[g], pointer[g + 1]):
        if possible[o] and weight[o] >= least:
            total += weight[o]
            found += 1
    if not np.isfinite(total):
        return False
    for o in range(pointer[g], pointer[g + 1]):
        if possible[o] and weight[o] >= least:
            share[bundle[o]] += weight[o] / total if total > 0.0 else 1.0 / found
    return True


@compiled(inline="always")
def chance_of(c, factor, bundle_of, share, final, shuts, room):  # type: ignore[no-untyped-def]
    """Return the chance of a choice."""
    if final[c] >= 0 and shuts[final[c]] and room[final[c]] < TOO_FULL:
        return 0.0
    return factor[c] if bundle_of[c] < 0 else factor[c] * share[bundle_of[c]]


@bare
def price_choices(options, pull, r, room, scratch):  # type: ignore[no-untyped-def]
    """Set ``scratch.chances`` of each choice; return whether all weights were finite.

    ``room`` [limited places] is the room left in each.
    """
    weights, factor = row(pull.weight, r), row(pull.factor, r)
    pointer, bundle, end, power = options.pointer, options.bundle, options.end, options.power
    bundle_of, final, pruning = options.bundle_of, options.final, options.pruning
    possible, shuts = pull.possible, pull.shuts
    weight, share, chances = scratch.weight, scratch.share, scratch.chances
    count = weights.shape[0]
    for o in range(count):
        weight[o] = weights[o] * room[end[o]] if end[o] >= 0 else weights[o]
    if power != 1.0:
        for o in range(count):
            weight[o] = weight[o] ** power
    share[:] = 0.0
    for g in range(pointer.shape[0] - 1):
        if not share_out_group(g, pointer, bundle, possible, weight, pruning, share):
            return False
    for c in range(chances.shape[0]):
        chances[c] = chance_of(c, factor, bundle_of, share, final, shuts, room)
    return True
