"""Floor 5: the whole story of a packet."""
