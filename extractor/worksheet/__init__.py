"""Floor 4: writing the worksheet."""
