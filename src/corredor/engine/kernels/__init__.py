"""The compiled work of a day: one file for each kind of step."""

from corredor.engine.loading import load_before_registering

load_before_registering()
