"""Audit reports and their statements."""
