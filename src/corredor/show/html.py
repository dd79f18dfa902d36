"""Pages of HTML that stand alone: how templates are filled in, and how pages are written."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, Template, select_autoescape

from corredor.results import whole_or_absent


def template(name: str) -> Template:
    """Return a template by its place under ``corredor/show``, such as ``needs/page.html``.

    Text is escaped, and a name that is missing from what the template is given is an error.
    """
    environment = Environment(
        loader=PackageLoader("corredor.show", "."),
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
