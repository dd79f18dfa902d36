"""Start a world: a folder of tables and files that runs at once, and says what is assumed in it."""

from corredor.corridor.starting.places import Stop, examples, listed
from corredor.corridor.starting.write import Plan, write_world

__all__ = ["Plan", "Stop", "examples", "listed", "write_world"]
