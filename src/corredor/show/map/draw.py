"""Draw a world on a map: coasts, links by mode, places by zone, sectors and ports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle
from matplotlib.transforms import Bbox

from corredor.corridor.geography import great_circle_km
from corredor.corridor.shown import MapPlan, shown_of
from corredor.corridor.world import World, names_in
from corredor.show.map import frame
from corredor.show.map.basemap import Points, Projection, layer
from corredor.show.map.labels import Label, place_labels, symbol_box
from corredor.show.map.projecting import projection_of
from corredor.text.language import in_words_of, words
from corredor.text.language import named as named_here
from corredor.text.numbers import whole

SEA, LAND, AHEAD, BORDER = "#dcebf3", "#faf7f0", "#efece4", "#9a9488"
# Sides for the names of sectors: above them, or to their east.
ABOVE = (
    (0, 1, "center", "bottom"),
    (0.7, 0.7, "left", "bottom"),
    (-0.7, 0.7, "right", "bottom"),
    (0.95, 0.2, "left", "bottom"),
)
TO_THE_EAST = ((0.9, -0.4, "left", "top"),)
MARGINS = {"left": 160, "right": 190, "bottom": 130, "top": 178}  # km around the places
THROUGH_KM = 1000.0
LARGEST_CIRCLE = 19.0  # radius in points
ALSO_OUTSIDE = 2.0  # rank from which a place of the enlarged part is named on the map too
APART, APART_ENLARGED = 9.0, 4.0  # pixels from a label to the symbols of other places
LEAST_CIRCLE = 1.5  # labels may cover circles up to this radius in points


def draw_map(
    world: World,
    sizes: Mapping[str, float] | None = None,
    title: str | None = None,
    subtitle: str | None = None,
    labels: int = 34,
    width: float = 11.0,
) -> Figure:
    """Draw the places and links of a world on a map, with the part enlarged that it names.

    Parameters
    ----------
    world : World
        What to draw.
    sizes : mapping of str to float, optional
        People (or another count) by place; circles are drawn with areas in proportion.
    title, subtitle : str, optional
        Heading of the map.
    labels : int
        How many places are named at most; those that would cover another stay without.
    width : float
        Width of the figure in inches.

    Returns
    -------
    matplotlib.figure.Figure
        Save it with ``savefig``.

    Raises
    ------
    InputError
        If ``world.toml`` of the world has faults.

    Examples
    --------
    >>> import corredor
    >>> figure = corredor.draw_map(corredor.example_world(), {"town": 300.0})
    >>> len(figure.axes) >= 1
    True
    """
    with in_words_of(world.folder):
        return _drawn(world, sizes, title, subtitle, labels, width)


def _drawn(
    world: World, sizes: Mapping[str, float] | None, title: str | None, subtitle: str | None,
    labels: int, width: float,
) -> Figure:  # fmt: skip
    places, plan = _projected(world, sizes), shown_of(world).map
    left, right = places["x"].min() - MARGINS["left"], places["x"].max() + MARGINS["right"]
    bottom, top = places["y"].min() - MARGINS["bottom"], places["y"].max() + MARGINS["top"]
    figure, axes = frame.canvas(width, (top - bottom) / (right - left), SEA)
    axes.set(xlim=(left, right), ylim=(bottom, top))
    project = projection_of(world)
    inset = _add_inset(axes, plan, project)
    for each in (axes, inset) if inset else (axes,):
        _draw_base(each, world, plan, project)
        _draw_links(each, world, places)
        _draw_places(each, places, sized=sizes is not None)
    text = words()["map_frame"]
    counts = text["counts"].format(places=len(places), links=len(world.links), world=world.name)
    note = f"{text['credit']} {text['note'].format(km=whole(THROUGH_KM))}"
    frame.heading(figure, title or text["title"], subtitle or counts, note)
    figure.draw_without_rendering()
    kept = [frame.scale(axes), *([inset.get_window_extent()] if inset else [])]
    at = places[["x", "y"]].to_numpy()
    kept = [*kept, frame.keys(axes, _handles(world, places, sizes), at, kept)]
    _draw_labels(axes, inset, places, labels, kept, plan, project)
    return figure


def _projected(world: World, sizes: Mapping[str, float] | None) -> pd.DataFrame:
    """Return the places with position on the map, colour, size, radius in points and rank."""
    places = world.places
    project = projection_of(world)
    x, y = project(places["longitude"], places["latitude"])
    size = pd.Series(sizes or {}, dtype=float).reindex(places.index).fillna(0).clip(lower=0)
    top = float(size.max())
    radius = np.where(places["port"] != "", 3.4, 2.7)
    if top > 0:
        radius = np.maximum(1.3, LARGEST_CIRCLE * np.sqrt(size / top))
    rank = (
        2.0 * (places["port"] != "")
        + 1.2 * places["waiting_hub"]
        + 0.8 * places["caravan_stop"].notna()
        + 0.8 * places["entry"]
        + 0.4 * (places["sector"] != "")
        + places["population"].fillna(0) / 2e6
        + (1e3 * size / top if top > 0 else 0)
    )
    colour = places["zone"].map(world.zones["colour"])
    return places.assign(x=x, y=y, colour=colour, size=size, radius=radius, rank=rank)


def _add_inset(axes: Axes, plan: MapPlan, project: Projection) -> Axes | None:
    """Add an enlarged view of a part, if the world names one; mark it on the map."""
    if plan.enlarged is None or plan.enlarged_at is None:
        return None
    x, y = project(*zip(*plan.enlarged, strict=True))
    inset = axes.inset_axes(plan.enlarged_at, facecolor=SEA, zorder=20)
    frame.strip(inset)
    inset.set(xlim=x, ylim=y, anchor="NE")
    inset.spines[:].set(color=frame.INK, linewidth=1.0)
    box = Rectangle((x[0], y[0]), x[1] - x[0], y[1] - y[0], fc="none", ec=frame.INK, lw=1.0)
    axes.add_patch(box).set_zorder(8)
    style: dict[str, Any] = {"size": 8.5, "weight": "bold", "color": frame.INK, "zorder": 9}
    inset.text(
        0.02, 0.03, words()["map_frame"].get("enlarged", ""), transform=inset.transAxes, **style
    )
    return inset


def _draw_base(axes: Axes, world: World, plan: MapPlan, project: Projection) -> None:
    for name, lines in [*layer("countries", world), *layer("islands", world)]:
        fill = AHEAD if name == plan.ahead else LAND
        _fill(axes, project, lines, facecolor=fill, edgecolor=BORDER, linewidth=0.7, zorder=1)
    for _, lines in layer("lakes", world):
        _fill(axes, project, lines, facecolor=SEA, edgecolor="#b9cfdb", linewidth=0.4, zorder=1.3)
    for _, lines in layer("states", world):
        shapes = [_shape(project, line) for line in lines]
        axes.add_collection(
            LineCollection(shapes, colors="#e2dccf", linewidths=0.5, zorder=1.2), autolim=False
        )
    if plan.parallel is None:
        return
    parallel = _shape(project, plan.parallel.line(120))
    style: dict[str, Any] = {
        "color": "#5b6b7a",
        "linewidth": 0.9,
        "linestyle": (0, (6, 4)),
        "zorder": 2,
    }
    axes.add_artist(Line2D(*parallel.T, **style))


def _shape(project: Projection, line: Points) -> Points:
    return np.column_stack(project(line[:, 0], line[:, 1]))


def _fill(axes: Axes, project: Projection, lines: list[Points], **style: Any) -> None:
    shapes = [_shape(project, line) for line in lines]
    axes.add_collection(PolyCollection(shapes, **style), autolim=False)


def _draw_links(axes: Axes, world: World, places: pd.DataFrame) -> None:
    """Draw each pair of places once per mode; through buses would hide the rest."""
    ends = [places.loc[world.links[c]] for c in ("origin", "destination")]
    straight = great_circle_km(*(end[c] for end in ends for c in ("latitude", "longitude")))
    near = world.links[straight < THROUGH_KM]
    points = dict(zip(places.index, places[["x", "y"]].to_numpy(), strict=True))
    for position, (mode, style) in enumerate(_lines(world).items()):
        rows = near[near["mode"] == mode]
        pairs = {tuple(sorted(p)) for p in zip(rows["origin"], rows["destination"], strict=True)}
        lines = [np.array([points[end] for end in pair]) for pair in sorted(pairs)]
        axes.add_collection(LineCollection(lines, zorder=3 + position / 10, **style), autolim=False)


def _lines(world: World) -> dict[str, dict[str, Any]]:
    """Return the style of the lines of each mode."""
    return {
        str(mode): {
            "color": row["colour"], "linewidth": row["width"],
            "linestyle": "-" if np.isnan(row["dash"]) else (0, (row["dash"], row["gap"])),
        }
        for mode, row in world.modes.iterrows()
    }  # fmt: skip


def _draw_places(axes: Axes, places: pd.DataFrame, sized: bool) -> None:
    for ports in (False, True):
        shown = places[(places["port"] != "") == ports].sort_values("size", ascending=False)
        axes.scatter(
            shown["x"],
            shown["y"],
            s=(2 * shown["radius"]) ** 2,
            c=shown["colour"].tolist(),
            marker="s" if ports and not sized else "o",
            edgecolors="white",
            linewidths=0.7,
            alpha=0.72 if sized else 1,
            zorder=6,
        )


def _handles(world: World, places: pd.DataFrame, sizes: Mapping[str, float] | None) -> list[Artist]:
    """Return the keys of the legend: zones, ports or the largest circle, modes, the parallel."""
    text = words()["map_frame"]
    dot: dict[str, Any] = {"linestyle": "", "markeredgecolor": "white", "markersize": 7}
    zones = [
        Line2D([], [], marker="o", color=world.zones["colour"][zone], label=name, **dot)
        for zone, name in names_in(world.zones).items()
        if zone in set(places["zone"])
    ]
    if sizes is None:
        square = Line2D([], [], marker="s", color=frame.FAINT, label=text["port"], **dot)
        marks = [square] if (places["port"] != "").any() else []
    else:
        largest = text["largest"].format(people=whole(places["size"].max()))
        marks = [Line2D([], [], linestyle="", label=largest)]
    names, used = names_in(world.modes), set(world.links["mode"])
    modes = [
        Line2D([], [], label=names[mode], **style)
        for mode, style in _lines(world).items()
        if mode in used
    ]
    return [*zones, *marks, *modes]


def _draw_labels(
    axes: Axes, inset: Axes | None, places: pd.DataFrame, most: int, kept: list[Bbox],
    plan: MapPlan, project: Projection,
) -> None:  # fmt: skip
    """Name places in the enlarged view and on the map, then the parallel and the sectors."""
    within = pd.Series(False, places.index)
    if inset is not None:
        within = places["x"].between(*inset.get_xlim()) & places["y"].between(*inset.get_ylim())
        _name_places(inset, places[within], most, [])
        kept = [*kept, inset.get_window_extent()]
    if plan.parallel is not None:
        east, north = project(plan.parallel.name_at, plan.parallel.latitude)
        style = {"size": 8, "color": "#5b6b7a", "style": "italic"}
        parallel = words()["map_frame"].get("parallel", f"{plan.parallel.latitude:g}°")
        kept = [*kept, *place_labels(axes, [Label(parallel, float(east), float(north), 1, style)])]
    named = places.nlargest(most, "rank")
    ports = named["port"] != ""
    kept += _name_places(axes, places, most, kept, named[ports])
    kept += _name_sectors(axes, places, kept, plan.sectors_to_the_east)
    others = places[~within | (places["rank"] > ALSO_OUTSIDE)].drop(index=named.index[ports])
    _name_places(axes, places, most - int(ports.sum()), kept, others)


def _name_places(
    axes: Axes,
    places: pd.DataFrame,
    most: int,
    kept: list[Bbox],
    wanted: pd.DataFrame | None = None,
) -> list[Bbox]:
    named = (places if wanted is None else wanted).sort_values("rank", ascending=False)
    style = {"size": 8.2, "color": frame.INK}
    points = named[["x", "y", "radius"]].to_numpy(dtype=float).tolist()
    labels = [
        Label(named_here(str(n)), x, y, gap, style)
        for n, (x, y, gap) in zip(named["name"], points, strict=True)
    ]
    apart = APART if wanted is not None else APART_ENLARGED
    return place_labels(axes, labels[:most], kept, _symbols(axes, places), apart=apart)


def _symbols(axes: Axes, places: pd.DataFrame) -> list[Bbox]:
    circles = places.loc[places["radius"] > LEAST_CIRCLE, ["x", "y", "radius"]]
    return [symbol_box(axes, *circle) for circle in circles.to_numpy(dtype=float).tolist()]


def _name_sectors(
    axes: Axes, places: pd.DataFrame, kept: list[Bbox], to_the_east: Sequence[str]
) -> list[Bbox]:
    """Name each sector of the border beside the middle of its places."""
    middle = places[places["sector"] != ""].groupby("sector", sort=False)[["x", "y"]].mean()
    style = {"size": 7.6, "color": "#6d5f4b", "style": "italic"}
    symbols, drawn = _symbols(axes, places), list[Bbox]()
    for sector, (x, y) in zip(middle.index, middle.to_numpy(dtype=float).tolist(), strict=True):
        sides = TO_THE_EAST if sector in to_the_east else ABOVE
        label = Label(named_here(str(sector)).upper(), x, y, 3, style)
        steps = (8, 13, 18, 24, 32, 40)
        drawn += place_labels(axes, [label], [*kept, *drawn], symbols, sides, steps)
    return drawn
