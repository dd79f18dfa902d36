"""Run the notebooks and write a page of each, with what every cell gave; ``make pages``.

A notebook is a Python file of marimo: it holds no output. The page shows its text, its code and its
tables; its pictures are drawn beside the page (git ignores them). ``python -m
scripts.write_notebooks NAME`` writes one page.
"""

from __future__ import annotations

import argparse
import ast
import importlib.util
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
from matplotlib.figure import Figure

from corredor.library.picture import Picture
from scripts.write_reference import table_lines

ROOT = Path(__file__).parent.parent
NOTEBOOKS = ROOT / "notebooks"
PAGES = ROOT / "docs" / "notebooks"


@dataclass(frozen=True)
class Cell:
    """A cell of a notebook.

    Attributes
    ----------
    code : str
        What stands in it.
    hidden : bool
        Whether only what it gives is shown.
    """

    code: str
    hidden: bool


@dataclass
class Page:
    """A page that is being made of a notebook.

    Attributes
    ----------
    name : str
        Of the notebook, and of the page.
    blocks : list of str
        Of Markdown, in order.
    pictures : list of Figure
        In the order of their numbers, from 1.
    """

    name: str
    blocks: list[str] = field(default_factory=list)
    pictures: list[Figure] = field(default_factory=list)

    def add(self, shown: Any) -> None:
        """Add what a cell gave."""
        if isinstance(shown, Picture):
            self.pictures.append(shown.figure)
            file = f"{self.name}-{len(self.pictures)}.svg"
            self.blocks.append(f"![{shown.description}]({file})")
        elif isinstance(shown, pd.DataFrame):
            self.blocks.append("\n".join(table_lines(*_table(shown))))
        elif hasattr(shown, "_repr_markdown_"):
            self.blocks.append(str(shown._repr_markdown_()).replace("](../docs/", "](../"))
        elif shown is not None:
            self.blocks.append(f"```text\n{shown}\n```")

    def text(self) -> str:
        """Return the page."""
        said = (
            f"*A [notebook](../../notebooks/{self.name}.py) that was run: `make docs` writes this "
            "page, and a test holds it against the code. To change it and run it yourself: "
            f"`pip install marimo`, then `marimo edit notebooks/{self.name}.py`.*"
        )
        title, *rest = self.blocks
        return "\n\n".join([title, said, *rest]) + "\n"


def names() -> list[str]:
    """Return the names of all notebooks."""
    return sorted(path.stem for path in NOTEBOOKS.glob("*.py"))


def load(name: str) -> ModuleType:
    """Return a notebook as a module, of which nothing has been run."""
    spec = importlib.util.spec_from_file_location(name, NOTEBOOKS / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def cells(source: str) -> Iterator[Cell]:
    """Return the cells of a notebook: its functions, without what they hand to one another."""
    for node in ast.parse(source).body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        (decorator,) = node.decorator_list
        options = decorator.keywords if isinstance(decorator, ast.Call) else []
        hidden = any(option.arg == "hide_code" for option in options)
        body = [each for each in node.body if not isinstance(each, ast.Return)]
        lines = source.splitlines()[node.body[0].lineno - 1 : body[-1].end_lineno if body else 0]
        code = textwrap.dedent("\n".join(lines)).strip().replace("  # fmt: skip", "")
        yield Cell(code, hidden)


def run(name: str) -> tuple[Page, dict[str, Any]]:
    """Run a notebook; return its page and the names that its cells define."""
    outputs, defined = load(name).app.run()
    page = Page(name)
    source = (NOTEBOOKS / f"{name}.py").read_text(encoding="utf-8")
    for cell, output in zip(cells(source), outputs, strict=True):
        if not cell.hidden:
            page.blocks.append(f"```python\n{cell.code}\n```")
        page.add(output)
    return page, dict(defined)


def _table(frame: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    named = [name for name in frame.index.names if name is not None]
    shown = frame.reset_index() if named else frame
    heads = [str(column).replace("_", " ") for column in shown.columns]
    return heads, [[_cell(value) for value in row] for row in shown.itertuples(index=False)]


def _cell(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, float):
        if pd.isna(value):
            return "–"
        return f"{value + 0.0:,.2f}".rstrip("0").rstrip(".")
    return f"{value:,}" if isinstance(value, int) and not isinstance(value, bool) else str(value)


def write(name: str) -> bool:
    """Write the page of a notebook and its pictures; return whether the page was another."""
    page, _ = run(name)
    target = PAGES / f"{name}.md"
    before = target.read_text(encoding="utf-8") if target.exists() else ""
    target.write_text(page.text(), encoding="utf-8")
    for number, figure in enumerate(page.pictures, start=1):
        figure.savefig(PAGES / f"{name}-{number}.svg")
    return before != page.text()


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the pages of the notebooks named, or of all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", help="notebooks; all if none is named")
    for name in parser.parse_args(arguments).names or names():
        print(f"{name}: {'written' if write(name) else 'as it was'}", file=sys.stderr)


if __name__ == "__main__":
    main()
