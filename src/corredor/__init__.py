"""Corredor: a simulator of the migration corridor from the Darién to the United States border."""

__version__ = "0.1.0"
