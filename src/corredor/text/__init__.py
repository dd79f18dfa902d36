"""The words people read, in each language, and the one way to write numbers."""
