"""Flee's readers of the record and of the period."""
