"""Lists: rows and their columns."""
