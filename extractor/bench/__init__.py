"""Floor 6: measuring results against truth."""
