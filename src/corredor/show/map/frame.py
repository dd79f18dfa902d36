"""What surrounds a map: heading, keys, scale and credit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from corredor.show.map.basemap import Points

INK, FAINT = "#30343b", "#6b7079"
HEADING_INCHES = 0.85
FOOT_INCHES = 0.35
Spot = Literal[
    "lower left", "center left", "center right", "upper left", "lower right", "upper right"
]  # fmt: skip
SPOTS: dict[Spot, tuple[float, float]] = {  # of the legend, the best liked first
    "lower left": (0.012, 0.085), "center left": (0.012, 0.5), "center right": (0.988, 0.5),
    "upper left": (0.012, 0.988), "lower right": (0.988, 0.012), "upper right": (0.988, 0.988),
}  # fmt: skip


def canvas(width: float, ratio: float, face: str) -> tuple[Figure, Axes]:
    """Return a figure with room for a heading and a foot, and axes without ticks between them.

    Parameters
    ----------
    width : float
        Width of the figure in inches.
    ratio : float
        Height of the map over its width.
    face : str
        Colour behind the map.
    """
    tall = width * 0.97 * ratio
    height = tall + HEADING_INCHES + FOOT_INCHES
    figure = Figure(figsize=(width, height), dpi=150, facecolor="white")
    FigureCanvasAgg(figure)  # texts can be measured without a detour
    axes = figure.add_axes((0.015, FOOT_INCHES / height, 0.97, tall / height), facecolor=face)
    strip(axes)
    return figure, axes


def strip(axes: Axes) -> None:
    """Take away the ticks and thin the frame."""
    axes.set(xticks=[], yticks=[], aspect="equal")
    axes.spines[:].set(color="#9a9488", linewidth=0.7)


def heading(figure: Figure, title: str, subtitle: str, credit: str) -> None:
    """Write the title and subtitle above the map and the credit below."""
    inch = 1 / figure.get_figheight()
    figure.text(0.015, 1 - 0.14 * inch, title, size=17, weight="bold", color=INK, va="top")
    figure.text(0.015, 1 - 0.52 * inch, subtitle, size=10, color="#555b65", va="top")
    figure.text(0.015, 0.13 * inch, credit, size=7.5, color=FAINT)


def keys(axes: Axes, handles: Sequence[Artist], places: Points, kept: Sequence[Bbox]) -> Bbox:
    """Draw the legend where it covers fewest places; return its box in pixels.

    Parameters
    ----------
    axes : Axes
        Of the map.
    handles : sequence of Artist
        What the legend explains.
    places : numpy.ndarray
        Where the places lie, in the units of the map, [places, 2].
    kept : sequence of Bbox
        What it must not lie over, in pixels.
    """
    legend = axes.legend(
        handles=list(handles), fontsize=8.5, labelcolor=INK, facecolor="white", edgecolor="none",
        framealpha=0.85,
    )  # fmt: skip
    at = axes.transData.transform(places)
    covered = []
    for spot, anchor in SPOTS.items():
        legend.set_loc(spot)
        legend.set_bbox_to_anchor(anchor)
        box = legend.get_window_extent()
        over = any(box.overlaps(other) for other in kept)
        covered.append(len(places) * over + int(box.count_contains(at)))
    spot, anchor = list(SPOTS.items())[int(np.argmin(covered))]
    legend.set_loc(spot)
    legend.set_bbox_to_anchor(anchor)
    return legend.get_window_extent()


def scale(axes: Axes) -> Bbox:
    """Draw a scale of 500 km in the lower left corner; return its box in pixels."""
    left, bottom = axes.get_xlim()[0] + 60, axes.get_ylim()[0] + 60
    for step, colour in enumerate((INK, "white")):
        axes.add_patch(
            Rectangle((left + 250 * step, bottom), 250, 16, fc=colour, ec=INK, lw=0.6, zorder=5)
        )
    for km, text in ((0, "0"), (250, "250"), (500, "500 km")):
        axes.text(left + km, bottom + 28, text, size=7.5, color=INK, ha="center", va="bottom")
    return Bbox(axes.transData.transform([(left - 20, bottom - 10), (left + 570, bottom + 110)]))
