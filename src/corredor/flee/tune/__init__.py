"""Find a case's unknown settings from what the camps counted."""
