"""Pages of HTML that stand alone: how templates are filled in, and how pages are written."""

from __future__ import annotations

import io
import re
from pathlib import Path

import matplotlib as mpl
from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from corredor.inputs.whole_files import whole_or_absent

NO_METADATA = dict.fromkeys(("Creator", "Date", "Format", "Type"))
LONG_NUMBER = re.compile(r"(\d+\.\d\d)\d+")
NAMESPACES = re.compile(r' xmlns(:xlink)?="[^"]*"')
IDS = re.compile(r'(\bid="|url\(#|xlink:href="#)')


def template(name: str) -> Template:
    """Return a template by its place under ``corredor``, such as ``show/needs/page.html``.

    Text is escaped, and a name that is missing from what the template is given is an error.
    """
    environment = Environment(
        loader=PackageLoader("corredor", "."),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)


def save_page(text: str, target: Path) -> None:
    """Write a page to a new file, whole or not at all.

    Raises
    ------
    OutputError
        If ``target`` exists or cannot be written.
    """
    with whole_or_absent(target) as temporary:
        temporary.write_text(text, encoding="utf-8")


def inline(figure: Figure, name: str, description: str) -> Markup:
    """Return a figure as an SVG element for a page of HTML.

    Text stays text, coordinates have two decimals, and ids are made unique by ``name``.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        What to draw.
    name : str
        Unique in the page.
    description : str
        Read out to those who do not see it.
    """
    target = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name, "path.simplify": True}):
        figure.savefig(target, format="svg", metadata=NO_METADATA)
    text = target.getvalue()
    text = LONG_NUMBER.sub(r"\1", text[text.index("<svg") :])
    text = NAMESPACES.sub("", text)
    text = IDS.sub(rf"\g<1>{name}-", text).replace("xlink:href", "href")
    return Markup(text.replace("<svg ", f'<svg role="img" aria-label="{escape(description)}" ', 1))
