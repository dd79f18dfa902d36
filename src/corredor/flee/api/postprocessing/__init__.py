"""Flee's measures of error."""
