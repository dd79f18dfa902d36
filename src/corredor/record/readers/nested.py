"""Rows of a table under headings: what each row counts, when a label holds for those below it.

Which of two kinds of label is the outer one differs between tables. The inner one repeats: ages
below each sex, or sexes below each age. So the kind whose labels repeat less often is the outer.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from corredor.record.readers.cells import fold, text, without_footnote
from corredor.record.readers.names import Names, known
from corredor.record.readers.tidy import ALL

KINDS = ("sex", "age", "travel", "kind")
_TOTAL = re.compile(r"(?:gran )?total(?: general)?|suma|subtotal")


def kind_of(label: str, expected: str) -> tuple[str, str]:
    """Return the kind of a label and its name.

    Parameters
    ----------
    label : str
        As the publisher writes it.
    expected : str
        The kind of a label that is of no other: ``country`` or ``state``.

    Examples
    --------
    >>> kind_of("Hombres", "country"), kind_of("América Central", "country")
    (('sex', 'male'), ('region', 'Central America'))
    """
    bare = without_footnote(text(label))
    if _TOTAL.fullmatch(fold(bare)):
        return "total", ALL
    for kind in KINDS:
        if (name := known(kind, bare)) is not None:
            return kind, name
    if expected == "country" and (name := known("region", bare)) is not None:
        return "region", name
    return expected, bare


def label_kinds(rows: Sequence[tuple[Sequence[str], bool]], expected: str) -> dict[str, int]:
    """Return the depth of every kind of label in a table; kinds of one depth exclude each other.

    Parameters
    ----------
    rows : sequence of (labels, whether it has figures)
        A row without figures is a heading if its label is of a kind of its own, else a note.
    expected : str
        As in :func:`kind_of`.
    """
    seen: dict[str, Counter[str]] = {}
    for labels, has_figures in rows:
        for label in filter(None, labels):
            kind, name = kind_of(label, expected)
            if kind not in ("total", "region") and (has_figures or kind != expected):
                seen.setdefault(kind, Counter())[name] += 1
    often = {kind: max(names.values()) for kind, names in seen.items()}
    order = sorted(set(often.values()))
    return {kind: order.index(times) for kind, times in often.items()}


class Labels:
    """Follows the labels of a table from row to row.

    Parameters
    ----------
    kinds : dict
        The depth of each kind, as :func:`label_kinds` gives it.
    expected : str
        As in :func:`kind_of`.
    """

    def __init__(self, kinds: dict[str, int], expected: str) -> None:
        self.kinds, self.expected = kinds, expected
        self._names = Names(self.expected)
        self._held: dict[str, str] = {}

    def heading(self, labels: Sequence[str]) -> None:
        """Take in a row of labels without figures, which heads those below it."""
        if any(kind_of(label, self.expected)[0] in KINDS for label in labels if label):
            self.of(labels)

    def of(self, labels: Sequence[str]) -> dict[str, str] | None:
        """Return what a row counts, as names by kind; None where it has no label at all."""
        given = [label for label in labels if label]
        if not given:
            return dict(self._held) if self._held else None
        for number, label in enumerate(given):
            kind, name = kind_of(label, self.expected)
            if kind == "total":
                self._held = {} if number == 0 else self._held
            elif kind == "region":
                self._held = {k: n for k, n in self._held.items() if k == "kind"}
                self._held["region"] = name
            elif kind in self.kinds:
                depth = self.kinds[kind]
                self._held = {k: n for k, n in self._held.items() if self.kinds.get(k, 99) < depth}
                self._held[kind] = self._names.of(name) if kind == self.expected else name
        return dict(self._held)

    def notes(self) -> list[str]:
        """Return a note on names that nobody knows."""
        return self._names.notes()
