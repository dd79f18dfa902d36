"""How far a number is from the record, as run.py prints it."""

from __future__ import annotations

from corredor.flee.out_csv import LEAST_COUNTED

DIGITS = 4


def rel_error(val: float, correct_val: float) -> float:
    """Return the relative difference, or 0 where next to nobody was counted."""
    if correct_val < LEAST_COUNTED:
        return 0.0
    return round(abs(float(val) / float(correct_val) - 1), DIGITS)


def abs_error(val: float, correct_val: float) -> float:
    """Return the difference."""
    return round(abs(float(val) - float(correct_val)), DIGITS)
