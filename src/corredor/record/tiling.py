"""Tile a span of months with totals that do not overlap.

Many series are published as totals since January: January-April, January-May, the year. The
difference of two of them is a total over what lies between, here May. Think of each total as a
step between two month ends; a chain of such steps, some walked backwards, joins any two month ends
that the totals connect, and its signed sum is the total between them.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pandas as pd

from corredor.errors import UsageError
from corredor.record.record import Day, windows
from corredor.text.numbers import whole

# Editions that do not say when they were published: two of them need not belong together.
UNDATED = ("only edition seen", "first published", "final")
COLUMNS = ["start", "end", "months", "value", "derived", "mixed_editions", "editions", "parents"]


@dataclass(frozen=True)
class Step:
    """A published total between two month boundaries (``opens`` included, ``closes`` not)."""

    opens: int
    closes: int
    value: float
    edition: str

    def __str__(self) -> str:
        """Name the total and its edition."""
        first = pd.Period(ordinal=self.opens, freq="M")
        last = pd.Period(ordinal=self.closes - 1, freq="M")
        span = str(first) if first == last else f"{first} to {last}"
        return f"{span}: {whole(self.value)} ({self.edition})"


@dataclass(frozen=True)
class Tile:
    """A total over some months, with the signed steps that make it."""

    opens: int
    closes: int
    steps: tuple[tuple[int, Step], ...]

    @property
    def months(self) -> int:
        """Number of months covered."""
        return self.closes - self.opens

    @property
    def value(self) -> float:
        """Sum of the steps, each with its sign."""
        return sum(sign * step.value for sign, step in self.steps)

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions that the steps come from."""
        return tuple(dict.fromkeys(step.edition for _, step in self.steps))

    @property
    def derived(self) -> bool:
        """Whether no publisher printed this total."""
        return len(self.steps) > 1

    @property
    def mixed(self) -> bool:
        """Whether the steps come, or may come, from different editions."""
        return self.derived and (len(self.editions) > 1 or self.editions[0] in UNDATED)

    @property
    def parents(self) -> str:
        """The published totals that make it, added or taken away."""
        return "".join(
            f"{'' if i == 0 and sign > 0 else ' + ' if sign > 0 else ' - '}{step}"
            for i, (sign, step) in enumerate(sorted(self.steps, key=lambda s: -s[0]))
        )


def disjoint_windows(
    name: str,
    start: str,
    end: str,
    category: str = "all",
    place: str | None = None,
    edition: str = "preferred",
    *,
    mix_editions: bool = True,
    as_of: Day | None = None,
) -> pd.DataFrame:
    """Return totals that do not overlap and cover as much of a span as published totals allow.

    Of all such sets it takes one that covers the most months; of those, one with the most windows;
    of those, one with the fewest months in windows of mixed editions, and then with the fewest
    published totals behind it. Nothing is interpolated: months that no total or difference of
    totals isolates are left out.

    Parameters
    ----------
    name, category, place
        As in :func:`~corredor.record.windows`.
    start, end : str
        First and last month of the span, such as ``2022-10``.
    edition : str
        ``preferred`` or ``first published``: the edition that a published window shows.
        Differences inside one edition may use any edition.
    mix_editions : bool
        Whether a difference may take its totals from different editions. Such a window carries
        the revision between the two, which is a share of the larger total, not of the difference.
    as_of : str or Timestamp, optional
        Use only totals that had been published by this day, as windows and in differences.

    Returns
    -------
    DataFrame
        In order of time: ``start``, ``end`` (months, Periods), ``months``, ``value``, ``derived``
        (whether it is a difference), ``mixed_editions``, ``editions`` and ``parents`` (the
        published totals and how they combine, as text).

    Raises
    ------
    UsageError
        As :func:`~corredor.record.windows`; also if the span ends before it starts.
    """
    if edition == "all":
        raise UsageError("A window shows one edition; choose 'preferred' or 'first published'.")
    opens, closes = _ordinal(start), _ordinal(end) + 1
    if closes <= opens:
        raise UsageError(f"The span {start} to {end} ends before it starts.")
    shown = _steps(windows(name, category, place, edition, as_of=as_of))
    if (months := _single_months(shown, opens, closes)) is not None:
        return pd.DataFrame([_row(t) for t in months], columns=COLUMNS)
    every = _steps(windows(name, category, place, "all", as_of=as_of))
    found = candidates(shown, every, mix_editions=mix_editions)
    tiles = best_tiling([t for t in found if opens <= t.opens and t.closes <= closes])
    return pd.DataFrame([_row(t) for t in tiles], columns=COLUMNS)


def _single_months(shown: list[Step], opens: int, closes: int) -> list[Tile] | None:
    """Return the single months of a span where each was published, as far as totals reach.

    Nothing covers as much by more windows, so no chain of totals needs to be looked for.
    """
    if not shown:
        return []
    first = max(opens, min(step.opens for step in shown))
    last = min(closes, max(step.closes for step in shown))
    months = {step.opens: step for step in shown if step.closes == step.opens + 1}
    if not all(month in months for month in range(first, last)):
        return None
    return [Tile(month, month + 1, ((1, months[month]),)) for month in range(first, last)]


def candidates(shown: list[Step], every: list[Step], *, mix_editions: bool) -> list[Tile]:
    """Return one tile for each pair of month ends that totals connect, the best known of each.

    Published totals come first, then differences inside one edition, then mixed ones.
    """
    families = defaultdict(list)
    for step in every:
        if step.edition not in UNDATED:
            families[step.edition].append(step)
    pools = [*families.values(), *([shown] if mix_editions else [])]
    tiles = {(s.opens, s.closes): Tile(s.opens, s.closes, ((1, s),)) for s in shown}
    for pool in pools:
        for tile in _chains(pool):
            tiles.setdefault((tile.opens, tile.closes), tile)
    return [t for t in tiles.values() if t.value >= 0]


def best_tiling(tiles: Iterable[Tile]) -> list[Tile]:
    """Return the set of tiles without overlap that scores best, in order of time."""
    nothing: tuple[tuple[int, ...], list[Tile]] = ((0, 0, 0, 0), [])
    best: dict[int, tuple[tuple[int, ...], list[Tile]]] = {}
    by_close = defaultdict(list)
    for tile in tiles:
        by_close[tile.closes].append(tile)
    reached = nothing
    ends = [-(10**9)]
    for close in sorted(by_close):
        for tile in by_close[close]:
            before = max(e for e in ends if e <= tile.opens)
            score, chosen = best.get(before, nothing)
            total = tuple(a + b for a, b in zip(score, _merit(tile), strict=True))
            reached = max(reached, (total, [*chosen, tile]), key=lambda r: r[0])
        best[close] = reached
        ends.append(close)
    return reached[1]


def _merit(tile: Tile) -> tuple[int, int, int, int]:
    return (tile.months, 1, -tile.months if tile.mixed else 0, -len(tile.steps))


def _chains(pool: list[Step]) -> Iterator[Tile]:
    """Join every two month ends that the totals connect, by as few totals as possible."""
    ways = defaultdict(list)
    for step in pool:
        ways[step.opens].append((step.closes, (1, step)))
        ways[step.closes].append((step.opens, (-1, step)))
    for origin in sorted(ways):
        paths: dict[int, tuple[tuple[int, Step], ...]] = {origin: ()}
        queue = deque([origin])
        while queue:
            here = queue.popleft()
            for there, signed in ways[here]:
                if there not in paths:
                    paths[there] = (*paths[here], signed)
                    queue.append(there)
        yield from (Tile(origin, end, path) for end, path in paths.items() if end > origin)


def _steps(table: pd.DataFrame) -> list[Step]:
    table = table[~table["edition"].str.startswith("DERIVED")]
    opens, closes = (pd.PeriodIndex(table[c], freq="M").asi8.tolist() for c in ("start", "end"))
    values = table["value"].tolist(), table["edition"].tolist()
    return [Step(a, b + 1, v, e) for a, b, v, e in zip(opens, closes, *values, strict=True)]


def _row(tile: Tile) -> tuple[object, ...]:
    start = pd.Period(ordinal=tile.opens, freq="M")
    end = pd.Period(ordinal=tile.closes - 1, freq="M")
    text = "; ".join(tile.editions)
    return start, end, tile.months, tile.value, tile.derived, tile.mixed, text, tile.parents


def _ordinal(month: str) -> int:
    try:
        return pd.Period(month, freq="M").ordinal
    except ValueError as error:
        raise UsageError(f"{month!r} is no month; write it like 2022-10.") from error
