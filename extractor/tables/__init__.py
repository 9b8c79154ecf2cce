"""Floor 2: grids on pages."""
