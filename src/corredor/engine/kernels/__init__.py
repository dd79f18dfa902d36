"""The compiled work of a day: one file for each kind of step."""
