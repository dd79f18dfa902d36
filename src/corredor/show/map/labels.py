"""Put labels on a map so that none covers another."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox

# Where a label may stand, best first: steps from the point (x, y) and how the text is aligned.
SIDES: tuple[tuple[float, float, str, str], ...] = (
    (1, 0, "left", "center"),
    (-1, 0, "right", "center"),
    (0.7, 0.7, "left", "bottom"),
    (0.7, -0.7, "left", "top"),
    (0, 1, "center", "bottom"),
    (0, -1, "center", "top"),
    (-0.7, 0.7, "right", "bottom"),
    (-0.7, -0.7, "right", "top"),
)


@dataclass(frozen=True)
class Label:
    """A text beside a point of the map.

    Attributes
    ----------
    text : str
        What it says.
    x, y : float
        The point, in the units of the axes.
    gap : float
        Radius of the symbol in points; the label starts just beyond.
    style : dict
        Keyword arguments for the text.
    """

    text: str
    x: float
    y: float
    gap: float
    style: dict[str, Any]


def place_labels(
    axes: Axes,
    labels: Iterable[Label],
    taken: Sequence[Bbox] = (),
    symbols: Sequence[Bbox] = (),
    sides: Sequence[tuple[float, float, str, str]] = SIDES,
    steps: Sequence[float] = (2.5, 6),
    apart: float = 4.0,
) -> list[Bbox]:
    """Draw the labels in the order given, each where it covers nothing drawn before.

    A label for which no side is free is left out.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw; its limits must be final.
    labels : iterable of Label
        Most important first.
    taken : sequence of Bbox
        Boxes in pixels that must stay free, such as keys and labels drawn before.
    symbols : sequence of Bbox
        Boxes of the symbols; a label keeps clear of those that are not its own.
    sides, steps : sequence
        The sides to try, and at each the distances in points beyond the symbol.
    apart : float
        Pixels that a label keeps from symbols other than its own.

    Returns
    -------
    list of Bbox
        The boxes of the labels drawn.
    """
    frame = axes.get_window_extent()
    drawn: list[Bbox] = []
    for label in labels:
        point = axes.transData.transform((label.x, label.y))
        others = [box for box in symbols if not box.contains(*point)]
        for step, side in itertools.product(steps, sides):
            text = _draw(axes, label, label.gap + step, side)
            box = text.get_window_extent().padded(1.0)
            near = box.padded(apart)
            clear = not any(near.overlaps(other) for other in others)
            if clear and _inside(box, frame) and not any(map(box.overlaps, [*taken, *drawn])):
                drawn.append(box)
                break
            text.remove()
    return drawn


def symbol_box(axes: Axes, x: float, y: float, radius: float) -> Bbox:
    """Return the box in pixels of a symbol of this radius in points."""
    figure = axes.get_figure(root=True)
    assert figure is not None
    centre = axes.transData.transform((x, y))
    half = radius * figure.dpi / 72
    return Bbox.from_extents(*(centre - half), *(centre + half))


def _draw(
    axes: Axes, label: Label, reach: float, side: tuple[float, float, str, str]
) -> Annotation:
    right, up, horizontal, vertical = side
    text = axes.annotate(
        label.text,
        (label.x, label.y),
        xytext=(right * reach, up * reach),
        textcoords="offset points",
        ha=horizontal,
        va=vertical,
        zorder=10,
        **label.style,
    )
    text.set_path_effects([withStroke(linewidth=2.4, foreground="white", alpha=0.85)])
    return text


def _inside(box: Bbox, frame: Bbox) -> bool:
    return bool(
        box.x0 >= frame.x0 and box.x1 <= frame.x1 and box.y0 >= frame.y0 and box.y1 <= frame.y1
    )
