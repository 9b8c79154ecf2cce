"""Floor 0: the vocabulary; no I/O."""
