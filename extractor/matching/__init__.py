"""Floor 3: are two names one firm or one person, and why."""
