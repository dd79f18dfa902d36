"""Charts of runs and of the record."""
