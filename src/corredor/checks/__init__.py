"""Named checks of a world: its files, held against each other and against what asks them by key.

``corredor world check`` prints them all; docs/reference/checks.md lists them with their facts.
"""

from corredor.checks.ask import CHECKS, Check, Outcome, check_world
from corredor.checks.steps import steps_ahead
from corredor.checks.whole import Finding, Whole

__all__ = ["CHECKS", "Check", "Finding", "Outcome", "Whole", "check_world", "steps_ahead"]
