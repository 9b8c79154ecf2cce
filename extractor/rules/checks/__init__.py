"""Consistency checks: the catalogue of ``config/crosschecks`` and the operations it may name."""
