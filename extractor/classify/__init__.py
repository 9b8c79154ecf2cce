"""Floor 3: which document a page belongs to."""
