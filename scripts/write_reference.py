"""Write reference pages from the schema and Flee's table of settings; run by ``make docs``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from corredor.checks import CHECKS
from corredor.corridor import processes as day
from corredor.corridor.kinds import KINDS, OUTCOMES
from corredor.corridor.levers import known_levers
from corredor.flee.case.settings import known_keys
from corredor.inputs import schema
from corredor.runs.measures import measures

FOLDER = Path(__file__).parent.parent / "docs" / "reference"
FLEE = FOLDER.parent / "coming-from-flee.md"
BEGIN, END = "<!-- settings: ", "<!-- end of settings -->"
TABLES = (
    "places",
    "zones",
    "jurisdictions",
    "links",
    "modes",
    "people",
    "nationalities",
    "households",
    "entry",
    "calendar",
    "stocks",
    "harm_ranges",
    "catalogue",
    "series",
    "sources",
    "editions",
    "listed_places",
    "standards",
)


def tables() -> str:
    """Return the page of input tables."""
    lines = [
        "# Input tables", "", "Written by `make docs` from the schema. The last two are no part",
        "of a world: the list of places from which `corredor world new` makes one, and the",
        "standards of `corredor needs`.",
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


def results() -> str:
    """Return the page of what a result holds: states, flows, sums, measures."""
    kinds = [*KINDS, *(kind for process in day.PROCESSES for kind in process.kinds)]
    lines = [
        "# What a result holds", "", "Written by `make docs` from what processes and kinds of",
        "state declare.", "", "## People in the model", "",
        "`present` counts everybody who has not left by `status`, each evening in each place.", "",
        *table_lines(
            ("status", "kind of state", "a person who …", "told apart by", "needs shelter"),
            [(f"`{kind.status}`", f"`{kind.name}`", kind.meaning, ", ".join(kind.keys),
              "yes" if kind.shelter else "no") for kind in kinds],
        ),
        "", "## People who have left", "", "`left` counts them by `outcome`.", "",
        *table_lines(("outcome", "a person who …"), [(f"`{k.name}`", k.meaning) for k in OUTCOMES]),
        "", "## Flows", "", "By replicate, month and:", "",
        *table_lines(
            ("variable", "process", "by", "meaning", "unit", "trait of a person"),
            [(f"`{f.name}`", process.name, ", ".join(f.dims) or "–", f.meaning, f.unit,
              f"`{f.trait}`" if f.trait else "–")
             for process in day.PROCESSES for f in process.flows],
        ),
        "", "## Sums of flows", "",
        *table_lines(
            ("variable", "process", "of", "meaning", "unit"),
            [(f"`{s.name}`", process.name, ", ".join(f"`{name}`" for name in s.of), s.meaning,
              s.unit) for process in day.PROCESSES for s in process.sums],
        ),
        "", "## Measures", "",
        "What scenarios are compared by, in `corredor compare`, in claims and in the app; those",
        "told and drawn first stand first.", "",
        *table_lines(
            ("measure", "meaning", "unit", "told first"),
            [(f"`{m.name}`", m.meaning, m.unit, "yes" if m.headline else "–") for m in measures()],
        ),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def checks() -> str:
    """Return the page of what holds of a sound world."""
    lines = [
        "# Checks of a world", "", "Written by `make docs` from the checks themselves.", "",
        "`corredor world check WORLD` asks every check and prints its outcome; `--json` has the",
        "same for programs, `--lang es` speaks Spanish. A **problem** makes a run impossible or",
        "wrong, and the command exits with 2; a **note** says what may be so, but should be known.",
        "A check that looks at what cannot be read is not asked.", "",
        "Whoever adds a nationality, a place, a sector, a zone, a household or a mode reads there",
        "which files do not know it yet.", "",
        *table_lines(("check", "what holds"), [(f"`{x.name}`", x.fact) for x in CHECKS]),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def table_lines(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the lines of a table."""
    ruled = "| " + " | ".join("---" for _ in heads) + " |"
    return [f"| {' | '.join(heads)} |", ruled, *(f"| {' | '.join(row)} |" for row in rows)]


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


PAGES = {"tables": tables, "levers": levers, "results": results, "checks": checks}


def main() -> None:
    """Write the pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, page in PAGES.items():
        (FOLDER / f"{name}.md").write_text(page(), encoding="utf-8")
        print(f"docs/reference/{name}.md")
    FLEE.write_text(with_flee_settings(FLEE.read_text(encoding="utf-8")), encoding="utf-8")
    print("docs/coming-from-flee.md")


if __name__ == "__main__":
    main()
