"""Write docs/variants.md: the structures of the Mexican world and what they answer (``make docs``).

The comparison itself is made by ``corredor variants mexico --fit --replace``.
"""

from __future__ import annotations

from pathlib import Path

from corredor.corridor.world import load_world
from corredor.runs.structures import load_compared, load_variants
from corredor.show.variants import answer, check_rows, columns, rows
from scripts.write_reference import table_lines

PAGE = Path(__file__).parent.parent / "docs" / "variants.md"
ABOUT = """\
# How far the answer depends on the structure

Written by `python -m scripts.write_variants` from `worlds/mexico/variants.parquet`, which
`corredor variants mexico --fit --replace` makes ({members} members, {iterations} steps, seeds
{seeds}, the record of {first} to {last}).

One calibration says how sure it is **given** its structure: which levers may jump in January
2024, which are tied, what is left out. That is not how sure anybody can be. So
`worlds/mexico/variants.toml` lists structures; each is calibrated by itself, held against the
same checks of the record, and asked the same question: how much of the fall of encounters from
December 2023 to January 2024 goes away if Mexico's stops, or its stops and its holding of people
in towns, stay as they were in November 2023? A fit that misses a check that it must pass has
no say. The answer is the range over the others, with the spread from seed to seed beside it.

The calibration that ships, of all months and of 1,000 members, is one more fit. It answers higher
than these; the verdict on the claim takes the range over it and them (`corredor claims check`).

What the question cannot see: people who did not set out at all for what they heard of the way,
and what the United States and Mexico agreed on beyond stops. Entries are found from upstream
counts, so a fall that starts upstream counts as fewer entries.

## The structures

{structures}

## What they answer

{answers}

## What they make again

A cell is the interval of nine in ten members with the stated error, over all seeds; a cross says
that the record lies outside with at least one seed.

{checks}
"""


def page() -> str:
    """Return the page."""
    world = load_world("mexico")
    structures, found = load_variants(world), load_compared(world)
    told = found.provenance
    answers = []
    for cause in structures.question.without:
        title, sentence = answer(found, structures, cause)
        table = table_lines(columns(), rows(found, structures, cause.name))
        answers.append(f"### {title}\n\n{sentence}\n\n" + "\n".join(table))
    heads, made = check_rows(found, structures)
    listed = [f"- **{v.title}** (`{v.name}`): {v.reason}." for v in structures.variants]
    return ABOUT.format(
        members=told["members"],
        iterations=told["iterations"],
        seeds=" and ".join(map(str, told["seeds"])),
        first=told["from"],
        last=told["to"],
        structures="\n".join(listed),
        answers="\n\n".join(answers),
        checks="\n".join(table_lines(heads, made)),
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
