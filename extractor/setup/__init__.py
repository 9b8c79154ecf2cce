"""Floor 1: what was asked for: configuration, catalogue, schemes, models."""
