"""Floor 7: command line and other ways in."""
