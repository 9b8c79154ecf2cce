"""Floor 4: quantities, checks, criteria, materials."""
