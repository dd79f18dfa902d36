"""Flee's rules, laid out as steps for the engine."""
