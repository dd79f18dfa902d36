"""Runs of a scenario: simulate, keep, compare, look for the first difference."""
