"""Write reference pages from the schema and Flee's table of settings; run by ``make docs``."""

from __future__ import annotations

from pathlib import Path

from corredor.corridor.levers import known_levers
from corredor.flee.case.settings import known_keys
from corredor.inputs import schema

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
FLEE = FOLDER.parent / "coming-from-flee.md"
BEGIN, END = "<!-- settings: ", "<!-- end of settings -->"
TABLES = ("places", "places_elsewhere", "links", "people", "entry", "calendar", "standards")

HEADINGS = {"places_elsewhere": "places.csv of a world outside the corridor"}


def tables() -> str:
    """Return the page of input tables."""
    lines = [
        "# Input tables", "", "Written by `make docs` from the schema. The last, the standards of",
        "`corredor needs`, is no part of a world.",
    ]  # fmt: skip
    for name in TABLES:
        heading = HEADINGS.get(name, f"{name}.csv")
        lines += ["", f"## {heading}", "", "| column | expected | required | meaning | source |",
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


def flee_settings() -> str:
    """Return the table of every key of Flee's settings."""
    lines = ["| key | support | default | range | meaning |", "| --- | --- | --- | --- | --- |"]
    for key in known_keys().values():
        span = " to ".join(f"{x:g}" for x in (key.minimum, key.maximum) if abs(x) < float("inf"))
        cells = (f"`{key.name}`", key.support, key.default or "–", span or "–", key.meaning)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def with_flee_settings(page: str) -> str:
    """Return the page about Flee with its table of settings written anew."""
    before, _, rest = page.partition(BEGIN)
    mark, _, rest = rest.partition("\n")
    after = rest.partition(END)[2]
    return f"{before}{BEGIN}{mark}\n\n{flee_settings()}\n{END}{after}"


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in (("tables", tables()), ("levers", levers())):
        (FOLDER / f"{name}.md").write_text(page, encoding="utf-8")
        print(f"docs/reference/{name}.md")
    FLEE.write_text(with_flee_settings(FLEE.read_text(encoding="utf-8")), encoding="utf-8")
    print("docs/coming-from-flee.md")


if __name__ == "__main__":
    main()
