"""What surrounds a map: heading, keys, scale and credit."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

INK, FAINT = "#30343b", "#6b7079"
HEADING_INCHES = 0.85
FOOT_INCHES = 0.35


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


def keys(axes: Axes, handles: Sequence[Artist]) -> Bbox:
    """Draw the legend in the lower left corner, above the scale; return its box in pixels."""
    legend = axes.legend(
        handles=list(handles),
        loc="lower left",
        bbox_to_anchor=(0.012, 0.085),
        fontsize=8.5,
        frameon=False,
        labelcolor=INK,
    )
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
