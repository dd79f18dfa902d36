"""A figure that a notebook shows of itself."""

from __future__ import annotations

from itertools import count
from pathlib import Path

from matplotlib.figure import Figure

from corredor.show.compare.charts import save_chart
from corredor.show.html import inline

_numbers = count()


class Picture:
    """A chart or a map: shown where it is the last line of a cell, saved with :meth:`save`.

    Attributes
    ----------
    figure : matplotlib.figure.Figure
        To draw further on.
    description : str
        What it shows, for those who do not see it.

    Examples
    --------
    >>> import corredor
    >>> result = corredor.run(corredor.example_world(), draw="expected", replicates=1)
    >>> picture = result.corredor.plot.series("arrivals")
    >>> picture
    <Picture: arrivals by month, three-places>
    """

    def __init__(self, figure: Figure, description: str) -> None:
        self.figure, self.description = figure, description

    def __repr__(self) -> str:
        """Say what it shows."""
        return f"<Picture: {self.description}>"

    def save(self, path: str | Path) -> Path:
        """Write it to a new ``.png`` or ``.svg`` file and return its path.

        Raises
        ------
        UsageError
            If the ending is unknown.
        OutputError
            If the file exists or cannot be written.
        """
        target = Path(path)
        save_chart(self.figure, target)
        return target

    def _repr_html_(self) -> str:
        return f"<div>{inline(self.figure, f'picture-{next(_numbers)}', self.description)}</div>"
