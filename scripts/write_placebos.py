"""Write the placebo scan that ships, after the record or the measures changed (half a minute).

What is estimated is each month of the shipped record, for what each measure touched and for the
whole border, as ``corredor record effects`` asks for it. Nothing that a user added may count: set
CORREDOR_HOME to an empty folder.
"""

from __future__ import annotations

from corredor.errors import UsageError
from corredor.record.additions import additions
from corredor.record.evidence import load_measures
from corredor.record.evidence.effects import windows_asked
from corredor.record.evidence.scan import FILE, key, quantiles, shipped, write


def main() -> None:
    """Keep what holds, make what is missing, drop what nothing asks for."""
    if additions():
        raise UsageError("The record has additions; set CORREDOR_HOME to an empty folder.")
    held = shipped() if FILE.exists() else {}
    known = load_measures()
    asked = (windows_asked(measure, known.rules) for measure in known.measure)
    wanted = {key(window): window for windows in asked for window in windows}
    write(FILE, {one: held[one] if one in held else quantiles(wanted[one]) for one in wanted})
    print(f"{len(wanted)} windows, {len(set(wanted) - set(held))} of them new: {FILE}")


if __name__ == "__main__":
    main()
