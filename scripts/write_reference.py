"""Write docs/reference/tables.md and levers.md from the schema; run by ``make docs``."""

from __future__ import annotations

from pathlib import Path

from corredor import schema
from corredor.levers import known_levers

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
TABLES = ("places", "links", "people", "entry", "calendar", "standards")


def tables() -> str:
    """Return the page of input tables."""
    lines = [
        "# Input tables", "", "Written by `make docs` from the schema. The last, the standards of",
        "`corredor needs`, is no part of a world.",
    ]  # fmt: skip
    for name in TABLES:
        lines += ["", f"## {name}.csv", "", "| column | expected | required | meaning | source |",
                  "| --- | --- | --- | --- | --- |"]  # fmt: skip
        for item in schema.load(name):
            required = "yes" if item.required else "no"
            cells = (f"`{item.name}`", item.expected, required, item.meaning, item.source)
            lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def levers() -> str:
    """Return the page of levers."""
    lines = ["# Levers of a scenario", "", "Written by `make docs` from the schema.", "",
             "| lever | by | default | range | unit | meaning | source |",
             "| --- | --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    for lever in known_levers().values():
        span = f"{lever.minimum:g} to {lever.maximum:g}"
        cells = (f"`{lever.name}`", lever.by or "–", f"{lever.default:g}", span, lever.unit,
                 lever.meaning, lever.source)  # fmt: skip
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in (("tables", tables()), ("levers", levers())):
        (FOLDER / f"{name}.md").write_text(page, encoding="utf-8")
        print(f"docs/reference/{name}.md")


if __name__ == "__main__":
    main()
