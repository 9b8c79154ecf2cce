"""The random sample of served firms for the satisfaction survey: drawn, called, read back."""
